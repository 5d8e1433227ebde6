//! The Lab's page: the publisher above, the panes below it, and what they measure.

use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Interval;
use tidings_shared::{Mode, RoomName};
use yew::prelude::*;

use super::{
    bench::{Bench, Lines},
    chart::{Chart, Source},
    faults::FaultsBar,
    pane::Pane,
    pane_view::pane_view,
    publisher_view::publisher_bar,
    server::ServerSide,
    setup::{MOST_PANES, PaneSetup, Setup},
    tour::{Guide, Scene, Tour},
};
use crate::{
    browser,
    components::{mark, mode_name},
    state::choice::LADDER,
};

/// How often figures are drawn anew, in milliseconds: as fast as one can read them.
const LOOK_MS: u32 = 400;
/// The connections that a browser opens to one server over HTTP/1.1, and why it matters here.
const SIX: &str = "A browser opens six connections to a server over HTTP/1.1, for all that it does there. \
    Long-polls and streams hold one each, so here at most four panes may; over HTTP/2 there is no such limit.";

/// Props of [`LabPage`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The address's query, which sets the Lab up.
    pub query: String,
}

/// The page.
#[component]
pub fn LabPage(props: &Props) -> Html {
    let again = use_force_update();
    let begun = {
        let (query, again) = (props.query.clone(), again.clone());
        use_memo((), move |()| {
            let drawn = browser::draw_id().replace('-', "");
            let fresh = format!("lab-{}", &drawn[..6]).parse();
            let (setup, complaints) =
                Setup::parse(&query, fresh.unwrap_or_else(|_| RoomName::lobby()));
            let changed = Callback::from(move |()| again.force_update());
            (Bench::new(&setup, &format!("lab-{}", &drawn[6..14]), changed), complaints)
        })
    };
    use_effect_with((), move |()| {
        let looking = Interval::new(LOOK_MS, move || again.force_update());
        move || drop(looking)
    });
    let (bench, complaints) = (&begun.0, &begun.1);
    {
        let bench = bench.clone();
        use_effect_with((), move |()| {
            let listeners =
                [("pagehide", Pane::leave as fn(&Rc<Pane>)), ("pageshow", Pane::come_back)].map(
                    |(event, tell)| {
                        let bench = bench.clone();
                        EventListener::new(&browser::window(), event, move |_| {
                            bench.panes().iter().for_each(tell);
                        })
                    },
                );
            move || drop(listeners)
        });
    }
    let panes = bench.panes();
    let traces = {
        let bench = bench.clone();
        (*use_memo((), |()| Source::live(move || Rc::new(bench.traces())))).clone()
    };
    // The same for as long as the page lives: another would have its chart drawn anew.
    let figures = use_callback((), of_pane(bench, Pane::figures));
    let costs = use_callback((), of_pane(bench, Pane::to_json));
    let on_setup = {
        let bench = bench.clone();
        use_callback((), move |scene: Option<Scene>, _: &()| match scene {
            Some(scene) => bench.stage(&scene),
            None => bench.rest(),
        })
    };
    let guide = use_reducer(Guide::default);
    html! {
        <main class="lab" id="lab" data-tour={guide.standing()} data-framed={guide.framed()}>
            { head(bench) }
            { notes(bench, complaints) }
            <Tour traces={traces.clone()} {figures} {on_setup} {guide} />
            { publisher_bar(bench) }
            if bench.lines() == Lines::There {
                <FaultsBar bench={Live(bench.clone())} />
            }
            <Chart {traces} now_running={bench.publisher().is_running()} {costs} />
            <section class="listeners" aria-label="Listeners">
                <div class="panes">{ for panes.iter().map(|pane| pane_view(bench, pane)) }</div>
                if panes.len() < MOST_PANES {
                    { add(bench) }
                }
            </section>
            <p class="unseen" role="status">{ told(bench) }</p>
            <ServerSide />
        </main>
    }
}

/// Asks a pane by its number; one that is gone answers what is nothing.
fn of_pane<T: Default + 'static>(
    bench: &Rc<Bench>,
    ask: fn(&Pane) -> T,
) -> impl Fn(u32, &()) -> T + use<T> {
    let bench = bench.clone();
    move |id, ()| bench.pane(id).map(|pane| ask(&pane)).unwrap_or_default()
}

fn head(bench: &Rc<Bench>) -> Html {
    let room = bench.room().to_string();
    html! {
        <div class="lab__head">
            <div>
                <h1>{ "The Lab" }</h1>
                <p class="lab__lead">
                    { "One publisher, several listeners, each in its own way: how late, and at what cost?" }
                </p>
            </div>
            <p class="lab__room">
                { "Room " }<a href={format!("/r/{room}")} target="_blank" title="Opens the room in the chat">{ &room }</a>
            </p>
        </div>
    }
}

/// What is to be known about this Lab, and what went wrong.
fn notes(bench: &Bench, complaints: &[String]) -> Html {
    let waits = bench.panes().iter().any(|pane| pane.waits());
    html! {
        <div class="notes">
            { for complaints.iter().map(|why| html! {
                <p class="note is-wrong">{ "In the address: " }{ why }{ ". The default stands in its place." }</p>
            }) }
            if bench.lines() == Lines::Absent {
                <p class="note">
                    { "This server gives panes no lines of their own, so no faults can be made, bytes are the page's \
                       estimate, and the panes share the browser's connections. All of it is there with " }
                    <code>{ "tidings serve --lab" }</code>
                    { " on your own machine." }
                    if waits { { " " }{ SIX } }
                </p>
            }
            if let Some(why) = bench.failure() {
                <p class="note is-wrong" role="alert">{ why }</p>
            }
        </div>
    }
}

/// Adds a pane of each mode.
fn add(bench: &Rc<Bench>) -> Html {
    let one = |mode: Mode| {
        let bench = bench.clone();
        let onclick = Callback::from(move |_: MouseEvent| bench.add(PaneSetup::new(mode), None));
        html! {
            <button class="quiet add__mode" type="button" data-mode={mode.as_str()} {onclick}>
                { mark(mode) }<span class="unseen">{ "Add: " }</span>{ mode_name(mode) }
            </button>
        }
    };
    html! {
        <div class="add" role="group" aria-labelledby="add">
            <h2 id="add">{ "Add a listener" }</h2>
            { for LADDER.iter().rev().map(|&mode| one(mode)) }
        </div>
    }
}

/// What happened to panes and is over, for who doesn't see them.
fn told(bench: &Bench) -> String {
    let panes = bench.panes();
    let over = panes.iter().filter_map(|pane| {
        let (story, over) = pane.story()?;
        over.then(|| format!("{}: {story} ", pane.setup().title()))
    });
    over.collect()
}

/// Drawn with each look at it: what it holds changes without another value's being handed down.
#[derive(Debug)]
pub struct Live<T>(pub Rc<T>);

impl<T> PartialEq for Live<T> {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}
