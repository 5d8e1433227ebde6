//! A slider on a logarithmic scale: from a position to a number that one would say, and back.

use tidings_shared::plan::Field;

/// Positions of a slider, from 0.
pub const STEPS: f64 = 1000.0;

/// Where a slider stands for a value.
#[must_use]
pub fn position(field: &Field, value: f64) -> f64 {
    let (from, to) = (field.least.ln(), field.most.ln());
    ((value.ln() - from) / (to - from) * STEPS).round().clamp(0.0, STEPS)
}

/// The value at a position: two digits that say something, as one would say it.
#[must_use]
pub fn value(field: &Field, position: f64) -> f64 {
    let (from, to) = (field.least.ln(), field.most.ln());
    let exact = (from + (to - from) * position / STEPS).exp();
    round(exact).clamp(field.least, field.most)
}

/// To two digits: 12,345 is 12,000.
fn round(value: f64) -> f64 {
    let digits = 1 - value.log10().floor() as i32;
    // By whole powers, which are exact: 0.1 is written as 0.1.
    let power = 10_f64.powi(digits.abs());
    if digits >= 0 { (value * power).round() / power } else { (value / power).round() * power }
}

#[cfg(test)]
mod tests {
    use tidings_shared::plan::{FIELDS, Input};

    use super::*;

    #[test]
    fn a_slider_s_ends_are_the_field_s_and_it_stays_where_it_was_put() {
        for field in FIELDS.iter().filter(|field| field.least > 0.0) {
            assert_eq!(value(field, 0.0), field.least, "{}", field.key);
            assert_eq!(value(field, STEPS), field.most, "{}", field.key);
            for step in 0..=100 {
                let at = f64::from(step) * 10.0;
                let back = position(field, value(field, at));
                assert!((back - at).abs() <= 20.0, "{}: {at} and {back}", field.key);
            }
        }
    }

    #[test]
    fn a_slider_says_numbers_that_one_would_say() {
        let audience = Input::Audience.field();
        assert_eq!(value(audience, 500.0), 10_000.0);
        assert_eq!([round(12_345.0), round(0.098_7), round(3.0)], [12_000.0, 0.099, 3.0]);
    }
}
