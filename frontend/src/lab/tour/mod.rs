//! A guided tour for who has never thought about how to listen: five short steps, in each of which
//! one guesses first and then lets the Lab measure.

mod guide;
mod seen;
mod steps;
mod view;

use std::rc::Rc;

use gloo_timers::callback::Interval;
use yew::prelude::*;

pub use seen::{Pane, Scene, Seen};

use self::{
    guide::{Event as Happens, Guide},
    steps::STEPS,
};
use super::chart::{Source, page_time};
use crate::browser;

/// Between two looks at what is measured, in milliseconds.
const LOOK: u32 = 250;

/// Props of [`Tour`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What the panes measure.
    pub traces: Source,
    /// How many requests a pane has made, by its number.
    pub requests: Callback<u32, u32>,
    /// Called to set up the Lab as a step needs it, and to let it run.
    pub on_setup: Callback<Scene>,
}

impl Reducible for Guide {
    type Action = Happens;

    fn reduce(self: Rc<Self>, event: Happens) -> Rc<Self> {
        Rc::new((*self).clone().after(event))
    }
}

/// The tour, at rest until somebody begins it.
#[component]
pub fn Tour(props: &Props) -> Html {
    let guide = use_reducer(Guide::default);
    {
        let (traces, requests) = (props.traces.clone(), props.requests.clone());
        let dispatcher = guide.dispatcher();
        use_effect_with(guide.running(), move |running| {
            let timer = running.clone().map(|(scene, since)| {
                Interval::new(LOOK, move || {
                    let seen =
                        Seen::of(&scene, since, &traces.traces(), |pane| requests.emit(pane));
                    dispatcher.dispatch(Happens::Look(page_time(), seen));
                })
            });
            move || drop(timer)
        });
    }
    // Who goes to another step goes on reading at its title.
    use_effect_with(guide.place(), |place| {
        if place.is_some() {
            browser::focus("tour-title");
        }
    });
    let happens = {
        let (dispatcher, on_setup) = (guide.dispatcher(), props.on_setup.clone());
        let scene = guide.step().map(steps::Step::scene);
        Callback::from(move |event: Happens| {
            if let (Happens::Run(_), Some(scene)) = (&event, &scene) {
                on_setup.emit(scene.clone());
            }
            dispatcher.dispatch(event);
        })
    };
    html! {
        <section class="tour" id="tour" aria-label="Guided tour">
            { match guide.place() {
                None => view::invitation(&happens),
                Some(place) if place >= STEPS.len() => view::end(&guide, &happens),
                Some(place) => view::step(&guide, place, &happens),
            } }
        </section>
    }
}
