//! Figures for eyes.

/// `0.8 ms`, `42 ms`, `1.83 s`, `2.5 min`: milliseconds, to three digits at most.
#[must_use]
pub fn delay(ms: f64) -> String {
    match ms {
        0.0 => "0 ms".into(),
        ms if ms.abs() < 9.95 => format!("{ms:.1} ms"),
        ms if ms.abs() < 999.5 => format!("{ms:.0} ms"),
        ms if ms < 9_995.0 => format!("{:.2} s", ms / 1_000.0),
        ms if ms < 59_950.0 => format!("{:.1} s", ms / 1_000.0),
        ms => format!("{:.1} min", ms / 60_000.0),
    }
}

/// The label of a tick: `0`, `0.5 ms`, `20 ms`, `1.5 s`: no digit more than it has.
#[must_use]
pub fn tick(ms: f64) -> String {
    match ms {
        0.0 => "0".into(),
        ms if ms < 1_000.0 => format!("{ms} ms"),
        ms => format!("{} s", ms / 1_000.0),
    }
}

/// `1:05.3`: when something happened, in minutes and seconds since the page began; from
/// milliseconds.
#[must_use]
pub fn moment(ms: f64) -> String {
    let tenths = (ms.max(0.0) / 100.0).round() as u64;
    format!("{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

/// `1 message`, `2 messages`.
#[must_use]
pub fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_has_three_digits_at_most() {
        for (ms, eyes) in [
            (0.0, "0 ms"),
            (0.04, "0.0 ms"),
            (4.26, "4.3 ms"),
            (9.96, "10 ms"),
            (312.4, "312 ms"),
            (999.7, "1.00 s"),
            (1_834.0, "1.83 s"),
            (12_340.0, "12.3 s"),
            (59_960.0, "1.0 min"),
            (-2.0, "-2.0 ms"),
        ] {
            assert_eq!(delay(ms), eyes);
        }
        for (ms, eyes) in [(0.0, "0"), (0.5, "0.5 ms"), (20.0, "20 ms"), (1_500.0, "1.5 s")] {
            assert_eq!(tick(ms), eyes);
        }
        assert_eq!(moment(65_340.0), "1:05.3");
        assert_eq!(moment(59_990.0), "1:00.0");
    }
}
