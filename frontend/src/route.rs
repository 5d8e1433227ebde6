//! The address of a tab, `/r/lobby?mode=poll&every=3s&name=leandro`: read when the page opens and
//! written back whenever a control changes. One route needs no router, and the escaping that it
//! takes is small enough to stand here and be tested natively.

use std::fmt;

use tidings_shared::{Interval, Mode, RoomName, Username};

use crate::{
    state::choice::LADDER,
    words::{fill, words},
};

/// What stands in the address when the mode is left to the tab.
pub const AUTO: &str = "auto";

/// What a tab is: where, who, and how it listens.
#[derive(Clone, PartialEq, Debug)]
pub struct Address {
    /// The room.
    pub room: RoomName,
    /// Who speaks.
    pub name: Username,
    /// Whether it chooses by itself how it listens.
    pub auto: bool,
    /// How it listens, by one's choice or its own; one of [`LADDER`].
    pub mode: Mode,
    /// How often it asks, when it polls.
    pub every: Interval,
}

/// Which part of an address was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    /// The room.
    Room,
    /// The name.
    Name,
    /// The mode.
    Mode,
    /// The interval.
    Every,
}

/// A part that was refused, and the rule's own sentence.
pub type Complaint = (Field, String);

impl Address {
    /// Reads a page's path and query. A part that is missing is the default (the caller's name
    /// for `name`); a part that is wrong is the default too, with a complaint.
    #[must_use]
    pub fn parse(path: &str, query: &str, name: Username) -> (Self, Vec<Complaint>) {
        let mut complaints = Vec::new();
        let mut address = Self {
            room: RoomName::lobby(),
            name,
            auto: true,
            mode: LADDER[0],
            every: Interval::default(),
        };
        if let Some(room) = path.strip_prefix("/r/").map(|room| room.trim_end_matches('/'))
            && !room.is_empty()
        {
            take(&unescape(room), &mut address.room, Field::Room, &mut complaints);
        }
        for pair in query.trim_start_matches('?').split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = unescape(&value.replace('+', " "));
            match key {
                "name" => take(&value, &mut address.name, Field::Name, &mut complaints),
                "every" => take(&value, &mut address.every, Field::Every, &mut complaints),
                "mode" => address.listen_by(&value, &mut complaints),
                _ => {}
            }
        }
        (address, complaints)
    }
}

impl Address {
    /// The same with one part changed, as somebody typed it.
    ///
    /// # Errors
    ///
    /// The rule's own sentence, when it is broken.
    pub fn with(&self, field: Field, text: &str) -> Result<Self, Complaint> {
        let (mut address, mut complaints) = (self.clone(), Vec::new());
        let text = text.trim();
        match field {
            Field::Room => take(text, &mut address.room, field, &mut complaints),
            Field::Name => take(text, &mut address.name, field, &mut complaints),
            Field::Every => take(text, &mut address.every, field, &mut complaints),
            Field::Mode => address.listen_by(text, &mut complaints),
        }
        complaints.pop().map_or(Ok(address), Err)
    }

    /// A mode by its name, or `auto`; what is not for a browser is refused.
    fn listen_by(&mut self, text: &str, complaints: &mut Vec<Complaint>) {
        if text == AUTO {
            (self.auto, self.mode) = (true, LADDER[0]);
            return;
        }
        match text.parse() {
            Ok(mode) if LADDER.contains(&mode) => (self.auto, self.mode) = (false, mode),
            Ok(mode) => {
                let rule = fill(words().listening.for_programs, mode.as_str());
                complaints.push((Field::Mode, rule));
            }
            Err(rule) => complaints.push((Field::Mode, rule.to_string())),
        }
    }
}

/// Puts what was parsed into its place, or the rule's sentence among the complaints.
fn take<T>(text: &str, place: &mut T, field: Field, complaints: &mut Vec<Complaint>)
where
    T: std::str::FromStr<Err: fmt::Display>,
{
    match text.parse() {
        Ok(value) => *place = value,
        Err(rule) => complaints.push((field, rule.to_string())),
    }
}

/// As it stands in the address bar. The interval is there only in the mode that has one.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = if self.auto { AUTO } else { self.mode.as_str() };
        write!(f, "/r/{}?mode={mode}", self.room)?;
        if mode == Mode::Poll.as_str() {
            write!(f, "&every={}", self.every)?;
        }
        write!(f, "&name={}", escape(self.name.as_str()))
    }
}

/// Percent-encodes all but RFC 3986's unreserved characters, which is right anywhere in a URL.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(byte.into());
        } else {
            for digit in [byte >> 4, byte & 15] {
                out.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
            }
            let at = out.len() - 2;
            out.insert(at, '%');
        }
    }
    out
}

/// Undoes percent-encoding; what is no valid escape stays as it is.
#[must_use]
pub fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|&b| char::from(b).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(path: &str, query: &str) -> (Address, Vec<Complaint>) {
        Address::parse(path, query, "guest-ab12".parse().unwrap())
    }

    #[test]
    fn an_address_survives_the_address_bar() {
        for text in [
            "/r/lobby?mode=poll&every=3s&name=leandro",
            "/r/ops?mode=poll&every=0.5s&name=cron",
            "/r/a-b_c?mode=websocket&name=Jos%C3%A9%20%26%20Ana%20%2B1",
            "/r/ops?mode=auto&name=ana",
            "/r/0?mode=long-poll&name=%D9%85%D8%B1%D8%AD%D8%A8%D8%A7",
        ] {
            let (path, query) = text.split_once('?').unwrap();
            let (address, complaints) = parse(path, query);
            assert_eq!(complaints, []);
            assert_eq!(address.to_string(), text);
        }
    }

    #[test]
    fn what_is_missing_is_the_default() {
        for path in ["/", "/r/", "/r/lobby", "/r/lobby/", "/index.html"] {
            let (address, complaints) = parse(path, "");
            assert_eq!(address.to_string(), "/r/lobby?mode=auto&name=guest-ab12");
            assert_eq!(complaints, []);
        }
    }

    #[test]
    fn what_is_wrong_is_the_default_and_says_the_rule() {
        let (address, complaints) = parse("/r/No%20Room", "?mode=pigeon&every=0.1&name=%20");
        assert_eq!(address.room, RoomName::lobby());
        assert_eq!(address.name.as_str(), "guest-ab12");
        let fields: Vec<_> = complaints.iter().map(|(field, _)| *field).collect();
        assert!(address.auto, "what is wrong is left to the tab");
        assert_eq!(fields, [Field::Room, Field::Mode, Field::Every, Field::Name]);
        assert!(complaints[2].1.contains("0.5 to 60 seconds"), "{:?}", complaints[2]);
    }

    #[test]
    fn a_mode_for_programs_is_refused_with_a_sentence() {
        let (address, complaints) = parse("/r/lobby", "mode=raw");
        assert_eq!(address.mode, Mode::Websocket);
        assert_eq!(complaints.len(), 1);
    }

    #[test]
    fn one_part_changes_and_the_others_stay() {
        let (address, _) = parse("/r/ops", "mode=poll&every=2s&name=ana");
        let there = address.with(Field::Room, " lab ").unwrap();
        assert_eq!(there.to_string(), "/r/lab?mode=poll&every=2s&name=ana");
        let (field, rule) = address.with(Field::Every, "fast").unwrap_err();
        assert_eq!(field, Field::Every);
        assert_eq!(rule, "an interval is 0.5 to 60 seconds, written as 3s, 0.5s or 500ms");
    }

    #[test]
    fn a_tab_that_chooses_by_itself_goes_on_where_it_was_when_another_part_changes() {
        let (mut address, _) = parse("/r/ops", "name=ana");
        // It has fallen.
        address.mode = Mode::Sse;
        let there = address.with(Field::Room, "lab").unwrap();
        assert_eq!((there.auto, there.mode), (true, Mode::Sse));
        let fixed = there.with(Field::Mode, "poll").unwrap();
        assert_eq!((fixed.auto, fixed.mode), (false, Mode::Poll));
        let again = fixed.with(Field::Mode, "auto").unwrap();
        assert_eq!((again.auto, again.mode), (true, Mode::Websocket));
    }

    #[test]
    fn a_broken_escape_stays_as_it_is() {
        assert_eq!(unescape("100%"), "100%");
        assert_eq!(unescape("%zz%4"), "%zz%4");
        assert_eq!(unescape("%C3%A9"), "é");
        assert_eq!(unescape("%€"), "%€");
    }
}
