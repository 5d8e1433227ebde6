//! The figures of a mode, each with its name for eyes.

use super::{
    range::Range,
    term::Term,
    unit::{Unit, number},
};

/// A figure of the comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub enum Figure {
    /// From sending to having it, on average.
    DelayMean,
    /// The longest that is to be expected.
    DelayWorst,
    /// Requests a second, in all.
    Requests,
    /// Of the answers, those that hold nothing.
    Empty,
    /// Bytes a second to the listeners, above TCP.
    Down,
    /// Bytes a second from them, above TCP.
    Up,
    /// What the network card carries in the busier direction, all heads included.
    Card,
    /// What goes over it on a day, both ways.
    Traffic,
    /// Open connections.
    Connections,
    /// The server's memory.
    Memory,
    /// The kernel's memory for the connections.
    Kernel,
    /// CPU time a second.
    Cpu,
    /// Cores to have, with the planned room to spare.
    Cores,
    /// Machines to have.
    Machines,
}

impl Figure {
    /// All of them, as they are shown.
    pub const ALL: [Self; 14] = [
        Self::DelayMean,
        Self::DelayWorst,
        Self::Requests,
        Self::Empty,
        Self::Down,
        Self::Up,
        Self::Card,
        Self::Traffic,
        Self::Connections,
        Self::Memory,
        Self::Kernel,
        Self::Cpu,
        Self::Cores,
        Self::Machines,
    ];

    /// Its name.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::DelayMean => "Delay, mean",
            Self::DelayWorst => "Delay, worst",
            Self::Requests => "Requests a second",
            Self::Empty => "Answers with nothing",
            Self::Down => "To the listeners",
            Self::Up => "From the listeners",
            Self::Card => "On the network card",
            Self::Traffic => "A day",
            Self::Connections => "Connections",
            Self::Memory => "Memory, server",
            Self::Kernel => "Memory, kernel",
            Self::Cpu => "CPU seconds a second",
            Self::Cores => "Cores",
            Self::Machines => "Machines",
        }
    }
}

/// What one mode comes to.
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    /// The figures, in the order of [`Figure::ALL`].
    pub(super) figures: [Term; Figure::ALL.len()],
    /// For polls: the interval.
    pub interval: Option<Term>,
    /// How much of a machine it takes by what it takes most of: 2.5 is two and a half machines.
    pub load: Term,
    /// What it takes most of: "cores", "network", "memory" or "connections".
    pub most_of: &'static str,
    /// Bytes around a text.
    pub framing: Term,
}

impl Outcome {
    /// A figure, with its formula.
    #[must_use]
    pub fn get(&self, figure: Figure) -> &Term {
        &self.figures[figure as usize]
    }

    /// Its value within its bounds.
    #[must_use]
    pub fn value(&self, figure: Figure) -> Range {
        self.get(figure).value()
    }

    /// Its value with its unit, as it is read in a sentence.
    #[must_use]
    pub fn shown(&self, figure: Figure) -> String {
        self.get(figure).shown()
    }

    /// The same beside its label, which says what is counted.
    #[must_use]
    pub fn beside_label(&self, figure: Figure) -> String {
        match self.get(figure).unit() {
            Unit::Of(_) => number(self.value(figure).mid),
            unit => unit.show(self.value(figure).mid),
        }
    }

    /// How sure it is: "± 12 %", by the bound that is farther off; nothing if it is known.
    #[must_use]
    pub fn spread(&self, figure: Figure) -> Option<String> {
        let value = self.value(figure);
        let spread = value.spread();
        // How far off something is that hardly is there says nothing.
        let is_there = self.get(figure).unit() != Unit::Share || value.high >= 1e-3;
        (spread >= 0.005 && is_there).then(|| format!("±\u{202f}{:.0}\u{202f}%", spread * 100.0))
    }

    /// Between what it lies, if that isn't known to the digit.
    #[must_use]
    pub fn bounds(&self, figure: Figure) -> Option<String> {
        let (value, unit) = (self.value(figure), self.get(figure).unit());
        (value.spread() >= 0.005)
            .then(|| format!("between {} and {}", unit.show(value.low), unit.show(value.high)))
    }
}

/// Units that figures have.
pub(super) const A_SECOND: Unit = Unit::Of("requests/s");
