//! `/plan`: what each way of listening would cost for an audience of one's own. The reckoning is
//! `tidings_shared::plan`'s; here it is asked for and shown.
//!
//! [`layout`], [`slide`] and [`derivation`] are pure and tested natively; the rest is the page.

mod chart;
mod compare;
mod derivation;
mod fields;
mod layout;
mod measured;
mod notes;
mod slide;

use tidings_shared::plan::{Axis, Figure, Inputs, compare as reckon, recommend};
use yew::prelude::*;

use self::measured::Source;
use crate::{browser, components::mark};

/// Where the page is.
const PATH: &str = "/plan";

/// Props of [`Plan`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The address's query, which says what is asked.
    pub query: String,
}

/// The page.
#[component]
pub fn Plan(props: &Props) -> Html {
    let inputs = use_state_eq(|| Inputs::of_query(&props.query));
    let source = use_state_eq(Source::default);
    let drawn = use_state_eq(|| (Axis::Audience, Figure::Cores));
    {
        let source = source.clone();
        use_effect_with((), move |()| {
            browser::document().set_title("What would it cost me? · Tidings");
            measured::ask(move |found| source.set(found));
        });
    }
    let change = {
        let inputs = inputs.clone();
        Callback::from(move |changed: Inputs| {
            let query = changed.query();
            let query = if query.is_empty() { query } else { format!("?{query}") };
            browser::replace_address(&format!("{PATH}{query}"));
            inputs.set(changed);
        })
    };
    let draw = {
        let drawn = drawn.clone();
        Callback::from(move |what| drawn.set(what))
    };
    let set = &source.set;
    let (advice, outcomes) = (recommend(&inputs, set), reckon(&inputs, set));
    html! {
        <main class="plan" id="plan">
            <header class="plan__head">
                <h1>{ "What would it cost me?" }</h1>
                <p class="plan__lead">
                    { "Say who listens, and see what each way of listening takes: reckoned from what was measured, \
                       each figure with its formula." }
                </p>
            </header>
            { fields::asked(&inputs, &change) }
            <section class="advice" data-mode={advice.mode.as_str()} aria-labelledby="advice-title">
                <h2 id="advice-title" class="unseen">{ "Recommendation" }</h2>
                { mark(advice.mode) }
                <div>
                    <p role="status" id="advice">
                        <strong>{ &advice.what }</strong>{ " " }<span>{ &advice.why }</span>
                    </p>
                    { notes::pointer(&inputs, set) }
                </div>
            </section>
            <compare::Compare inputs={*inputs} best={advice.mode} outcomes={outcomes.to_vec()} />
            <chart::Chart inputs={*inputs} set={set.clone()} axis={drawn.0} figure={drawn.1} {draw} />
            { fields::assumed(&inputs, &change) }
            { notes::limits(&inputs, set) }
            { measured::measured(&source) }
        </main>
    }
}
