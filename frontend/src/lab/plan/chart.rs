//! The chart: what it costs against who listens, and where modes change places.

use gloo_events::EventListener;
use tidings_shared::{
    Mode,
    plan::{Axis, Coefficients, Crossing, Figure, Inputs, Line, Unit, lines, name},
};
use yew::prelude::*;

use super::layout::{Drawn, Layout, Sign, below, layout};
use crate::{
    browser,
    components::{mark, mode_name},
};

/// Points of a line: one every few pixels.
const POINTS: usize = 97;
/// Rows of the table that says the same.
const ROWS: usize = 12;

/// Props of [`Chart`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What was asked.
    pub inputs: Inputs,
    /// What it is reckoned from.
    pub set: Coefficients,
    /// What is varied.
    pub axis: Axis,
    /// What is drawn.
    pub figure: Figure,
    /// Draws something else.
    pub draw: Callback<(Axis, Figure)>,
}

/// The chart.
#[component]
pub fn Chart(props: &Props) -> Html {
    let frame = use_node_ref();
    let width = use_state_eq(|| 900.0);
    {
        let (frame, width) = (frame.clone(), width.clone());
        use_effect_with((), move |()| {
            let measure = move || {
                if let Some(frame) = frame.cast::<web_sys::Element>() {
                    width.set(f64::from(frame.client_width()).max(280.0));
                }
            };
            measure();
            let resized = EventListener::new(&browser::window(), "resize", move |_| measure());
            move || drop(resized)
        });
    }
    let (axis, figure) = (props.axis, props.figure);
    let lines = lines(&props.inputs, &props.set, axis, figure, POINTS);
    let height = if *width < 560.0 { 320.0 } else { 400.0 };
    let laid = layout(&props.inputs, axis, figure, &lines, [*width, height]);
    html! {
        <section class="costs" aria-labelledby="costs">
            <h2 id="costs">{ format!("{} against {}", figure_name(figure), axis_name(axis)) }</h2>
            <div class="costs__choices">
                { choice("Shown", "figure", &[Figure::Cores, Figure::Card], figure, figure_name,
                    |figure| props.draw.reform(move |()| (axis, figure))) }
                { choice("Against", "axis", &Axis::ALL, axis, axis_name,
                    |axis| props.draw.reform(move |()| (axis, figure))) }
            </div>
            <div class="costs__frame" ref={frame}>{ drawing(&laid, axis, figure, &lines) }</div>
            { said(&laid, axis, figure) }
            { table(&lines, axis, figure) }
        </section>
    }
}

fn figure_name(figure: Figure) -> &'static str {
    match figure {
        Figure::Card => "Bandwidth",
        figure => figure.label(),
    }
}

fn axis_name(axis: Axis) -> &'static str {
    match axis {
        Axis::Audience => "audience",
        Axis::Rate => "messages a second",
        Axis::Delay => "bearable delay",
    }
}

/// Radio buttons.
fn choice<T: Copy + PartialEq>(
    legend: &'static str,
    group: &'static str,
    all: &[T],
    now: T,
    named: fn(T) -> &'static str,
    choose: impl Fn(T) -> Callback<()>,
) -> Html {
    html! {
        <fieldset class="costs__choice">
            <legend>{ legend }</legend>
            { for all.iter().map(|one| html! {
                <label>
                    <input type="radio" name={group} checked={*one == now}
                        onchange={choose(*one).reform(|_: Event| ())} />
                    <span>{ named(*one) }</span>
                </label>
            }) }
        </fieldset>
    }
}

fn drawing(laid: &Layout, axis: Axis, figure: Figure, lines: &[Line]) -> Html {
    let [left, right, top, bottom] = laid.inner;
    html! {
        <svg class="costs__chart" role="img" aria-label={description(laid, axis, figure, lines)}
            viewBox={format!("0 0 {} {}", laid.width, laid.height)}
            width={laid.width.to_string()} height={laid.height.to_string()}>
            <g class="costs__grid">
                { for laid.up.iter().map(|(y, text)| html! {
                    <>
                        <path d={format!("M{left} {y:.1}H{right}")} />
                        <text x={(left - 8.0).to_string()} y={format!("{:.1}", y + 4.0)} text-anchor="end">{ text }</text>
                    </>
                }) }
                { for laid.across.iter().map(|(x, text)| html! {
                    <>
                        <path d={format!("M{x:.1} {top}V{bottom}")} />
                        <text x={format!("{x:.1}")} y={(bottom + 18.0).to_string()} text-anchor="middle">{ text }</text>
                    </>
                }) }
                <text class="costs__axis" x={f64::midpoint(left, right).to_string()} y={(bottom + 36.0).to_string()}
                    text-anchor="middle">{ axis_name(axis) }</text>
            </g>
            <path class="costs__here" d={format!("M{:.1} {top}V{bottom}", laid.here)} />
            { here(laid) }
            { for laid.drawn.iter().map(|drawn| html! {
                <path class="costs__band" data-mode={drawn.mode.as_str()} d={drawn.band.clone()} />
            }) }
            { for laid.drawn.iter().map(|drawn| line(drawn, right)) }
            { for laid.signs.iter().map(sign) }
        </svg>
    }
}

/// What the upright line is, at its foot, where lines seldom are.
fn here(laid: &Layout) -> Html {
    let [left, right, _, bottom] = laid.inner;
    let (shift, anchor) =
        if laid.here > f64::midpoint(left, right) { (-6.0, "end") } else { (6.0, "start") };
    html! {
        <text class="costs__you" x={format!("{:.1}", laid.here + shift)} y={(bottom - 8.0).to_string()}
            text-anchor={anchor}>{ "you are here" }</text>
    }
}

fn line(drawn: &Drawn, right: f64) -> Html {
    let y = drawn.name_y;
    html! {
        <g data-mode={drawn.mode.as_str()}>
            <path class="costs__line" d={drawn.line.clone()} />
            <svg x={format!("{:.1}", right + 6.0)} y={format!("{:.1}", y - 8.0)} width="16" height="16">
                { mark(drawn.mode) }
            </svg>
            <text class="costs__name" x={format!("{:.1}", right + 25.0)} y={format!("{:.1}", y + 4.0)}>
                { mode_name(drawn.mode) }
            </text>
        </g>
    }
}

fn sign(sign: &Sign) -> Html {
    let (x, y) = (format!("{:.1}", sign.x), format!("{:.1}", sign.y));
    html! {
        <g class="costs__sign">
            <circle cx={x.clone()} cy={y} r="9" />
            <text {x} y={format!("{:.1}", sign.y + 4.0)} text-anchor="middle">{ sign.letter.to_string() }</text>
        </g>
    }
}

/// The crossings in words.
fn said(laid: &Layout, axis: Axis, figure: Figure) -> Html {
    html! {
        <ul class="costs__said" id="crossings">
            <li>{ "The shade around a line is what its coefficients' spread leaves open; crossings are as unsure." }</li>
            if laid.signs.is_empty() {
                <li>
                    { format!("No two lines cross: at every {} the order is the same. What changes it is another input: choose one above.",
                        axis_name(axis)) }
                </li>
            }
            { for laid.signs.iter().map(|sign| html! {
                <li><b>{ sign.letter.to_string() }</b>{ ": " }{ sentence(sign, axis, figure) }</li>
            }) }
        </ul>
    }
}

fn sentence(sign: &Sign, axis: Axis, figure: Figure) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut last = None;
    for crossing in &sign.crossings {
        match parts.last_mut().filter(|_| last == Some(crossing.behind)) {
            Some(part) => {
                part.push_str(" and than ");
                part.push_str(name(crossing.before));
            }
            None => parts.push(changes(crossing, figure)),
        }
        last = Some(crossing.behind);
    }
    let at = two_digits(sign.crossings[0].at);
    let at = match axis {
        Axis::Audience => format!("from about {} listeners on", below(axis, at)),
        Axis::Rate => format!("from about {} messages a second on", below(axis, at)),
        Axis::Delay => format!("from a bearable delay of about {} on", below(axis, at)),
    };
    format!("{at}, {}.", parts.join(", and "))
}

/// As much of a number as is known of a crossing: two digits.
fn two_digits(value: f64) -> f64 {
    let unit = 10_f64.powf(value.log10().floor() - 1.0);
    (value / unit).round() * unit
}

fn changes(crossing: &Crossing, figure: Figure) -> String {
    let less = if figure == Figure::Card { "less bandwidth" } else { "fewer cores" };
    format!("{} takes {less} than {}", name(crossing.behind), name(crossing.before))
}

/// The chart in words, for who doesn't see it.
fn description(laid: &Layout, axis: Axis, figure: Figure, lines: &[Line]) -> String {
    let each: Vec<_> = lines.iter().map(|line| ends(line, figure)).collect();
    let crossings: Vec<_> = laid.signs.iter().map(|sign| sentence(sign, axis, figure)).collect();
    format!(
        "{} against {}, both on logarithmic scales. {} {}",
        figure_name(figure),
        axis_name(axis),
        each.join(" "),
        crossings.join(" "),
    )
}

fn ends(line: &Line, figure: Figure) -> String {
    let at = |at: usize| {
        line.points.get(at).map_or_else(String::new, |(_, range)| shown(figure, range.mid))
    };
    format!("{}: from {} to {}.", mode_name(line.mode), at(0), at(line.points.len() - 1))
}

fn shown(figure: Figure, value: f64) -> String {
    match figure {
        Figure::Card => Unit::ByteRate.show(value),
        _ => Unit::Of("cores").show(value),
    }
}

/// The same in numbers.
fn table(lines: &[Line], axis: Axis, figure: Figure) -> Html {
    let rows = (0..=ROWS).map(|row| row * (POINTS - 1) / ROWS);
    let modes: Vec<Mode> = lines.iter().map(|line| line.mode).collect();
    html! {
        <details class="costs__numbers">
            <summary>{ "The chart in numbers" }</summary>
            <div class="scrolls" tabindex="0" role="region" aria-label="The chart in numbers">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{ axis_name(axis) }</th>
                            { for modes.iter().map(|mode| html! {
                                <th scope="col" data-mode={mode.as_str()}>{ mark(*mode) }{ mode_name(*mode) }</th>
                            }) }
                        </tr>
                    </thead>
                    <tbody>
                        { for rows.map(|at| html! {
                            <tr>
                                <th scope="row">{ below(axis, lines[0].points[at].0) }</th>
                                { for lines.iter().map(|line| html! { <td>{ shown(figure, line.points[at].1.mid) }</td> }) }
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
        </details>
    }
}
