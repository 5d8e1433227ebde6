//! Numbers as people read them, with their unit.

/// What a number counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Nothing: a factor.
    Plain,
    /// Things, or things a second: the words that follow the number.
    Of(&'static str),
    /// A part of a whole, 0 to 1, shown in per cent.
    Share,
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
    /// Bytes a second, shown in bits a second, as networks are sold.
    ByteRate,
}

/// A share that is less than this is shown as less than this.
const SHARE_LEAST: f64 = 1e-4;
const NARROW: &str = "\u{202f}";

impl Unit {
    /// A value of this unit, for reading: three digits that say something, and the unit that makes
    /// the number neither long nor small.
    #[must_use]
    pub fn show(self, value: f64) -> String {
        let join = |(number, unit): (f64, &str)| format!("{}{NARROW}{unit}", digits(number));
        match self {
            Self::Plain => number(value),
            Self::Of(what) => counted(&number(value), what),
            Self::Share if 0.0 < value && value < SHARE_LEAST => format!("<{NARROW}0.01{NARROW}%"),
            Self::Share => format!("{}{NARROW}%", digits(value * 100.0)),
            Self::Seconds => join(time(value)),
            Self::Bytes => join(thousands(value, ["B", "kB", "MB", "GB", "TB", "PB"])),
            Self::ByteRate => join(thousands(
                value * 8.0,
                ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s", "Pbit/s"],
            )),
        }
    }
}

/// A number of things, of which there may be one: "2 cores", "1 core", "1 message/s".
fn counted(number: &str, things: &str) -> String {
    let (what, rest) = things.split_once('/').map_or((things, ""), |(what, _)| (what, "/s"));
    match what.strip_suffix('s') {
        Some(one) if number == "1" => format!("1 {one}{rest}"),
        _ => format!("{number} {things}"),
    }
}

fn time(seconds: f64) -> (f64, &'static str) {
    match seconds {
        s if s >= 7200.0 => (s / 3600.0, "h"),
        s if s >= 120.0 => (s / 60.0, "min"),
        // As soon as the digits would be 1,000 of the smaller unit.
        s if s >= 0.9995 || s == 0.0 => (s, "s"),
        s if s >= 0.000_999_5 => (s * 1e3, "ms"),
        s => (s * 1e6, "µs"),
    }
}

fn thousands(mut value: f64, units: [&'static str; 6]) -> (f64, &'static str) {
    let mut at = 0;
    while value >= 999.5 && at + 1 < units.len() {
        value /= 1000.0;
        at += 1;
    }
    (value, units[at])
}

/// A number, its thousands apart; from a million on, in words.
#[must_use]
pub fn number(value: f64) -> String {
    match value {
        v if v >= 999_500_000.0 => format!("{} billion", digits(v / 1e9)),
        v if v >= 999_999.5 => format!("{} million", digits(v / 1e6)),
        v => digits(v),
    }
}

/// Three digits that say something, or the whole number where it has more.
fn digits(value: f64) -> String {
    if value >= 999.5 {
        return grouped(value);
    }
    if value <= 0.0 {
        return "0".into();
    }
    // How many stand behind the point: 12.3, 1.23, 0.123, 0.0123.
    let places = (2 - value.log10().floor() as i32).clamp(0, 9) as usize;
    let text = format!("{value:.places$}");
    if text.contains('.') {
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    text
}

/// A whole number, its thousands apart: 1,000,000.
#[must_use]
pub fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_say_what_they_count() {
        for (unit, value, text) in [
            (Unit::Plain, 0.0, "0"),
            (Unit::Plain, 0.000_123_4, "0.000123"),
            (Unit::Plain, 2.0, "2"),
            (Unit::Plain, 9.996, "10"),
            (Unit::Of("requests/s"), 3333.33, "3,333 requests/s"),
            (Unit::Of("listeners"), 10_000.0, "10,000 listeners"),
            (Unit::Of("machines"), 1.0, "1 machine"),
            (Unit::Of("messages/s"), 1.0, "1 message/s"),
            (Unit::Of("s a second"), 1.0, "1 s a second"),
            (Unit::Of("listeners"), 1_250_000.0, "1.25 million listeners"),
            (Unit::Share, 0.6065, "60.7 %"),
            (Unit::Share, 3e-9, "< 0.01 %"),
            (Unit::Share, 0.0, "0 %"),
            (Unit::Seconds, 0.000_003_2, "3.2 µs"),
            (Unit::Seconds, 0.0523, "52.3 ms"),
            (Unit::Seconds, 0.9996, "1 s"),
            (Unit::Seconds, 3.0, "3 s"),
            (Unit::Seconds, 86_400.0, "24 h"),
            (Unit::Bytes, 231.0, "231 B"),
            (Unit::Bytes, 999_600.0, "1 MB"),
            (Unit::ByteRate, 125.0, "1 kbit/s"),
            (Unit::ByteRate, 11_625_000.0, "93 Mbit/s"),
        ] {
            assert_eq!(unit.show(value).replace(NARROW, " "), text);
        }
    }
}
