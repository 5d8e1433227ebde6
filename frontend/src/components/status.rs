//! How the tab stands with the server, in one line: connecting, live, next poll in 1.8 s (and a ring
//! that runs out until then), offline since 15:36. The countdown is for eyes; a screen reader is told only when the state changes.

use gloo_timers::callback::Interval;
use tidings_shared::{Interval as Every, Mode};
use yew::prelude::*;

use super::{mark, mode_name};
use crate::{
    browser::now_ms,
    calendar::Local,
    hooks::use_while,
    state::{Link, cost::tenths},
    words::{fill, words},
};

/// How long a try may last before it is told of, in milliseconds.
const TRIES_MS: f64 = 300.0;

/// Props of [`Status`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The state.
    pub link: Link,
    /// By which mode.
    pub mode: Mode,
    /// How often it asks, when it polls.
    #[prop_or_default]
    pub every: Every,
    /// Called for "retry now".
    pub on_retry: Callback<()>,
}

/// The line.
#[component]
pub fn Status(props: &Props) -> Html {
    let tick = use_force_update();
    let every_ms = match props.link {
        Link::Waiting { .. } => 100,
        Link::Offline { .. } => 1_000,
        Link::Connecting { .. } | Link::Live | Link::Crowded => 0,
    };
    let begin =
        move || (every_ms > 0).then(|| Interval::new(every_ms, move || tick.force_update()));
    use_while((every_ms, 0), Box::new(|| Box::new(begin())));

    let (text, more, spoken) = told(&props.link, props.mode);
    let retry = {
        let on_retry = props.on_retry.clone();
        Callback::from(move |_: MouseEvent| on_retry.emit(()))
    };
    html! {
        <div class="status" id="status" data-state={props.link.name()} data-mode={props.mode.as_str()}>
            if props.mode == Mode::Poll { { ring(&props.link, props.every) } } else { { mark(props.mode) } }
            <span class="status__text">{ text }<span class="status__more">{ more }</span></span>
            if let Link::Offline { why, .. } = &props.link {
                <button class="link" type="button" onclick={retry} title={why.clone()}>
                    { words().listening.retry }
                </button>
            }
            <span class="unseen" role="status">{ spoken }</span>
        </div>
    }
}

/// A ring around the mark that runs out until the next question. It follows the clock by which the
/// words beside it count; the style sheet makes one motion of the steps, or hides it.
fn ring(link: &Link, every: Every) -> Html {
    let rest_ms = match link {
        Link::Waiting { next_ms } => (next_ms - now_ms()).max(0.0) as u32,
        _ => 0,
    };
    let every_ms = (every.as_duration().as_millis() as u32).max(1);
    let gone = 1_000 - (rest_ms * 1_000 / every_ms).min(1_000);
    html! {
        <span class="ring" id="ring" data-gone={gone.to_string()}>
            <svg viewBox="0 0 28 28" aria-hidden="true">
                <circle cx="14" cy="14" r="12.5" />
                <circle class="ring__rest" cx="14" cy="14" r="12.5"
                    pathLength="1000" stroke-dashoffset={gone.to_string()} />
            </svg>
            { mark(Mode::Poll) }
        </span>
    }
}

/// What is shown, what else where there is room for it, and what is spoken.
fn told(link: &Link, mode: Mode) -> (String, String, String) {
    let (name, words) = (mode_name(mode), &words().listening);
    let (mut more, mut spoken) = (String::new(), String::new());
    let text = match link {
        Link::Connecting { broken_ms: None } => words.connecting.into(),
        Link::Connecting { .. } => words.reconnecting.into(),
        Link::Live => words.live.into(),
        Link::Crowded => words.waits_its_turn.into(),
        Link::Waiting { next_ms } => {
            spoken.push_str(words.connected);
            match ((next_ms - now_ms()) / 100.0).max(0.0) as u64 {
                0 => words.polling.into(),
                rest => fill(words.next_poll, &tenths(rest)),
            }
        }
        Link::Offline { since_ms, retry_ms, why } => {
            let text = fill(words.offline_since, &Local::from(*since_ms).time());
            // A try that fails at once is not told of: words that flash are no help.
            more = match ((retry_ms - now_ms() + TRIES_MS) / 1000.0).ceil().max(0.0) as u64 {
                0 => words.trying.into(),
                rest => fill(words.next_try, &rest.to_string()),
            };
            spoken = [&*text, ": ", why].concat();
            text
        }
    };
    let said = if spoken.is_empty() { &text } else { &spoken };
    let spoken = [name, ": ", said].concat();
    (text, more, spoken)
}
