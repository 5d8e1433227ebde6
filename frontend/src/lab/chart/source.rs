//! Where the chart and all beside it take the measurements from.

use std::rc::Rc;

use yew::html::IntoPropValue;

use crate::lab::measure::Trace;

/// What is asked for the traces when somebody draws, so that nobody holds them in between: who
/// measures may then add to a trace in place, a hundred times a second.
#[derive(Clone)]
pub enum Source {
    /// Traces that stay as they are.
    Fixed(Rc<Vec<Trace>>),
    /// Traces as they are when asked for.
    Live(Rc<dyn Fn() -> Rc<Vec<Trace>>>),
}

impl Source {
    /// Traces that go on.
    pub fn live(traces: impl Fn() -> Rc<Vec<Trace>> + 'static) -> Self {
        Self::Live(Rc::new(traces))
    }

    /// The traces as they are now.
    #[must_use]
    pub fn traces(&self) -> Rc<Vec<Trace>> {
        match self {
            Self::Fixed(traces) => Rc::clone(traces),
            Self::Live(traces) => traces(),
        }
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Fixed(_) => "Fixed",
            Self::Live(_) => "Live",
        })
    }
}

/// The same place, and not the same values: to compare those would take longer than to draw them.
impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Fixed(one), Self::Fixed(other)) => Rc::ptr_eq(one, other),
            (Self::Live(one), Self::Live(other)) => Rc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl IntoPropValue<Source> for Rc<Vec<Trace>> {
    fn into_prop_value(self) -> Source {
        Source::Fixed(self)
    }
}
