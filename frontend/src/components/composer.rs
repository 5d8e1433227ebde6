//! Where one writes. Enter sends, Shift-Enter breaks the line, the up arrow in an empty line brings back
//! what was said last; a text that breaks a rule stays.

use tidings_shared::Text;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::browser;

/// From this many bytes on, the count is shown.
const NEAR_LIMIT: usize = Text::MAX_BYTES * 7 / 8;

/// Props of [`Composer`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is written so far.
    pub draft: AttrValue,
    /// Who else is writing.
    #[prop_or_default]
    pub writing: Option<AttrValue>,
    /// Called with what is written.
    pub on_draft: Callback<String>,
    /// Called with what is to be sent.
    pub on_send: Callback<Text>,
    /// Called for the text that was said last.
    #[prop_or_default]
    pub on_recall: Callback<()>,
}

/// The place to write.
#[component]
pub fn Composer(props: &Props) -> Html {
    let rule = use_state(String::new);

    let submit = {
        let (draft, rule) = (props.draft.clone(), rule.clone());
        let (on_draft, on_send) = (props.on_draft.clone(), props.on_send.clone());
        Callback::from(move |()| {
            if !draft.trim().is_empty() {
                match draft.parse() {
                    Ok(text) => {
                        on_send.emit(text);
                        on_draft.emit(String::new());
                        rule.set(String::new());
                    }
                    Err(broken) => rule.set(broken.to_string()),
                }
            }
            browser::focus("composer");
        })
    };
    let onsubmit = submit.reform(|event: SubmitEvent| event.prevent_default());
    let onkeydown = {
        let (is_empty, on_recall) = (props.draft.is_empty(), props.on_recall.clone());
        Callback::from(move |event: KeyboardEvent| {
            // While an input method composes, Enter chooses a word (229 is how Safari says so).
            let composing = event.is_composing() || event.key_code() == 229;
            let done = match event.key().as_str() {
                "Enter" if !event.shift_key() && !composing => &submit,
                "ArrowUp" if is_empty && !composing => &on_recall,
                _ => return,
            };
            event.prevent_default();
            done.emit(());
        })
    };
    let oninput = {
        let (on_draft, rule) = (props.on_draft.clone(), rule.clone());
        Callback::from(move |event: InputEvent| {
            rule.set(String::new());
            on_draft.emit(event.target_unchecked_into::<HtmlTextAreaElement>().value());
        })
    };

    let bytes = props.draft.len();
    let rows = (props.draft.matches('\n').count() + 1).min(6);
    html! {
        <form id="compose" class="compose" {onsubmit}>
            <div class="compose__above">
                <span class="compose__writing">
                    if let Some(writing) = &props.writing { { writing }<span class="dots" aria-hidden="true" /> }
                </span>
                if bytes >= NEAR_LIMIT {
                    <span class={classes!("compose__count", (bytes > Text::MAX_BYTES).then_some("is-over"))}>
                        { format!("{bytes} of {} bytes", Text::MAX_BYTES) }
                    </span>
                }
            </div>
            <div class="compose__line">
                <label class="unseen" for="composer">{ "Message" }</label>
                <textarea
                    id="composer"
                    rows={rows.to_string()}
                    dir="auto"
                    placeholder="Write a message"
                    enterkeyhint="send"
                    value={props.draft.clone()}
                    aria-invalid={(!rule.is_empty()).then_some("true")}
                    aria-describedby={(!rule.is_empty()).then_some("compose-rule")}
                    {oninput}
                    {onkeydown}
                />
                <button id="send" type="submit">{ "Send" }</button>
            </div>
            if !rule.is_empty() {
                <p class="field__rule" id="compose-rule" role="alert">{ &*rule }</p>
            }
        </form>
    }
}
