//! What sets up a Lab, as its address says it, so that a Lab can be handed to somebody:
//! `?room=lab-k3f9a0&rate=5&size=100&pattern=steady&pane=poll:3s&pane=sse::Anna`.

use std::{fmt, str::FromStr};

use tidings_shared::{Interval, Mode, RoomName};

use super::pace::{Pace, Pattern};
use crate::{
    components::mode_name,
    route::{escape, unescape},
    state::choice::LADDER,
};

/// The most panes that there can be at a time.
pub const MOST_PANES: usize = 12;
/// The most characters in a pane's name.
pub const NAME_MOST: usize = 24;

/// One pane.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaneSetup {
    /// How it listens; one that a browser can.
    pub mode: Mode,
    /// How often it asks, when it polls.
    pub every: Interval,
    /// What it is called; without one, by what it does.
    pub name: Option<String>,
}

impl PaneSetup {
    /// A pane that listens by this mode, and polls every 3 s if it polls.
    #[must_use]
    pub fn new(mode: Mode) -> Self {
        Self { mode, every: Interval::default(), name: None }
    }

    /// What it is called by what it does: "Poll 3 s", "Long-poll".
    #[must_use]
    pub fn kind(&self) -> String {
        match self.mode {
            Mode::Poll => {
                format!("Poll {} s", self.every.to_string().trim_end_matches('s'))
            }
            mode => mode_name(mode).to_owned(),
        }
    }

    /// What it is called.
    #[must_use]
    pub fn title(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.kind())
    }
}

/// Takes a name as it was typed; an empty one is none.
///
/// # Errors
///
/// The rule, in a sentence.
pub fn name(text: &str) -> Result<Option<String>, String> {
    let text = text.trim();
    if text.chars().count() > NAME_MOST || text.chars().any(char::is_control) {
        return Err(format!("a pane's name is one line of at most {NAME_MOST} characters"));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// `MODE`, `poll:INTERVAL`, and behind another colon the name.
impl FromStr for PaneSetup {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.splitn(3, ':');
        let mode: Mode = parts.next().unwrap_or_default().parse().map_err(|_| pane_rule())?;
        if !LADDER.contains(&mode) {
            return Err(pane_rule());
        }
        let mut pane = Self::new(mode);
        if let Some(every) = parts.next().filter(|every| !every.is_empty()) {
            pane.every = every.parse().map_err(|rule| format!("{rule}"))?;
        }
        pane.name = name(&unescape(parts.next().unwrap_or_default()))?;
        Ok(pane)
    }
}

fn pane_rule() -> String {
    "a pane listens by poll, long-poll, sse or websocket, as in pane=poll:3s".into()
}

impl fmt::Display for PaneSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.mode)?;
        match (self.mode, &self.name) {
            (Mode::Poll, _) => write!(f, ":{}", self.every)?,
            (_, Some(_)) => write!(f, ":")?,
            (_, None) => {}
        }
        self.name.as_ref().map_or(Ok(()), |name| write!(f, ":{}", escape(name)))
    }
}

/// All of a Lab.
#[derive(Clone, PartialEq, Debug)]
pub struct Setup {
    /// Where it happens.
    pub room: RoomName,
    /// How the publisher sends.
    pub pace: Pace,
    /// Who listens.
    pub panes: Vec<PaneSetup>,
}

impl Setup {
    /// A poll every 3 s, a long-poll, a stream, a WebSocket, in this room.
    #[must_use]
    pub fn new(room: RoomName) -> Self {
        let panes = LADDER.iter().rev().map(|&mode| PaneSetup::new(mode)).collect();
        Self { room, pace: Pace::default(), panes }
    }

    /// Reads an address's query. What is missing is the default, the room the one that is given; what is
    /// wrong is the default too, with a sentence that says the rule.
    #[must_use]
    pub fn parse(query: &str, fresh: RoomName) -> (Self, Vec<String>) {
        let (mut setup, mut panes, mut complaints) = (Self::new(fresh), Vec::new(), Vec::new());
        for pair in query.trim_start_matches('?').split('&') {
            let (key, raw) = pair.split_once('=').unwrap_or((pair, ""));
            let raw = raw.replace('+', " ");
            let value = unescape(&raw);
            let said = match key {
                "room" => take(&value, &mut setup.room),
                "rate" => setup.pace.set_rate(&value),
                "size" => setup.pace.set_size(&value),
                "pattern" => take::<Pattern>(&value, &mut setup.pace.pattern),
                // Read as it stands: a colon in a name is written as an escape.
                "pane" => raw.parse().map(|pane| panes.push(pane)),
                _ => Ok(()),
            };
            complaints.extend(said.err());
        }
        if panes.len() > MOST_PANES {
            panes.truncate(MOST_PANES);
            complaints.push(format!("a Lab has at most {MOST_PANES} panes"));
        }
        if !panes.is_empty() {
            setup.panes = panes;
        }
        (setup, complaints)
    }
}

fn take<T: FromStr<Err: fmt::Display>>(text: &str, place: &mut T) -> Result<(), String> {
    *place = text.parse().map_err(|rule: T::Err| rule.to_string())?;
    Ok(())
}

/// As it stands in the address bar, with its question mark.
impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pace { rate, size, pattern } = self.pace;
        write!(f, "?room={}&rate={rate}&size={size}&pattern={pattern}", self.room)?;
        self.panes.iter().try_for_each(|pane| write!(f, "&pane={pane}"))
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fresh() -> RoomName {
        "lab-fresh1".parse().unwrap()
    }

    #[test]
    fn an_empty_address_is_four_panes_in_a_fresh_room() {
        let (setup, complaints) = Setup::parse("", fresh());
        assert_eq!(setup, Setup::new(fresh()));
        assert!(complaints.is_empty());
        let titles: Vec<_> = setup.panes.iter().map(PaneSetup::title).collect();
        assert_eq!(titles, ["Poll 3 s", "Long-poll", "Stream", "WebSocket"]);
    }

    #[test]
    fn what_is_wrong_is_the_default_and_is_said_in_a_sentence() {
        let query =
            "?room=No&rate=500&size=0&pattern=wild&pane=pigeon&pane=poll:9h&pane=raw&pane=sse";
        let (setup, complaints) = Setup::parse(query, fresh());
        let expected = Setup { panes: vec![PaneSetup::new(Mode::Sse)], ..Setup::new(fresh()) };
        assert_eq!(setup, expected);
        assert_eq!(complaints.len(), 7, "{complaints:?}");
        assert!(complaints[1].contains("1 to 100"), "{complaints:?}");
    }

    #[test]
    fn there_are_no_more_panes_than_a_server_gives_lines() {
        let (setup, complaints) = Setup::parse(&"pane=sse&".repeat(40), fresh());
        assert_eq!((setup.panes.len(), complaints.len()), (MOST_PANES, 1));
    }

    fn panes() -> impl Strategy<Value = PaneSetup> {
        let names = proptest::option::of("[^\\p{C}]{1,24}");
        (0..LADDER.len(), 500..60_000u64, names).prop_map(|(mode, every, called)| {
            let mode = LADDER[mode];
            let mut pane = PaneSetup::new(mode);
            if mode == Mode::Poll {
                pane.every = std::time::Duration::from_millis(every).try_into().unwrap();
            }
            pane.name = called.and_then(|called| name(&called).unwrap());
            pane
        })
    }

    proptest! {
        #[test]
        fn an_address_sets_up_the_lab_that_wrote_it(
            room in "[a-z0-9][a-z0-9_-]{0,63}",
            rate in 1..=100u32,
            size in 1..=4_096u32,
            pattern in proptest::sample::select(Pattern::ALL.to_vec()),
            panes in proptest::collection::vec(panes(), 1..=MOST_PANES),
        ) {
            let pace = Pace { rate, size, pattern };
            let setup = Setup { room: room.parse().unwrap(), pace, panes };
            prop_assert_eq!(Setup::parse(&setup.to_string(), fresh()), (setup, vec![]));
        }

        #[test]
        fn no_address_is_too_much(query in ".{0,200}") {
            let (setup, _) = Setup::parse(&query, fresh());
            prop_assert!((1..=MOST_PANES).contains(&setup.panes.len()));
        }
    }
}
