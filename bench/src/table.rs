//! A report for people: a line a figure, with its unit.

use std::fmt::{self, Display, Formatter};

use tidings_shared::plan::grouped;

use crate::{Http, Load, Percentiles, Report, Server};

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", headline(self))?;
        let mut line = |name: &str, value: String| writeln!(f, "  {name:<22} {value}");
        if self.sent > 0 {
            line("posts", grouped(self.sent as f64))?;
            line(
                "deliveries",
                format!(
                    "{}, {} a second",
                    grouped(self.received as f64),
                    grouped(self.deliveries_per_s)
                ),
            )?;
            line(
                "lost, twice, disordered",
                format!(
                    "{}, {}, {}",
                    grouped(self.lost as f64),
                    grouped(self.twice as f64),
                    grouped(self.out_of_order as f64)
                ),
            )?;
        }
        if let Some(delay) = &self.delay {
            line("delay", times(delay))?;
        }
        if let Some(bytes) = self.bytes_per_delivery {
            line("bytes a delivery", format!("{bytes:.0}"))?;
        }
        if let Some(requests) = &self.requests {
            let count = grouped(requests.count as f64);
            line("requests", format!("{count}, {} a second", grouped(requests.per_s)))?;
            if let Some(latency) = &requests.latency {
                line("answered within", times(latency))?;
            }
        }
        if let Some(catch_up) = &self.catch_up {
            let rate = grouped(catch_up.messages_per_s);
            line("caught up", format!("in {:.2} s, {rate} messages a second", catch_up.seconds))?;
        }
        if let Some(server) = &self.server {
            line("server's CPU", cpu(server))?;
            line("server's memory", memory(server))?;
        }
        let own = &self.own;
        line(
            "the generator's own",
            format!(
                "{} processes, {:.2} s CPU, the busiest at {:.0} % of a core",
                own.processes,
                own.cpu_s,
                own.busiest * 100.0
            ),
        )?;
        for sentence in &self.bottleneck {
            writeln!(f, "  mind: {sentence}")?;
        }
        Ok(())
    }
}

fn headline(report: &Report) -> String {
    let plan = &report.plan;
    let mode = plan.way.mode;
    let http = match plan.way.http {
        Http::H1 => "HTTP/1.1",
        Http::H2 => "HTTP/2",
    };
    let listeners = format!("{} by {mode} over {http}", grouped(plan.listeners as f64));
    let size = plan.size;
    match plan.load {
        Load::Idle => format!("{listeners}, nothing posted"),
        Load::Rate(rate) => format!("{listeners}, {rate} posts a second of {size} bytes"),
        Load::Flat { window } => {
            format!("{listeners}, flat out, {window} posts of {size} bytes on their way")
        }
        Load::Polls { connections } => format!("polls with nothing new, {connections} connections"),
        Load::Posts { posters, in_flight: None } => {
            format!("posts of {size} bytes by {posters} posters")
        }
        Load::Posts { posters, in_flight: Some(window) } => {
            format!("posts of {size} bytes by {posters} posters, {window} of each unanswered")
        }
        Load::CatchUp { missed } => format!("{listeners}, each {} behind", grouped(missed as f64)),
    }
}

fn cpu(server: &Server) -> String {
    let mut text = format!("{:.2} s, {:.2} cores", server.cpu_s, server.cores);
    if let Some(us) = server.cpu_us_per_delivery {
        text += &format!(", {us:.2} µs a delivery");
    }
    if let Some(us) = server.cpu_us_per_request {
        text += &format!(", {us:.2} µs a request");
    }
    text
}

fn memory(server: &Server) -> String {
    let mb = |bytes: u64| bytes as f64 / 1e6;
    let mut text = format!("{:.1} MB at the end", mb(server.rss_end));
    if let Some(bytes) = server.rss_per_listener {
        text += &format!(", {:.2} kB more for a listener", bytes / 1000.0);
    }
    text
}

fn times(times: &Percentiles) -> String {
    let [p50, p90, p99, p999, max] =
        [times.p50_us, times.p90_us, times.p99_us, times.p999_us, times.max_us].map(time);
    format!("p50 {p50}, p90 {p90}, p99 {p99}, p99.9 {p999}, max {max}")
}

fn time(us: f64) -> String {
    match us {
        us if us < 1000.0 => format!("{us:.0} µs"),
        us if us < 1e6 => format!("{:.2} ms", us / 1000.0),
        us => format!("{:.2} s", us / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_eyes() {
        for (number, text) in [(0.0, "0"), (999.4, "999"), (1000.0, "1,000"), (1e6, "1,000,000")] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!([time(12.3), time(1234.0), time(2.5e6)], ["12 µs", "1.23 ms", "2.50 s"]);
    }
}
