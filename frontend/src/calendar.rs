//! Instants for eyes: the reader's own days and hours. The browser knows the time zone, so only
//! [`Local::from`] asks it; the words are pure.

use std::cell::Cell;

use tidings_shared::Timestamp;

const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// An instant where the reader is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Local {
    year: u32,
    /// From 0.
    month: u32,
    day: u32,
    /// From Sunday, 0.
    weekday: u32,
    hour: u32,
    minute: u32,
    second: u32,
}

impl From<f64> for Local {
    /// From milliseconds since the Unix epoch.
    fn from(ms: f64) -> Self {
        let date = date(ms);
        Self {
            year: date.get_full_year(),
            month: date.get_month(),
            day: date.get_date(),
            weekday: date.get_day(),
            hour: date.get_hours(),
            minute: date.get_minutes(),
            second: date.get_seconds(),
        }
    }
}

impl From<Timestamp> for Local {
    fn from(at: Timestamp) -> Self {
        Self::from(at.as_ms() as f64)
    }
}

impl Local {
    /// `15:36`.
    #[must_use]
    pub fn time(&self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }

    /// `Monday 23 November 2026`.
    #[must_use]
    pub fn date(&self) -> String {
        let weekday = DAYS[self.weekday as usize % 7];
        let month = MONTHS[self.month as usize % 12];
        format!("{weekday} {} {month} {}", self.day, self.year)
    }

    /// `Monday 23 November 2026, 15:36:09`.
    #[must_use]
    pub fn full(&self) -> String {
        format!("{}, {}:{:02}", self.date(), self.time(), self.second)
    }
}

fn date(ms: f64) -> js_sys::Date {
    js_sys::Date::new(&ms.into())
}

thread_local! {
    /// The day that was asked for last: where it begins and where it ends.
    static DAY: Cell<(f64, f64)> = const { Cell::new((0.0, 0.0)) };
}

/// A number that is the same for all instants of one of the reader's days. A conversation asks for
/// the same day again and again, so the browser is asked once a day.
#[must_use]
pub fn day_of(at: Timestamp) -> i64 {
    let ms = at.as_ms() as f64;
    let (begin, end) = DAY.get();
    if begin <= ms && ms < end {
        return begin as i64;
    }
    let midnight = date(ms);
    midnight.set_hours(0);
    midnight.set_minutes(0);
    midnight.set_seconds(0);
    midnight.set_milliseconds(0);
    let begin = midnight.get_time();
    midnight.set_date(midnight.get_date() + 1);
    DAY.set((begin, midnight.get_time()));
    begin as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_for_eyes() {
        let local =
            Local { year: 2026, month: 10, day: 23, weekday: 1, hour: 9, minute: 5, second: 7 };
        assert_eq!(local.time(), "09:05");
        assert_eq!(local.full(), "Monday 23 November 2026, 09:05:07");
    }
}
