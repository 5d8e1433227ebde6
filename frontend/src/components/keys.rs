//! What keys there are: a dialog that lists them all, wherever they work.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::Dialog;
use crate::{browser, hooks::single_keys, words::words};

/// Props of [`Keys`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Called when it is closed.
    pub on_close: Callback<()>,
}

/// The keys.
#[component]
pub fn Keys(props: &Props) -> Html {
    let words = &words().finding;
    let single = use_state(|| single_keys(None));
    let onchange = {
        let single = single.clone();
        Callback::from(move |event: Event| {
            let on = event.target_unchecked_into::<HtmlInputElement>().checked();
            single.set(single_keys(Some(on)));
        })
    };
    html! {
        <Dialog label={words.keys} on_close={props.on_close.clone()}>
            <div class="keys" id="keys">
                <h2>{ words.keys }</h2>
                { for words.key_groups.map(|(title, keys)| html! {
                    <section>
                        <h3>{ title }</h3>
                        <dl>
                            { for keys.iter().map(|(keys, does)| html! {
                                <div><dt>{ strokes(keys) }</dt><dd>{ *does }</dd></div>
                            }) }
                        </dl>
                    </section>
                }) }
                <label class="keys__single">
                    <input type="checkbox" checked={*single} {onchange} />
                    { words.single_keys }
                </label>
            </div>
        </Dialog>
    }
}

/// Keys as they stand on the keyboard at hand; a bar parts those that do the same.
fn strokes(keys: &str) -> Html {
    let apple = browser::is_apple();
    let on_keyboard = |key: &str| match key {
        "Ctrl" if apple => "⌘".to_owned(),
        "Alt" if apple => "⌥".to_owned(),
        key => key.to_owned(),
    };
    html! {
        { for keys.split('|').enumerate().map(|(n, stroke)| html! {
            <>
                if n > 0 { <span class="keys__or">{ words().finding.or }</span> }
                { for stroke.split(' ').map(|key| html! { <kbd>{ on_keyboard(key) }</kbd> }) }
            </>
        }) }
    }
}
