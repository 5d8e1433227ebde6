//! Which lines of the conversation are on the page: those in view, and some around them.

use std::ops::Range;

use super::heights::{Heights, PIXEL};

/// So far beyond the view, above and below, lines are ready for whoever scrolls.
const AHEAD: i64 = 400 * PIXEL;
/// What may be missing of that before more are made ready.
const SLACK: i64 = 200 * PIXEL;
/// At least so many lines are on the page, though fewer would fill the view: what is there can be found
/// by the browser's own search, and is not made anew with every step.
const AT_LEAST: u64 = 32;

/// The part of the conversation that one sees: where it begins, and how tall it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct View {
    /// How far down.
    pub top: i64,
    /// How tall.
    pub height: i64,
}

impl View {
    /// The lines that should be on the page.
    #[must_use]
    pub fn lines(self, heights: &Heights) -> Range<u64> {
        let places = heights.places();
        if places.is_empty() {
            return places;
        }
        let first = heights.at(self.top - AHEAD);
        let last = heights.at(self.top + self.height + AHEAD) + 1;
        // What is wanting is taken from both sides, and from the other one where a side has ended.
        let wanting = AT_LEAST.saturating_sub(last - first);
        let first = first.saturating_sub(wanting / 2).max(places.start);
        let last = (first + AT_LEAST).max(last).min(places.end);
        last.saturating_sub(AT_LEAST).min(first).max(places.start)..last
    }

    /// Whether the lines on the page are enough for this view and for a step or two.
    #[must_use]
    pub fn is_within(self, lines: &Range<u64>, heights: &Heights) -> bool {
        let places = heights.places();
        let (above, below) = (self.top - SLACK, self.top + self.height + SLACK);
        let enough = lines.end - lines.start >= AT_LEAST.min(places.end - places.start);
        enough
            && lines.start >= places.start
            && lines.end <= places.end
            && (lines.start <= places.start || heights.top(lines.start) <= above)
            && (lines.end >= places.end || heights.top(lines.end) >= below)
    }
}

// Drawn cases are tried on the machine itself; a browser would only try them more slowly.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_view_is_always_covered_and_the_page_stays_small(
            count in 0u64..5_000,
            tall in prop::collection::vec((0u64..5_000, 20i64..2_000), 0..50),
            top in -1_000i64..300_000,
            height in 100i64..2_000,
        ) {
            let mut heights = Heights::default();
            heights.follow(1_000..1_000 + count);
            for (place, height) in tall {
                heights.measured(1_000 + place, (height * PIXEL) as u32);
            }
            let view = View { top: top * PIXEL, height: height * PIXEL };
            let lines = view.lines(&heights);
            prop_assert!(view.is_within(&lines, &heights), "{lines:?}");
            prop_assert!(lines.end - lines.start >= count.min(AT_LEAST), "{lines:?}");
            let most = (height * PIXEL + 2 * AHEAD) / (20 * PIXEL) + 3;
            prop_assert!(lines.end - lines.start <= AT_LEAST.max(most as u64), "{lines:?}");
        }
    }

    #[test]
    fn a_short_conversation_is_on_the_page_as_a_whole() {
        let mut heights = Heights::default();
        heights.follow(500..500 + AT_LEAST);
        for top in [-500, 0, 900, 5_000] {
            let view = View { top: top * PIXEL, height: 600 * PIXEL };
            assert_eq!(view.lines(&heights), heights.places(), "{top}");
        }
    }
}
