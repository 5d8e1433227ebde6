//! A button in running text.

use yew::prelude::*;

/// It says `label`; `name` tells it from others like it.
pub fn link(name: &'static str, label: &'static str, onclick: Callback<MouseEvent>) -> Html {
    html! { <button type="button" class="link" data-action={name} {onclick}>{ label }</button> }
}
