//! What is said about listening: how the tab does it, what it costs, what went wrong, and who else
//! listens. In a file of its own for its length; the words themselves stand with their language.

/// What went wrong on the way to the server, in sentences without an end.
#[derive(Debug)]
pub struct Failing {
    /// Nobody answered.
    pub no_answer: &'static str,
    /// Nobody answered in time.
    pub too_long: &'static str,
    /// What answered is something else.
    pub foreign: &'static str,
    /// The browser could not even try.
    pub unopened: &'static str,
    /// A connection broke.
    pub broke: &'static str,
    /// A connection brought nothing for too long.
    pub silent: &'static str,
    /// The server closed a connection, and said why.
    pub closed: &'static str,
}

/// How the tab listens.
#[derive(Debug)]
pub struct Listening {
    /// Over the choice of a mode.
    pub title: &'static str,
    /// The mode that the tab chooses.
    pub auto: &'static str,
    /// What that means, in a few words, as for each mode below.
    pub auto_short: &'static str,
    /// Which mode it uses, while nothing is in the way.
    pub auto_uses: &'static str,
    /// Which mode it uses, and why no better one: the reasons, from the best mode down.
    pub auto_fell: &'static str,
    /// Between the last two of them, with its spaces.
    pub and: &'static str,
    /// A mode could not be opened.
    pub refused: &'static str,
    /// A mode opened, and brought nothing.
    pub silent: &'static str,
    /// A mode was cut more than once.
    pub cut: &'static str,
    /// A mode has no connection left.
    pub no_room: &'static str,
    /// The poll.
    pub poll: Mode,
    /// The long-poll.
    pub long_poll: Mode,
    /// The stream of events.
    pub stream: Mode,
    /// The WebSocket.
    pub websocket: Mode,
    /// Lines of JSON, which only programs read.
    pub json_lines: &'static str,
    /// Lines of text, likewise.
    pub raw_lines: &'static str,
    /// The modes that there are for a browser.
    pub mode_rule: &'static str,
    /// Before the interval.
    pub every: &'static str,
    /// Behind it.
    pub seconds: &'static str,
    /// What an interval may be.
    pub every_rule: &'static str,
    /// The states of the connection.
    pub connecting: &'static str,
    /// Once more.
    pub reconnecting: &'static str,
    /// It works.
    pub live: &'static str,
    /// It works, for one that asks again and again.
    pub connected: &'static str,
    /// It asks just now.
    pub polling: &'static str,
    /// It asks in so many seconds.
    pub next_poll: &'static str,
    /// Other tabs have all connections.
    pub waits_its_turn: &'static str,
    /// There is no answer since then.
    pub offline_since: &'static str,
    /// It tries just now.
    pub trying: &'static str,
    /// It tries in so many seconds.
    pub next_try: &'static str,
    /// On the button that tries at once.
    pub retry: &'static str,
    /// Over what the mode costs.
    pub costs: &'static str,
    /// Behind a number of requests.
    pub requests: fn(u32) -> &'static str,
    /// Behind a number of bytes.
    pub both_ways: &'static str,
    /// Behind a delay.
    pub late: &'static str,
    /// What the figures count.
    pub counted_title: &'static str,
    /// The same at length.
    pub counted: &'static str,
    /// Over the figures of the last minute.
    pub figures: &'static str,
    /// Behind the requests of the last minute.
    pub requests_a_minute: fn(u32) -> &'static str,
    /// Behind the bytes of the last minute.
    pub a_minute: &'static str,
    /// Over the chart, before anything came.
    pub no_message_yet: &'static str,
    /// What the chart shows: so many messages, half of the mode's within this delay, the longest.
    pub lateness: fn(usize, &str, &str) -> String,
    /// Where none of them came by the present mode.
    pub lateness_before: fn(usize) -> &'static str,
    /// How to read its scale.
    pub lateness_scale: &'static str,
    /// Leads to the Lab.
    pub lab: &'static str,
    /// A tab waits for a connection.
    pub crowded_title: &'static str,
    /// Why.
    pub crowded: &'static str,
    /// What helps.
    pub crowded_help: &'static str,
    /// On the button that helps.
    pub crowded_button: &'static str,
}

/// A way of listening.
#[derive(Debug)]
pub struct Mode {
    /// Its name.
    pub name: &'static str,
    /// What it does, in a few words.
    pub short: &'static str,
    /// What it does, in a sentence or two.
    pub long: &'static str,
}

/// The side of the page with the tab's controls.
#[derive(Debug)]
pub struct Panel {
    /// Its name.
    pub title: &'static str,
    /// On the field for one's name.
    pub name: &'static str,
    /// What a name has to be.
    pub name_rule: &'static str,
    /// Over the line for a terminal.
    pub terminal: &'static str,
    /// What that line is.
    pub command: &'static str,
    /// On the button that opens it on a narrow page, and on the one that closes it.
    pub menu: [&'static str; 2],
}

/// Who is here and who is writing.
#[derive(Debug)]
pub struct People {
    /// Over the list.
    pub title: &'static str,
    /// So many listen by this mode.
    pub by_mode: &'static str,
    /// Where the list is empty.
    pub nobody: &'static str,
    /// Behind one's own name.
    pub you: &'static str,
    /// What a click on a name does.
    pub mention: &'static str,
    /// So many are not shown; the button shows them.
    pub and_more: &'static str,
    /// So many fit what was asked for and are not shown.
    pub and_more_fit: &'static str,
    /// Nobody fits what was asked for.
    pub nobody_fits: &'static str,
    /// On the button that shows fewer.
    pub fewer: &'static str,
    /// On the field that narrows the list.
    pub filter: &'static str,
    /// So many gave no name.
    pub nameless: &'static str,
    /// One writes; what follows is three dots.
    pub one_writes: &'static str,
    /// Two write.
    pub two_write: &'static str,
    /// More than two write.
    pub several_write: &'static str,
}
