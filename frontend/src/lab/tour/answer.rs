//! How a question of the tour is answered, and what an answer is in words.

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

    /// A guess in words: a number, or a choice's place.
    #[must_use]
    pub fn words(&self, guess: f64) -> String {
        match self {
            Self::Slider { eyes, .. } => eyes(guess),
            Self::Choices(choices) => {
                choices.get(guess as usize).map_or_else(String::new, |(name, _)| (*name).into())
            }
        }
    }
}
