//! The meter for Prometheus, and the process's own figures. A recorder is made for each scrape and
//! filled from the counters, so that no second set of counters has to be kept in step.

use metrics::{Key, Label, Level, Metadata, Recorder, Unit, with_local_recorder};
use metrics_exporter_prometheus::PrometheusBuilder;

use super::{Figures, Meter};
use crate::room::Rooms;

static METADATA: Metadata<'static> = Metadata::new("tidings", Level::INFO, None);

/// The exposition text.
#[must_use]
pub fn render(meter: &Meter, rooms: &Rooms) -> String {
    let recorder = PrometheusBuilder::new().build_recorder();
    describe(&recorder);
    for (lane, figures) in meter.figures() {
        fill(&recorder, lane, &figures);
    }
    let gauge = |name: &'static str, value: f64| {
        recorder.register_gauge(&Key::from_static_name(name), &METADATA).set(value);
    };
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
    {
        let list = rooms.list();
        gauge("tidings_connections_open", meter.connections() as f64);
        gauge("tidings_rooms", list.len() as f64);
        gauge(
            "tidings_log_messages",
            list.iter().map(super::super::room::Room::messages).sum::<u64>() as f64,
        );
    }
    with_local_recorder(&recorder, || metrics_process::Collector::default().collect());
    recorder.handle().render()
}

fn describe(recorder: &impl Recorder) {
    let counters = [
        ("tidings_requests_total", None, "Requests begun, by what they are for"),
        (
            "tidings_messages_delivered_total",
            None,
            "Messages delivered to listeners; for post, taken",
        ),
        ("tidings_empty_answers_total", None, "Answers that held no message"),
        ("tidings_received_bytes_total", Some(Unit::Bytes), "Bytes read from the sockets"),
        ("tidings_sent_bytes_total", Some(Unit::Bytes), "Bytes written to the sockets"),
        (
            "tidings_busy_microseconds_total",
            Some(Unit::Microseconds),
            "Time the server was at work",
        ),
    ];
    for (name, unit, text) in counters {
        recorder.describe_counter(name.into(), unit, text.into());
    }
    let gauges = [
        ("tidings_requests_open", "Requests being answered; for a stream, connections"),
        ("tidings_connections_open", "Open sockets"),
        ("tidings_rooms", "Rooms in which something was said or somebody is"),
        ("tidings_log_messages", "Messages in all rooms"),
    ];
    for (name, text) in gauges {
        recorder.describe_gauge(name.into(), None, text.into());
    }
}

fn fill(recorder: &impl Recorder, lane: &'static str, figures: &Figures) {
    let key =
        |name: &'static str| Key::from_parts(name, vec![Label::from_static_parts("mode", lane)]);
    let counter = |name: &'static str, value: u64| {
        recorder.register_counter(&key(name), &METADATA).absolute(value);
    };
    counter("tidings_requests_total", figures.requests);
    counter("tidings_messages_delivered_total", figures.delivered);
    counter("tidings_empty_answers_total", figures.empty);
    counter("tidings_received_bytes_total", figures.bytes_in);
    counter("tidings_sent_bytes_total", figures.bytes_out);
    counter("tidings_busy_microseconds_total", figures.busy_us);
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
    recorder.register_gauge(&key("tidings_requests_open"), &METADATA).set(figures.open as f64);
}
