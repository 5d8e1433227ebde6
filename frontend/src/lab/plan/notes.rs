//! Where the model ends.

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
