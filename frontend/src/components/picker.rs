//! The choice of how the tab listens: a group of radio buttons, so that the arrow keys go through
//! them and each says what it does.

use tidings_shared::Mode;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{
    mark,
    mark::{auto_mark, mode_words},
    mode_name,
};
use crate::{
    route::{AUTO, Address},
    state::{
        Choice,
        choice::{Fault, LADDER},
    },
    words::{fill, join, words},
};

/// The group, and a sentence about what is chosen.
pub fn picker(
    address: &Address,
    choice: &Choice,
    complaint: Option<AttrValue>,
    on_choose: &Callback<String>,
) -> Html {
    let words = &words().listening;
    let onchange =
        on_choose.reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().value());
    let option = |value: &'static str, chosen: bool, mark: Html, name, short, uses: Html| {
        html! {
            <label class="way" data-mode={value}>
                <input type="radio" name="mode" value={value} checked={chosen} />
                { mark }
                <span class="way__name">{ name }{ " " }{ uses }</span>{ " " }
                <span class="way__short">{ short }</span>
            </label>
        }
    };
    let uses = html! {
        if address.auto {
            <span class="way__uses" data-mode={address.mode.as_str()}>
                { mark(address.mode) }{ mode_name(address.mode) }
            </span>
        }
    };
    let auto = option(AUTO, address.auto, auto_mark(), words.auto, words.auto_short, uses);
    html! {
        <>
            <fieldset id="mode" class="ways" aria-describedby="mode-does" {onchange}>
                <legend>{ words.title }</legend>
                { auto }
                { for LADDER.map(|mode| {
                    let chosen = !address.auto && mode == address.mode;
                    let words = mode_words(mode);
                    option(mode.as_str(), chosen, mark(mode), words.name, words.short, Html::default())
                }) }
            </fieldset>
            if let Some(rule) = complaint {
                <p class="field__rule" role="alert">{ rule }</p>
            }
            <p class="hint" id="mode-does">
                if address.auto {
                    <span id="auto-why" role="status">{ why(address.mode, choice) }</span>{ " " }
                }
                { mode_words(address.mode).long }
            </p>
        </>
    }
}

/// Which mode it has chosen, and why no better one.
fn why(mode: Mode, choice: &Choice) -> String {
    let words = &words().listening;
    let reason = |(mode, fault)| {
        let sentence = match fault {
            Fault::Refused => words.refused,
            Fault::Silent => words.silent,
            Fault::Cut => words.cut,
            Fault::Crowded => words.no_room,
        };
        fill(sentence, mode_name(mode))
    };
    let reasons: Vec<String> = choice.faults().map(reason).collect();
    let sentence = if reasons.is_empty() { words.auto_uses } else { words.auto_fell };
    fill(&fill(sentence, mode_name(mode)), &join(&reasons, words.and))
}
