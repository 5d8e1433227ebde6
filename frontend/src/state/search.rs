//! A search as somebody types it: what is asked and when, and what came of it.

use tidings_shared::{Cursor, RoomName, SearchPage, SearchResult, Timestamp, Username, route};

use crate::route::escape;

/// How many results are asked for at a time.
const PAGE: usize = 20;
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
    /// What is typed is not understood, because of this filter or all in all: no more than a hint, as long
    /// as one types.
    Refused(Option<Filter>),
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

    /// All rooms are to be searched, or one.
    pub fn look(&mut self, everywhere: bool) {
        self.everywhere = everywhere;
        self.ask(self.typed.clone());
    }

    /// Something else is typed.
    pub fn ask(&mut self, typed: String) {
        self.typed = typed;
        self.asked += 1;
        self.next = None;
        self.standing = if self.typed.trim().is_empty() {
            self.results.clear();
            Standing::Idle
        } else if let Some(filter) = half_typed(&self.typed) {
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
        if !self.everywhere && !filters(&self.typed).any(|(filter, _)| filter == Filter::In) {
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

    /// There is none: nobody answered, and `why`.
    pub fn failed(&mut self, asked: u32, why: String) {
        if asked == self.asked {
            self.standing = Standing::Failed(why);
        }
    }

    /// There is none: what is typed was not understood.
    pub fn refused(&mut self, asked: u32) {
        if asked == self.asked {
            let wrong = filters(&self.typed).find(is_wrong);
            self.standing = Standing::Refused(wrong.map(|(filter, _)| filter));
        }
    }
}

/// The words that are filters, each with its value.
fn filters(typed: &str) -> impl Iterator<Item = (Filter, &str)> {
    typed.split(char::is_whitespace).filter_map(|word| {
        let (name, value) = word.split_once(':')?;
        let filter = match name.to_ascii_lowercase().as_str() {
            "from" => Filter::From,
            "in" => Filter::In,
            "before" | "after" => Filter::Day,
            _ => return None,
        };
        Some((filter, value))
    })
}

/// The last word, if it begins a filter and has no value that could be one yet.
fn half_typed(typed: &str) -> Option<Filter> {
    let last = typed.rsplit(char::is_whitespace).next()?;
    let (filter, value) = filters(last).next()?;
    let begins_a_day = value.len() < 10
        && value.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let is_half = match filter {
        Filter::From => matches!(value, "" | "\""),
        Filter::In => value.is_empty(),
        Filter::Day => begins_a_day,
    };
    is_half.then_some(filter)
}

/// Whether a filter's value is none that there can be.
fn is_wrong((filter, value): &(Filter, &str)) -> bool {
    match filter {
        Filter::From => value.parse::<Username>().is_err(),
        Filter::In => value.parse::<RoomName>().is_err(),
        Filter::Day => [value, "T00:00:00Z"].concat().parse::<Timestamp>().is_err(),
    }
}

#[cfg(test)]
mod tests {
    use tidings_shared::{Message, Text};

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
        search.look(false);
        search.ask("disk".into());
        let first = search.asked();
        search.look(false);
        search.ask("disk full".into());
        search.heard(first, page(&[1], None));
        search.failed(first, "gone".into());
        search.refused(first);
        assert_eq!((seqs(&search).len(), search.standing()), (0, &Standing::Asking));
        search.heard(search.asked(), page(&[2], None));
        assert_eq!((seqs(&search), search.standing()), (vec![2], &Standing::Found));
    }

    #[test]
    fn more_comes_behind_what_there_is_and_another_question_in_its_place() {
        let mut search = Search::default();
        search.look(true);
        search.ask("a".into());
        search.heard(search.asked(), page(&[9, 8], Some("aaaaaaaa:8")));
        assert!(search.has_more());
        search.go_on();
        assert_eq!(
            search.path(&lobby()).as_deref(),
            Some("/api/search?limit=20&q=a&cursor=aaaaaaaa%3A8")
        );
        search.heard(search.asked(), page(&[7], None));
        assert_eq!((seqs(&search), search.has_more()), (vec![9, 8, 7], false));
        search.look(true);
        search.ask("ab".into());
        assert_eq!(seqs(&search), [9, 8, 7], "they stay until there is something better");
        search.heard(search.asked(), page(&[5], None));
        assert_eq!(seqs(&search), [5]);
        search.look(true);
        search.ask(" ".into());
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
            search.look(everywhere);
            search.ask(typed.into());
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
            search.ask(typed.into());
            let standing = filter.map_or(Standing::Asking, Standing::HalfTyped);
            assert_eq!(search.standing(), &standing, "{typed:?}");
        }
    }
}
