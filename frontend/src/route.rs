//! The address of a tab, `/r/lobby?mode=poll&every=3s&name=leandro`: read when the page opens and
//! written back whenever a control changes. One route needs no router, and the escaping that it
//! takes is small enough to stand here and be tested natively.

use std::str::FromStr;

use tidings_shared::{Interval, Mode, RoomName, Username};

use crate::{state::choice::LADDER, words::words};

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

impl Field {
    /// What is allowed in it, in the reader's language.
    #[must_use]
    pub fn rule(self) -> &'static str {
        let words = words();
        match self {
            Self::Room => words.finding.room_rule,
            Self::Name => words.panel.name_rule,
            Self::Mode => words.listening.mode_rule,
            Self::Every => words.listening.every_rule,
        }
    }
}

impl Address {
    /// Reads a page's path and query. A part that is missing is the default (the caller's name
    /// for `name`); a part that is wrong is the default too, with a complaint of its field.
    #[must_use]
    pub fn parse(path: &str, query: &str, name: Username) -> (Self, Vec<Field>) {
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
    /// The field, when its rule is broken.
    pub fn with(&self, field: Field, text: &str) -> Result<Self, Field> {
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
    fn listen_by(&mut self, text: &str, complaints: &mut Vec<Field>) {
        if text == AUTO {
            (self.auto, self.mode) = (true, LADDER[0]);
            return;
        }
        match text.parse() {
            Ok(mode) if LADDER.contains(&mode) => (self.auto, self.mode) = (false, mode),
            _ => complaints.push(Field::Mode),
        }
    }
}

/// Puts what was parsed into its place, or the field among the complaints.
fn take<T: FromStr>(text: &str, place: &mut T, field: Field, complaints: &mut Vec<Field>) {
    match text.parse() {
        Ok(value) => *place = value,
        Err(_) => complaints.push(field),
    }
}

/// As it stands in the address bar. The interval is there only in the mode that has one.
impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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

    fn parse(path: &str, query: &str) -> (Address, Vec<Field>) {
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
        assert!(address.auto, "what is wrong is left to the tab");
        assert_eq!(complaints, [Field::Room, Field::Mode, Field::Every, Field::Name]);
    }

    #[test]
    fn a_mode_for_programs_is_refused() {
        let (address, complaints) = parse("/r/lobby", "mode=raw");
        assert_eq!(address.mode, Mode::Websocket);
        assert_eq!(complaints, [Field::Mode]);
    }

    #[test]
    fn one_part_changes_and_the_others_stay() {
        let (address, _) = parse("/r/ops", "mode=poll&every=2s&name=ana");
        let there = address.with(Field::Room, " lab ").unwrap();
        assert_eq!(there.to_string(), "/r/lab?mode=poll&every=2s&name=ana");
        assert_eq!(address.with(Field::Every, "fast"), Err(Field::Every));
        assert_eq!(address.with(Field::Mode, "raw"), Err(Field::Mode));
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
