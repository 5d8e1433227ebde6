//! What a tab says that waits for a connection: why, and what helps.

use yew::prelude::*;

use crate::words::words;

/// The notice. It needs nothing from the network; `on_websocket` is called for the way out.
pub fn crowded(on_websocket: Callback<MouseEvent>) -> Html {
    let words = &words().listening;
    html! {
        <section class="notice" id="crowded" role="status">
            <p><strong>{ words.crowded_title }</strong>{ " " }{ words.crowded }</p>
            <p>{ words.crowded_help }</p>
            <button class="quiet" type="button" onclick={on_websocket}>
                { words.crowded_button }
            </button>
        </section>
    }
}
