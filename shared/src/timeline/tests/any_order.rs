//! A server with one log after another, and everything a reader may do with it.

use std::collections::HashMap;

use super::*;

#[derive(Clone, Copy, Debug)]
enum Step {
    /// So many messages are posted, each this far behind the one before.
    Posted(u8, u8),
    /// A stream begins so many messages before the cursor, and carries so many.
    Streamed(u8, u8),
    /// A poll is answered, with at most so many.
    Polled(u8),
    Older(u8),
    /// An answer that was asked for before something else happened.
    OlderLate(u8),
    Newer(u8),
    NewerLate(u8),
    /// A link to a place is followed: how far into the log, in 256ths.
    Around(u8, u8),
    ToEnd,
    KeepNewest(u8),
    Part(u8, u8),
    /// The server comes back with another log.
    Anew,
}

fn step() -> impl Strategy<Value = Step> {
    use Step::*;
    let n = || any::<u8>().prop_map(|n| n % 24 + 1);
    prop_oneof![
        4 => (n(), 1u8..3).prop_map(|(n, holes)| Posted(n, holes)),
        4 => (n(), n()).prop_map(|(back, n)| Streamed(back, n)),
        3 => n().prop_map(Polled),
        3 => n().prop_map(Older),
        1 => n().prop_map(OlderLate),
        3 => n().prop_map(Newer),
        1 => n().prop_map(NewerLate),
        2 => (any::<u8>(), n()).prop_map(|(place, n)| Around(place, n)),
        1 => Just(ToEnd),
        1 => n().prop_map(KeepNewest),
        1 => (any::<u8>(), n()).prop_map(|(place, n)| Part(place, n)),
        1 => Just(Anew),
    ]
}

struct World {
    log: Vec<u64>,
    name: Epoch,
    logs: u8,
    timeline: Timeline,
    asked_older: Option<u64>,
    asked_newer: Option<u64>,
    /// Which message stood at which place of which window.
    places: HashMap<(u32, u64), String>,
}

impl World {
    fn message(&self, seq: u64) -> Message {
        Message { id: format!("{}-{seq}", self.name).parse().unwrap(), ..message(seq) }
    }

    fn page(&self, seqs: &[u64], more: bool, at: u64) -> Page {
        let messages: Vec<_> = seqs.iter().map(|seq| self.message(*seq)).collect();
        let cursor = Cursor::new(self.name, messages.last().map_or(at, |m| m.seq));
        Page { messages, cursor, more, gap: None }
    }

    fn before(&self, seq: u64, limit: usize) -> Page {
        let all = &self.log[..self.log.partition_point(|s| *s < seq)];
        let from = all.len().saturating_sub(limit);
        self.page(&all[from..], from > 0, seq.saturating_sub(1))
    }

    fn after(&self, seq: u64, limit: usize) -> Page {
        let all = &self.log[self.log.partition_point(|s| *s <= seq)..];
        let to = all.len().min(limit);
        self.page(&all[..to], to < all.len(), seq)
    }

    /// What follows the reader's own cursor, with a gap where that can't be honoured.
    fn poll(&self, limit: usize) -> Page {
        match self.timeline.cursor() {
            Some(at) if at.epoch == self.name => self.after(at.seq, limit),
            Some(at) => {
                let resume = Cursor::new(self.name, 0);
                let reason = "another log".into();
                let gap = Gap { after: at.to_string(), resume, reason };
                Page { gap: Some(gap), ..self.after(0, limit) }
            }
            None => self.before(u64::MAX, limit),
        }
    }

    fn newer(&self, after: u64, limit: usize) -> Page {
        let page = self.after(after, limit);
        let resume = Cursor::new(self.name, 0);
        let gap = Gap { after: "?".into(), resume, reason: "another log".into() };
        let same = self.timeline.shown().epoch() == Some(self.name);
        Page { gap: (!same).then_some(gap), ..page }
    }

    fn take(&mut self, step: Step) {
        let limit = |n: u8| usize::from(n);
        match step {
            Step::Posted(n, holes) => {
                for _ in 0..n {
                    let last = self.log.last().copied().unwrap_or_default();
                    self.log.push(last + u64::from(holes));
                }
            }
            Step::Streamed(back, n) => {
                let Some(at) = self.timeline.cursor().filter(|at| at.epoch == self.name) else {
                    let page = self.poll(limit(n));
                    self.timeline.page(page);
                    return;
                };
                let from = self.log.partition_point(|seq| *seq <= at.seq);
                let from = from.saturating_sub(limit(back));
                for seq in self.log.iter().skip(from).take(limit(n)).copied().collect::<Vec<_>>() {
                    self.timeline.receive(Cursor::new(self.name, seq), self.message(seq));
                }
            }
            Step::Polled(n) => {
                let page = self.poll(limit(n));
                self.timeline.page(page);
            }
            Step::Older(n) => {
                self.asked_older = self.timeline.shown().oldest();
                self.take(Step::OlderLate(n));
            }
            Step::OlderLate(n) => {
                if let Some(seq) = self.asked_older {
                    let page = self.before(seq, limit(n));
                    self.timeline.older(seq, page);
                }
            }
            Step::Newer(n) => {
                self.asked_newer = self.timeline.shown().newest();
                self.take(Step::NewerLate(n));
            }
            Step::NewerLate(n) => {
                if let Some(seq) = self.asked_newer {
                    let page = self.newer(seq, limit(n));
                    self.timeline.newer(seq, page);
                }
            }
            Step::Around(place, n) => {
                let Some(seq) = self.log.get(self.log.len() * usize::from(place) / 256) else {
                    return;
                };
                let (up_to, after) = (self.before(seq + 1, limit(n)), self.after(*seq, limit(n)));
                self.timeline.around(up_to, after);
            }
            Step::ToEnd => self.timeline.to_end(),
            Step::KeepNewest(n) => self.timeline.keep_newest(limit(n)),
            Step::Part(place, n) => {
                let places = self.timeline.shown().places();
                let far = (places.end - places.start) * u64::from(place) / 256;
                self.timeline.part(places.start + far, limit(n));
            }
            Step::Anew => {
                self.logs += 1;
                self.name = epoch(&format!("log{:05}", self.logs));
                self.log.clear();
            }
        }
    }

    /// Neither window skips, repeats or swaps anything, and no line changes its place.
    fn check(&mut self) {
        for window in [self.timeline.shown(), self.timeline.end()] {
            let mut before: Option<&Arc<Message>> = None;
            for (place, entry) in window.places().zip(window.entries()) {
                let message = entry.message();
                if let (Some(a), Some(b)) = (before, message)
                    && b.id.as_str().starts_with(self.name.as_str())
                {
                    let next = self.log.iter().copied().find(|seq| *seq > a.seq);
                    assert_eq!(Some(b.seq), next, "what follows {} in the log", a.id);
                }
                if let Some(message) = message {
                    let here = self.places.entry((window.id(), place));
                    let here = here.or_insert_with(|| message.id.to_string());
                    assert_eq!(here, message.id.as_str(), "at {place}");
                }
                before = message;
            }
        }
        let end = self.timeline.end().newest();
        if let Some(cursor) = self.timeline.cursor().filter(|at| at.epoch == self.name)
            && let Some(newest) = end
        {
            assert_eq!(newest, cursor.seq, "nothing that the server gave is lost");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_order_of_things_shows_the_log_once_and_in_order(
        steps in prop::collection::vec(step(), 1..60)
    ) {
        let mut world = World {
            log: Vec::new(),
            name: epoch("log00000"),
            logs: 0,
            timeline: Timeline::default(),
            asked_older: None,
            asked_newer: None,
            places: HashMap::new(),
        };
        for step in steps {
            world.take(step);
            world.check();
        }
        // In the end all of it can be had: the newest from the server, the rest by paging.
        world.take(Step::ToEnd);
        loop {
            let page = world.poll(50);
            let more = page.more && world.timeline.cursor().is_some() || page.gap.is_some();
            world.timeline.page(page);
            if !more {
                break;
            }
        }
        while world.timeline.shown().has_more_before() {
            world.take(Step::Older(20));
            world.check();
        }
        let of_now = |message: &&Arc<Message>| message.id.as_str().starts_with(world.name.as_str());
        let shown = world.timeline.shown().entries().iter().filter_map(Entry::message);
        let shown: Vec<_> = shown.filter(of_now).map(|message| message.seq).collect();
        let behind_a_gap = world.timeline.shown().oldest().is_none();
        let all = if behind_a_gap { &world.log[world.log.len() - shown.len()..] } else { &world.log };
        prop_assert_eq!(&shown, all);
    }
}
