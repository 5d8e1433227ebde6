//! Plots, as SVG that asks for no font but the reader's own.

use anyhow::{Result, anyhow};
use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::{
    peers::Peer,
    results::{Metric, Results},
    stats::{Spread, count, shown},
    works::Work,
};

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Plot {
    /// A line a server, by the number of listeners or posters; both axes by powers of ten.
    Listeners { works: &'static [Work], metric: Metric, unit: &'static str },
    /// A bar a server and work.
    Bars { works: &'static [Work], metric: Metric, unit: &'static str },
}

const SIZE: (u32, u32) = (860, 460);
/// Room for the servers' names beside the lines, in pixels.
const LEGEND: u32 = 190;
const FONT: &str = "sans-serif";
const INK: RGBColor = RGBColor(0x33, 0x33, 0x33);
const GRID: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);

/// The same colour for a server in every plot; apart for eyes that see red and green alike.
fn colour(peer: Peer) -> RGBColor {
    match peer {
        Peer::Tidings => RGBColor(0xd5, 0x5e, 0x00),
        Peer::BareGather => RGBColor(0x22, 0x22, 0x22),
        Peer::TidingsMemory => RGBColor(0xcc, 0x99, 0xbb),
        Peer::BareEach => RGBColor(0x99, 0x99, 0x99),
        Peer::Nchan => RGBColor(0x00, 0x72, 0xb2),
        Peer::Everyday => RGBColor(0x00, 0x9e, 0x73),
        Peer::Constant => RGBColor(0xf0, 0xe4, 0x42),
        Peer::Mosquitto | Peer::Disk => RGBColor(0xcc, 0x79, 0xa7),
        Peer::SocketIo => RGBColor(0xe6, 0x9f, 0x00),
        Peer::Ws => RGBColor(0x56, 0xb4, 0xe9),
    }
}

/// An SVG, or nothing when there is nothing to show.
pub(crate) fn draw(results: &Results, plot: Plot) -> Result<Option<String>> {
    let mut svg = String::new();
    let drawn = {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        area.fill(&WHITE).map_err(broken)?;
        let drawn = match plot {
            Plot::Listeners { works, metric, unit } => lines(results, &area, works, metric, unit)?,
            Plot::Bars { works, metric, unit } => bars(results, &area, works, metric, unit)?,
        };
        area.present().map_err(broken)?;
        drawn
    };
    Ok(drawn.then_some(svg))
}

/// Memory takes whatever is drawn, so this can only be a plot that makes no sense.
fn broken(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("a plot can't be drawn: {error}")
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// A server's figure at each number of listeners.
type Line = (Peer, Vec<(f64, Spread)>);

fn lines(
    results: &Results,
    area: &Area<'_>,
    works: &[Work],
    metric: Metric,
    unit: &str,
) -> Result<bool> {
    let at = |work: &Work| work.size(results.quick) as f64;
    let of = |peer: Peer| -> Vec<_> {
        let point = |work| Some((at(work), results.spread(*work, peer, metric)?));
        works.iter().filter_map(point).collect()
    };
    let lines: Vec<Line> = Peer::ALL.into_iter().map(|peer| (peer, of(peer))).collect();
    let lines: Vec<Line> = lines.into_iter().filter(|(_, points)| !points.is_empty()).collect();
    let Some((low, high)) = decades(lines.iter().flat_map(|(_, points)| points)) else {
        return Ok(false);
    };
    let (first, last) = (works.first().map_or(1.0, at), works.last().map_or(10.0, at));
    // Room for the first and last points' marks; a single point is in the middle.
    let across = (first / 1.3..last * 1.3).log_scale();
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .margin_right(LEGEND)
        .x_label_area_size(44)
        .y_label_area_size(72)
        .build_cartesian_2d(across, (low..high).log_scale())
        .map_err(broken)?;
    chart
        .configure_mesh()
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(INK)
        .label_style((FONT, 13).into_font().color(&INK))
        .axis_desc_style((FONT, 14).into_font().color(&INK))
        .x_label_formatter(&|x| count(x.round() as usize))
        .y_label_formatter(&|y| tick(*y))
        .x_desc(if metric == Metric::Requests { "posters" } else { "listeners" })
        .y_desc(unit)
        .draw()
        .map_err(broken)?;
    for (peer, points) in &lines {
        let colour = colour(*peer);
        let thick = colour.stroke_width(if *peer == Peer::Tidings { 3 } else { 2 });
        let line = points.iter().map(|(x, spread)| (*x, spread.median));
        chart.draw_series(LineSeries::new(line.clone(), thick)).map_err(broken)?;
        chart.draw_series(line.map(|at| Circle::new(at, 3, colour.filled()))).map_err(broken)?;
        let range = |(x, spread): &(f64, Spread)| {
            PathElement::new([(*x, spread.min), (*x, spread.max)], colour.stroke_width(1))
        };
        chart.draw_series(points.iter().map(range)).map_err(broken)?;
    }
    // Beside the chart: within it, it would lie on somebody's figures.
    let name = (FONT, 13).into_font().color(&INK).pos(Pos::new(HPos::Left, VPos::Center));
    for (i, (peer, _)) in lines.iter().enumerate() {
        let (x, y) = (SIZE.0 as i32 - LEGEND as i32 + 14, 24 + i as i32 * 20);
        let thick = colour(*peer).stroke_width(if *peer == Peer::Tidings { 3 } else { 2 });
        area.draw(&PathElement::new([(x, y), (x + 16, y)], thick)).map_err(broken)?;
        area.draw_text(peer.title(), &name, (x + 22, y)).map_err(broken)?;
    }
    Ok(true)
}

/// What stands at a line of the grid: of each power of ten its half and its fifth as well, and no
/// more, since they would lie on one another.
fn tick(figure: f64) -> String {
    let ten = 10_f64.powf(figure.log10().floor());
    let first = (figure / ten).round() as u32;
    if matches!(first, 1 | 2 | 5 | 10) { shown(figure) } else { String::new() }
}

/// The powers of ten, halved, around all of it.
fn decades<'a>(points: impl Iterator<Item = &'a (f64, Spread)>) -> Option<(f64, f64)> {
    let all = Spread::of(
        points.flat_map(|(_, spread)| [spread.min, spread.max]).filter(|figure| *figure > 0.0),
    )?;
    let down = |figure: f64| {
        let ten = 10_f64.powf(figure.log10().floor());
        if figure >= 5.0 * ten {
            5.0 * ten
        } else if figure >= 2.0 * ten {
            2.0 * ten
        } else {
            ten
        }
    };
    Some((down(all.min / 1.05), 2.5 * down(all.max)))
}

/// The bars' rows: this high each, in pixels.
const ROW: i32 = 19;
/// Where bars begin, in pixels.
const LEFT: i32 = 210;
/// Room for the figure behind the longest bar, in pixels.
const RIGHT: i32 = 150;

fn bars(
    results: &Results,
    area: &Area<'_>,
    works: &[Work],
    metric: Metric,
    unit: &str,
) -> Result<bool> {
    let mut rows: Vec<(Option<Peer>, String, Option<Spread>)> = Vec::new();
    for work in works {
        let found: Vec<_> = Peer::ALL
            .into_iter()
            .filter_map(|peer| Some((peer, results.spread(*work, peer, metric)?)))
            .collect();
        if !found.is_empty() {
            rows.push((None, work.title(results.quick), None));
        }
        rows.extend(
            found.into_iter().map(|(peer, figure)| (Some(peer), peer.title().into(), Some(figure))),
        );
    }
    let longest =
        rows.iter().filter_map(|(_, _, figure)| Some(figure.as_ref()?.max)).reduce(f64::max);
    let Some(longest) = longest.filter(|longest| *longest > 0.0) else { return Ok(false) };
    let text = |size: i32| (FONT, size).into_font().color(&INK);
    area.draw_text(unit, &text(14), (LEFT, 8)).map_err(broken)?;
    let (width, height) = (SIZE.0 as i32 - LEFT - RIGHT, SIZE.1 as i32 - 34);
    let row = (height / rows.len() as i32).min(ROW);
    // Twice as long is twice as much; what is too short to be seen has its figure beside it.
    let long = |figure: f64| (figure.max(0.0) / longest * f64::from(width)) as i32;
    for (i, (peer, name, figure)) in rows.iter().enumerate() {
        let top = 32 + i as i32 * row;
        let middle = top + row / 2;
        let right = Pos::new(HPos::Right, VPos::Center);
        let left = Pos::new(HPos::Left, VPos::Center);
        let (Some(peer), Some(figure)) = (peer, figure) else {
            area.draw_text(name, &text(13).pos(left), (12, middle)).map_err(broken)?;
            continue;
        };
        area.draw_text(name, &text(12).pos(right), (LEFT - 8, middle)).map_err(broken)?;
        let corners = [(LEFT, top + 2), (LEFT + long(figure.median), top + row - 2)];
        area.draw(&Rectangle::new(corners, colour(*peer).filled())).map_err(broken)?;
        let range = [(LEFT + long(figure.min), middle), (LEFT + long(figure.max), middle)];
        area.draw(&PathElement::new(range, INK.stroke_width(1))).map_err(broken)?;
        let at = (LEFT + long(figure.max) + 6, middle);
        area.draw_text(&figure.to_string(), &text(12).pos(left), at).map_err(broken)?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::tests::results;

    const LINES: Plot = Plot::Listeners {
        works: &[Work::WsFlat100, Work::WsFlat1k],
        metric: Metric::CpuPerDelivery,
        unit: "µs",
    };

    #[test]
    fn a_plot_shows_every_server_and_needs_no_font_of_this_machine() {
        let results = results(&[
            (1, Work::WsFlat100, Peer::Tidings, 1.0),
            (2, Work::WsFlat100, Peer::Tidings, 2.0),
            (1, Work::WsFlat1k, Peer::Tidings, 3.0),
            (1, Work::WsFlat100, Peer::Nchan, 40.0),
        ]);
        let svg = draw(&results, LINES).unwrap().unwrap();
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
        for word in ["Tidings", "nchan", "listeners", "µs", "font-family=\"sans-serif\""] {
            assert!(svg.contains(word), "no {word} in {svg}");
        }
        assert!(!svg.contains("Socket.IO"));
        let bars = Plot::Bars { works: &[Work::WsFlat100], metric: Metric::Memory, unit: "KB" };
        let svg = draw(&results, bars).unwrap().unwrap();
        assert!(svg.contains("4.00 (4.00–4.00)"), "{svg}");
    }

    #[test]
    fn nothing_measured_is_nothing_drawn() {
        assert!(draw(&results(&[]), LINES).unwrap().is_none());
    }

    #[test]
    fn the_scale_holds_all_that_was_measured() {
        for (min, max) in [(0.3, 0.3), (1.0, 9.9), (99.0, 12_345.0), (5.0, 50.0)] {
            let spread = Spread { median: min, min, max, rounds: 2 };
            let (low, high) = decades([(1.0, spread)].iter()).unwrap();
            assert!(low < min && max < high, "{low} {min} {max} {high}");
        }
    }
}
