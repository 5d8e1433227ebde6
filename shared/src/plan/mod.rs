//! What a way of listening would cost: from what is asked and what was measured to requests, bytes,
//! delays, memory, cores and machines, each figure within bounds and with the formula it came by.
//!
//! `docs/planning.md` has the method and how far it holds.

mod advice;
mod coefficients;
mod curve;
mod fields;
mod figure;
mod inputs;
mod model;
mod range;
mod term;
mod unit;

#[cfg(test)]
mod tests;

pub use advice::{Advice, Limit, fits, limits, name, recommend};
pub use coefficients::{Coefficients, CoefficientsError, Costs, MODES, Measured};
pub use curve::{Axis, Crossing, Line, crossings, lines};
pub use fields::{ASKED, FIELDS, Field, Input};
pub use figure::{Figure, Outcome};
pub use inputs::Inputs;
pub use model::outcome;
pub use range::Range;
pub use term::Term;
pub use unit::{Unit, grouped, number};

use crate::Mode;

/// All modes beside each other, in the order of [`MODES`].
#[must_use]
pub fn compare(inputs: &Inputs, set: &Coefficients) -> [(Mode, Outcome); MODES.len()] {
    MODES.map(|mode| (mode, outcome(mode, inputs, set)))
}
