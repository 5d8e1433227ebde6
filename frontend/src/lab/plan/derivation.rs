//! How a figure came about, step by step.

use tidings_shared::plan::Term;

/// One line of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// What it is.
    pub name: &'static str,
    /// The formula in words.
    pub symbolic: String,
    /// The same with the numbers put in, and what comes of it.
    pub filled: String,
}

/// The figure itself first, then what its formula speaks of, each once, each before its own parts.
#[must_use]
pub fn steps(term: &Term) -> Vec<Step> {
    let (mut steps, mut seen) = (vec![step(term)], vec![term.clone()]);
    let mut next = term.parts();
    while !next.is_empty() {
        let mut later = Vec::new();
        for part in next {
            if seen.contains(&part) {
                continue;
            }
            steps.push(step(&part));
            later.extend(part.parts());
            seen.push(part);
        }
        next = later;
    }
    steps
}

fn step(term: &Term) -> Step {
    Step { name: term.name(), symbolic: term.symbolic(), filled: term.filled() }
}

#[cfg(test)]
mod tests {
    use tidings_shared::{
        Mode,
        plan::{Coefficients, Figure, Inputs, outcome},
    };

    use super::*;

    #[test]
    fn a_figure_is_derived_down_to_what_was_given_each_step_once() {
        let poll = outcome(Mode::Poll, &Inputs::default(), &Coefficients::included());
        let steps = steps(poll.get(Figure::Cores));
        let names: Vec<_> = steps.iter().map(|step| step.name).collect();
        assert_eq!(names[..2], ["cores", "CPU time"]);
        for name in ["requests", "period", "interval"] {
            assert_eq!(names.iter().filter(|other| **other == name).count(), 1, "{names:?}");
        }
        assert_eq!(steps[0].symbolic, "CPU time ÷ planned use");
    }
}
