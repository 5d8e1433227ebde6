//! The side of the page with the tab's controls: how it listens, where, and as whom.

use std::rc::Rc;

use tidings_shared::{Interval, Mode, RoomName};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::{Curl, TextField, costs::COUNTED, here::who_is_here, mark, mode_name, rooms::Rooms};
use crate::{
    route::{Address, Complaint, Field, MODES},
    state::{People, rooms::Listed},
};

/// What the panel shows.
#[derive(Debug)]
pub struct Controls<'a> {
    /// What holds now.
    pub address: &'a Address,
    /// What was typed and doesn't hold.
    pub complaints: &'a [Complaint],
    /// Who is here.
    pub people: &'a People,
    /// A line for a terminal that posts into this room.
    pub curl: &'a AttrValue,
    /// Whether a narrow page shows it.
    pub open: bool,
    /// The rooms there are.
    pub rooms: &'a Rc<Vec<Listed>>,
    /// Called with what was typed into a field.
    pub on_change: Callback<(Field, String)>,
    /// Called with a room that is no longer to be listed.
    pub on_leave: Callback<RoomName>,
}

/// The controls.
pub fn panel(props: &Controls<'_>) -> Html {
    let address = props.address;
    let done = |field: Field| props.on_change.reform(move |text| (field, text));
    let complaint = |field: Field| {
        let mut complaints = props.complaints.iter();
        complaints.find(|(at, _)| *at == field).map(|(_, rule)| AttrValue::from(rule.clone()))
    };
    let choose = props.on_change.reform(|event: Event| {
        (Field::Mode, event.target_unchecked_into::<HtmlSelectElement>().value())
    });
    html! {
        <aside id="panel" class={classes!("panel", props.open.then_some("is-open"))} aria-label="This tab">
            <section>
                <Rooms
                    list={props.rooms.clone()} present={address.room.clone()}
                    error={complaint(Field::Room)} on_go={done(Field::Room)} on_leave={&props.on_leave}
                />
            </section>
            <section class="listening">
                <div class="field">
                    <label for="mode">{ "This tab listens by" }</label>
                    <div class="field__line has-mark">
                        { mark(address.mode) }
                        <select id="mode" onchange={choose} aria-describedby="mode-does">
                            { for MODES.map(|mode| html! {
                                <option value={mode.as_str()} selected={mode == address.mode}>
                                    { mode_name(mode) }
                                </option>
                            }) }
                        </select>
                    </div>
                    if let Some(rule) = complaint(Field::Mode) {
                        <p class="field__rule" role="alert">{ rule }</p>
                    }
                </div>
                if address.mode == Mode::Poll {
                    <TextField
                        id="every" label="It asks every" unit="seconds" inputmode="decimal"
                        value={seconds(address.every)}
                        error={complaint(Field::Every)} on_done={done(Field::Every)}
                    />
                }
                <p class="hint" id="mode-does">{ explain(address.mode, address.every) }</p>
                <details class="hint">
                    <summary>{ "What is counted" }</summary>
                    <p>{ COUNTED }</p>
                </details>
            </section>
            <section class="place">
                <TextField
                    id="name" label="Your name" value={address.name.to_string()}
                    error={complaint(Field::Name)} on_done={done(Field::Name)}
                />
            </section>
            { who_is_here(props.people) }
            <section class="from-outside">
                <h2>{ "From a terminal" }</h2>
                <Curl line={props.curl} />
            </section>
        </aside>
    }
}

/// The interval as a number of seconds.
fn seconds(every: Interval) -> String {
    every.to_string().trim_end_matches('s').to_owned()
}

/// What a mode does, in words that need no other page.
fn explain(mode: Mode, every: Interval) -> String {
    match mode {
        Mode::Poll => format!(
            "Asks again and again, and mostly hears that there is nothing new. Messages come in \
             clumps, up to {} s late.",
            seconds(every)
        ),
        Mode::LongPoll => "Asks once, and the server answers as soon as there is something to \
             say. Then it asks again."
            .into(),
        Mode::Sse => "One answer that never ends: the server writes each message into it as it \
             happens. What you post goes by a request of its own."
            .into(),
        _ => "One line, open both ways: messages come and go on it, with a few bytes around \
             each."
            .into(),
    }
}
