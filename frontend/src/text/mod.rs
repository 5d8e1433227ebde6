//! Text as it is read: Markdown into a tree of what is to be shown. All of it is pure, so that it is
//! tested natively; `components/rich.rs` makes elements of the tree, and nothing here knows HTML.
//!
//! The Markdown parser is `minimad`, which reads one line at a time and toggles emphasis at each sign.
//! What a line alone can't tell stands around it: [`blocks`] joins lines into quotes, lists and code;
//! [`guard`] sees which signs were meant as signs; [`links`] finds what leads somewhere.

pub mod blocks;
pub mod complete;
pub mod edit;
pub mod emoji;
mod guard;
mod links;
mod plain;
pub mod reply;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_writing;

pub use blocks::parse;
pub(crate) use links::needs_a_list;
pub use plain::plain;

/// A part of a text that stands by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Block {
    /// Lines of running text; a newline in it is a newline on the page.
    Lines(Vec<Span>),
    /// A line that was marked as a heading.
    Heading(Vec<Span>),
    /// Code between fences, as it was written.
    Code(String),
    /// What somebody else said.
    Quote(Vec<Block>),
    /// A list.
    List {
        /// The first number, where it is numbered.
        start: Option<u32>,
        /// Its points.
        items: Vec<Item>,
    },
    /// A line across.
    Rule,
}

/// A point of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// How far it is indented; what is below it is of a higher level.
    pub level: u8,
    /// What it says.
    pub spans: Vec<Span>,
    /// The lists below it.
    pub below: Vec<Block>,
}

impl Item {
    fn new(level: u8, spans: Vec<Span>) -> Self {
        Self { level, spans, below: Vec::new() }
    }
}

/// Running text of one style.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Span {
    /// How it looks.
    pub style: Style,
    /// What it is.
    pub what: What,
}

/// How running text looks: any of these together. It is flat, so that no text can nest deeply.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Style {
    /// Bold.
    pub strong: bool,
    /// Italic.
    pub emphasis: bool,
    /// Struck out.
    pub gone: bool,
}

/// What running text is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// Text.
    Text(String),
    /// Code within a line.
    Code(String),
    /// A link: `http`, `https`, `mailto`, or the address of a room on this site, `/r/ops`.
    Link {
        /// Where it leads.
        href: String,
        /// What it is called; often the same.
        label: String,
    },
    /// `@name`.
    Mention {
        /// The name, without the sign.
        name: String,
        /// The reader's own.
        me: bool,
    },
    /// `#room`: a name that a room can have.
    Room(String),
}

/// Whether a text calls somebody by name: where they see it as their own. Code calls nobody, and a quote
/// only repeats.
#[must_use]
pub fn mentions(text: &str, name: &str) -> bool {
    // Most texts hold no @, and cost nothing more.
    text.contains('@') && call(&parse(text, name))
}

fn call(blocks: &[Block]) -> bool {
    let named = |spans: &[Span]| {
        spans.iter().any(|span| matches!(span.what, What::Mention { me: true, .. }))
    };
    blocks.iter().any(|block| match block {
        Block::Lines(spans) | Block::Heading(spans) => named(spans),
        Block::List { items, .. } => {
            items.iter().any(|item| named(&item.spans) || call(&item.below))
        }
        Block::Code(_) | Block::Quote(_) | Block::Rule => false,
    })
}

/// Whether a text can be shown as it is: most that is said holds no sign of any kind, and needs no
/// parsing.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    let sign = |b: u8| b"*_`~[@#>\\".contains(&b);
    let mut before = b' ';
    for line in text.split('\n') {
        let first = line.trim_start().as_bytes().first().copied().unwrap_or_default();
        if first.is_ascii_digit() && line.contains([')', '.']) || b"-+".contains(&first) {
            return false;
        }
    }
    // A colon between a word and a space is a colon; any other may begin an address or an emoji.
    text.bytes().zip(text.bytes().skip(1).chain([b' '])).all(|(b, next)| {
        let plain = !sign(b) && (b != b':' || next.is_ascii_whitespace() && before != b':');
        before = b;
        plain
    })
}
