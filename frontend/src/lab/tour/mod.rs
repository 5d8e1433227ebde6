//! A guided tour for who has never thought about how to listen: five short steps, in each of which
//! one guesses first and then lets the Lab measure; and at the end three questions that lead to a choice.

mod answer;
mod ending;
mod guide;
mod seen;
mod steps;
mod view;

use std::rc::Rc;

use gloo_timers::callback::Interval;
use yew::prelude::*;

pub use self::{
    guide::Guide,
    seen::{Pane, Scene, Seen},
};
use self::{
    guide::{Event as Happens, Phase},
    steps::STEPS,
};
use super::{
    chart::{Source, page_time},
    measure::Figures,
};
use crate::browser;

/// Between two looks at what is measured, in milliseconds.
const LOOK: u32 = 250;

/// Props of [`Tour`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What the panes measure.
    pub traces: Source,
    /// A pane's figures, by its number.
    pub figures: Callback<u32, Figures>,
    /// Called to set up the Lab as a step needs it, and to let it run; with nothing when the step has
    /// been measured.
    pub on_setup: Callback<Option<Scene>>,
    /// Where the reader is. The page has it, since its layout follows.
    pub guide: UseReducerHandle<Guide>,
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
    let guide = &props.guide;
    {
        let (traces, figures) = (props.traces.clone(), props.figures.clone());
        let dispatcher = guide.dispatcher();
        use_effect_with(guide.running(), move |running| {
            let timer = running.clone().map(|(scene, since)| {
                Interval::new(LOOK, move || {
                    let seen = Seen::of(&scene, since, &traces.traces(), |pane| figures.emit(pane));
                    dispatcher.dispatch(Happens::Look(page_time(), seen));
                })
            });
            move || drop(timer)
        });
    }
    {
        let on_setup = props.on_setup.clone();
        use_effect_with(matches!(guide.phase(), Phase::Told { .. }), move |told| {
            if *told {
                on_setup.emit(None);
            }
        });
    }
    // Who lets it run shall see the chart and the panes, which stand beside the step or below it.
    let section = use_node_ref();
    {
        let section = section.clone();
        use_effect_with(guide.running().is_some(), move |running| {
            if *running && let Some(section) = section.cast::<web_sys::Element>() {
                section.scroll_into_view();
            }
        });
    }
    // Who goes to another step goes on reading at its title, and sees all of it.
    {
        let section = section.clone();
        use_effect_with(guide.place(), move |place| {
            if place.is_some() {
                browser::focus("tour-title");
                if let Some(section) = section.cast::<web_sys::Element>() {
                    section.scroll_into_view();
                }
            }
        });
    }
    let happens = {
        let (dispatcher, on_setup) = (guide.dispatcher(), props.on_setup.clone());
        let scene = guide.step().map(steps::Step::scene);
        Callback::from(move |event: Happens| {
            if let (Happens::Run(_), Some(scene)) = (&event, &scene) {
                on_setup.emit(Some(scene.clone()));
            }
            dispatcher.dispatch(event);
        })
    };
    html! {
        <section ref={section} class="tour" id="tour" aria-label="Guided tour">
            { match guide.place() {
                None => view::invitation(&happens),
                Some(place) if place >= STEPS.len() => ending::end(guide, &happens),
                Some(place) => view::step(guide, place, &happens),
            } }
        </section>
    }
}
