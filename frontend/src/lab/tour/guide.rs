//! Where the reader is on the tour: which step, what they guessed, what was measured.

use super::{
    seen::{Scene, Seen},
    steps::{STEPS, Step},
};

/// So long after the time for a step, in milliseconds, what was seen by then has to do.
const PATIENCE: f64 = 15_000.0;
/// What was sent last is given so much time to come, in milliseconds.
const AFTERWARDS: f64 = 500.0;

/// How a step stands.
#[derive(Clone, PartialEq, Debug)]
pub enum Phase {
    /// The reader guesses.
    Guessing,
    /// The Lab measures, since this time of the page's clock.
    Running {
        /// When it was begun.
        since: f64,
    },
    /// It was measured.
    Told {
        /// The value that was asked for.
        measured: f64,
        /// What else was seen.
        told: String,
    },
    /// Nothing could be measured.
    Failed,
}

/// What becomes of a step, to be looked back at.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Kept {
    /// What was guessed: a number, or a choice's place.
    pub guess: f64,
    /// What was measured.
    pub measured: f64,
}

/// The tour.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Guide {
    /// The step, from 0; as many as there are when it has come to its end; nothing while it rests.
    at: Option<usize>,
    guess: Option<f64>,
    phase: Option<Phase>,
    kept: [Option<Kept>; STEPS.len()],
}

/// What happens on the tour.
#[derive(Clone, Debug)]
pub enum Event {
    /// The reader goes to a step.
    Go(usize),
    /// The reader leaves.
    Leave,
    /// The reader guesses.
    Guess(f64),
    /// The reader lets it run, at this time of the page's clock.
    Run(f64),
    /// It is this time, and this was seen.
    Look(f64, Option<Seen>),
}

impl Guide {
    /// How the tour stands, as the page's style knows it: `rest` before it is begun, `step`, `end`.
    #[must_use]
    pub fn standing(&self) -> &'static str {
        match (self.at, self.step()) {
            (None, _) => "rest",
            (_, Some(_)) => "step",
            _ => "end",
        }
    }

    /// The figures that the step's answer stands in, as the page's style knows them. While it is guessed
    /// there is nothing to point at yet.
    #[must_use]
    pub fn framed(&self) -> Option<&'static str> {
        let asks = matches!(self.phase(), Phase::Guessing | Phase::Failed);
        self.step().filter(|_| !asks).map(|step| step.framed)
    }

    /// The place of the step that the reader is at.
    #[must_use]
    pub fn place(&self) -> Option<usize> {
        self.at
    }

    /// The step that the reader is at; nothing before the first and behind the last.
    #[must_use]
    pub fn step(&self) -> Option<&'static Step> {
        STEPS.get(self.at?)
    }

    /// What was guessed.
    #[must_use]
    pub fn guess(&self) -> Option<f64> {
        self.guess
    }

    /// How the step stands.
    #[must_use]
    pub fn phase(&self) -> &Phase {
        self.phase.as_ref().unwrap_or(&Phase::Guessing)
    }

    /// What became of the steps.
    #[must_use]
    pub fn kept(&self) -> &[Option<Kept>] {
        &self.kept
    }

    /// What is measured now, and since when.
    #[must_use]
    pub fn running(&self) -> Option<(Scene, f64)> {
        match self.phase() {
            Phase::Running { since } => Some((self.step()?.scene(), *since)),
            _ => None,
        }
    }

    /// Afterwards.
    #[must_use]
    pub fn after(mut self, event: Event) -> Self {
        match event {
            Event::Go(to) => {
                (self.at, self.guess, self.phase) = (Some(to.min(STEPS.len())), None, None);
            }
            Event::Leave => self = Self::default(),
            Event::Guess(guess) if !matches!(self.phase(), Phase::Running { .. }) => {
                (self.guess, self.phase) = (Some(guess), None);
            }
            Event::Run(since) if self.guess.is_some() && self.step().is_some() => {
                self.phase = Some(Phase::Running { since });
            }
            Event::Look(now, seen) => self.look(now, seen),
            Event::Guess(_) | Event::Run(_) => {}
        }
        self
    }

    fn look(&mut self, now: f64, seen: Option<Seen>) {
        let (Some(step), Some((scene, since))) = (self.step(), self.running()) else { return };
        let length = f64::from(scene.seconds) * 1_000.0 + AFTERWARDS;
        let begun = seen.as_ref().and_then(|seen| seen.begun);
        let late = now >= since + length + PATIENCE;
        if !late && begun.is_none_or(|begun| now < begun + length) {
            return;
        }
        let measured = seen.and_then(|seen| Some(((step.measure)(&seen)?, (step.told)(&seen))));
        self.phase = Some(match (measured, self.at, self.guess) {
            (Some((measured, told)), Some(at), Some(guess)) => {
                self.kept[at] = Some(Kept { guess, measured });
                Phase::Told { measured, told }
            }
            _ => Phase::Failed,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{super::seen::Pane, *};
    use crate::lab::table::Delays;

    fn seen(begun: f64) -> Option<Seen> {
        let delays = Some(Delays { median: 1_500.0, p95: 2_800.0, worst: 3_000.0 });
        let pane = Pane { messages: 36, delays, arrivals: 6, requests: 7, empty: None };
        Some(Seen { panes: vec![pane], begun: Some(begun) })
    }

    fn after(events: &[Event]) -> Guide {
        events.iter().cloned().fold(Guide::default(), Guide::after)
    }

    #[test]
    fn one_guesses_runs_and_is_told() {
        use Event::{Go, Guess, Look, Run};
        let begun = [Go(0), Guess(900.0), Run(10_000.0)];
        let guide = after(&begun);
        assert_eq!(guide.running().map(|(_, since)| since), Some(10_000.0));
        // Eighteen seconds from the first message on, whenever that came.
        let guide = guide.after(Look(29_000.0, seen(12_000.0)));
        assert!(guide.running().is_some());
        let guide = guide.after(Look(30_500.0, seen(12_000.0)));
        assert!(matches!(guide.phase(), Phase::Told { measured: 1_500.0, .. }), "{guide:?}");
        assert_eq!(guide.kept()[0], Some(Kept { guess: 900.0, measured: 1_500.0 }));
        // What was measured stays while one goes on, and to guess again is to run again.
        let guide = guide.after(Go(1)).after(Go(0));
        assert_eq!((guide.phase(), guide.guess()), (&Phase::Guessing, None));
        assert!(guide.kept()[0].is_some());
    }

    #[test]
    fn nothing_runs_without_a_guess() {
        use Event::{Go, Guess, Run};
        assert_eq!(after(&[Run(0.0)]).running(), None);
        assert_eq!(after(&[Go(2), Run(0.0)]).running(), None);
        assert!(after(&[Go(2), Guess(1.0), Run(0.0)]).running().is_some());
        let guide = after(&[Go(2), Guess(1.0), Run(0.0), Guess(2.0)]);
        assert_eq!(guide.guess(), Some(1.0), "it is too late to guess");
    }

    #[test]
    fn a_lab_that_shows_nothing_is_not_waited_for_for_ever() {
        use Event::{Go, Look, Run};
        let guide = after(&[Go(0), Event::Guess(1.0), Run(0.0), Look(33_000.0, None)]);
        assert!(guide.running().is_some());
        assert_eq!(guide.after(Look(33_500.0, None)).phase(), &Phase::Failed);
    }

    #[test]
    fn behind_the_last_step_is_the_end() {
        let guide = after(&[Event::Go(99)]);
        assert_eq!(guide.place(), Some(STEPS.len()));
        assert!(guide.step().is_none());
        assert_eq!(guide.after(Event::Leave), Guide::default());
    }
}
