//! The modes beside each other: a row a figure, which opens to the formulas.

use std::collections::BTreeSet;

use tidings_shared::{
    Mode,
    plan::{Figure, Outcome},
};
use yew::prelude::*;

use super::derivation::{Step, steps};
use crate::components::{mark, mode_name};

/// Props of [`Compare`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What was asked.
    pub inputs: tidings_shared::plan::Inputs,
    /// The mode that is recommended.
    pub best: Mode,
    /// What each mode comes to.
    pub outcomes: Vec<(Mode, Outcome)>,
}

/// The comparison.
#[component]
pub fn Compare(props: &Props) -> Html {
    let open = use_state_eq(BTreeSet::<usize>::new);
    let toggle = |at: usize| {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| {
            let mut next = (*open).clone();
            if !next.remove(&at) {
                next.insert(at);
            }
            open.set(next);
        })
    };
    html! {
        <section class="compare" aria-labelledby="compare">
            <h2 id="compare">{ "The modes beside each other" }</h2>
            <p class="plan__note">{ "Each line opens to its formulas." }</p>
            <div class="compare__table" role="table" aria-labelledby="compare">
                <div class="compare__heads" role="row">
                    <span role="columnheader"><span class="unseen">{ "Figure" }</span></span>
                    { for props.outcomes.iter().map(|(mode, outcome)| head(props, *mode, outcome)) }
                </div>
                { for Figure::ALL.into_iter().enumerate().map(|(at, figure)| {
                    row(props, figure, open.contains(&at), toggle(at))
                }) }
            </div>
        </section>
    }
}

fn head(props: &Props, mode: Mode, outcome: &Outcome) -> Html {
    let interval = outcome.interval.as_ref().map(|interval| format!("every {}", interval.shown()));
    let late = !tidings_shared::plan::fits(outcome, &props.inputs);
    html! {
        <span class={classes!("compare__mode", (mode == props.best).then_some("is-best"))}
            role="columnheader" data-mode={mode.as_str()}>
            <span class="compare__name">{ mark(mode) }{ mode_name(mode) }</span>
            if let Some(interval) = interval {
                <small>{ interval }</small>
            }
            if mode == props.best {
                <small class="compare__best">{ "recommended" }</small>
            } else if late {
                <small class="compare__late">{ "too late" }</small>
            }
        </span>
    }
}

fn row(props: &Props, figure: Figure, open: bool, toggle: Callback<MouseEvent>) -> Html {
    let id = format!("formula-{}", figure as usize);
    html! {
        <>
            <div class={classes!("compare__row", open.then_some("is-open"))} role="row"
                data-figure={figure.label()}>
                <span class="compare__label" role="rowheader">
                    <button aria-expanded={open.to_string()} aria-controls={open.then(|| id.clone())}
                        onclick={toggle}>{ figure.label() }</button>
                </span>
                { for props.outcomes.iter().map(|(mode, outcome)| html! {
                    <span class={classes!("compare__cell", (*mode == props.best).then_some("is-best"))}
                        role="cell" data-mode={mode.as_str()}>
                        <span class="compare__value">{ outcome.beside_label(figure) }</span>
                        if let Some(spread) = outcome.spread(figure) {
                            <small>{ spread }</small>
                        }
                    </span>
                }) }
            </div>
            if open {
                <div class="compare__open" role="row" {id}>
                    <div role="cell" aria-colspan="5" class="formulas">
                        { for props.outcomes.iter().map(|(mode, outcome)| {
                            formulas(*mode, outcome, figure)
                        }) }
                    </div>
                </div>
            }
        </>
    }
}

fn formulas(mode: Mode, outcome: &Outcome, figure: Figure) -> Html {
    let steps = steps(outcome.get(figure));
    let line = |step: &Step| {
        html! {
            <>
                <p class="formula__words">{ step.name }{ " = " }{ &step.symbolic }</p>
                <p class="formula__numbers">{ &step.filled }</p>
            </>
        }
    };
    html! {
        <div class="formula" data-mode={mode.as_str()}>
            <h3>{ mark(mode) }{ mode_name(mode) }</h3>
            { line(&steps[0]) }
            if let Some(bounds) = outcome.bounds(figure) {
                <p class="plan__note">{ "By the bounds of what was measured, " }{ bounds }{ "." }</p>
            }
            if steps.len() > 1 {
                <details>
                    <summary>{ "Down to what was given and measured" }</summary>
                    { for steps[1..].iter().map(line) }
                </details>
            }
        </div>
    }
}
