//! A line of text that counts when it is finished: on Enter, or when the keyboard leaves it. What
//! breaks a rule stays as it was typed, with the rule beneath it.

use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Props of [`TextField`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The element's id.
    pub id: AttrValue,
    /// What it is.
    pub label: AttrValue,
    /// What holds now.
    pub value: AttrValue,
    /// Why what was typed last does not hold.
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// What stands behind the text, such as a unit.
    #[prop_or_default]
    pub unit: Option<AttrValue>,
    /// Which keyboard a phone shows.
    #[prop_or_default]
    pub inputmode: Option<AttrValue>,
    /// Called with what was typed, when it is finished.
    pub on_done: Callback<String>,
}

/// A labelled line of text.
#[component]
pub fn TextField(props: &Props) -> Html {
    // What was typed, and what held when it was: what holds later takes its place.
    let draft = use_state(|| (String::new(), props.value.to_string()));
    let shown = if draft.0 == *props.value { draft.1.clone() } else { props.value.to_string() };
    let oninput = {
        let (draft, value) = (draft.clone(), props.value.clone());
        Callback::from(move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            draft.set((value.to_string(), text));
        })
    };
    let onchange = {
        let on_done = props.on_done.clone();
        Callback::from(move |event: Event| {
            on_done.emit(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    let rule = AttrValue::from([&props.id, "-rule"].concat());
    html! {
        <div class="field">
            <label for={props.id.clone()}>{ &props.label }</label>
            <div class="field__line">
                <input
                    id={props.id.clone()}
                    type="text"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    dir="auto"
                    inputmode={props.inputmode.clone()}
                    value={shown}
                    aria-invalid={props.error.is_some().then_some("true")}
                    aria-describedby={props.error.is_some().then(|| rule.clone())}
                    {oninput}
                    {onchange}
                />
                if let Some(unit) = &props.unit {
                    <span class="field__unit">{ unit }</span>
                }
            </div>
            if let Some(error) = &props.error {
                <p class="field__rule" id={rule} role="alert">{ error }</p>
            }
        </div>
    }
}
