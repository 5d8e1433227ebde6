//! Who is here, each with the marks of their modes.

use yew::prelude::*;

use super::{mark, mode_name};
use crate::state::People;

/// As many names as are shown; the rest is a number.
const SHOWN: usize = 12;

/// The list.
pub fn who_is_here(people: &People) -> Html {
    let names = people.by_name();
    let hidden = names.len().saturating_sub(SHOWN);
    let nameless = people.nameless();
    html! {
        <section class="here" aria-labelledby="here-title">
            <h2 id="here-title">{ "Here now" }
                if people.count() > 0 { <span class="count">{ people.count() }</span> }</h2>
            <ul>
                { for names.iter().take(SHOWN).map(|(name, modes)| html! {
                    <li key={name.as_str()}>
                        <bdi class="here__name">{ name.as_str() }</bdi>
                        <span class="here__modes">
                            { for modes.iter().take(4).map(|&mode| html! {
                                <span title={mode_name(mode)}>
                                    { mark(mode) }<span class="unseen">{ mode_name(mode) }</span>
                                </span>
                            }) }
                            if modes.len() > 4 { <span>{ format!("+{}", modes.len() - 4) }</span> }
                        </span>
                    </li>
                }) }
                if people.count() == 0 {
                    <li class="here__rest">{ "nobody heard of yet" }</li>
                }
                if hidden > 0 {
                    <li class="here__rest">{ format!("and {hidden} more") }</li>
                }
                if nameless > 0 {
                    <li class="here__rest">{ format!("{nameless} without a name") }</li>
                }
            </ul>
        </section>
    }
}
