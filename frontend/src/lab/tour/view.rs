//! The tour as it is shown.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{
    guide::{Event as Happens, Guide, Phase},
    steps::{Answer, STEPS, Step},
};
use crate::lab::chart::page_time;

type Tell = Callback<Happens>;

fn button(
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
                <strong>{ "Never thought about polling and streaming?" }</strong>
                { " Five short steps: you guess, the Lab measures. Three minutes." }
            </p>
            { button("quiet", "Begin the tour", tell, || Happens::Go(0)) }
        </div>
    }
}

/// A step.
pub fn step(guide: &Guide, place: usize, tell: &Tell) -> Html {
    let step = &STEPS[place];
    html! {
        <div class="tour__step" data-step={(place + 1).to_string()}>
            <header class="tour__head">
                <p class="tour__count">{ format!("Step {} of {}", place + 1, STEPS.len()) }</p>
                { button("link", "Leave the tour", tell, || Happens::Leave) }
            </header>
            <h2 id="tour-title" tabindex="-1">{ step.title }</h2>
            <p class="tour__text">{ step.text }</p>
            { question(guide, step, tell) }
            <div role="status">{ told(guide, step) }</div>
            { ways_on(guide, place, tell) }
        </div>
    }
}

fn question(guide: &Guide, step: &'static Step, tell: &Tell) -> Html {
    let disabled = guide.running().is_some();
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
                        value={guess.unwrap_or(0.0).to_string()} aria-valuetext={told.clone()} {oninput} {disabled} />
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
                            <input type="radio" name="tour-guess" value={n.to_string()} {disabled}
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
            { answer }
        </fieldset>
    }
}

/// What was measured, beside what was guessed.
fn told(guide: &Guide, step: &Step) -> Html {
    match guide.phase() {
        Phase::Guessing => html! {},
        Phase::Running { .. } => html! { <p>{ "The Lab measures. Watch the chart below." }</p> },
        Phase::Failed => html! {
            <p class="tour__failed">
                { "Nothing could be measured: no message came. Look at the panes below for why, and try again." }
            </p>
        },
        Phase::Told { measured, told } => html! {
            <div class="tour__told" data-measured={measured.to_string()}>
                { compared(guide.guess().unwrap_or_default(), *measured, step) }
                <p>{ told }</p>
                <p><strong>{ "Why? " }</strong>{ step.why }</p>
            </div>
        },
    }
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
                    <strong>{ if right { "✓ As you said: " } else { "Otherwise than you said: " } }</strong>
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
    let progress = guide.running().map(|(scene, since)| {
        let done = (page_time() - since) / (f64::from(scene.seconds) * 1_000.0);
        html! {
            <progress class="tour__progress" max="100" value={format!("{:.0}", done.clamp(0.0, 1.0) * 100.0)}
                aria-label="How far the measuring is" />
        }
    });
    html! {
        <div class="tour__ways">
            <button type="button" class={if is_told { "quiet" } else { "tour__run" }} id="tour-run"
                disabled={guide.running().is_some() || guide.guess().is_none()} onclick={run}>
                { if is_told { "Run again" } else { "Run" } }
            </button>
            if is_told { { button("tour__run", next, tell, move || Happens::Go(place + 1)) } }
            else { { button("link", "Skip", tell, move || Happens::Go(place + 1)) } }
            { progress }
        </div>
    }
}

/// Behind the last step.
pub fn end(guide: &Guide, tell: &Tell) -> Html {
    let value = |step: &Step, value: f64, is_guess: bool| match step.answer {
        Answer::Slider { eyes, .. } => eyes(value),
        Answer::Choices(choices) => {
            let at = if is_guess { Some(value as usize) } else { step.answer.choice(value) };
            at.and_then(|at| choices.get(at))
                .map_or_else(String::new, |(name, _)| (*name).to_owned())
        }
    };
    let rows = STEPS.iter().zip(guide.kept()).filter_map(|(step, kept)| {
        let kept = (*kept)?;
        Some(html! {
            <tr>
                <th scope="row">{ step.title }</th>
                <td>{ value(step, kept.guess, true) }</td>
                <td>{ value(step, kept.measured, false) }</td>
            </tr>
        })
    });
    let rows: Vec<Html> = rows.collect();
    html! {
        <div class="tour__step" data-step="end">
            <header class="tour__head">
                <p class="tour__count">{ "The end of the tour" }</p>
                { button("link", "Close", tell, || Happens::Leave) }
            </header>
            <h2 id="tour-title" tabindex="-1">{ "Which would you take?" }</h2>
            <dl class="tour__advice">
                <dt>{ "Poll" }</dt>
                <dd>{ "when a delay of its interval does no harm, or when nothing else gets through." }</dd>
                <dt>{ "Long-poll" }</dt>
                <dd>{ "when it must be soon, messages are few, and what lies between lets no stream through." }</dd>
                <dt>{ "Stream" }</dt>
                <dd>{ "when one mostly listens: soon, cheap, plain HTTP, and it comes back by itself." }</dd>
                <dt>{ "WebSocket" }</dt>
                <dd>{ "when one talks as much as one listens." }</dd>
            </dl>
            if !rows.is_empty() {
                <table class="tour__kept">
                    <thead>
                        <tr><th scope="col">{ "Step" }</th><th scope="col">{ "You guessed" }</th><th scope="col">{ "Measured" }</th></tr>
                    </thead>
                    <tbody>{ for rows }</tbody>
                </table>
            }
            <p>
                { "All of it at once: add the panes you like below, and strike them with faults. Or see " }
                <a href="/plan">{ "what it would cost for your own audience" }</a>{ "." }
            </p>
            <div class="tour__ways">{ button("quiet", "Begin again", tell, || Happens::Go(0)) }</div>
        </div>
    }
}
