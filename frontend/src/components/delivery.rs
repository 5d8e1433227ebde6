//! How far one's own message got, as a mark beside it: seen without words, which stand beneath.

use tidings_shared::timeline::Delivery;
use yew::prelude::*;

use super::icon;

/// The mark.
pub fn delivery_mark(how_far: &Delivery) -> Html {
    let shape = match how_far {
        Delivery::Pending => icon::WAITING,
        Delivery::Sent(_) => icon::DONE,
        Delivery::Failed(_) => icon::FAILED,
    };
    html! { <span class="delivery">{ icon(shape) }</span> }
}
