//! What a tab says that waits for a connection: why, and what helps.

use yew::prelude::*;

/// The notice. It needs nothing from the network; `on_websocket` is called for the way out.
pub fn crowded(on_websocket: Callback<MouseEvent>) -> Html {
    html! {
        <section class="notice" id="crowded" role="status">
            <p>
                <strong>{ "This tab waits for its turn. " }</strong>
                { "Over HTTP/1.1 a browser opens six connections to a server, for all its tabs \
                   together. Five other tabs are listening, and the sixth is kept free for sending \
                   and loading. The tab goes on when one of them is closed." }
            </p>
            <p>
                { "WebSockets are not counted, and a server that speaks HTTPS has no such limit." }
            </p>
            <button class="quiet" type="button" onclick={on_websocket}>
                { "Listen by WebSocket" }
            </button>
        </section>
    }
}
