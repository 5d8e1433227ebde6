//! The measurements as CSV (RFC 4180): a line for each message of each pane. A name that a spreadsheet would
//! take for a formula is defused.

use crate::lab::measure::{Clock, Trace};

/// The columns' names.
const COLUMNS: [&str; 10] = [
    "pane", "name", "mode", "seq", "sent_ms", "shown_ms", "delay_ms", "arrival", "clock",
    "error_ms",
];

/// All samples. Times are milliseconds of the page's clock, written so that they read back the same.
#[must_use]
pub fn csv(traces: &[Trace]) -> String {
    let mut csv = line(&COLUMNS.map(String::from));
    for trace in traces {
        for sample in trace.samples.iter() {
            let (clock, error) = match sample.clock {
                Clock::Own => ("own", String::new()),
                Clock::Estimated { error } => ("estimated", error.to_string()),
            };
            csv.push_str(&line(&[
                trace.pane.to_string(),
                defused(&trace.name),
                trace.mode.to_string(),
                sample.seq.to_string(),
                sample.sent.to_string(),
                sample.shown.to_string(),
                sample.delay().to_string(),
                sample.arrival.to_string(),
                clock.to_owned(),
                error,
            ]));
        }
    }
    csv
}

/// A text that a spreadsheet takes for a text: behind an apostrophe, where its first sign would begin a
/// formula. Numbers are left alone, negative ones among them.
fn defused(text: &str) -> String {
    let begins = text.trim_start().starts_with(['=', '+', '-', '@']);
    if begins || text.starts_with(['\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

fn line(fields: &[String]) -> String {
    let fields: Vec<_> = fields.iter().map(|field| quoted(field)).collect();
    fields.join(",") + "\r\n"
}

/// A field as it stands in a line: between quotes where it has a comma, a quote, a line's end or a
/// space at its edge, and with its quotes doubled.
fn quoted(field: &str) -> String {
    let plain = !field.contains([',', '"', '\r', '\n']) && field.trim() == field;
    if plain { field.to_owned() } else { format!("\"{}\"", field.replace('"', "\"\"")) }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
pub(super) mod tests {
    use std::rc::Rc;

    use proptest::prelude::*;
    use tidings_shared::Mode;

    use super::*;
    use crate::lab::{measure::Sample, table::Summary};

    /// Reads CSV as RFC 4180 says, one sign after the other.
    fn read(csv: &str) -> Vec<Vec<String>> {
        let (mut lines, mut fields, mut field) = (Vec::new(), Vec::new(), String::new());
        let (mut within, mut signs) = (false, csv.chars().peekable());
        while let Some(sign) = signs.next() {
            match sign {
                '"' if within && signs.peek() == Some(&'"') => field.extend(signs.next()),
                '"' => within = !within,
                ',' if !within => fields.push(std::mem::take(&mut field)),
                '\r' if !within => {
                    assert_eq!(signs.next(), Some('\n'));
                    fields.push(std::mem::take(&mut field));
                    lines.push(std::mem::take(&mut fields));
                }
                sign => field.push(sign),
            }
        }
        assert!(!within && field.is_empty() && fields.is_empty(), "the last line ends");
        lines
    }

    pub fn traces() -> [Trace; 2] {
        let sample = |seq: u64, sent: f64, shown, arrival, clock| Sample {
            seq,
            sent,
            shown,
            arrival,
            clock,
        };
        let own = vec![
            sample(7, 1_000.1, 3_000.25, 0, Clock::Own),
            sample(8, 2_000.3, 3_000.25, 0, Clock::Own),
            sample(9, 3_100.0, 6_001.0, 1, Clock::Own),
        ];
        let far = vec![sample(7, 1_000.1, 1_002.4, 4, Clock::Estimated { error: 1.5 })];
        let trace = |pane, name: &str, mode, samples| Trace {
            pane,
            name: name.into(),
            mode,
            samples: Rc::new(samples),
        };
        [trace(1, "Poll, \"3 s\"", Mode::Poll, own), trace(2, "Stream", Mode::Sse, far)]
    }

    #[test]
    fn every_sample_is_a_line() {
        let csv = csv(&traces());
        let lines: Vec<_> = csv.split("\r\n").collect();
        assert_eq!(lines[0], "pane,name,mode,seq,sent_ms,shown_ms,delay_ms,arrival,clock,error_ms");
        assert_eq!(lines[3], "1,\"Poll, \"\"3 s\"\"\",poll,9,3100,6001,2901,1,own,");
        assert!(lines[4].starts_with("2,Stream,sse,7,1000.1,1002.4,2.2"), "{}", lines[4]);
        assert!(lines[4].ends_with(",4,estimated,1.5"), "{}", lines[4]);
        assert_eq!(lines.len(), 6);
    }

    #[test]
    fn figures_can_be_computed_again_from_the_file() {
        let traces = traces();
        let lines = read(&csv(&traces));
        for trace in &traces {
            let samples: Vec<_> = lines[1..]
                .iter()
                .filter(|line| line[0] == trace.pane.to_string())
                .map(|line| Sample {
                    seq: line[3].parse().unwrap(),
                    sent: line[4].parse().unwrap(),
                    shown: line[5].parse().unwrap(),
                    arrival: line[7].parse().unwrap(),
                    clock: match line[8].as_str() {
                        "own" => Clock::Own,
                        _ => Clock::Estimated { error: line[9].parse().unwrap() },
                    },
                })
                .collect();
            assert_eq!(samples, *trace.samples);
            assert_eq!(Summary::over(samples.iter()), Summary::of(trace));
        }
    }

    #[test]
    fn a_name_that_would_be_a_formula_is_a_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\rx"] {
            let mut traces = traces();
            traces[0].name = formula.into();
            let lines = read(&csv(&traces));
            assert_eq!(lines[1][1], format!("'{formula}"));
        }
        let mut traces = traces();
        let early = Sample { shown: 900.0, ..traces[0].samples[0] };
        (traces[0].name, traces[0].samples) = ("Ana = me".into(), Rc::new(vec![early]));
        let lines = read(&csv(&traces));
        assert_eq!(lines[1][1], "Ana = me");
        assert!(lines[1][6].starts_with("-100"), "a number stays one: {}", lines[1][6]);
    }

    proptest! {
        #[test]
        fn whatever_a_name_is_it_reads_back(names in proptest::collection::vec("[a\", \r\n;=é\t]{0,8}", 1..5)) {
            let line = line(&names);
            prop_assert_eq!(read(&line), vec![names]);
        }
    }
}
