//! How tall each line of the conversation is: measured where it was seen, estimated where it was not.
//! Sums are kept a chunk at a time, so that a place is found among a hundred thousand lines by looking
//! at some hundreds of numbers, and lines come and go at both ends without moving the others.
//!
//! A height is a whole number of 64ths of a pixel, which is what browsers lay out in: sums of them are
//! exact, however many there are.

use std::{collections::VecDeque, ops::Range};

/// So many units are a pixel.
pub const PIXEL: i64 = 64;

/// What a line is taken to be before any was measured.
const FIRST_GUESS: u32 = 48 * PIXEL as u32;

const CHUNK: u64 = 256;

/// Some lines whose places, divided by [`CHUNK`], are the same. A line that isn't there is 0 tall.
#[derive(Clone, Debug)]
struct Chunk {
    sum: i64,
    lines: Box<[u32; CHUNK as usize]>,
}

/// The heights of the lines at some places, one behind the other.
#[derive(Clone, Debug, Default)]
pub struct Heights {
    chunks: VecDeque<Chunk>,
    places: Range<u64>,
    /// All that were measured: the sum of their heights, and how many.
    measured: (i64, i64),
}

impl Heights {
    /// Where there are lines.
    #[must_use]
    pub fn places(&self) -> Range<u64> {
        self.places.clone()
    }

    /// The lines are at these places now. Those that were there keep their heights.
    pub fn follow(&mut self, places: Range<u64>) {
        if places.start >= self.places.end || places.end <= self.places.start {
            self.chunks.clear();
            self.places = places.start..places.start;
        }
        // What is gone weighs nothing.
        let guess = self.guess();
        let old = self.places.clone();
        for place in old.start..places.start.max(old.start) {
            self.write(place, 0);
        }
        for place in places.end.min(old.end)..old.end {
            self.write(place, 0);
        }
        let kept = old.start.max(places.start)..old.end.min(places.end);
        let (first, last) = (old.start / CHUNK, places.start / CHUNK);
        for _ in first..last {
            self.chunks.pop_front();
        }
        for _ in last..first {
            self.chunks.push_front(Chunk::new());
        }
        let chunks = if places.is_empty() { 0 } else { (places.end - 1) / CHUNK - last + 1 };
        self.chunks.resize_with(chunks as usize, Chunk::new);
        self.places = places.clone();
        for place in (places.start..kept.start).chain(kept.end..places.end) {
            self.write(place, guess);
        }
    }

    /// The line at `place` is so tall. Answers whether that is news.
    pub fn measured(&mut self, place: u64, height: u32) -> bool {
        let news = self.places.contains(&place) && self.read(place) != height;
        if news {
            self.write(place, height);
            self.measured.0 += i64::from(height);
            self.measured.1 += 1;
        }
        news
    }

    /// How far down the line at `place` begins; the place behind the last line is the height of all.
    #[must_use]
    pub fn top(&self, place: u64) -> i64 {
        let place = place.clamp(self.places.start, self.places.end);
        let at = (place / CHUNK - self.places.start / CHUNK) as usize;
        let before: i64 = self.chunks.iter().take(at).map(|chunk| chunk.sum).sum();
        let lines = self.chunks.get(at).map_or(&[][..], |chunk| &chunk.lines[..]);
        before
            + lines[..lines.len().min((place % CHUNK) as usize)]
                .iter()
                .copied()
                .map(i64::from)
                .sum::<i64>()
    }

    /// The height of all of them.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.chunks.iter().map(|chunk| chunk.sum).sum()
    }

    /// The place of the line that stands so far down; the first or the last one beyond them.
    #[must_use]
    pub fn at(&self, far: i64) -> u64 {
        let mut left = far.max(0);
        let first = self.places.start / CHUNK;
        for (n, chunk) in self.chunks.iter().enumerate() {
            if left < chunk.sum {
                for (place, height) in ((first + n as u64) * CHUNK..).zip(chunk.lines.iter()) {
                    left -= i64::from(*height);
                    if left < 0 {
                        return place;
                    }
                }
            }
            left -= chunk.sum;
        }
        self.places.end.saturating_sub(1).max(self.places.start)
    }

    /// What a line that was not seen is taken to be: as the others are on average.
    fn guess(&self) -> u32 {
        match self.measured {
            (_, 0) => FIRST_GUESS,
            (sum, count) => (sum / count) as u32,
        }
    }

    fn slot(&self, place: u64) -> (usize, usize) {
        ((place / CHUNK - self.places.start / CHUNK) as usize, (place % CHUNK) as usize)
    }

    fn read(&self, place: u64) -> u32 {
        let (chunk, line) = self.slot(place);
        self.chunks[chunk].lines[line]
    }

    fn write(&mut self, place: u64, height: u32) {
        let (chunk, line) = self.slot(place);
        let chunk = &mut self.chunks[chunk];
        chunk.sum += i64::from(height) - i64::from(chunk.lines[line]);
        chunk.lines[line] = height;
    }
}

impl Chunk {
    fn new() -> Self {
        Self { sum: 0, lines: Box::new([0; CHUNK as usize]) }
    }
}

// Drawn cases are tried on the machine itself; a browser would only try them more slowly.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, without any cleverness.
    #[derive(Default)]
    struct Plain(u64, Vec<u32>);

    impl Plain {
        fn top(&self, place: u64) -> i64 {
            self.1.iter().take((place - self.0) as usize).copied().map(i64::from).sum()
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Follow(u64, u64),
        Measured(u64, u32),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            1 => (0u64..3_000, 0u64..2_000).prop_map(|(from, count)| Step::Follow(from, count)),
            4 => (0u64..5_000, 1u32..90_000).prop_map(|(place, h)| Step::Measured(place, h)),
        ]
    }

    proptest! {
        #[test]
        fn sums_are_what_adding_all_up_would_give(steps in prop::collection::vec(step(), 1..40)) {
            let (mut heights, mut plain) = (Heights::default(), Plain::default());
            for step in steps {
                match step {
                    Step::Follow(from, count) => {
                        let guess = heights.guess();
                        heights.follow(from..from + count);
                        let old = |place: u64| plain.1.get(place.checked_sub(plain.0)? as usize).copied();
                        let lines = (from..from + count).map(|place| old(place).unwrap_or(guess));
                        plain = Plain(from, lines.collect());
                    }
                    Step::Measured(place, height) => {
                        heights.measured(place, height);
                        if let Some(line) = place.checked_sub(plain.0).and_then(|at| plain.1.get_mut(at as usize)) {
                            *line = height;
                        }
                    }
                }
                let (start, end) = (plain.0, plain.0 + plain.1.len() as u64);
                prop_assert_eq!(heights.places(), start..end);
                prop_assert_eq!(heights.total(), plain.top(end));
                for place in (start..=end).step_by(97).chain([end]) {
                    prop_assert_eq!(heights.top(place), plain.top(place));
                    if place < end {
                        prop_assert_eq!(heights.at(plain.top(place)), place);
                        prop_assert_eq!(heights.at(plain.top(place + 1) - 1), place);
                    }
                }
            }
        }
    }

    #[test]
    fn beyond_the_lines_is_the_nearest_one() {
        let mut heights = Heights::default();
        assert_eq!((heights.at(5), heights.top(9), heights.total()), (0, 0, 0));
        heights.follow(700..710);
        assert_eq!((heights.at(-5), heights.at(1 << 40)), (700, 709));
    }
}
