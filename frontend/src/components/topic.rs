//! What the room is about, under its name: a click, and one writes there. Enter or leaving keeps it,
//! Escape leaves it as it was.

use tidings_shared::{Topic as Text, TopicSet};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::when;
use crate::{
    browser,
    hooks::use_while,
    words::{fill, words},
};

/// Props of [`Topic`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What it is about, and who said so.
    pub set: Option<TopicSet>,
    /// Sets another one; answered by `on_done` with why it could not be.
    pub on_set: Callback<(Text, Callback<Option<String>>)>,
}

/// What somebody is about to write.
#[derive(Clone, PartialEq, Default)]
struct Draft {
    text: String,
    /// It is on its way.
    sending: bool,
    error: Option<String>,
}

/// The line.
#[component]
pub fn Topic(props: &Props) -> Html {
    let words = &words().finding;
    let draft = use_state_eq(|| None::<Draft>);
    let topic = props.set.as_ref().map(|set| set.topic.clone()).unwrap_or_default();

    // Whether a key has ended the writing: then the keyboard stays here, and leaving the field, which
    // follows, keeps nothing more.
    let by_key = use_mut_ref(|| false);
    let writing = u32::from(draft.is_some());
    let focus = {
        let by_key = by_key.clone();
        move || {
            if by_key.take() || writing > 0 {
                browser::focus("topic");
            }
            Box::new(()) as Box<dyn std::any::Any>
        }
    };
    use_while((writing, 0), Box::new(focus));

    let Some(shown) = (*draft).clone() else {
        let onclick = {
            let (draft, text) = (draft.clone(), topic.to_string());
            Callback::from(move |_: MouseEvent| {
                draft.set(Some(Draft { text: text.clone(), ..Draft::default() }));
            })
        };
        let said = props.set.as_ref().filter(|_| !topic.is_empty());
        let title = said.map_or(words.add_topic.to_owned(), |set| {
            let by = fill(words.topic_by, set.username.as_str());
            [topic.as_str(), "\n", &by, ", ", &when::exact(set.at)].concat()
        });
        return html! {
            <button id="topic" type="button" class={if topic.is_empty() { "topic is-none" } else { "topic" }} {title} {onclick}>
                if topic.is_empty() {
                    { words.add_topic }
                } else {
                    <span class="unseen">{ words.change_topic }{ ": " }</span>
                    <bdi class="topic__text">{ topic.as_str() }</bdi>
                }
            </button>
        };
    };

    let keep = {
        let (draft, on_set, topic, shown, by_key) =
            (draft.clone(), props.on_set.clone(), topic.clone(), shown.clone(), by_key.clone());
        Callback::from(move |leaving: bool| {
            if shown.sending || (leaving && *by_key.borrow()) {
                return;
            }
            let shown = Draft { text: browser::typed("topic"), ..shown.clone() };
            match shown.text.parse::<Text>() {
                Ok(text) if text == topic => draft.set(None),
                Ok(text) => {
                    draft.set(Some(Draft { sending: true, error: None, ..shown.clone() }));
                    let (draft, by_key) = (draft.clone(), by_key.clone());
                    let done = move |error: Option<String>| {
                        let again = error.is_some();
                        *by_key.borrow_mut() &= !again;
                        draft.set(again.then(|| Draft { error, sending: false, ..shown.clone() }));
                    };
                    on_set.emit((text, Callback::from(done)));
                }
                Err(_) => {
                    *by_key.borrow_mut() = false;
                    let error = Some(words.topic_rule.to_owned());
                    draft.set(Some(Draft { error, ..shown }));
                }
            }
        })
    };
    let onkeydown = {
        let (draft, keep, by_key) = (draft.clone(), keep.clone(), by_key.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.is_composing() || event.key_code() == 229 {
                return;
            }
            match event.key().as_str() {
                "Enter" => {
                    *by_key.borrow_mut() = true;
                    keep.emit(false);
                }
                "Escape" => {
                    *by_key.borrow_mut() = true;
                    draft.set(None);
                }
                _ => return,
            }
            event.prevent_default();
        })
    };
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            draft.set(Some(Draft { text, ..Draft::default() }));
        })
    };
    let onblur = keep.reform(|_: FocusEvent| true);
    html! {
        <div class="topic-field">
            <input
                id="topic" type="text" autocomplete="off" dir="auto" enterkeyhint="done"
                aria-label={words.topic} placeholder={words.topic} value={shown.text.clone()}
                aria-invalid={shown.error.is_some().then_some("true")}
                aria-describedby={shown.error.is_some().then_some("topic-rule")}
                {oninput} {onkeydown} {onblur}
            />
            if let Some(error) = &shown.error {
                <p class="field__rule" id="topic-rule" role="alert">{ error }</p>
            }
        </div>
    }
}
