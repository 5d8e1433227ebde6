//! The conversation cut into blocks for the page. A block that did not change is the same `Rc`, so
//! a new message costs the page one block's work, however long the conversation is.

use std::rc::Rc;

use tidings_shared::{Timestamp, timeline::Entry};

/// Messages whose seq, divided by this, is the same stand in one block.
const BLOCK: u64 = 64;
/// Somebody's next message within this many milliseconds needs no new headline.
const RUN_MS: u64 = 5 * 60_000;

/// Tells the day of an instant, in the time zone of whoever reads: equal numbers, equal days.
pub type DayOf = fn(Timestamp) -> i64;

/// One line of the conversation and how it follows the one before.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// The line.
    pub entry: Entry,
    /// A new day begins with it.
    pub new_day: bool,
    /// It goes on what the same person has just said.
    pub goes_on: bool,
}

/// Some lines that stand together. Equal only to itself: comparing by content is what blocks are
/// there to avoid.
#[derive(Clone, Debug)]
pub struct Block(Rc<Content>);

#[derive(Debug)]
struct Content {
    key: (u32, u64),
    rows: Vec<Row>,
}

impl PartialEq for Block {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Block {
    /// The block's name among its siblings.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}.{}", self.0.key.0, self.0.key.1)
    }

    /// Its lines, oldest first.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.0.rows
    }

    /// Whether it is what `rows` would make. The log never changes, so a block whose ends and
    /// length are the same is the same; only how its first line follows the one before may differ.
    fn holds(&self, rows: &[Row]) -> bool {
        let own = self.rows();
        own.len() == rows.len() && own.first() == rows.first() && own.last() == rows.last()
    }
}

/// The conversation in blocks, oldest first.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Transcript {
    blocks: Vec<Block>,
}

impl Transcript {
    /// The blocks.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Follows the conversation: what changed is cut anew, the rest is kept.
    pub fn follow(&mut self, entries: &[Entry], day_of: DayOf) {
        let mut old = std::mem::take(&mut self.blocks).into_iter().peekable();
        let mut rows: Vec<Row> = Vec::new();
        let mut generation = 0;
        let mut present = None;
        let mut before: Option<&Entry> = None;
        let mut day = None;

        let mut close = |key: Option<(u32, u64)>, rows: &mut Vec<Row>| {
            let Some(key) = key else { return };
            while old.peek().is_some_and(|block| block.0.key < key) {
                old.next();
            }
            let kept = old.next_if(|block| block.0.key == key && block.holds(rows));
            let block =
                kept.unwrap_or_else(|| Block(Rc::new(Content { key, rows: std::mem::take(rows) })));
            rows.clear();
            self.blocks.push(block);
        };

        for entry in entries {
            let key = match entry {
                Entry::Message(message) => (generation, message.seq / BLOCK),
                // What follows a gap may be another log, whose numbers begin anew.
                Entry::Gap(_) => {
                    generation += 1;
                    (generation, 0)
                }
            };
            if present != Some(key) {
                close(present, &mut rows);
                present = Some(key);
            }
            let today = match entry {
                Entry::Message(message) => Some(day_of(message.at)),
                Entry::Gap(_) => day,
            };
            let new_day = today != day;
            let goes_on = !new_day && follows(before, entry);
            rows.push(Row { entry: entry.clone(), new_day, goes_on });
            (before, day) = (Some(entry), today);
        }
        close(present, &mut rows);
    }
}

/// Whether `entry` goes on what the same person has just said.
fn follows(before: Option<&Entry>, entry: &Entry) -> bool {
    match (before, entry) {
        (Some(Entry::Message(a)), Entry::Message(b)) => {
            a.username == b.username && b.at.as_ms().saturating_sub(a.at.as_ms()) < RUN_MS
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use tidings_shared::{Cursor, Gap, Message, Text, Username};

    use super::*;

    const DAY_MS: u64 = 86_400_000;

    fn day_of(at: Timestamp) -> i64 {
        (at.as_ms() / DAY_MS) as i64
    }

    fn message(seq: u64, username: &str, at: u64) -> Entry {
        Entry::Message(Message {
            seq,
            id: format!("m{seq}").parse().unwrap(),
            username: Username::from_log(username),
            text: Text::from_log("oi"),
            at: Timestamp::from_ms(at),
        })
    }

    fn gap() -> Entry {
        let resume = Cursor::new("bbbbbbbb".parse().unwrap(), 0);
        Entry::Gap(Gap { after: "aaaaaaaa:7".into(), resume, reason: "another log".into() })
    }

    fn cut(entries: &[Entry]) -> Transcript {
        let mut transcript = Transcript::default();
        transcript.follow(entries, day_of);
        transcript
    }

    fn shown(transcript: &Transcript) -> Vec<Entry> {
        transcript.blocks().iter().flat_map(Block::rows).map(|row| row.entry.clone()).collect()
    }

    #[test]
    fn a_new_message_touches_one_block_of_many() {
        let mut entries: Vec<_> = (1..=5_000).map(|seq| message(seq, "ana", seq)).collect();
        let mut transcript = cut(&entries);
        let before = transcript.clone();
        assert_eq!(before.blocks().len(), 79);
        entries.push(message(5_001, "ana", 5_001));
        transcript.follow(&entries, day_of);
        let kept = before.blocks().iter().zip(transcript.blocks()).filter(|(a, b)| a == b).count();
        assert_eq!(kept, 78);
        assert_eq!(shown(&transcript), entries);
    }

    #[test]
    fn history_in_front_leaves_the_later_blocks_alone() {
        let all: Vec<_> = (1..=300).map(|seq| message(seq, "ana", seq)).collect();
        let mut transcript = cut(&all[200..]);
        let before = transcript.clone();
        transcript.follow(&all, day_of);
        assert_eq!(shown(&transcript), all);
        assert_eq!(transcript.blocks().last(), before.blocks().last());
    }

    #[test]
    fn a_log_that_begins_anew_gets_blocks_of_its_own() {
        let entries = [message(5, "ana", 1), gap(), message(1, "ana", 2), message(5, "ana", 3)];
        let transcript = cut(&entries);
        assert_eq!(shown(&transcript), entries);
        let keys: Vec<_> = transcript.blocks().iter().map(Block::key).collect();
        assert_eq!(keys, ["0.0", "1.0"]);
    }

    #[test]
    fn days_and_runs_are_marked() {
        let entries = [
            message(1, "ana", 0),
            message(2, "ana", RUN_MS - 1),
            message(3, "leo", RUN_MS),
            message(4, "leo", RUN_MS * 2),
            message(5, "leo", DAY_MS),
        ];
        let rows = cut(&entries).blocks()[0].rows().to_vec();
        let marks: Vec<_> = rows.iter().map(|row| (row.new_day, row.goes_on)).collect();
        assert_eq!(
            marks,
            [(true, false), (false, true), (false, false), (false, false), (true, false)]
        );
    }
}
