//! Where one writes. Enter sends, Shift-Enter breaks the line, the up arrow in an empty line brings back
//! what was said last; a text that breaks a rule stays. What helps with the writing itself, completion,
//! formatting, pasted code, is the hook's work.
//!
//! The browser's field owns the text. The page is never told what to show in it, since it would say so a
//! moment late, and take away what was typed meanwhile.

use tidings_shared::{Text, thousands};
use yew::prelude::*;

use super::{
    link,
    offers::{self, offers},
};
use crate::{
    browser,
    hooks::{Writing, use_writing},
    text::complete::Kind,
    words::{fill, words},
};

/// The field.
pub const ID: &str = "composer";
/// From this many bytes on, the count is shown.
const NEAR_LIMIT: usize = Text::MAX_BYTES * 7 / 8;

/// Props of [`Composer`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is written so far. It is put into the field when that is made; later, whoever writes there for
    /// somebody does it themselves ([`browser::put`]).
    pub draft: AttrValue,
    /// As whom one writes.
    #[prop_or_default]
    pub name: AttrValue,
    /// Who else is writing.
    #[prop_or_default]
    pub writing: Option<AttrValue>,
    /// The names of people, or of rooms, that are known here.
    #[prop_or_else(|| Callback::from(|_| Vec::new()))]
    pub known: Callback<Kind, Vec<String>>,
    /// Called with what is written.
    pub on_draft: Callback<String>,
    /// Called with what is to be sent; whoever takes it empties the field.
    pub on_send: Callback<Text>,
    /// Called for the text that was said last.
    #[prop_or_default]
    pub on_recall: Callback<()>,
}

/// How many bytes of those that a message holds are written, as numbers stand in the reader's language.
fn count(bytes: usize) -> String {
    let words = &words().composer;
    let grouped = |n| thousands(n).replace(',', words.thousands);
    fill(&fill(words.bytes, &grouped(bytes)), &grouped(Text::MAX_BYTES))
}

/// The place to write.
#[component]
pub fn Composer(props: &Props) -> Html {
    let breaks_rule = use_state_eq(|| false);
    let Writing { offered, pasted, on_take, on_fence, on_key, on_change, on_paste } =
        use_writing(&props.known);

    let submit = {
        let (on_send, breaks_rule) = (props.on_send.clone(), breaks_rule.clone());
        Callback::from(move |()| {
            let draft = browser::typed(ID);
            if !draft.trim().is_empty() {
                match draft.parse() {
                    Ok(text) => on_send.emit(text),
                    // How long it may be, the count says.
                    Err(_) => breaks_rule.set(draft.len() <= Text::MAX_BYTES),
                }
            }
            browser::focus(ID);
        })
    };
    let onsubmit = submit.reform(|event: SubmitEvent| event.prevent_default());
    let onkeydown = {
        let on_recall = props.on_recall.clone();
        Callback::from(move |event: KeyboardEvent| {
            // While an input method composes, Enter chooses a word (229 is how Safari says so).
            if event.is_composing() || event.key_code() == 229 || on_key.emit(event.clone()) {
                return;
            }
            let done = match event.key().as_str() {
                "Enter" if !event.shift_key() => &submit,
                // With Alt it leads to another room.
                "ArrowUp" if !event.alt_key() && browser::typed(ID).is_empty() => &on_recall,
                _ => return,
            };
            event.prevent_default();
            done.emit(());
        })
    };
    let oninput = {
        let (on_draft, breaks_rule) = (props.on_draft.clone(), breaks_rule.clone());
        on_change.reform(move |_: InputEvent| {
            breaks_rule.set(false);
            on_draft.emit(browser::typed(ID));
            true
        })
    };

    let words = &words().composer;
    let bytes = props.draft.len();
    let too_long = bytes > Text::MAX_BYTES;
    let described = match (too_long, *breaks_rule) {
        (true, _) => Some("compose-count"),
        (_, true) => Some("compose-rule"),
        _ => None,
    };
    // On a phone there is room for so much.
    let placeholder = match props.name.len() {
        ..=14 => fill(words.write, &props.name),
        _ => words.message.to_owned(),
    };
    let rows = (props.draft.matches('\n').count() + 1).min(6);
    let open = offered.as_ref();
    let pasted = pasted.filter(|pasted| props.draft.contains(pasted.as_str()));
    html! {
        <form id="compose" class="compose" {onsubmit}>
            <div class="compose__above">
                <span class="compose__writing">
                    if let Some(writing) = &props.writing { { writing }<span class="dots" aria-hidden="true" /> }
                </span>
                if pasted.is_some() {
                    <span class="compose__paste" role="status">
                        { link("fence", words.make_code, on_fence) }
                    </span>
                }
                if bytes >= NEAR_LIMIT {
                    <span id="compose-count" class={if too_long { "compose__count is-over" } else { "compose__count" }}>
                        { count(bytes) }
                    </span>
                }
            </div>
            <div class="compose__line">
                if let Some(list) = open { { offers(list, &on_take) } }
                <label class="unseen" for="composer">{ words.message }</label>
                <textarea
                    id={ID}
                    rows={rows.to_string()}
                    dir="auto"
                    {placeholder}
                    enterkeyhint="send"
                    defaultvalue={props.draft.clone()}
                    // A field of several lines may be no combobox: it stays a text field that has a list.
                    aria-haspopup={open.map(|_| "listbox")}
                    aria-autocomplete={open.map(|_| "list")}
                    aria-controls={open.map(|_| offers::LIST)}
                    aria-activedescendant={open.map(|list| offers::id(list.meant))}
                    aria-invalid={described.map(|_| "true")}
                    aria-describedby={described}
                    {oninput}
                    {onkeydown}
                    onkeyup={on_change.reform(|_: KeyboardEvent| false)}
                    onclick={on_change.reform(|_: MouseEvent| false)}
                    onblur={on_change.reform(|_: FocusEvent| false)}
                    onpaste={on_paste}
                />
                <button id="send" type="submit">{ words.send }</button>
            </div>
            if *breaks_rule && !too_long {
                <p class="field__rule" id="compose-rule" role="alert">{ words.rule }</p>
            }
        </form>
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::count;
    use crate::words::choose;

    #[test]
    fn bytes_are_counted_as_numbers_are_written_in_the_readers_language() {
        assert_eq!(count(3_600), "3,600 of 4,096 bytes");
        choose(["pt"]);
        assert_eq!(count(12_034_567), "12.034.567 de 4.096 bytes");
    }
}
