//! The tour as it is shown.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{
    answer::Answer,
    guide::{Event as Happens, Guide, Phase},
    steps::{STEPS, Step},
};
use crate::lab::chart::page_time;

/// Who is told what the reader does.
pub type Tell = Callback<Happens>;

/// A button that tells something.
pub fn button(
    class: &'static str,
    name: &'static str,
    tell: &Tell,
    event: impl Fn() -> Happens + 'static,
) -> Html {
    let onclick = tell.reform(move |_: MouseEvent| event());
    html! { <button type="button" {class} {onclick}>{ name }</button> }
}

/// Before the first step.
pub fn invitation(tell: &Tell) -> Html {
    html! {
        <div class="tour__invitation">
            <p>
                <strong>{ "New to this?" }</strong>
                { " You guess, the Lab measures: five steps, three minutes." }
            </p>
            { button("tour__run", "Begin the tour", tell, || Happens::Go(0)) }
        </div>
    }
}

/// A step.
pub fn step(guide: &Guide, place: usize, tell: &Tell) -> Html {
    let step = &STEPS[place];
    let asks = matches!(guide.phase(), Phase::Guessing | Phase::Failed);
    html! {
        <div class="tour__step" data-step={(place + 1).to_string()}>
            <header class="tour__head">
                <p class="tour__count">{ format!("Step {} of {}", place + 1, STEPS.len()) }</p>
                { button("link", "Leave the tour", tell, || Happens::Leave) }
            </header>
            <h2 id="tour-title" tabindex="-1">{ step.title }</h2>
            if asks {
                <p class="tour__text">{ step.text }</p>
                { question(guide, step, tell) }
            } else {
                <p class="tour__asked">{ step.question }</p>
            }
            <div role="status">{ told(guide, step) }</div>
            { ways_on(guide, place, tell) }
        </div>
    }
}

fn question(guide: &Guide, step: &'static Step, tell: &Tell) -> Html {
    let answer = match step.answer {
        Answer::Slider { most, step: by, eyes } => {
            let guess = guide.guess();
            let told = guess.map_or_else(|| "your guess?".into(), eyes);
            let oninput = tell.reform(|event: InputEvent| {
                Happens::Guess(event.target_unchecked_into::<HtmlInputElement>().value_as_number())
            });
            html! {
                <label class="tour__slider">
                    <span class="unseen">{ "Your guess" }</span>
                    <input type="range" id="tour-guess" min="0" max={most.to_string()} step={by.to_string()}
                        value={guess.unwrap_or(0.0).to_string()} aria-valuetext={told.clone()} {oninput} />
                    <output for="tour-guess">{ told }</output>
                </label>
            }
        }
        Answer::Choices(choices) => html! {
            <div class="tour__choices">
                { for choices.iter().enumerate().map(|(n, (name, _))| {
                    let onchange = tell.reform(move |_: Event| Happens::Guess(n as f64));
                    html! {
                        <label>
                            <input type="radio" name="tour-guess" value={n.to_string()}
                                checked={guide.guess() == Some(n as f64)} {onchange} />
                            { name }
                        </label>
                    }
                }) }
            </div>
        },
    };
    html! {
        <fieldset class="tour__question" key={step.title}>
            <legend>{ step.question }</legend>
            if !step.hint.is_empty() {
                <p class="tour__hint">{ step.hint }</p>
            }
            { answer }
        </fieldset>
    }
}

/// What was measured, beside what was guessed.
fn told(guide: &Guide, step: &Step) -> Html {
    match guide.phase() {
        Phase::Guessing => html! {},
        Phase::Running { .. } => html! {
            <p class="tour__told">
                { guessed(guide.guess().unwrap_or_default(), step) }
                <span><strong>{ "Watch. " }</strong>{ step.watch }</span>
            </p>
        },
        Phase::Failed => html! {
            <p class="tour__failed">
                { "Nothing could be measured: no message came. The panes say why; then try again." }
            </p>
        },
        Phase::Told { measured, told } => html! {
            <div class="tour__told" data-measured={measured.to_string()}>
                { compared(guide.guess().unwrap_or_default(), *measured, step) }
                <p>{ told }{ " " }<span class="tour__look">{ step.look }</span></p>
                <p><strong>{ "Why? " }</strong>{ step.why }</p>
            </div>
        },
    }
}

/// What was guessed, in words.
fn guessed(guess: f64, step: &Step) -> Html {
    html! { <span class="tour__hint">{ "You guessed: " }{ step.answer.words(guess) }{ "." }</span> }
}

fn compared(guess: f64, measured: f64, step: &Step) -> Html {
    match step.answer {
        Answer::Slider { eyes, .. } => {
            let most = guess.max(measured).max(f64::EPSILON);
            // Of a hundred, as attributes: the page's policy forbids style.
            let bar = |name: &str, class: &'static str, value: f64| {
                let width = format!("{:.2}", 100.0 * value.max(0.0) / most);
                html! {
                    <>
                        <dt>{ name.to_owned() }</dt>
                        <dd>
                            <svg {class} viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                                <rect {width} height="1" />
                            </svg>
                            { eyes(value) }
                        </dd>
                    </>
                }
            };
            html! {
                <dl class="tour__bars">
                    { bar("You guessed", "tour__guessed", guess) }
                    { bar("Measured", "tour__measured", measured) }
                </dl>
            }
        }
        Answer::Choices(choices) => {
            let found = step.answer.choice(measured).unwrap_or_default();
            let right = found as f64 == guess;
            html! {
                <p class="tour__verdict" data-right={right.to_string()}>
                    <strong>{ if right { "✓ As you guessed: " } else { "Not as you guessed, but: " } }</strong>
                    { choices[found].0 }{ "." }
                </p>
            }
        }
    }
}

fn ways_on(guide: &Guide, place: usize, tell: &Tell) -> Html {
    let run = tell.reform(|_: MouseEvent| Happens::Run(page_time()));
    let is_told = matches!(guide.phase(), Phase::Told { .. });
    let next = if place + 1 == STEPS.len() { "To the end" } else { "Next step" };
    let runs = guide.running().is_some();
    let progress = guide.running().map(|(scene, since)| {
        let done = (page_time() - since) / (f64::from(scene.seconds) * 1_000.0);
        html! {
            <progress class="tour__progress" max="100" value={format!("{:.0}", done.clamp(0.0, 1.0) * 100.0)}
                aria-label="How far the measuring is" />
        }
    });
    html! {
        <div class="tour__ways">
            if is_told { { button("tour__run", next, tell, move || Happens::Go(place + 1)) } }
            <button type="button" class={if is_told { "quiet" } else { "tour__run" }} id="tour-run"
                disabled={runs || guide.guess().is_none()} onclick={run}>
                { if is_told { "Run again" } else if runs { "Measuring" } else { "Let it run" } }
            </button>
            { progress }
            if is_told { { button("link", "Guess again", tell, move || Happens::Go(place)) } }
            if !is_told && !runs { { button("link", "Skip", tell, move || Happens::Go(place + 1)) } }
            if place > 0 && !runs { { button("link", "Back", tell, move || Happens::Go(place - 1)) } }
        </div>
    }
}
