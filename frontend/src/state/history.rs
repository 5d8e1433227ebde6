//! Reading back: pages of history that are under way at both ends of what is shown, and a message that
//! was asked for by its number.

/// An end of what is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// Where it begins.
    Older,
    /// Where it ends, apart from the log's own end.
    Newer,
}

/// How it stands with a page that follows on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Loading {
    /// None is wanted.
    #[default]
    Idle,
    /// It was asked for.
    UnderWay,
    /// It could not be had; the reader may ask again.
    Failed,
}

/// What came of looking for a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sought {
    /// The server was asked for what is around it.
    Asked,
    /// It is shown, at this place.
    Found(u64),
    /// The room has no such message.
    Missing,
    /// The server could not be asked.
    Failed,
}

/// A place in the log that the reader wants to see.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seek {
    /// The message's number.
    pub seq: u64,
    /// Whether it is to be that very message, and marked; else the first one from there on will do.
    pub exact: bool,
    /// How many were sought before: the same one can be sought twice.
    pub nth: u32,
    /// What came of it.
    pub sought: Sought,
}

impl Seek {
    /// The message that is marked.
    #[must_use]
    pub fn marks(&self) -> Option<u64> {
        (self.exact && matches!(self.sought, Sought::Found(_))).then_some(self.seq)
    }
}
