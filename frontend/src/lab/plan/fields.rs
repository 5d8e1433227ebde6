//! What goes in: a slider and a number for what is asked, a number for what is assumed.

use tidings_shared::plan::{ASKED, FIELDS, Field, Inputs};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::slide::{STEPS, position, value};

/// What is asked.
pub fn asked(inputs: &Inputs, change: &Callback<Inputs>) -> Html {
    html! {
        <section class="asked" aria-label="What is asked">
            { for FIELDS[..ASKED].iter().map(|field| html! {
                <div class="asked__field" key={field.key}>
                    { number(field, inputs, change) }
                    { slider(field, inputs, change) }
                    <p class="plan__note" id={format!("{}-note", field.key)}>{ field.note }</p>
                </div>
            }) }
        </section>
    }
}

/// What is assumed, each to be set otherwise.
pub fn assumed(inputs: &Inputs, change: &Callback<Inputs>) -> Html {
    let reset = {
        let (inputs, change) = (*inputs, change.clone());
        move |_| {
            let defaults = FIELDS[ASKED..].iter();
            change.emit(defaults.fold(inputs, |inputs, f| inputs.with(f.input, f.default)));
        }
    };
    let changed = FIELDS[ASKED..].iter().any(|field| inputs.get(field.input) != field.default);
    html! {
        <section class="assumed" aria-labelledby="assumed">
            <div class="assumed__head">
                <h2 id="assumed">{ "Assumptions" }</h2>
                if changed {
                    <button class="quiet" onclick={reset}>{ "As they were" }</button>
                }
            </div>
            <div class="assumed__fields">
                { for FIELDS[ASKED..].iter().map(|field| html! {
                    <div class="assumed__field" key={field.key}>
                        { number(field, inputs, change) }
                        <p class="plan__note" id={format!("{}-note", field.key)}>{ field.note }</p>
                    </div>
                }) }
            </div>
        </section>
    }
}

fn number(field: &'static Field, inputs: &Inputs, change: &Callback<Inputs>) -> Html {
    let set = setter(field, inputs, change, |typed, _| typed);
    let id = format!("plan-{}", field.key);
    html! {
        <div class="plan__number">
            <label for={id.clone()}>{ field.label }</label>
            <span class="plan__line">
                <input {id} type="number" inputmode="decimal" step="any" required=true
                    min={field.least.to_string()} max={field.most.to_string()}
                    value={inputs.get(field.input).to_string()}
                    aria-describedby={format!("{}-note", field.key)}
                    onchange={move |event: Event| set(&event.target_unchecked_into())} />
                <span class="plan__suffix">{ field.suffix }</span>
            </span>
        </div>
    }
}

fn slider(field: &'static Field, inputs: &Inputs, change: &Callback<Inputs>) -> Html {
    let now = inputs.get(field.input);
    let set = setter(field, inputs, change, |at, field| value(field, at));
    html! {
        <input class="plan__slider" type="range" min="0" max={STEPS.to_string()} step="1"
            value={position(field, now).to_string()}
            aria-label={field.label} aria-valuetext={format!("{now} {}", field.suffix)}
            oninput={move |event: InputEvent| set(&event.target_unchecked_into())} />
    }
}

/// Takes what was set, and shows what it was taken for.
fn setter(
    field: &'static Field,
    inputs: &Inputs,
    change: &Callback<Inputs>,
    read: fn(f64, &Field) -> f64,
) -> impl Fn(&HtmlInputElement) + use<> {
    let (inputs, change) = (*inputs, change.clone());
    move |element| {
        let changed = match element.value().parse() {
            Ok(number) => inputs.with(field.input, read(number, field)),
            Err(_) => inputs,
        };
        if element.type_() == "number" {
            // What is out of bounds is held, and where it was held before nothing is drawn anew.
            element.set_value(&changed.get(field.input).to_string());
        }
        change.emit(changed);
    }
}
