//! What keys there are: a list of them all, wherever they work.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{
    browser,
    hooks::{FinderHandle, single_keys},
    words::words,
};

/// The keys.
pub fn keys(finder: &FinderHandle) -> Html {
    let words = &words().finding;
    let onchange = {
        let finder = finder.clone();
        Callback::from(move |event: Event| {
            single_keys(Some(event.target_unchecked_into::<HtmlInputElement>().checked()));
            finder.change(|_| ());
        })
    };
    html! {
        <div class="keys" id="keys">
            <h2>{ words.keys }</h2>
            { for words.key_list.iter().map(|(keys, does)| match *does {
                "" => html! { <h3>{ *keys }</h3> },
                does => html! { <p class="keys__line"><span>{ strokes(keys) }</span>{ does }</p> },
            }) }
            <label class="keys__single">
                <input type="checkbox" checked={single_keys(None)} {onchange} />
                { words.single_keys }
            </label>
        </div>
    }
}

/// Keys as they stand on the keyboard at hand; a bar stands between those that do the same.
fn strokes(keys: &'static str) -> Html {
    let apple = browser::is_apple();
    keys.split(' ')
        .map(|key| match key {
            "|" => html! { <span class="keys__or">{ words().finding.or }</span> },
            key => html! {
                <kbd>{ match key {
                    "Ctrl" if apple => "⌘",
                    "Alt" if apple => "⌥",
                    key => key,
                } }</kbd>
            },
        })
        .collect()
}
