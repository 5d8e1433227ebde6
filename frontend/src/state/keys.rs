//! What keys mean wherever the page has the focus. Keys that mean something in a field stay the
//! field's, and those that make a character count only outside of fields.

/// Something that a key asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meant {
    /// Go to a room or a person.
    Switch,
    /// Search.
    Search,
    /// Show the keys.
    Keys,
    /// Write: the key makes a character, and nothing that takes one has the focus. It is for the field
    /// of the dialog that is open, or for a message.
    Write,
    /// Go to another of one's rooms.
    Step {
        /// The next one, or the one before.
        forward: bool,
        /// Only where something is unread.
        unread: bool,
    },
}

/// Where the focus is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Focus {
    /// In nothing that takes keys.
    Page,
    /// In a field for text.
    Text,
    /// In a list to choose from, which opens and steps by arrows.
    Choice,
    /// In a dialog, at a choice or a result beside its field: characters are for the field.
    Beside,
}

/// A key that was pressed, and what was held with it.
#[derive(Clone, Copy, Debug)]
pub struct Pressed<'a> {
    /// What it makes, as the browser says.
    pub key: &'a str,
    /// Where it is on the keyboard: for layouts whose letters are no Latin ones.
    pub code: &'a str,
    /// Control.
    pub ctrl: bool,
    /// The Apple key.
    pub meta: bool,
    /// Alt, or Option.
    pub alt: bool,
    /// Shift.
    pub shift: bool,
    /// Where the focus is.
    pub focus: Focus,
    /// Whether it is an Apple keyboard, whose Control edits texts.
    pub apple: bool,
    /// Whether single keys count, which can be switched off.
    pub single: bool,
}

impl Pressed<'_> {
    fn letter(&self, letter: &str) -> bool {
        if self.key.is_ascii() {
            self.key.eq_ignore_ascii_case(letter)
        } else {
            self.code.strip_prefix("Key").is_some_and(|at| at.eq_ignore_ascii_case(letter))
        }
    }

    /// What it asks for.
    #[must_use]
    pub fn meant(&self) -> Option<Meant> {
        let command = if self.apple { self.meta && !self.ctrl } else { self.ctrl && !self.meta };
        let plain = !self.ctrl && !self.meta && !self.alt;
        match self.key {
            _ if command && !self.alt && !self.shift && self.letter("k") => Some(Meant::Switch),
            _ if command && !self.alt && self.shift && self.letter("f") => Some(Meant::Search),
            "/" if plain && self.single && self.focus == Focus::Page => Some(Meant::Search),
            "?" if plain && self.single && self.focus == Focus::Page => Some(Meant::Keys),
            // A blank presses a button, or scrolls; other keys have names of several letters.
            key if plain && self.single && key > " " && key.chars().nth(1).is_none() => {
                matches!(self.focus, Focus::Page | Focus::Beside).then_some(Meant::Write)
            }
            "ArrowUp" | "ArrowDown" if self.alt && !self.ctrl && !self.meta => {
                // Option and an arrow go through a text by paragraphs.
                let of_the_field = match self.focus {
                    Focus::Page | Focus::Beside => false,
                    Focus::Text => self.apple,
                    Focus::Choice => true,
                };
                let forward = self.key == "ArrowDown";
                (!of_the_field).then_some(Meant::Step { forward, unread: self.shift })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `C-k`, `A-S-ArrowUp`; M is the Apple key.
    fn press(keys: &str, focus: Focus, apple: bool) -> Option<Meant> {
        let key = keys.rsplit_once('-').map_or(keys, |(_, key)| key);
        let held = |letter: &str| keys.split('-').any(|part| part == letter);
        let code = if key == "л" { "KeyK" } else { "" };
        let (ctrl, meta, alt, shift) = (held("C"), held("M"), held("A"), held("S"));
        Pressed { key, code, ctrl, meta, alt, shift, focus, apple, single: true }.meant()
    }

    #[test]
    fn each_key_means_one_thing() {
        let step = |forward, unread| Some(Meant::Step { forward, unread });
        for (keys, meant) in [
            ("C-k", Some(Meant::Switch)),
            ("C-K", Some(Meant::Switch)),
            ("C-л", Some(Meant::Switch)),
            ("C-S-F", Some(Meant::Search)),
            ("/", Some(Meant::Search)),
            ("S-/", Some(Meant::Search)),
            ("S-?", Some(Meant::Keys)),
            ("A-ArrowUp", step(false, false)),
            ("A-S-ArrowDown", step(true, true)),
            ("k", Some(Meant::Write)),
            ("S-K", Some(Meant::Write)),
            ("é", Some(Meant::Write)),
            (" ", None),
            ("Tab", None),
            ("Dead", None),
            ("A-k", None),
            ("C-f", None),
            ("C-S-K", None),
            ("M-k", None),
            ("C-A-ArrowUp", None),
            ("ArrowUp", None),
            ("C-?", None),
        ] {
            assert_eq!(press(keys, Focus::Page, false), meant, "{keys}");
        }
    }

    #[test]
    fn in_fields_what_they_know_is_theirs() {
        assert_eq!(press("C-k", Focus::Text, false), Some(Meant::Switch));
        assert_eq!(press("/", Focus::Text, false), None);
        assert_eq!(press("k", Focus::Text, false), None);
        assert_eq!(press("k", Focus::Choice, false), None, "it goes to what begins with it");
        assert_eq!(press("S-?", Focus::Text, false), None);
        assert_eq!(press("A-ArrowDown", Focus::Choice, false), None, "it opens the list");
        assert!(press("A-ArrowDown", Focus::Text, false).is_some());
    }

    #[test]
    fn beside_a_field_characters_are_for_the_field() {
        for key in ["k", "/", "S-?"] {
            assert_eq!(press(key, Focus::Beside, false), Some(Meant::Write), "{key}");
        }
        assert_eq!(press(" ", Focus::Beside, false), None, "it chooses");
        assert_eq!(press("C-k", Focus::Beside, false), Some(Meant::Switch));
    }

    #[test]
    fn on_an_apple_keyboard_control_and_option_edit_texts() {
        assert_eq!(press("M-k", Focus::Text, true), Some(Meant::Switch));
        assert_eq!(press("C-k", Focus::Text, true), None);
        assert_eq!(press("A-ArrowUp", Focus::Text, true), None);
        assert!(press("A-ArrowUp", Focus::Page, true).is_some());
    }

    #[test]
    fn single_keys_can_be_switched_off() {
        let off = |key| {
            let held = Pressed {
                key,
                code: "",
                ctrl: false,
                meta: false,
                alt: false,
                shift: false,
                focus: Focus::Page,
                apple: false,
                single: false,
            };
            held.meant()
        };
        assert_eq!((off("/"), off("?"), off("k")), (None, None, None));
    }
}
