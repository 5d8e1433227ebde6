//! A recorder is told what came, and asked what it was.

use super::{recorder::LET_GO, *};
use crate::lab::seqs::Seqs;

fn sample(seq: u64, sent: f64, shown: f64) -> Sample {
    Sample { seq, sent, shown, arrival: 0, clock: Clock::Own }
}

fn known(seqs: impl IntoIterator<Item = u64>) -> Seqs {
    let mut known = Seqs::default();
    for seq in seqs {
        known.insert(seq);
    }
    known
}

#[test]
fn delays_are_ranked() {
    let mut recorder = Recorder::new(0);
    assert_eq!(recorder.figures(None).median, None);
    for n in 1..=100 {
        recorder.show(sample(n, 0.0, 101.0 - n as f64));
    }
    let figures = recorder.figures(None);
    assert_eq!([figures.median, figures.p95, figures.worst], [50.0, 95.0, 100.0].map(Some));
    let mark = recorder.mark();
    recorder.show(sample(101, 0.0, 7.0));
    assert_eq!(recorder.since(mark).median, Some(7.0));
    let mut recorder = Recorder::new(0);
    for n in 1..=9 {
        recorder.show(sample(n, 0.0, 10.0 * n as f64));
    }
    let lately = recorder.lately(75.0);
    assert_eq!((lately.messages, lately.median), (2, Some(80.0)));
}

#[test]
fn what_is_missing_twice_or_late_is_seen() {
    let mut recorder = Recorder::new(10);
    let log = known(5..=20);
    assert_eq!(recorder.check(&log), Check { waiting: 10, ..Check::default() });
    for seq in [11, 12, 14, 13, 14, 17] {
        recorder.show(sample(seq, 0.0, 1.0));
    }
    let check = recorder.check(&log);
    let expected = Check { shown: 5, lost: 2, twice: 1, disordered: 1, waiting: 3 };
    assert_eq!(check, expected);
    assert!(!check.is_good());
    // A hole in the log itself is nobody's loss.
    let holed = known([11, 12, 13, 14, 17]);
    assert_eq!(recorder.check(&holed).lost, 0);
}

#[test]
fn an_account_of_the_log_outlives_a_change_of_mode_and_figures_do_not() {
    let mut recorder = Recorder::new(0);
    recorder.traffic(3, 1000, 2000);
    recorder.show(sample(1, 0.0, 900.0));
    recorder.begin_anew();
    assert_eq!(recorder.figures(None), Figures::default());
    assert_eq!(recorder.check(&known(1..=1)).shown, 1);
    recorder.show(sample(1, 0.0, 5.0));
    assert_eq!(recorder.check(&known(1..=1)).twice, 1);
}

#[test]
fn chunks_are_answers_or_what_came_at_once() {
    let mut recorder = Recorder::new(0);
    assert_eq!([recorder.answer(true), recorder.answer(false), recorder.answer(false)], [0, 0, 1]);
    let figures = recorder.figures(None);
    assert_eq!((figures.answers, figures.empty, figures.arrivals), (3, 1, 2));
    let mut recorder = Recorder::new(0);
    let arrivals = [100.0, 100.4, 101.2, 103.0].map(|now| recorder.event(now));
    assert_eq!(arrivals, [0, 0, 0, 1]);
}

#[test]
fn what_nobody_sent_is_in_the_account_and_in_no_figure() {
    let mut recorder = Recorder::new(0);
    recorder.account(1);
    assert_eq!((recorder.figures(None), recorder.newest()), (Figures::default(), 1));
    recorder.event(100.0);
    recorder.show(sample(2, 0.0, 9.0));
    let figures = recorder.figures(None);
    assert_eq!((figures.median, figures.others, figures.per_arrival()), (Some(9.0), 0, Some(1.0)));
    let check = recorder.check(&known(1..=2));
    assert_eq!(check, Check { shown: 2, ..Check::default() });
}

#[test]
fn a_long_run_stays_within_bounds() {
    let mut recorder = Recorder::new(0);
    for seq in 1..=120_000 {
        recorder.show(sample(seq, 0.0, 1.0));
    }
    assert!((MOST_SAMPLES - LET_GO..=MOST_SAMPLES).contains(&recorder.samples().len()));
    assert_eq!(recorder.figures(None).messages, 120_000);
    assert!(recorder.check(&known(1..=120_000)).is_good());
}
