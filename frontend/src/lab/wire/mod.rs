//! What really travelled on a pane's line: each request, answer, event and frame with its size, as it
//! happens; a request can be copied as a line for a terminal.

mod curl;
mod row;

use std::rc::Rc;

use web_sys::{Element, HtmlDetailsElement};
use yew::prelude::*;

pub use curl::curl;

use self::row::Row;
use super::{
    chart::eyes,
    lines::{Record, Totals},
};
use crate::{browser, state::cost::bytes_for_eyes};

/// As many records are on the page.
const MOST: usize = 300;
/// Who is so near to the end, in pixels, follows it.
const NEAR: i32 = 8;

/// Props of [`Wire`].
#[derive(Properties)]
pub struct Props {
    /// The pane's name.
    pub name: AttrValue,
    /// What was seen, the oldest first; how many there are is bounded by who keeps them.
    pub records: Vec<Rc<Record>>,
    /// Where a copied request goes; the server's own address unless told.
    #[prop_or_else(|| browser::origin().into())]
    pub origin: AttrValue,
}

/// Records are never changed, and come in their order: the same ends are the same list.
impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        let same = |one: Option<&Rc<Record>>, other: Option<&Rc<Record>>| match (one, other) {
            (Some(one), Some(other)) => Rc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        };
        self.name == other.name
            && self.origin == other.origin
            && self.records.len() == other.records.len()
            && same(self.records.first(), other.records.first())
            && same(self.records.last(), other.records.last())
    }
}

/// The view: a line of totals, and the list when it is opened.
#[component]
pub fn Wire(props: &Props) -> Html {
    let open = use_state(|| false);
    let paused = use_state(|| None::<Vec<Rc<Record>>>);
    let follows = use_mut_ref(|| true);
    let list = use_node_ref();
    {
        let (list, follows) = (list.clone(), follows.clone());
        use_effect(move || {
            if let Some(list) = list.cast::<Element>()
                && *follows.borrow()
            {
                list.set_scroll_top(list.scroll_height());
            }
        });
    }
    let ontoggle = {
        let open = open.clone();
        Callback::from(move |event: Event| {
            open.set(event.target_unchecked_into::<HtmlDetailsElement>().open());
        })
    };
    let onscroll = {
        let list = list.clone();
        Callback::from(move |_: Event| {
            if let Some(list) = list.cast::<Element>() {
                let below = list.scroll_height() - list.scroll_top() - list.client_height();
                *follows.borrow_mut() = below <= NEAR;
            }
        })
    };
    let pause = {
        let (paused, records) = (paused.clone(), props.records.clone());
        move |stop: bool| paused.set(stop.then(|| records.clone()))
    };
    // Whoever opens a record wants to read it: the list stands still.
    let on_open = {
        let (pause, is_paused) = (pause.clone(), paused.is_some());
        Callback::from(move |()| {
            if !is_paused {
                pause(true);
            }
        })
    };
    let toggle = {
        let is_paused = paused.is_some();
        Callback::from(move |_: MouseEvent| pause(!is_paused))
    };
    let shown = paused.as_ref().unwrap_or(&props.records);
    html! {
        <details class="wire" open={*open} {ontoggle}>
            <summary>{ "On the wire" }{ totals(props.records.last().map(|record| record.totals)) }</summary>
            if *open {
                <div class="wire__head">
                    <span>{ "Head + body, in bytes. Open a request to copy it as curl." }</span>
                    <button type="button" class="quiet" onclick={toggle}>
                        { if paused.is_some() { "Resume" } else { "Pause" } }
                    </button>
                </div>
                <ol class="wire__list" ref={list} {onscroll} tabindex="0"
                    aria-label={format!("What travelled for {}, the newest last", props.name)}>
                    { for rows(shown, &props.origin, &on_open) }
                </ol>
            }
        </details>
    }
}

/// All that has travelled, in a line.
fn totals(totals: Option<Totals>) -> Html {
    let Some(totals) = totals else {
        return html! { <span class="wire__totals">{ ": nothing yet" }</span> };
    };
    let count = |n: u64, one| eyes::count(usize::try_from(n).unwrap_or(usize::MAX), one);
    html! {
        <span class="wire__totals" data-up={totals.up.to_string()} data-down={totals.down.to_string()}
            data-requests={totals.requests.to_string()}>
            { format!(
                ": {} up, {} down, {}, {}",
                bytes_for_eyes(totals.up),
                bytes_for_eyes(totals.down),
                count(totals.requests, "request"),
                count(totals.connections, "connection"),
            ) }
        </span>
    }
}

/// The newest records, each as a row. Totals alone are none.
fn rows<'a>(
    records: &'a [Rc<Record>],
    origin: &'a AttrValue,
    on_open: &'a Callback<()>,
) -> impl Iterator<Item = Html> + 'a {
    let told = records.iter().filter(|record| record.what != "totals");
    let newest = told.clone().count().saturating_sub(MOST);
    told.skip(newest).map(move |record| {
        // A record stays where it is for as long as it is kept.
        let key = Rc::as_ptr(record) as usize;
        html! { <Row {key} record={Rc::clone(record)} origin={origin} {on_open} /> }
    })
}
