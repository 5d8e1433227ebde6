//! What is worth a notice on the reader's desk: nothing, until they ask for it.

use tidings_shared::{Message, Username};

use crate::text::mentions;

/// How much of a room its reader wants to be told of while they look elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Loudness {
    /// Nothing: it waits until one comes back.
    #[default]
    Quiet,
    /// What calls the reader by name.
    Mentions,
    /// All that others say.
    All,
}

/// In the order of the list, each with its name in the page and in the browser's storage.
pub const LOUDNESS: [(Loudness, &str); 3] =
    [(Loudness::Quiet, "quiet"), (Loudness::Mentions, "mentions"), (Loudness::All, "all")];

impl Loudness {
    /// The one of this name; without one, quiet.
    #[must_use]
    pub fn of(name: &str) -> Self {
        LOUDNESS.iter().find(|(_, other)| *other == name).map_or(Self::Quiet, |(one, _)| *one)
    }

    /// Whether this message is worth a notice to `me`.
    #[must_use]
    pub fn tells(self, message: &Message, me: &Username) -> bool {
        let calls = || mentions(message.text.as_str(), me.as_str());
        &message.username != me && (self == Self::All || self == Self::Mentions && calls())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_of_themselves_and_quiet_means_quiet() {
        let message = |who: &str, text: &str| Message {
            seq: 1,
            id: "0199b7e2-6f0e-7a31-9d0c-0f3d2f6a8c11".parse().unwrap(),
            username: Username::from_log(who),
            text: text.parse().unwrap(),
            at: tidings_shared::Timestamp::from_ms(0),
        };
        let me = Username::from_log("ana");
        let [mine, plain, call] =
            [message("ana", "@ana"), message("leo", "hi"), message("leo", "hi @ana")];
        for (name, told) in [
            ("quiet", [false; 3]),
            ("mentions", [false, false, true]),
            ("all", [false, true, true]),
            ("?", [false; 3]),
        ] {
            let loudness = Loudness::of(name);
            assert_eq!([&mine, &plain, &call].map(|one| loudness.tells(one, &me)), told, "{name}");
        }
    }
}
