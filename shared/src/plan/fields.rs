//! What is asked, and what is assumed: the table of every number that goes in, with its words, its
//! bounds and its default, so that none hides in a formula.

use super::unit::Unit;

/// One number that goes in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub enum Input {
    /// How many listen at the same time.
    Audience,
    /// Messages a second in what one of them listens to.
    Rate,
    /// The size of a message's text.
    Size,
    /// The longest that a message may take.
    Delay,
    /// How long a day they listen.
    Hours,
    /// Seconds between a poll's answer and the next poll; 0: the longest that the delay allows.
    Interval,
    /// How long a long-poll waits for news.
    Wait,
    /// To a listener and back, through the network.
    RoundTrip,
    /// What a browser puts into a request's head beyond what was measured.
    Header,
    /// What Ethernet, IP and TCP put around a packet.
    Packet,
    /// How much of a machine is planned to be used.
    Utilisation,
    /// Cores of a machine.
    Cores,
    /// Memory of a machine.
    Memory,
    /// Its network card.
    Card,
    /// Connections that it may hold.
    Sockets,
}

/// What there is to say of an input.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Field {
    /// The input.
    pub input: Input,
    /// Its name in an address and in formulas' place: short, lower case.
    pub key: &'static str,
    /// Its name in formulas.
    pub name: &'static str,
    /// Its name for who sets it.
    pub label: &'static str,
    /// What stands behind the number that one types.
    pub suffix: &'static str,
    /// Why it is what it is, or what it means.
    pub note: &'static str,
    /// The least, what it is unless told, and the most; in the suffix's unit.
    pub least: f64,
    #[expect(missing_docs, reason = "described above")]
    pub default: f64,
    #[expect(missing_docs, reason = "described above")]
    pub most: f64,
    /// From the suffix's unit to that of the formulas (seconds, bytes, shares).
    pub(super) scale: f64,
    /// The unit in formulas.
    pub(super) unit: Unit,
}

/// How many of [`FIELDS`], from the first on, are asked; the rest is assumed.
pub const ASKED: usize = 5;

macro_rules! field {
    ($input:ident, $key:literal, $name:literal, $label:literal, $suffix:literal,
     [$least:expr, $default:expr, $most:expr], $scale:expr, $unit:expr, $note:literal) => {
        Field {
            input: Input::$input,
            key: $key,
            name: $name,
            label: $label,
            suffix: $suffix,
            note: $note,
            least: $least,
            default: $default,
            most: $most,
            scale: $scale,
            unit: $unit,
        }
    };
}

/// Every input, in the order of [`Input`].
pub const FIELDS: [Field; 15] = [
    field!(
        Audience,
        "audience",
        "listeners",
        "Audience",
        "listeners",
        [10.0, 10_000.0, 1e7],
        1.0,
        Unit::Of("listeners"),
        "How many listen at the same time, all of them to the same."
    ),
    field!(
        Rate,
        "rate",
        "messages/s",
        "Messages a second",
        "/s",
        [0.001, 1.0, 1000.0],
        1.0,
        Unit::Of("messages/s"),
        "How many messages come in what one of them listens to, on average; they come as people talk, at times of their own."
    ),
    field!(
        Size,
        "size",
        "text",
        "Size of a message",
        "bytes",
        [1.0, 120.0, 4096.0],
        1.0,
        Unit::Bytes,
        "The text alone; what is around it is counted too, as it was measured."
    ),
    field!(
        Delay,
        "delay",
        "bearable delay",
        "Bearable delay",
        "s",
        [0.05, 3.0, 120.0],
        1.0,
        Unit::Seconds,
        "The longest that a message may take from its sender to a listener. Polls ask as seldom as this allows."
    ),
    field!(
        Hours,
        "hours",
        "hours a day",
        "Hours a day",
        "h",
        [0.1, 8.0, 24.0],
        3600.0,
        Unit::Seconds,
        "How long a day all of them listen."
    ),
    field!(
        Interval,
        "every",
        "interval",
        "Poll interval",
        "s (0: by the delay)",
        [0.0, 0.0, 60.0],
        1.0,
        Unit::Seconds,
        "Between an answer and the next question. 0: the longest that the bearable delay allows, 0.5 to 60 s."
    ),
    field!(
        Wait,
        "wait",
        "wait",
        "A long-poll waits",
        "s",
        [1.0, 30.0, 60.0],
        1.0,
        Unit::Seconds,
        "Then it is answered with nothing, and asks again. Below what proxies on the way bear, often 60 s."
    ),
    field!(
        RoundTrip,
        "rtt",
        "round trip",
        "Round trip",
        "ms",
        [0.0, 50.0, 1000.0],
        1e-3,
        Unit::Seconds,
        "Through the network to a listener and back; a message travels half of it from its sender, and half to its listener."
    ),
    field!(
        Header,
        "head",
        "browser's head",
        "A browser's request adds",
        "bytes",
        [0.0, 410.0, 8192.0],
        1.0,
        Unit::Bytes,
        "The measured requests have a short head. Chromium's is 410 bytes longer, with its name, its languages and more; cookies come on top."
    ),
    field!(
        Packet,
        "packet",
        "packet's head",
        "Around a packet",
        "bytes",
        [0.0, 66.0, 200.0],
        1.0,
        Unit::Bytes,
        "Ethernet 14, IP 20, TCP 32. Packets hold up to 1,448 bytes more."
    ),
    field!(
        Utilisation,
        "use",
        "planned use",
        "Of a machine, use",
        "%",
        [5.0, 60.0, 100.0],
        0.01,
        Unit::Share,
        "The rest is for bursts, for everybody coming back at once, and for what was not thought of."
    ),
    field!(
        Cores,
        "cores",
        "cores a machine",
        "Cores of a machine",
        "cores",
        [1.0, 8.0, 256.0],
        1.0,
        Unit::Of("cores"),
        "As fast as those that were measured on."
    ),
    field!(
        Memory,
        "memory",
        "memory a machine",
        "Memory of a machine",
        "GB",
        [0.5, 16.0, 4096.0],
        1e9,
        Unit::Bytes,
        "For the server and for the kernel's part of its connections."
    ),
    field!(
        Card,
        "card",
        "network card",
        "Its network",
        "Gbit/s",
        [0.01, 10.0, 400.0],
        125e6,
        Unit::ByteRate,
        "Each way."
    ),
    field!(
        Sockets,
        "sockets",
        "connections a machine",
        "Connections a machine holds",
        "connections",
        [1000.0, 250_000.0, 1e7],
        1.0,
        Unit::Of("connections"),
        "Open files, connection tables of firewalls, and how long all may take to come back after a restart."
    ),
];

impl Input {
    /// What there is to say of it.
    #[must_use]
    pub fn field(self) -> &'static Field {
        &FIELDS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_stand_in_the_order_of_the_inputs_and_within_their_bounds() {
        for (at, field) in FIELDS.iter().enumerate() {
            assert_eq!(field.input as usize, at);
            assert!(field.least <= field.default && field.default <= field.most, "{}", field.key);
            let twins =
                FIELDS.iter().filter(|twin| twin.key == field.key || twin.name == field.name);
            assert_eq!(twins.count(), 1, "{}", field.key);
        }
    }
}
