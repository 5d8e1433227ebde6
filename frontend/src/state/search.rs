//! A search as somebody types it: what is asked and when, what came of it, and how a text that was
//! found is shown.

use tidings_shared::{Cursor, RoomName, SearchPage, SearchResult, route};

use super::find::in_word;
use crate::route::escape;

/// How many results are asked for at a time.
const PAGE: usize = 20;
/// About how many bytes of a text are shown, and how many of them before the first word that was
/// found.
const SHOWN: usize = 280;
const BEFORE: usize = 80;

/// How a search stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Standing {
    /// Nothing is asked for.
    #[default]
    Idle,
    /// A filter is being typed, and its value is not there yet.
    HalfTyped(Filter),
    /// The answer is on its way.
    Asking,
    /// It is here.
    Found,
    /// What is typed is not understood, and why: no more than a hint, as long as one types.
    Refused(String),
    /// Nobody answered.
    Failed(String),
}

/// A filter of the search's language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Filter {
    /// `from:`
    From,
    /// `in:`
    In,
    /// `before:` and `after:`
    Day,
}

/// A search.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Search {
    typed: String,
    everywhere: bool,
    /// Counts what was asked, so that an answer to something else is none.
    asked: u32,
    results: Vec<SearchResult>,
    next: Option<Cursor>,
    standing: Standing,
}

impl Search {
    /// What is typed.
    #[must_use]
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// Whether all rooms are searched.
    #[must_use]
    pub fn everywhere(&self) -> bool {
        self.everywhere
    }

    /// The number of what is asked for now; each is another question.
    #[must_use]
    pub fn asked(&self) -> u32 {
        self.asked
    }

    /// What was found.
    #[must_use]
    pub fn results(&self) -> &[SearchResult] {
        &self.results
    }

    /// How it stands.
    #[must_use]
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Whether there is more than what was found.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.next.is_some()
    }

    /// Something else is typed, or searched in.
    pub fn ask(&mut self, typed: &str, everywhere: bool) {
        self.typed = typed.to_owned();
        self.everywhere = everywhere;
        self.asked += 1;
        self.next = None;
        self.standing = if typed.trim().is_empty() {
            self.results.clear();
            Standing::Idle
        } else if let Some(filter) = half_typed(typed) {
            Standing::HalfTyped(filter)
        } else {
            Standing::Asking
        };
    }

    /// More of the same is wanted; or the same once more, after nobody answered.
    pub fn go_on(&mut self) {
        self.asked += 1;
        self.standing = Standing::Asking;
    }

    /// The address to ask at, if there is something to ask.
    #[must_use]
    pub fn path(&self, room: &RoomName) -> Option<String> {
        if self.standing != Standing::Asking {
            return None;
        }
        let mut path = format!("{}?limit={PAGE}&q={}", route::SEARCH, escape(self.typed.trim()));
        // Who names a room looks there, wherever the page is.
        if !self.everywhere && !names_a_room(&self.typed) {
            path.push_str("&room=");
            path.push_str(room.as_str());
        }
        if let Some(next) = &self.next {
            path.push_str("&cursor=");
            path.push_str(&escape(&next.to_string()));
        }
        Some(path)
    }

    /// The answer to question number `asked`.
    pub fn heard(&mut self, asked: u32, page: SearchPage) {
        if asked != self.asked {
            return;
        }
        if self.next.is_none() {
            self.results.clear();
        }
        self.results.extend(page.results);
        self.next = page.next;
        self.standing = Standing::Found;
    }

    /// There is none.
    pub fn failed(&mut self, asked: u32, standing: Standing) {
        if asked == self.asked {
            self.standing = standing;
        }
    }
}

/// The last word, if it begins a filter and has no value that could be one yet.
fn half_typed(typed: &str) -> Option<Filter> {
    let last = typed.rsplit(char::is_whitespace).next()?;
    let (name, value) = last.split_once(':')?;
    let begins_a_day = value.len() < 10
        && value.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    match name.to_ascii_lowercase().as_str() {
        "from" if matches!(value, "" | "\"") => Some(Filter::From),
        "in" if value.is_empty() => Some(Filter::In),
        "before" | "after" if begins_a_day => Some(Filter::Day),
        _ => None,
    }
}

fn names_a_room(typed: &str) -> bool {
    let mut words = typed.split(char::is_whitespace);
    words.any(|word| word.get(..3).is_some_and(|begin| begin.eq_ignore_ascii_case("in:")))
}

/// A text that was found, as it is shown: the part around the first word that was meant, cut where
/// it is long, in pieces that are marked or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Excerpt<'a> {
    /// Something was left out before it.
    pub cut_before: bool,
    /// Its pieces, and whether each is what was looked for.
    pub pieces: Vec<(&'a str, bool)>,
    /// Something was left out behind it.
    pub cut_behind: bool,
}

/// The part of a text in which `found` stands.
#[must_use]
pub fn excerpt<'a>(text: &'a str, found: &[String]) -> Excerpt<'a> {
    let marks = marks(text, found);
    let (mut from, mut to) = (0, text.len());
    if text.len() > SHOWN {
        let first = marks.first().map_or(0, |mark| mark.0);
        from = word_begin(text, first.saturating_sub(BEFORE).min(text.len() - SHOWN), first);
        to = boundary(text, from + SHOWN);
        // Not in the middle of what is marked.
        to = marks.iter().find(|mark| mark.0 < to && to < mark.1).map_or(to, |mark| mark.1);
    }
    let (mut pieces, mut at) = (Vec::new(), from);
    for (begin, end) in marks.into_iter().filter(|&(begin, end)| begin >= from && end <= to) {
        if begin > at {
            pieces.push((&text[at..begin], false));
        }
        pieces.push((&text[begin..end], true));
        at = end;
    }
    if at < to {
        pieces.push((&text[at..to], false));
    }
    Excerpt { cut_before: from > 0, pieces, cut_behind: to < text.len() }
}

/// Where the words stand, in order and apart.
fn marks(text: &str, found: &[String]) -> Vec<(usize, usize)> {
    let mut marks: Vec<(usize, usize)> = Vec::new();
    for word in found.iter().filter(|word| !word.is_empty()) {
        for (begin, _) in text.match_indices(&**word) {
            let end = begin + word.len();
            // A word, and not a part of another; where words aren't parted, any place is one.
            let parts = |c: Option<char>| c.is_none_or(|c| !in_word(c));
            let alone =
                parts(text[..begin].chars().next_back()) && parts(text[end..].chars().next());
            if alone || word.chars().next().is_some_and(|c| c >= '\u{2E80}') {
                marks.push((begin, end));
            }
        }
    }
    marks.sort_unstable();
    marks.dedup_by(|next, kept| {
        let overlap = next.0 < kept.1;
        if overlap {
            kept.1 = kept.1.max(next.1);
        }
        overlap
    });
    marks
}

/// The end of the character in which `at` lies.
fn boundary(text: &str, at: usize) -> usize {
    (at..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

/// The first beginning of a word at or behind `at`, and before `limit`.
fn word_begin(text: &str, at: usize, limit: usize) -> usize {
    let at = boundary(text, at);
    if at == 0 {
        return 0;
    }
    let part = text.get(at..limit).unwrap_or_default();
    part.find(char::is_whitespace).map_or(at, |blank| at + blank + 1)
}

#[cfg(test)]
mod tests {
    use tidings_shared::{Message, Text, Timestamp, Username};

    use super::*;

    fn lobby() -> RoomName {
        RoomName::lobby()
    }

    fn page(seqs: &[u64], next: Option<&str>) -> SearchPage {
        let result = |&seq: &u64| SearchResult {
            room: lobby(),
            message: Message {
                seq,
                id: "x".parse().unwrap(),
                username: Username::from_log("ana"),
                text: Text::from_log("oi"),
                at: Timestamp::from_ms(0),
            },
            found: vec![],
        };
        SearchPage {
            results: seqs.iter().map(result).collect(),
            next: next.map(|next| next.parse().unwrap()),
        }
    }

    fn seqs(search: &Search) -> Vec<u64> {
        search.results().iter().map(|result| result.message.seq).collect()
    }

    #[test]
    fn an_answer_to_what_is_no_longer_asked_is_none() {
        let mut search = Search::default();
        search.ask("disk", false);
        let first = search.asked();
        search.ask("disk full", false);
        search.heard(first, page(&[1], None));
        search.failed(first, Standing::Failed("gone".into()));
        assert_eq!((seqs(&search).len(), search.standing()), (0, &Standing::Asking));
        search.heard(search.asked(), page(&[2], None));
        assert_eq!((seqs(&search), search.standing()), (vec![2], &Standing::Found));
    }

    #[test]
    fn more_comes_behind_what_there_is_and_another_question_in_its_place() {
        let mut search = Search::default();
        search.ask("a", true);
        search.heard(search.asked(), page(&[9, 8], Some("aaaaaaaa:8")));
        assert!(search.has_more());
        search.go_on();
        assert_eq!(
            search.path(&lobby()).as_deref(),
            Some("/api/search?limit=20&q=a&cursor=aaaaaaaa%3A8")
        );
        search.heard(search.asked(), page(&[7], None));
        assert_eq!((seqs(&search), search.has_more()), (vec![9, 8, 7], false));
        search.ask("ab", true);
        assert_eq!(seqs(&search), [9, 8, 7], "they stay until there is something better");
        search.heard(search.asked(), page(&[5], None));
        assert_eq!(seqs(&search), [5]);
        search.ask(" ", true);
        assert_eq!((seqs(&search).len(), search.standing()), (0, &Standing::Idle));
        assert_eq!(search.path(&lobby()), None);
    }

    #[test]
    fn it_looks_where_one_is_unless_one_says_otherwise() {
        let mut search = Search::default();
        for (typed, everywhere, path) in [
            ("é x", false, "/api/search?limit=20&q=%C3%A9%20x&room=lobby"),
            ("x", true, "/api/search?limit=20&q=x"),
            ("x in:ops", false, "/api/search?limit=20&q=x%20in%3Aops"),
        ] {
            search.ask(typed, everywhere);
            assert_eq!(search.path(&lobby()).as_deref(), Some(path));
        }
    }

    #[test]
    fn a_filter_that_is_half_typed_is_not_asked_for() {
        for (typed, filter) in [
            ("from:", Some(Filter::From)),
            ("disk FROM:\"", Some(Filter::From)),
            ("in:", Some(Filter::In)),
            ("x before:", Some(Filter::Day)),
            ("after:2026-1", Some(Filter::Day)),
            ("after:2026-11-01", None),
            ("after:soon", None),
            ("from:ana", None),
            ("from: ana", None),
            ("http:", None),
        ] {
            let mut search = Search::default();
            search.ask(typed, true);
            let standing = filter.map_or(Standing::Asking, Standing::HalfTyped);
            assert_eq!(search.standing(), &standing, "{typed:?}");
        }
    }

    fn shown(text: &str, found: &[&str]) -> String {
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        let excerpt = excerpt(text, &found);
        let mut out = String::new();
        for (piece, marked) in excerpt.pieces {
            out += &if marked { format!("[{piece}]") } else { piece.to_owned() };
        }
        out
    }

    #[test]
    fn words_that_were_found_are_marked_and_parts_of_others_are_not() {
        assert_eq!(
            shown("a cat, A Cat, concat", &["a", "cat", "Cat"]),
            "[a] [cat], A [Cat], concat"
        );
        assert_eq!(shown("disk is full", &["disk is full", "is"]), "[disk is full]");
        assert_eq!(shown("ação açã", &["açã"]), "ação [açã]");
        assert_eq!(shown("私は東京に住む", &["東", "京"]), "私は[東][京]に住む");
        assert_eq!(shown("<b>x</b>", &["b"]), "<[b]>x</[b]>");
        assert_eq!(shown("plain", &[]), "plain");
    }

    #[test]
    fn a_long_text_is_shown_around_what_was_found() {
        let text = format!("{} needle {}", "é wörd ".repeat(300), "behind ".repeat(300));
        let found = ["needle".to_owned()];
        let excerpt = excerpt(&text, &found);
        assert!(excerpt.cut_before && excerpt.cut_behind);
        let size: usize = excerpt.pieces.iter().map(|(piece, _)| piece.len()).sum();
        assert!((SHOWN - 4..=SHOWN + 4).contains(&size), "{size}");
        assert_eq!(excerpt.pieces[1], ("needle", true));
        let at_the_end = format!("{}needle", "é ".repeat(1000));
        assert!(shown(&at_the_end, &["needle"]).ends_with("[needle]"));
        assert!(shown(&"é".repeat(2000), &[]).starts_with("éé"));
    }
}
