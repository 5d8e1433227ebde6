//! Figures as Markdown tables: servers down, works across, a median and its range in each cell.

use std::fmt::Write;

use crate::{
    peers::Peer,
    results::{Figure, Metric, Outcome, Results},
    stats::Spread,
    works::Work,
};

/// One table: this figure of all servers that were measured at any of these works.
pub(crate) fn figures(results: &Results, heading: &str, works: &[Work], metric: Metric) -> String {
    let columns: Vec<_> = works.iter().map(|work| work.title(results.quick)).collect();
    let peers = Peer::ALL
        .iter()
        .filter(|peer| works.iter().any(|work| results.of(*work, **peer).next().is_some()));
    let rows: Vec<_> = peers
        .map(|peer| {
            let cells = works.iter().map(|work| cell(results, *work, *peer, metric)).collect();
            (name(*peer), cells)
        })
        // The disk, say, has no figure of most kinds.
        .filter(|(_, cells): &(_, Vec<String>)| cells.iter().any(|cell| cell != ABSENT))
        .collect();
    table(heading, &columns, &rows)
}

/// Tidings' figure as a share of others'.
pub(crate) fn ratios(results: &Results, works: &[Work], metric: Metric, to: &[Peer]) -> String {
    let columns: Vec<_> = works.iter().map(|work| work.title(results.quick)).collect();
    let rows: Vec<_> = to
        .iter()
        .map(|peer| {
            let ratio = |work: &Work| {
                let ours = Figure(*work, Peer::Tidings, metric);
                shown(results.ratio(ours, Figure(*work, *peer, metric)))
            };
            (format!("of {}'s", peer.title()), works.iter().map(ratio).collect())
        })
        .collect();
    table("Tidings' share", &columns, &rows)
}

const ABSENT: &str = "–";

fn cell(results: &Results, work: Work, peer: Peer, metric: Metric) -> String {
    let spread = results.spread(work, peer, metric);
    let failed = results.of(work, peer).any(|cell| matches!(cell.outcome, Outcome::Failed(_)));
    match spread {
        None if failed => "failed".into(),
        Some(_) if failed => format!("{} ⚠", shown(spread)),
        _ => shown(spread),
    }
}

fn shown(spread: Option<Spread>) -> String {
    spread.map_or(ABSENT.into(), |spread| spread.to_string())
}

fn name(peer: Peer) -> String {
    if peer == Peer::Tidings { format!("**{}**", peer.title()) } else { peer.title().into() }
}

/// A Markdown table.
pub(crate) fn table(heading: &str, columns: &[String], rows: &[(String, Vec<String>)]) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "| {heading} | {} |", columns.join(" | "));
    let _ = writeln!(out, "| --- |{}", " --- |".repeat(columns.len()));
    for (name, cells) in rows {
        let _ = writeln!(out, "| {name} | {} |", cells.join(" | "));
    }
    out
}

/// What one has to know about these works beside the figures: what failed, and what was not
/// delivered as it should be.
pub(crate) fn remarks(results: &Results, works: &[Work]) -> String {
    let mut out = String::new();
    for (work, peer) in
        works.iter().flat_map(|work| Peer::ALL.into_iter().map(move |peer| (*work, peer)))
    {
        let at = format!("{}, {}", peer.title(), work.title(results.quick));
        let rounds = results.of(work, peer).count();
        let failed: Vec<_> = results
            .of(work, peer)
            .filter_map(|cell| match &cell.outcome {
                Outcome::Failed(why) => Some(why.trim_end_matches('.')),
                _ => None,
            })
            .collect();
        if let Some(why) = failed.first() {
            let _ = writeln!(out, "- {at}: failed in {} of {rounds} rounds: {why}.", failed.len());
        }
        let (mut lost, mut twice, mut disorder, mut all) = (0, 0, 0, 0);
        for cell in results.of(work, peer) {
            if let Outcome::Report(report) = &cell.outcome {
                lost += report.lost;
                twice += report.twice;
                disorder += report.out_of_order;
                all += report.received + report.lost;
            }
        }
        if lost + twice + disorder > 0 {
            let _ = writeln!(
                out,
                "- {at}: of {all} deliveries, {lost} never came, {twice} came twice, {disorder} came \
                 out of order."
            );
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::tests::{cell, report, results};

    const WORKS: [Work; 2] = [Work::WsFlat100, Work::WsFlat1k];

    #[test]
    fn a_table_has_a_row_a_server_and_a_column_a_work_and_no_figure_without_its_range() {
        let mut results = results(&[
            (1, WORKS[0], Peer::Tidings, 1.0),
            (2, WORKS[0], Peer::Tidings, 2.0),
            (1, WORKS[1], Peer::Nchan, 3.0),
        ]);
        results.put(cell(1, WORKS[0], Peer::Ws, Outcome::Failed("it left".into())));
        let table = figures(&results, "µs", &WORKS, Metric::CpuPerDelivery);
        assert_eq!(
            table,
            "| µs | 100, flat out | 1,000, flat out |\n\
             | --- | --- | --- |\n\
             | **Tidings** | 1.50 (1.00–2.00) | – |\n\
             | nchan | – | 3.00 (3.00–3.00) |\n\
             | ws on Node | failed | – |\n"
        );
        assert_eq!(
            remarks(&results, &WORKS),
            "- ws on Node, 100, flat out: failed in 1 of 1 rounds: it left.\n"
        );
    }

    #[test]
    fn losses_are_told() {
        let mut results = results(&[]);
        let mut lossy = report(1.0);
        (lossy.lost, lossy.twice) = (3, 1);
        results.put(cell(1, WORKS[0], Peer::Everyday, Outcome::Report(Box::new(lossy))));
        let remarks = remarks(&results, &WORKS);
        assert!(remarks.contains("of 1003 deliveries, 3 never came, 1 came twice"), "{remarks}");
    }

    #[test]
    fn a_share_is_of_the_same_work() {
        let results = results(&[
            (1, WORKS[0], Peer::Tidings, 1.0),
            (1, WORKS[0], Peer::Nchan, 4.0),
            (1, WORKS[1], Peer::Nchan, 8.0),
        ]);
        let table = ratios(&results, &WORKS, Metric::CpuPerDelivery, &[Peer::Nchan]);
        assert!(table.ends_with("| of nchan's | 0.25 (0.25–0.25) | – |\n"), "{table}");
    }
}
