//! docs/performance.md and what stands in the folder beside it, written anew from the results.

use std::fmt::Write;

use anyhow::Result;

use crate::{
    files,
    peers::Peer,
    plot,
    requirements::{self, Verdict},
    results::{Outcome, Results},
    run::event_size,
    sections::{self, Section},
    settings::Settings,
    tables,
    works::{POLLERS, WINDOW},
};

/// Writes the page and its plots.
pub(crate) fn write(settings: &Settings, results: &Results) -> Result<()> {
    let folder = settings.out().join("performance");
    let sections = sections::all();
    let mut plots = Vec::new();
    for section in &sections {
        if let Some(svg) = section.plot.and_then(|plot| plot::draw(results, plot).transpose()) {
            files::write(&folder.join(format!("{}.svg", section.name)), svg?.as_bytes())?;
            plots.push(section.name);
        }
    }
    // What no program can know: why an aim was missed, and what was tried.
    let notes = std::fs::read_to_string(folder.join("notes.md")).unwrap_or_default();
    let page = settings.out().join("performance.md");
    files::write(&page, text(results, &sections, &plots, &notes).as_bytes())?;
    println!("{}", page.display());
    Ok(())
}

/// The whole page. `plots` names the sections that have one.
fn text(results: &Results, sections: &[Section], plots: &[&str], notes: &str) -> String {
    let mut out = String::from("# Performance\n\n");
    out += "Tidings and its peers at the same work, on the same machine, in turns. Written by \
            `cargo xtask compare`; every raw round is in \
            [performance/results.json](performance/results.json).\n\n";
    if results.quick {
        out += "**This was a quick run, with short spans and fewer listeners. It shows that all \
                works; its figures are no measurement.**\n\n";
    }
    out += &machine(results);
    out += &list(results);
    if !notes.is_empty() {
        let _ = write!(out, "{}\n\n", notes.trim());
    }
    out += &reading(results);
    for section in sections {
        out += &part(results, section, plots.contains(&section.name));
    }
    out += &peers(results);
    out
}

fn machine(results: &Results) -> String {
    let machine = &results.machine;
    let seconds: f64 = results.cells.iter().map(|cell| cell.took_s).sum();
    format!(
        "Measured {} on {} cores of {}, {:.0} GB of memory, {}, {}, the database's file \
         system {}; {} runs in {:.0} minutes, up to \
         {} rounds of each. The load generator shares the machine with the server.\n\n",
        machine.date,
        machine.cores,
        machine.cpu,
        machine.memory_gb,
        machine.kernel,
        machine.rustc,
        machine.volume,
        results.cells.len(),
        seconds / 60.0,
        results.all_rounds().end(),
    )
}

/// What must hold and what is aimed at.
fn list(results: &Results) -> String {
    let columns = ["", "must", "", "", "aim", "", ""].map(String::from);
    let rows: Vec<_> = requirements::all(results.quick)
        .into_iter()
        .map(|line| {
            let must = line.must.verdict(results);
            let aim = line.aim.map(|aim| aim.verdict(results));
            let mut cells = vec![line.what.to_owned()];
            cells.extend(told(Some(&must), ["holds", "**does not hold**"]));
            cells.extend(told(aim.as_ref(), ["reached", "not reached"]));
            let mut work = line.work;
            for condition in results.conditions(&line.must.works()) {
                let _ = write!(work, ", *{condition}*");
            }
            (work, cells)
        })
        .collect();
    format!(
        "## What must hold\n\nA ratio is Tidings' median over the other's; behind it is the range of \
         the rounds' own ratios.\n\n{}\n",
        tables::table("work", &columns, &rows)
    )
}

/// A verdict's three cells: what was asked, what was found, what that means.
fn told(verdict: Option<&Verdict>, words: [&str; 2]) -> [String; 3] {
    let Some(verdict) = verdict else { return [const { String::new() }; 3] };
    let word = match verdict.holds {
        Some(true) => words[0],
        Some(false) => words[1],
        None => "not measured",
    };
    [verdict.asked.clone(), verdict.found.clone(), word.to_owned()]
}

/// How to read the tables.
fn reading(results: &Results) -> String {
    format!(
        "## How it was measured\n\n\
         - A cell is the median of its rounds, and the lowest and highest of them in parentheses. A \
         round goes through all works, and each work through all servers, so that what the machine \
         does meanwhile falls on all alike; every other round goes through the servers backwards. The calm works, at which the servers that a \
         requirement names differ by less than the machine does from one minute to the next, are \
         measured twice as often: so many more rounds follow, with those works and servers alone. By \
         WebSocket they run for 15 s, since a tail of few messages tells of one hiccup of the disk.\n\
         - Each run has a server of its own, started for it with nothing from before and killed \
         after it, once all that was written before is on disk. Tidings writes to a new SQLite database in \
         this checkout.\n\
         - *Flat out*: {WINDOW} messages are on their way at any time, posted and not yet received \
         by every listener. *Messages/s*: posted at their time, whether or not the ones before have \
         arrived; delays count from when a message was due. There the listeners are read by a \
         process for each core, which keeps to it: by one, the thousandth would wait for 999 reads, \
         whoever serves, and where the system puts two is chance.\n\
         - *CPU* is user and system time of all of a server's processes, from /proc, over what was \
         delivered in that span. It is what a delivery costs wherever the server runs, which \
         deliveries a second on a machine shared with the generator are not.\n\
         - Tidings is posted texts of 64 bytes and delivers events of about {} bytes, JSON with \
         sequence number, id, name and time. The others are posted texts of that length, so that \
         all deliver as much.\n\
         - Memory is what the server's resident set grew by, over the listeners, in KB of 1,024 \
         bytes. The kernel's own for each socket is not in it.\n\
         - Polls with nothing new are asked one after the other on each of {POLLERS} connections.\n\
         {}\n",
        event_size(),
        short(results),
    )
}

/// Where the load generator says that it, or the machine, was what the figures tell of.
fn short(results: &Results) -> String {
    let with = results.cells.iter().filter(
        |cell| matches!(&cell.outcome, Outcome::Report(report) if !report.bottleneck.is_empty()),
    );
    match with.count() {
        0 => String::new(),
        runs => format!(
            "- In {runs} of {} runs the load generator remarks that it or the machine was short of \
             something, mostly time: flat out, two cores are shared by both. Each run's remarks are \
             in results.json, under `bottleneck`.\n",
            results.cells.len()
        ),
    }
}

fn part(results: &Results, section: &Section, has_plot: bool) -> String {
    let mut out = String::new();
    if !section.works.iter().any(|work| results.cells.iter().any(|cell| cell.work == *work)) {
        return out;
    }
    let _ = write!(out, "## {}\n\n{}\n\n", section.title, section.about);
    for condition in results.conditions(section.works) {
        let _ = write!(out, "*Measured {condition}.*\n\n");
    }
    if has_plot {
        let _ = write!(out, "![{}](performance/{}.svg)\n\n", section.title, section.name);
    }
    for (heading, works, metric) in section.tables {
        let _ = writeln!(out, "{}", tables::figures(results, heading, works, *metric));
    }
    if let Some((works, metric, to)) = section.shares {
        let _ = writeln!(out, "{}", tables::ratios(results, works, metric, to));
    }
    let remarks = tables::remarks(results, section.works);
    if !remarks.is_empty() {
        let _ = writeln!(out, "{remarks}");
    }
    out
}

fn peers(results: &Results) -> String {
    let seen = |peer: &Peer| results.cells.iter().any(|cell| cell.peer == *peer);
    let version = |peer: Peer| {
        let of = results.machine.versions.iter().find(|(of, _)| *of == peer);
        of.map_or(String::new(), |(_, version)| version.clone())
    };
    let rows: Vec<_> = Peer::ALL
        .into_iter()
        .filter(seen)
        .map(|peer| (peer.title().to_owned(), vec![version(peer), peer.about().to_owned()]))
        .collect();
    let columns = ["version", "what it is"].map(String::from);
    format!("## The servers\n\n{}", tables::table("", &columns, &rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        results::tests::{cell, results},
        works::Work,
    };

    fn page(results: &Results, notes: &str) -> String {
        text(results, &sections::all(), &["websocket"], notes)
    }

    #[test]
    fn the_page_says_what_holds_on_what_machine_and_against_which_versions() {
        let work = Work::WsFlat100;
        let results = results(&[
            (1, work, Peer::Tidings, 1.0),
            (1, work, Peer::Nchan, 4.0),
            (1, work, Peer::BareGather, 0.5),
        ]);
        let page = page(&results, "## What stands in the way\n\nNothing.\n");
        for expected in [
            "Measured 2026-01-02 03:04 UTC on 2 cores of A CPU, 4 GB of memory, Linux 6",
            "| WebSocket, 100, flat out | server CPU per delivery | ≤ 0.5 of nchan's \
             | 0.25 (0.25–0.25) | holds | ≤ 1.25 of the bare loop's | 2.00 (2.00–2.00) \
             | not reached |",
            "| WebSocket, 1,000, flat out | server CPU per delivery | ≤ 1 of nchan's |  \
             | not measured |",
            "## What stands in the way\n\nNothing.\n\n## How it was measured",
            "![WebSocket](performance/websocket.svg)",
            "| nchan | nchan 1.3.6, nginx 1.22.1 |",
        ] {
            assert!(page.contains(expected), "no {expected:?} in\n{page}");
        }
        assert!(!page.contains("## Long-poll"), "what was not measured has no section");
        assert!(!page.contains("quick run"));
    }

    #[test]
    fn a_failed_run_is_told_and_the_rest_stands() {
        let work = Work::WsFlat100;
        let mut results = results(&[(1, work, Peer::Tidings, 1.0)]);
        results.put(cell(1, work, Peer::Nchan, Outcome::Failed("it ended with signal 9".into())));
        let page = page(&results, "");
        assert!(page.contains("| nchan | failed | – | – | – |"), "{page}");
        assert!(page.contains("failed in 1 of 1 rounds: it ended with signal 9."), "{page}");
        assert!(page.contains("| **Tidings** | 1.00 (1.00–1.00) |"), "{page}");
    }

    #[test]
    fn what_the_machine_was_made_to_be_is_said_wherever_it_counts() {
        let mut results = results(&[(1, Work::WsFlat100, Peer::Tidings, 3.0)]);
        let mut disk = cell(1, Work::PostsBulk100, Peer::Disk, Outcome::FsyncsPerS(900.0));
        disk.condition = Some("on a slow disk".into());
        results.put(disk);
        let page = page(&results, "");
        assert!(page.contains("unanswered, *on a slow disk* |"), "{page}");
        assert_eq!(page.matches("*Measured on a slow disk.*").count(), 1, "{page}");
        assert!(page.contains("| WebSocket, 100, flat out |"), "no other work: {page}");
    }

    #[test]
    fn a_requirement_that_is_missed_stands_out() {
        let work = Work::WsFlat100;
        let results = results(&[(1, work, Peer::Tidings, 3.0), (1, work, Peer::Nchan, 4.0)]);
        assert!(page(&results, "").contains("0.75 (0.75–0.75) | **does not hold** |"));
    }

    #[test]
    fn every_metric_of_a_section_is_of_a_work_of_it() {
        for section in sections::all() {
            let shares = section.shares.map(|(works, ..)| works).unwrap_or_default();
            let used = section.tables.iter().flat_map(|(_, works, _)| works.iter()).chain(shares);
            assert!(used.into_iter().all(|work| section.works.contains(work)), "{}", section.name);
        }
        let all = sections::all();
        let covered = |work: &Work| all.iter().any(|section| section.works.contains(work));
        assert!(Work::ALL.iter().all(covered), "a work is on no page");
    }
}
