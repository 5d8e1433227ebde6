//! The side of the page with the tab's controls: how it listens, where, and as whom.

use std::rc::Rc;

use tidings_shared::{Interval, Mode, RoomName, Username};
use yew::prelude::*;

use super::{
    Copyable, Settings, TextField, figures::figures, here::WhoIsHere, picker::picker, rooms::Rooms,
};
use crate::{
    route::Field,
    state::{Tab, rooms::Listed},
    words::words,
};

/// What the panel shows.
#[derive(Debug)]
pub struct Controls<'a> {
    /// What holds now.
    pub tab: &'a Tab,
    /// What was typed and doesn't hold.
    pub complaints: &'a [Field],
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
    /// Called with a name that is to be written into the message.
    pub on_mention: Callback<Username>,
}

/// The controls.
pub fn panel(props: &Controls<'_>) -> Html {
    let (tab, words) = (props.tab, words());
    let address = tab.address();
    let done = |field: Field| props.on_change.reform(move |text| (field, text));
    let complaint =
        |field: Field| props.complaints.contains(&field).then(|| AttrValue::from(field.rule()));
    html! {
        <aside id="panel" class={if props.open { "panel is-open" } else { "panel" }} aria-label={words.panel.title}>
            <section class="place">
                <TextField
                    id="name" label={words.panel.name} value={address.name.to_string()}
                    error={complaint(Field::Name)} on_done={done(Field::Name)}
                />
            </section>
            <section>
                <Rooms
                    list={props.rooms.clone()} present={address.room.clone()}
                    error={props.complaints.contains(&Field::Room)} on_go={done(Field::Room)} on_leave={&props.on_leave}
                />
            </section>
            <section class="listening">
                { picker(address, tab.choice(), complaint(Field::Mode), &done(Field::Mode)) }
                if address.mode == Mode::Poll {
                    <TextField
                        id="every" label={words.listening.every} unit={words.listening.seconds} inputmode="decimal"
                        value={seconds(address.every)}
                        error={complaint(Field::Every)} on_done={done(Field::Every)}
                    />
                }
            </section>
            <WhoIsHere
                people={tab.room().people().clone()} me={address.name.clone()}
                on_mention={props.on_mention.clone()}
            />
            { figures(tab) }
            <section class="from-outside">
                <h2>{ words.panel.terminal }</h2>
                <Copyable text={props.curl} />
            </section>
            <Settings room={address.room.clone()} />
        </aside>
    }
}

/// The interval as a number of seconds.
fn seconds(every: Interval) -> String {
    every.to_string().trim_end_matches('s').to_owned()
}
