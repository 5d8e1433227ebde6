//! The five steps: what each says, asks, sets up and measures.

use tidings_shared::{Interval, Mode};

use super::{
    answer::Answer,
    seen::{Scene, Seen},
};
use crate::lab::chart::eyes;

/// One step.
#[derive(Debug)]
pub struct Step {
    /// Its title.
    pub title: &'static str,
    /// What is to be known before.
    pub text: &'static str,
    /// What is asked.
    pub question: &'static str,
    /// A word in it, explained; may be empty.
    pub hint: &'static str,
    /// How.
    pub answer: Answer,
    panes: &'static [(Mode, &'static str)],
    rate: u32,
    seconds: u32,
    /// What to look at while it is measured.
    pub watch: &'static str,
    /// The panes' figures that answer it, each as the pane's place from 1 and the figure's key:
    /// they are framed (`style/lab/tour.css` knows which there are).
    pub framed: &'static str,
    /// The same in words.
    pub look: &'static str,
    /// The value that the question is about; nothing while too little was seen.
    pub measure: fn(&Seen) -> Option<f64>,
    /// What else was seen.
    pub told: fn(&Seen) -> String,
    /// Why it is so.
    pub why: &'static str,
}

impl Step {
    /// What it sets up.
    #[must_use]
    pub fn scene(&self) -> Scene {
        let pane = |(mode, every): &(Mode, &str)| (*mode, every.parse::<Interval>().ok());
        Scene {
            panes: self.panes.iter().map(pane).collect(),
            rate: self.rate,
            seconds: self.seconds,
        }
    }
}

fn median(seen: &Seen, pane: usize) -> String {
    seen.median(pane).map_or_else(|| "–".into(), eyes::delay)
}

fn times(n: u32) -> String {
    match n {
        1 => "once".into(),
        2 => "twice".into(),
        n => format!("{n} times"),
    }
}

fn percent(n: f64) -> String {
    format!("{n:.0} of 100")
}

/// All of them.
pub const STEPS: [Step; 5] = [
    Step {
        title: "Polling: asking again and again",
        text: "A page hears nothing from a server unless it asks. The oldest way is to ask again and again: \
            “Anything new?”, an answer, a pause, and the next question. That is polling. What is written \
            during a pause is heard of only with the next question.",
        question: "This listener asks every 3 seconds, and somebody writes twice a second. \
            How late is a typical message?",
        hint: "Typical means the median: half of the messages take less, half take more.",
        answer: Answer::Slider { most: 6_000.0, step: 100.0, eyes: eyes::delay },
        panes: &[(Mode::Poll, "3s")],
        rate: 2,
        seconds: 18,
        watch: "Each point on the chart is a message: the higher it stands, the later it came. They come \
            several at a time, with each answer.",
        framed: "1-median",
        look: "Framed in the pane: its median delay.",
        measure: |seen| seen.median(0),
        told: |seen| {
            let pane = &seen.panes[0];
            let worst = pane.delays.map_or(0.0, |delays| delays.worst);
            format!(
                "{} came in {}; the slowest took {}.",
                eyes::count(pane.messages, "message"),
                eyes::count(pane.arrivals, "answer"),
                eyes::delay(worst),
            )
        },
        why: "A message may be written at any moment of the pause, so it waits for half of the pause on \
            average, and at worst for all of it. Hence the teeth on the chart: each tooth is one answer, and \
            the message that waited longest is its tip.",
    },
    Step {
        title: "Asking more often, and what it costs",
        text: "Who asks more often hears sooner. But a question costs the same, whether or not there is \
            anything new.",
        question: "There is one message a second. The first listener asks every half second, the second every \
            5 seconds. Of 100 answers to the first one, how many say “nothing new”?",
        hint: "",
        answer: Answer::Slider { most: 100.0, step: 5.0, eyes: percent },
        panes: &[(Mode::Poll, "0.5s"), (Mode::Poll, "5s")],
        rate: 1,
        seconds: 16,
        watch: "Both hear the same messages. The points of the quick one stay low, those of the slow one climb \
            to 5 seconds. In the panes, the requests are counted.",
        framed: "1-empty 1-requests 2-requests",
        look: "Framed in the panes: the requests of both, and how many answers to the first were empty.",
        measure: |seen| Some(100.0 * seen.panes.first()?.empty?),
        told: |seen| {
            let [quick, slow] = [&seen.panes[0], &seen.panes[1]];
            format!(
                "The quick one asked {}, and a typical message took {}. The slow one asked {}, and a typical \
                 message took {}.",
                times(quick.requests),
                median(seen, 0),
                times(slow.requests),
                median(seen, 1),
            )
        },
        why: "There were about two questions for each message, so about every second one found nothing. That \
            is the price of polling: who wants to hear soon pays mostly for hearing that there is nothing.",
    },
    Step {
        title: "Long-polling: a question that waits",
        text: "The listener still asks. But when there is nothing new, the server doesn’t say so: it keeps the \
            question, and answers at the moment when there is something. Then the listener asks the next one. \
            That is long-polling.",
        question: "One listener polls every 3 seconds, another long-polls. \
            How late is a typical message by long-poll?",
        hint: "",
        answer: Answer::Choices(&[
            ("less than a tenth of a second", 100.0),
            ("about half a second", 1_000.0),
            ("about a second and a half, as by polling", f64::INFINITY),
        ]),
        panes: &[(Mode::Poll, "3s"), (Mode::LongPoll, "")],
        rate: 2,
        seconds: 15,
        watch: "The poll makes its teeth again. Where does the line of the long-poll run?",
        framed: "2-median 1-requests 2-requests",
        look: "Framed in the panes: the median delay by long-poll, and the requests of both.",
        measure: |seen| seen.median(1),
        told: |seen| {
            let [poll, long] = [&seen.panes[0], &seen.panes[1]];
            format!(
                "A typical message took {} by long-poll and {} by polling. The long-poll asked {}, the poll {}.",
                median(seen, 1),
                median(seen, 0),
                times(long.requests),
                times(poll.requests),
            )
        },
        why: "The answer leaves as soon as there is one, so a message waits for nothing but the network. \
            The price: nearly every message takes a request of its own, with all its headers.",
    },
    Step {
        title: "Streaming: an answer that doesn’t end",
        text: "The listener asks once. The server begins its answer and never ends it: each new message is \
            written into it as it comes. That is a stream; browsers know it as server-sent events (SSE).",
        question: "Ten messages a second for twelve seconds, by long-poll and by stream. \
            How many requests will the stream make?",
        hint: "",
        answer: Answer::Choices(&[
            ("one", 1.5),
            ("about twelve, one a second", 60.0),
            ("about 120, one for each message", f64::INFINITY),
        ]),
        panes: &[(Mode::LongPoll, ""), (Mode::Sse, "")],
        rate: 10,
        seconds: 12,
        watch: "Neither is late: look how few milliseconds the scale at the left has. What differs is in the \
            panes: the requests.",
        framed: "1-requests 2-requests",
        look: "Framed in the panes: the requests of both.",
        measure: |seen| seen.panes.get(1).map(|pane| f64::from(pane.requests)).filter(|n| *n > 0.0),
        told: |seen| {
            let [long, stream] = [&seen.panes[0], &seen.panes[1]];
            format!(
                "The stream asked {} and got {}; the long-poll asked {} and got {}. A typical message took {} \
                 by stream and {} by long-poll.",
                times(stream.requests),
                eyes::count(stream.messages, "message"),
                times(long.requests),
                eyes::count(long.messages, "message"),
                median(seen, 1),
                median(seen, 0),
            )
        },
        why: "Nothing has to be asked again, so a message costs little more than its own bytes. The price: a \
            connection stays open for each listener, and every proxy on the way must allow that.",
    },
    Step {
        title: "WebSocket: both ways",
        text: "A stream only comes down: to write, a listener needs a request of its own. A WebSocket is one \
            connection on which both sides send whenever they like.",
        question: "Ten messages a second, by stream and by WebSocket. Which brings a message sooner?",
        hint: "",
        answer: Answer::Choices(&[
            ("the stream, by more than 20 ms", -20.0),
            ("neither: they are within 20 ms of each other", 20.0),
            ("the WebSocket, by more than 20 ms", f64::INFINITY),
        ]),
        panes: &[(Mode::Sse, ""), (Mode::Websocket, "")],
        rate: 10,
        seconds: 12,
        watch: "Two lines, a few milliseconds high. Is one of them lower?",
        framed: "1-median 2-median",
        look: "Framed in the panes: the median delay of both.",
        measure: |seen| Some(seen.median(0)? - seen.median(1)?),
        told: |seen| {
            format!(
                "A typical message took {} by stream and {} by WebSocket.",
                median(seen, 0),
                median(seen, 1)
            )
        },
        why: "Both keep one connection open, so on the way down they are equals. What the WebSocket adds is \
            the way up: what a listener writes goes as a small frame, not as a request with all its headers. \
            The price: a protocol of its own, which some proxies don’t let through.",
    },
];

#[cfg(test)]
mod tests {
    use super::{super::seen::Pane, *};
    use crate::lab::table::Delays;

    fn pane(messages: usize, median: f64, arrivals: usize, requests: u32) -> Pane {
        let delays = Some(Delays { median, p95: median, worst: 2.0 * median });
        Pane { messages, delays, arrivals, requests, empty: Some(0.5) }
    }

    fn seen(panes: [Pane; 2]) -> Seen {
        Seen { panes: panes.into(), begun: Some(0.0) }
    }

    #[test]
    fn a_step_measures_what_it_asks() {
        let poll = pane(36, 1_480.0, 6, 7);
        let both = seen([pane(16, 250.0, 16, 32), pane(15, 2_400.0, 3, 4)]);
        assert_eq!((STEPS[0].measure)(&seen([poll.clone(), poll.clone()])), Some(1_480.0));
        assert_eq!((STEPS[1].measure)(&both), Some(50.0));
        assert_eq!((STEPS[2].measure)(&both), Some(2_400.0));
        assert_eq!((STEPS[3].measure)(&both), Some(4.0));
        assert_eq!((STEPS[4].measure)(&both), Some(-2_150.0));
        assert_eq!(
            (STEPS[0].told)(&seen([poll.clone(), poll])),
            "36 messages came in 6 answers; the slowest took 2.96 s."
        );
        assert!((STEPS[1].told)(&both).starts_with("The quick one asked 32 times, and a"));
    }

    #[test]
    fn nothing_is_measured_where_nothing_was_seen() {
        let nothing = seen([Pane::default(), Pane::default()]);
        for step in &STEPS {
            assert_eq!((step.measure)(&nothing), None, "{}", step.title);
            // And it says so without failing.
            (step.told)(&nothing);
        }
    }

    #[test]
    fn every_value_is_one_of_the_choices() {
        for (step, value, choice) in
            [(2, 3.0, 0), (2, 1_500.0, 2), (3, 1.0, 0), (3, 118.0, 2), (4, -0.4, 1), (4, 900.0, 2)]
        {
            assert_eq!(
                STEPS[step].answer.choice(value),
                Some(choice),
                "{}: {value}",
                STEPS[step].title
            );
        }
        assert_eq!(STEPS[0].answer.choice(3.0), None);
    }

    #[test]
    fn a_scene_is_what_the_text_says() {
        let scene = STEPS[1].scene();
        assert_eq!(scene.panes[0], (Mode::Poll, "0.5s".parse().ok()));
        assert_eq!(STEPS[4].scene().panes, [(Mode::Sse, None), (Mode::Websocket, None)]);
        assert!(STEPS.iter().all(|step| (12..=20).contains(&step.seconds)));
    }

    #[test]
    fn what_is_framed_is_of_a_pane_that_there_is() {
        for step in &STEPS {
            for framed in step.framed.split(' ') {
                let (pane, figure) = framed.split_once('-').expect("a pane and a figure");
                let pane: usize = pane.parse().expect("a pane's place");
                assert!((1..=step.panes.len()).contains(&pane), "{}: {framed}", step.title);
                assert!(["median", "empty", "requests"].contains(&figure), "{framed}");
                let styles = include_str!("../../../style/lab/tour.css");
                assert!(styles.contains(&format!("[data-framed~=\"{framed}\"]")), "{framed}");
            }
        }
    }
}
