//! The five steps: what each says, asks, sets up and measures.

use tidings_shared::{Interval, Mode};

use super::seen::{Scene, Seen};
use crate::lab::chart::eyes;

/// How a question is answered.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// By a number.
    Slider {
        /// The largest; the least is 0.
        most: f64,
        /// From one to the next.
        step: f64,
        /// How a number is told.
        eyes: fn(f64) -> String,
    },
    /// By one of some ranges, each below the number beside it; all that is measured is below the last.
    Choices(&'static [(&'static str, f64)]),
}

impl Answer {
    /// The choice that a measured value falls into; nothing for a slider.
    #[must_use]
    pub fn choice(&self, value: f64) -> Option<usize> {
        match self {
            Self::Slider { .. } => None,
            Self::Choices(choices) => choices.iter().position(|(_, below)| value < *below),
        }
    }
}

/// One step.
#[derive(Debug)]
pub struct Step {
    /// Its title.
    pub title: &'static str,
    /// What is to be known before.
    pub text: &'static str,
    /// What is asked.
    pub question: &'static str,
    /// How.
    pub answer: Answer,
    panes: &'static [(Mode, &'static str)],
    rate: u32,
    seconds: u32,
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
        text: "Who polls asks “Is there anything new?”, gets an answer, waits a while, and asks again. \
            Between two questions, nothing can be heard.",
        question: "We ask every 3 seconds, and somebody writes twice a second. \
            What will the median delay be: the time within which half of the messages have come?",
        answer: Answer::Slider { most: 6_000.0, step: 100.0, eyes: eyes::delay },
        panes: &[(Mode::Poll, "3s")],
        rate: 2,
        seconds: 18,
        measure: |seen| seen.median(0),
        told: |seen| {
            let pane = &seen.panes[0];
            let worst = pane.delays.map_or(0.0, |delays| delays.worst);
            format!(
                "{} came in {}; the slowest took {}.",
                eyes::count(pane.messages, "message"),
                eyes::count(pane.arrivals, "lot"),
                eyes::delay(worst),
            )
        },
        why: "A message may be written at any moment between two questions, so it waits for half the time \
            between them on average, and for all of it at worst.",
    },
    Step {
        title: "The price of a shorter interval",
        text: "Who asks more often hears sooner. But each question costs the same, whether or not there is \
            anything to be told.",
        question: "One client now asks twice a second, another every 5 seconds, and there is one message a \
            second. Of 100 questions of the quick one, how many will find nothing new?",
        answer: Answer::Slider { most: 100.0, step: 5.0, eyes: percent },
        panes: &[(Mode::Poll, "0.5s"), (Mode::Poll, "5s")],
        rate: 1,
        seconds: 16,
        measure: |seen| {
            let quick = seen.panes.first().filter(|pane| pane.requests > 0)?;
            let found = (quick.arrivals as f64).min(f64::from(quick.requests));
            Some(100.0 - 100.0 * found / f64::from(quick.requests))
        },
        told: |seen| {
            let [quick, slow] = [&seen.panes[0], &seen.panes[1]];
            format!(
                "The quick one asked {}, and half of the messages took {}. The slow one asked {}, and half \
                 took {}.",
                times(quick.requests),
                median(seen, 0),
                times(slow.requests),
                median(seen, 1),
            )
        },
        why: "There were more questions than messages, and only a question behind a message finds one. To be \
            told soon by polling is to pay mostly for hearing that there is nothing.",
    },
    Step {
        title: "Long-poll: the question that waits",
        text: "Who long-polls asks as well, but the server keeps the question until it has something to say. \
            Then it answers, and the client asks the next one.",
        question: "A poll every 3 seconds and a long-poll listen side by side. \
            What will the long-poll’s median delay be?",
        answer: Answer::Choices(&[
            ("less than a tenth of a second", 100.0),
            ("about half a second", 1_000.0),
            ("about a second and a half, as for the poll", f64::INFINITY),
        ]),
        panes: &[(Mode::Poll, "3s"), (Mode::LongPoll, "")],
        rate: 2,
        seconds: 15,
        measure: |seen| seen.median(1),
        told: |seen| {
            let [poll, long] = [&seen.panes[0], &seen.panes[1]];
            format!(
                "Half of the long-poll’s messages took {}, of the poll’s {}. The long-poll asked {}, the \
                 poll {}.",
                median(seen, 1),
                median(seen, 0),
                times(long.requests),
                times(poll.requests),
            )
        },
        why: "The answer leaves at the moment when there is one, so only the way itself takes time. \
            The price: a request for every message or two, with all its headers.",
    },
    Step {
        title: "Stream: the answer that doesn’t end",
        text: "Who streams asks once. The server begins its answer, never ends it, and writes each message into \
            it as it comes (server-sent events).",
        question: "A long-poll and a stream, ten messages a second, for twelve seconds. \
            How many requests will the stream make?",
        answer: Answer::Choices(&[
            ("one", 1.5),
            ("about twelve, one a second", 60.0),
            ("about 120, one for each message", f64::INFINITY),
        ]),
        panes: &[(Mode::LongPoll, ""), (Mode::Sse, "")],
        rate: 10,
        seconds: 12,
        measure: |seen| seen.panes.get(1).map(|pane| f64::from(pane.requests)).filter(|n| *n > 0.0),
        told: |seen| {
            let [long, stream] = [&seen.panes[0], &seen.panes[1]];
            format!(
                "The stream asked {} and got {}; the long-poll asked {} and got {}. Their median delays: {} \
                 and {}.",
                times(stream.requests),
                eyes::count(stream.messages, "message"),
                times(long.requests),
                eyes::count(long.messages, "message"),
                median(seen, 1),
                median(seen, 0),
            )
        },
        why: "Nothing has to be asked again, so a message costs little more than its own bytes. The price: a \
            connection stays open for each listener, and what lies between must let it.",
    },
    Step {
        title: "WebSocket: talking both ways",
        text: "A stream only comes down; what one writes needs a request of its own. A WebSocket is one \
            connection on which both sides say what they like, whenever they like.",
        question: "A stream and a WebSocket, ten messages a second. \
            How much sooner will a message come by the WebSocket?",
        answer: Answer::Choices(&[
            ("not sooner, but later by more than 20 ms", -20.0),
            ("neither: within 20 ms of each other", 20.0),
            ("sooner by more than 20 ms", f64::INFINITY),
        ]),
        panes: &[(Mode::Sse, ""), (Mode::Websocket, "")],
        rate: 10,
        seconds: 12,
        measure: |seen| Some(seen.median(0)? - seen.median(1)?),
        told: |seen| {
            format!(
                "Half of the stream’s messages took {}, of the WebSocket’s {}.",
                median(seen, 0),
                median(seen, 1)
            )
        },
        why: "Both keep one connection open, and on the way down they are equals. What the WebSocket adds is the \
            way up: what one writes goes as a frame of a few bytes more, not as a request with a head.",
    },
];

#[cfg(test)]
mod tests {
    use super::{super::seen::Pane, *};
    use crate::lab::table::Delays;

    fn pane(messages: usize, median: f64, arrivals: usize, requests: u32) -> Pane {
        let delays = Some(Delays { median, p95: median, worst: 2.0 * median });
        Pane { messages, delays, arrivals, requests }
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
            "36 messages came in 6 lots; the slowest took 2.96 s."
        );
        assert!((STEPS[1].told)(&both).starts_with("The quick one asked 32 times, and half"));
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
}
