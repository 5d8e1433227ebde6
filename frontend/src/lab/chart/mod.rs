//! The chart of delays over time and the strip of arrivals below it, on one axis of time: what each
//! way of listening makes of the same messages. With the choices of what to see, a line that says
//! what a point is, and the same as a table and as files.

pub mod asked;
mod canvas;
pub mod eyes;
mod frames;
mod names;
pub mod paint;
mod picture;
mod reduce;
pub mod ribbon;
mod scale;
mod series;
mod shape;
mod source;
mod stage;
mod theme;
pub mod view;

use std::{cell::RefCell, rc::Rc};

use gloo_events::EventListener;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{HtmlElement, ResizeObserver};
use yew::prelude::*;

use self::{
    asked::{Asked, Step},
    frames::Frames,
    scale::Kind,
    stage::{Options, Shared, Stage},
    theme::CALM,
};
pub use self::{
    shape::{Shape, badge, free},
    source::Source,
    stage::page_time,
};
use super::{
    export::Export,
    table::{SUMMARY, Table},
};
use crate::browser::window;

/// Props of [`Chart`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What was measured.
    pub traces: Source,
    /// Whether it goes on: the chart then moves with the clock.
    pub now_running: bool,
    /// What else is known of a pane, by its number, to be exported with the rest.
    #[prop_or_default]
    pub costs: Option<Callback<u32, serde_json::Value>>,
}

/// What one may look back at, in seconds.
const SPANS: [u32; 3] = [30, 60, 120];

/// The chart and all that belongs to it.
#[component]
pub fn Chart(props: &Props) -> Html {
    let options = use_state(|| Options { seconds: SPANS[0], kind: Kind::Linear, paused: false });
    let asked = use_state(|| None::<Asked>);
    let (chart, strip) = (use_node_ref(), use_node_ref());
    let stage: Rc<Shared> = {
        let nodes = (chart.clone(), strip.clone());
        use_memo((), |()| {
            Rc::new(RefCell::new(Stage::new(props.traces.clone(), *options, nodes.0, nodes.1)))
        })
    };
    let drawing = use_mut_ref(|| None::<Drawing>);
    {
        let (stage, drawing, chart) = (Shared::clone(&stage), drawing.clone(), chart.clone());
        use_effect_with((), move |()| {
            *drawing.borrow_mut() = Some(Drawing::begin(stage, &chart));
            move || drop(drawing.take())
        });
    }
    {
        let stage = Shared::clone(&stage);
        let shown = (props.traces.clone(), *options, props.now_running, (*asked).clone());
        use_effect_with(shown, move |(traces, options, running, asked)| {
            stage.borrow_mut().set(traces.clone(), *options, *running, asked.clone());
            if let Some(drawing) = &*drawing.borrow() {
                drawing.frames.ask();
            }
        });
    }
    let pointed = {
        let (stage, asked) = (Shared::clone(&stage), asked.clone());
        Callback::from(move |event: PointerEvent| {
            let found = stage.borrow().at(f64::from(event.offset_x()), f64::from(event.offset_y()));
            // Nothing near: what was asked before stays to be read.
            if found.is_some() {
                asked.set(found);
            }
        })
    };
    let onkeydown = {
        let (stage, asked) = (Shared::clone(&stage), asked.clone());
        Callback::from(move |event: KeyboardEvent| {
            let found = match Step::of_key(&event.key()) {
                Some(step) => stage.borrow().step(step),
                None if event.key() == "Escape" => None,
                None => return,
            };
            event.prevent_default();
            asked.set(found);
        })
    };
    let picture = {
        let stage = Shared::clone(&stage);
        Callback::from(move |()| picture::save(&mut stage.borrow_mut()))
    };
    html! {
        <section class="chart" id="chart" aria-labelledby="chart-title">
            <header class="chart__head">
                <h2 id="chart-title">{ "Delay of each message, by when it was sent" }</h2>
                { controls(&options) }
            </header>
            <canvas ref={chart} class="chart__canvas" role="img" tabindex="0"
                aria-label="Chart of delays over time. Arrow keys go from message to message and from pane to pane."
                aria-describedby={SUMMARY} onpointermove={pointed.clone()} onpointerdown={pointed} {onkeydown} />
            { readout(asked.as_ref()) }
            <figure class="strip">
                <figcaption>
                    { "Arrivals: a tick for each, the taller the more messages came in it." }
                </figcaption>
                <canvas ref={strip} class="strip__canvas" role="img" aria-label="Strip of arrivals"
                    aria-describedby={SUMMARY} />
            </figure>
            <div class="chart__more">
                <Table traces={props.traces.clone()} now_running={props.now_running} />
                <Export traces={props.traces.clone()} on_picture={picture} costs={props.costs.clone()} />
            </div>
        </section>
    }
}

/// What is to be seen: how long back, by which scale, standing still or not.
fn controls(options: &UseStateHandle<Options>) -> Html {
    let choice = |group: &'static str, label: String, chosen: bool, choose: Options| {
        let options = options.clone();
        let onchange = Callback::from(move |_: Event| options.set(choose));
        html! {
            <label>
                <input type="radio" name={group} value={label.clone()} checked={chosen} {onchange} />
                <span>{ label }</span>
            </label>
        }
    };
    let now = **options;
    let paused = now.paused;
    let pause = {
        let options = options.clone();
        Callback::from(move |_: MouseEvent| options.set(Options { paused: !paused, ..now }))
    };
    html! {
        <div class="chart__controls">
            <fieldset class="segments" id="chart-span">
                <legend class="unseen">{ "How long back" }</legend>
                { for SPANS.map(|seconds| choice(
                    "chart-span", format!("{seconds} s"), now.seconds == seconds, Options { seconds, ..now },
                )) }
            </fieldset>
            <fieldset class="segments" id="chart-scale">
                <legend class="unseen">{ "Scale" }</legend>
                { for [("linear", Kind::Linear), ("log", Kind::Log)].map(|(name, kind)| choice(
                    "chart-scale", name.into(), now.kind == kind, Options { kind, ..now },
                )) }
            </fieldset>
            <button type="button" class="quiet" id="chart-pause" onclick={pause}>
                { if paused { "Resume" } else { "Pause" } }
            </button>
        </div>
    }
}

/// What the point is that was asked. Only who asks by keys has it read out: nobody else is at the
/// canvas while it changes.
fn readout(asked: Option<&Asked>) -> Html {
    let Some(asked) = asked else {
        return html! {
            <p class="readout" id="readout" role="status">
                { "Point at a message, or go to one with the arrow keys, and it is told here." }
            </p>
        };
    };
    html! {
        <p class="readout" id="readout" role="status" data-seq={asked.sample.seq.to_string()}
            data-pane={asked.pane.to_string()} data-delay={format!("{:.3}", asked.sample.delay())}>
            { badge(asked.pane, asked.mode) }
            <strong>{ &asked.name }</strong>
            { ": " }{ asked.told().join(", ") }{ "." }
        </p>
    }
}

/// What keeps the canvases drawn, for as long as they are on the page.
struct Drawing {
    frames: Rc<Frames>,
    _resizes: Option<ResizeObserver>,
    _observe: Closure<dyn Fn()>,
    _scheme: Vec<EventListener>,
}

impl Drawing {
    fn begin(stage: Shared, chart: &NodeRef) -> Self {
        let draw = {
            let stage = Shared::clone(&stage);
            move || stage.borrow_mut().draw()
        };
        let frames = Rc::new(Frames::begin(draw));
        let again = {
            let frames = Rc::clone(&frames);
            move || {
                stage.borrow_mut().look_again();
                frames.ask();
            }
        };
        let observe = Closure::<dyn Fn()>::new(again.clone());
        let resizes = ResizeObserver::new(observe.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(canvas)) = (&resizes, chart.cast::<HtmlElement>()) {
            observer.observe(&canvas);
        }
        let scheme = ["(prefers-color-scheme: dark)", CALM].into_iter().filter_map(|wish| {
            let (query, again) = (window().match_media(wish).ok().flatten()?, again.clone());
            Some(EventListener::new(&query, "change", move |_| again()))
        });
        let scheme = scheme.collect();
        Self { frames, _resizes: resizes, _observe: observe, _scheme: scheme }
    }
}

impl Drop for Drawing {
    fn drop(&mut self) {
        if let Some(observer) = &self._resizes {
            observer.disconnect();
        }
    }
}
