//! A ring that counts down to the next poll. The page's policy allows no styles in attributes, so
//! the times are set on the element; the style sheet makes a motion of them, or none.

use gloo_timers::callback::Interval;
use tidings_shared::Interval as Every;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::{browser::now_ms, hooks::use_while, state::cost::tenths, words::words};

/// Props of [`Ring`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// When the next question goes out; it is on its way without.
    pub next_ms: Option<f64>,
    /// How often there is one.
    pub every: Every,
}

/// The ring, with the seconds in it.
#[component]
pub fn Ring(props: &Props) -> Html {
    let tick = use_force_update();
    let node = use_node_ref();
    let every_ms = props.every.as_duration().as_millis() as u32;
    let rest_ms = props.next_ms.map_or(0, |next_ms| (next_ms - now_ms()).max(0.0) as u32);
    let started = props.next_ms.map_or(0, |next_ms| next_ms as u64);
    let begin = {
        let node = node.clone();
        move || {
            if let Some(ring) = node.cast::<HtmlElement>() {
                let gone_ms = every_ms.saturating_sub(rest_ms);
                // A browser that refuses shows a ring that stands still.
                let _ = ring.style().set_property("--every", &format!("{every_ms}ms"));
                let _ = ring.style().set_property("--gone", &format!("-{gone_ms}ms"));
            }
            Interval::new(100, move || tick.force_update())
        }
    };
    // The lower half tells one countdown from the next.
    use_while((started as u32, every_ms as usize), Box::new(move || Box::new(begin())));

    let every = props.every.to_string();
    let label = (words().listening.ring)(every.trim_end_matches('s'));
    html! {
        <span key={started} ref={node} id="ring" class="ring" role="img" aria-label={label}
            data-rest={rest_ms.to_string()}>
            <svg viewBox="0 0 48 48" aria-hidden="true">
                <circle cx="24" cy="24" r="21" />
                if props.next_ms.is_some() {
                    <circle class="ring__rest" cx="24" cy="24" r="21" pathLength="1" />
                }
            </svg>
            <span aria-hidden="true">{ tenths(u64::from(rest_ms.div_ceil(100))) }</span>
        </span>
    }
}
