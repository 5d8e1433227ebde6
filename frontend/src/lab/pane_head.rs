//! A pane's head: its name, which can be changed in place, how it listens, and what can be done to it.

use tidings_shared::{Interval, Mode};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{
    bench::Bench,
    page::Live,
    setup::{NAME_MOST, PaneSetup, name},
};
use crate::{
    browser,
    components::{icon, mark, mode_name},
    state::choice::LADDER,
};

const RENAME: &str = "M3 13l.8-3 6.7-6.7 2.2 2.2L6 12.2 3 13zM9 4.8L11.2 7";
const COPY: &str = "M6 6h7v7H6zM3 10V3h7";
const CLOSE: &str = "M4 4l8 8M12 4l-8 8";
/// Intervals to choose from.
const EVERY: [&str; 7] = ["0.5s", "1s", "2s", "3s", "5s", "10s", "30s"];

/// The id of a pane's title.
#[must_use]
pub fn title_id(pane: u32) -> String {
    format!("pane-{pane}")
}

/// Props of [`PaneHead`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The workbench that the pane is of.
    pub bench: Live<Bench>,
    /// The pane's number.
    pub id: u32,
    /// How it is set up.
    pub setup: PaneSetup,
}

/// The head.
#[component]
pub fn PaneHead(props: &Props) -> Html {
    let Props { bench: Live(bench), id, setup } = props;
    let id = *id;
    // What is typed for a name, while somebody types.
    let draft = use_state_eq(|| None::<String>);
    let field = use_node_ref();
    {
        let field = field.clone();
        use_effect_with(draft.is_some(), move |typing| {
            if *typing && let Some(field) = field.cast::<HtmlInputElement>() {
                let _ = field.focus();
                field.select();
            }
        });
    }
    let change = |change: fn(&mut PaneSetup, &str)| {
        let (bench, setup) = (bench.clone(), setup.clone());
        Callback::from(move |event: Event| {
            let mut setup = setup.clone();
            change(&mut setup, &event.target_unchecked_into::<HtmlSelectElement>().value());
            bench.change(id, setup);
        })
    };
    let by = change(|setup, text| setup.mode = text.parse().unwrap_or(setup.mode));
    let every = change(|setup, text| setup.every = text.parse().unwrap_or(setup.every));
    let title = setup.title();
    let other = Some(setup.every).filter(|it| EVERY.iter().all(|every| every.parse() != Ok(*it)));
    let intervals = other.into_iter().chain(EVERY.iter().filter_map(|every| every.parse().ok()));
    html! {
        <header class="pane__head">
            <h2 id={title_id(id)} class={if setup.name.is_some() && draft.is_none() { "pane__name" } else { "unseen" }}>
                { &title }
            </h2>
            { rename(props, &draft, field) }
            { mark(setup.mode) }
            <select class="pane__by" aria-label={format!("{title} listens by")} onchange={by}>
                { for LADDER.iter().rev().map(|mode| html! {
                    <option value={mode.as_str()} selected={*mode == setup.mode}>{ mode_name(*mode) }</option>
                }) }
            </select>
            if setup.mode == Mode::Poll {
                <select class="pane__every" aria-label={format!("{title} asks every")} onchange={every}>
                    { for intervals.map(|every: Interval| {
                        let text = every.to_string();
                        let eyes = format!("{} s", text.trim_end_matches('s'));
                        html! { <option value={text} selected={every == setup.every}>{ eyes }</option> }
                    }) }
                </select>
            }
            { tools(props, &draft) }
        </header>
    }
}

/// The field for another name, while somebody types one.
fn rename(props: &Props, draft: &UseStateHandle<Option<String>>, field: NodeRef) -> Html {
    let Some(typed) = (**draft).clone() else { return html! {} };
    let before = props.setup.name.clone().unwrap_or_default();
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| {
            draft.set(Some(event.target_unchecked_into::<HtmlInputElement>().value()));
        })
    };
    // Who leaves the field has named the pane; who leaves it by Escape has put the name back.
    let onblur = {
        let (draft, bench) = (draft.clone(), props.bench.0.clone());
        let (id, setup) = (props.id, props.setup.clone());
        Callback::from(move |event: FocusEvent| {
            draft.set(None);
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            // The field takes no name that breaks the rule.
            if let Ok(name) = name(&text) {
                bench.change(id, PaneSetup { name, ..setup.clone() });
            }
        })
    };
    let onkeydown = {
        let button = rename_id(props.id);
        Callback::from(move |event: KeyboardEvent| {
            let key = event.key();
            if key == "Escape" || key == "Enter" {
                event.prevent_default();
                let field: HtmlInputElement = event.target_unchecked_into();
                if key == "Escape" {
                    field.set_value(&before);
                }
                // It leaves the field.
                browser::focus(&button);
            }
        })
    };
    html! {
        <input ref={field} class="pane__rename" maxlength={NAME_MOST.to_string()} value={typed}
            placeholder={props.setup.kind()} aria-label={format!("Name of {}", props.setup.title())}
            autocomplete="off" {oninput} {onblur} {onkeydown} />
    }
}

fn rename_id(pane: u32) -> String {
    format!("rename-{pane}")
}

fn tools(props: &Props, draft: &UseStateHandle<Option<String>>) -> Html {
    let (bench, id, setup) = (&props.bench.0, props.id, &props.setup);
    let title = setup.title();
    let rename = {
        let (draft, before) = (draft.clone(), setup.name.clone().unwrap_or_default());
        Callback::from(move |_: MouseEvent| draft.set(Some(before.clone())))
    };
    let copy = {
        let (bench, setup) = (bench.clone(), setup.clone());
        Callback::from(move |_: MouseEvent| bench.add(setup.clone(), Some(id)))
    };
    let remove = {
        let bench = bench.clone();
        Callback::from(move |_: MouseEvent| bench.remove(id))
    };
    html! {
        <span class="pane__tools">
            <button type="button" class="tool rename" id={rename_id(id)} title="Rename"
                aria-label={format!("Rename {title}")} onclick={rename}>{ icon(RENAME) }</button>
            <button type="button" class="tool copy" title="Duplicate"
                aria-label={format!("Duplicate {title}")} onclick={copy}>{ icon(COPY) }</button>
            <button type="button" class="tool remove" title="Remove"
                aria-label={format!("Remove {title}")} onclick={remove}>{ icon(CLOSE) }</button>
        </span>
    }
}
