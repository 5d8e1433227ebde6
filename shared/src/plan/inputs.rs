//! The numbers that were set: what [the fields](super::fields) ask for, held within their bounds, and
//! carried in an address.

use super::{
    fields::{FIELDS, Input},
    range::Range,
    term::Term,
};

/// A value for each input, within its bounds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Inputs([f64; FIELDS.len()]);

impl Default for Inputs {
    fn default() -> Self {
        Self(FIELDS.map(|field| field.default))
    }
}

impl Inputs {
    /// What an input is set to, in its field's suffix's unit.
    #[must_use]
    pub fn get(&self, input: Input) -> f64 {
        self.0[input as usize]
    }

    /// The same with one set otherwise: to the nearest that it may be. What is no number changes
    /// nothing.
    #[must_use]
    pub fn with(mut self, input: Input, value: f64) -> Self {
        if !value.is_nan() {
            let field = input.field();
            self.0[input as usize] = value.clamp(field.least, field.most);
        }
        self
    }

    /// As a formula takes it, in seconds, bytes and the like.
    #[must_use]
    pub fn term(&self, input: Input) -> Term {
        let field = input.field();
        Term::given(field.name, Range::exact(self.get(input) * field.scale), field.unit)
    }

    /// As an address has it: what is not the default. Without a question mark.
    #[must_use]
    pub fn query(&self) -> String {
        let said = FIELDS.iter().zip(self.0).filter(|(field, value)| *value != field.default);
        let said: Vec<_> = said.map(|(field, value)| format!("{}={value}", field.key)).collect();
        said.join("&")
    }

    /// What an address says; names that are no input's, and values that are no numbers, are passed
    /// over.
    #[must_use]
    pub fn of_query(query: &str) -> Self {
        let pairs =
            query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
        pairs.fold(Self::default(), |inputs, (key, value)| {
            let field = FIELDS.iter().find(|field| field.key == key);
            match (field, value.parse()) {
                (Some(field), Ok(value)) => inputs.with(field.input, value),
                _ => inputs,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gives_back_what_was_set() {
        let inputs = Inputs::default()
            .with(Input::Audience, 250_000.0)
            .with(Input::Rate, 0.05)
            .with(Input::Utilisation, 75.0);
        assert_eq!(inputs.query(), "audience=250000&rate=0.05&use=75");
        assert_eq!(Inputs::of_query(&inputs.query()), inputs);
        assert_eq!(Inputs::default().query(), "");
        assert_eq!(Inputs::of_query("?"), Inputs::default());
    }

    #[test]
    fn what_an_address_says_too_much_is_held_within_bounds() {
        let inputs = Inputs::of_query("?audience=1e99&rate=nan&size=many&delay=-inf&who=ana&cores");
        let held = Inputs::default().with(Input::Audience, 1e7).with(Input::Delay, 0.05);
        assert_eq!(inputs, held);
    }
}
