//! Where the model ends, in full at the page's end and as a pointer below the advice.

use tidings_shared::plan::{Coefficients, Inputs, limits as find};
use yew::prelude::*;

/// What the figures don't know of.
pub fn limits(inputs: &Inputs, set: &Coefficients) -> Html {
    let all = find(inputs, set);
    let list = |now: bool| -> Html {
        let texts = all.iter().filter(|limit| limit.now == now);
        html! { <ul>{ for texts.map(|limit| html! { <li>{ &limit.text }</li> }) }</ul> }
    };
    html! {
        <section class="limits" aria-labelledby="limits">
            <h2 id="limits">{ "Where this stops being true" }</h2>
            <div class="limits__lists">
                if all.iter().any(|limit| limit.now) {
                    <div class="limits__now">
                        <h3>{ "At these numbers" }</h3>
                        { list(true) }
                    </div>
                }
                <div>
                    <h3>{ "Always" }</h3>
                    { list(false) }
                </div>
            </div>
        </section>
    }
}

/// Below the advice: that these numbers go beyond what was measured, and where it says how.
pub fn pointer(inputs: &Inputs, set: &Coefficients) -> Html {
    let passed = find(inputs, set).iter().filter(|limit| limit.now).count();
    html! {
        <p class="advice__limits plan__note">
            { match passed {
                0 => "Within what was measured. ".to_owned(),
                1 => "One thing here goes beyond what was measured. ".to_owned(),
                n => format!("{n} things here go beyond what was measured. "),
            } }
            <a href="#limits">{ "Where this stops being true" }</a>
            { " · " }
            <a href="#compare">{ "How sure each figure is, and its formula" }</a>
        </p>
    }
}
