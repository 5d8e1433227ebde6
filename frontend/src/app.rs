//! The page: the tab's state at the top, what is seen of it below, and what each control does.

use std::{any::Any, cell::Cell, rc::Rc};

use tidings_shared::{MessageId, Mode, RoomName, Text, Username, event::Command};
use yew::prelude::*;

use crate::{
    browser, calendar,
    components::{
        Composer, Controls, Log, Opened, Status, Tools, Topic, composer, costs, crowded,
        find_buttons, panel, unread,
    },
    early::Early,
    finding::{self, use_finding},
    hooks::{
        self, Store, use_badge, use_clock, use_company, use_early, use_finder_handle,
        use_going_back, use_listening, use_notice, use_outbox, use_remembering, use_rooms,
        use_store, use_unsent_warning, use_waking, use_while,
    },
    net::{Bell, Crowd, Line},
    route::{Address, Field},
    state::{Action, Link},
    text::complete::{self, Kind},
    words::words,
};

/// "I am writing" is said at most once in so many milliseconds.
const TYPING_MS: f64 = 2_500.0;

/// Props of [`App`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Where the tab opened.
    pub address: Address,
    /// What was wrong with the address it was opened at.
    pub complaints: Vec<Field>,
    /// What was written before the app was there.
    pub early: Early,
}

/// The page.
#[component]
pub fn App(props: &Props) -> Html {
    let address = props.address.clone();
    let store = use_store(move || address, calendar::day_of);
    let bell = (*use_memo((), |()| Bell::default())).clone();
    let line = (*use_memo((), |()| Line::default())).clone();
    let crowd = (*use_memo((), |()| Crowd::default())).clone();
    use_waking(&bell);
    use_listening(&store, &bell, &line, &crowd);
    use_outbox(&store, &bell, &line);
    use_early(&store, &props.early);
    use_company(&store);
    use_clock(&store, &bell);
    use_unsent_warning(&store);

    let rooms = use_rooms(&store, &bell);
    let elsewhere = use_badge(&store, &rooms);
    use_notice(&store);
    use_remembering(&store);
    let opened = use_state_eq(|| None::<Opened>);
    let complaints = use_state(|| props.complaints.clone());
    let panel_open = use_state(|| !props.complaints.is_empty());
    let draft = use_state(|| props.early.draft.clone());
    let typing = use_memo((), |()| Cell::new(f64::MIN));
    // Whoever was met in one room is known in another.
    let names = use_mut_ref(String::new);

    use_while((rooms.len() as u32, complaints.len()), Box::new(show_rule));

    let on_change = change_address(&store, &complaints, &draft, &panel_open);
    let keep = {
        let (store, draft) = (store.clone(), draft.clone());
        Callback::from(move |text: String| {
            hooks::keep_draft(&store.room(), &text);
            draft.set(text);
        })
    };
    let write = keep.reform(|text: String| {
        browser::put(composer::ID, &text);
        text
    });
    let on_websocket =
        on_change.reform(|_: MouseEvent| (Field::Mode, Mode::Websocket.as_str().to_owned()));
    let on_leave = Callback::from({
        let (store, bell, on_change) = (store.clone(), bell.clone(), on_change.clone());
        move |room: RoomName| {
            if store.room() == room {
                on_change.emit((Field::Room, RoomName::LOBBY.to_owned()));
            }
            hooks::leave(&room);
            // The list is made anew.
            bell.ring();
        }
    });
    let on_retry_link = Callback::from(move |()| bell.ring());
    let on_send = Callback::from({
        let (store, write) = (store.clone(), write.clone());
        move |text: Text| {
            store.write(text);
            write.emit(String::new());
        }
    });
    let on_draft = Callback::from({
        let store = store.clone();
        move |text: String| {
            if !text.is_empty() {
                say_typing(&store, &line, &typing);
            }
            keep.emit(text);
        }
    });
    let on_recall = Callback::from({
        let (store, write) = (store.clone(), write.clone());
        move |()| {
            let said = store.read(|tab| tab.last_said().map(ToString::to_string));
            write.emit(said.unwrap_or_default());
        }
    });
    let on_retry = Callback::from({
        let store = store.clone();
        move |id: MessageId| {
            store.dispatch(Action::Retry(id));
            store.outbox().ring();
        }
    });
    let on_edit = Callback::from({
        let (store, write) = (store.clone(), write.clone());
        move |id: MessageId| {
            let text = store.read(|tab| tab.refused(&id).map(|message| message.text.to_string()));
            if let Some(text) = text {
                // What is being written just now is not lost for it.
                let draft = browser::typed(composer::ID);
                write.emit(if draft.is_empty() { text } else { [&text, "\n", &draft].concat() });
                store.dispatch(Action::Discard(id));
                browser::focus(composer::ID);
            }
        }
    });
    let on_mention = Callback::from(move |name: Username| {
        write.emit(finding::mention(&browser::typed(composer::ID), &name));
        browser::focus(composer::ID);
    });
    let finding = {
        let on_go = on_change.reform(|room: RoomName| (Field::Room, room.to_string()));
        use_finding(&store, &rooms, &opened, on_go, on_mention.clone())
    };
    let on_topic = finding::on_topic(&store);
    let known = {
        let finder = use_finder_handle();
        let (store, rooms) = (store.clone(), rooms.clone());
        Callback::from(move |kind: Kind| match kind {
            Kind::Room => rooms.iter().map(|room| room.name.to_string()).collect(),
            _ => {
                let (room, me) =
                    store.read(|tab| (tab.address().room.clone(), tab.address().name.clone()));
                finder.meet(&rooms, &room, &me);
                store.read(|tab| complete::names(tab.room(), &finder.read().people, &me))
            }
        })
    };
    let find = {
        let store = store.clone();
        Callback::from(move |seq: u64| store.read(|tab| tab.room().said(seq)))
    };
    let on_room = on_change.reform(|room: RoomName| (Field::Room, room.to_string()));
    use_going_back(&store, &on_room);
    let toggle_panel = Callback::from({
        let open = panel_open.clone();
        move |_: MouseEvent| {
            // It opens at its beginning, wherever one left it.
            if let Some(panel) = browser::document().get_element_by_id("panel") {
                panel.set_scroll_top(0);
            }
            open.set(!*open);
        }
    });

    store.show(|tab| {
        let (address, room) = (tab.address(), tab.room());
        let name = AttrValue::from(address.room.to_string());
        let curl = AttrValue::from(format!("curl -d \"hello\" {}/r/{name}", browser::origin()));
        let timeline = room.timeline();
        let writing = room.people().writing(&address.name).map(AttrValue::from);
        let controls = Controls {
            tab,
            complaints: &complaints,
            curl: &curl,
            rooms: &rooms,
            open: *panel_open,
            on_change,
            on_leave,
            on_mention,
        };
        html! {
            <div class="app" data-mode={address.mode.as_str()}>
                <header class="bar">
                    <a class="brand" href="/" aria-label="Tidings">{ logo() }</a>
                    <div class="place-bar">
                        <div class="place-bar__words">
                            <h1 class="bar__room" title={&name}><bdi>{ &name }</bdi></h1>
                            <Topic key={name.as_str()} set={room.topic().cloned()} on_set={on_topic} />
                        </div>
                        { find_buttons(&Callback::from({
                            let opened = opened.clone();
                            move |which| opened.set(Some(which))
                        })) }
                    </div>
                    <Status link={tab.link().clone()} mode={address.mode} every={address.every} on_retry={on_retry_link} />
                    { costs(tab.cost()) }
                    <button
                        class="quiet bar__menu"
                        type="button"
                        aria-expanded={panel_open.to_string()}
                        aria-controls="panel"
                        onclick={toggle_panel}
                    >
                        { words().panel.menu[usize::from(*panel_open)] }
                        if !*panel_open {
                            { unread(elsewhere) }
                        }
                    </button>
                </header>
                { panel(&controls) }
                <main class="talk">
                    if *tab.link() == Link::Crowded {
                        { crowded(on_websocket) }
                    }
                    <Log
                        key={name.as_str()}
                        room={name.clone()}
                        store={store.clone()}
                        version={room.version()}
                        outgoing={timeline.outgoing().to_vec()}
                        trouble={tab.trouble().map(|why| AttrValue::from(why.to_owned()))}
                        mode={address.mode}
                        me={address.name.clone()}
                        curl={&curl}
                        {names}
                        {on_retry}
                        {on_edit}
                    />
                    <Tools {find} on_go={on_room} />
                    <Composer
                        draft={AttrValue::from((*draft).clone())}
                        name={address.name.to_string()}
                        {known}
                        {writing}
                        {on_draft}
                        {on_send}
                        {on_recall}
                    />
                </main>
                { finding }
            </div>
        }
    })
}

/// Takes what was typed into a field: the tab goes there, or the rule is shown.
fn change_address(
    store: &Store,
    complaints: &UseStateHandle<Vec<Field>>,
    draft: &UseStateHandle<String>,
    panel_open: &UseStateHandle<bool>,
) -> Callback<(Field, String)> {
    let (store, complaints, draft) = (store.clone(), complaints.clone(), draft.clone());
    let panel_open = panel_open.clone();
    Callback::from(move |(field, text): (Field, String)| {
        let mut left: Vec<_> = complaints.iter().copied().filter(|at| *at != field).collect();
        match store.read(|tab| tab.address().with(field, &text)) {
            Ok(address) => {
                store.go(address);
                if field == Field::Room {
                    let begun = hooks::draft(&store.room());
                    browser::put(composer::ID, &begun);
                    draft.set(begun);
                    if *panel_open {
                        // It stands before what one came for.
                        panel_open.set(false);
                        browser::focus_conversation();
                    }
                }
                if field == Field::Name && !*panel_open && browser::has_focus("name") {
                    // It was taken by Enter, and not by going elsewhere: what is typed next is a message.
                    browser::focus_conversation();
                }
            }
            Err(complaint) => left.push(complaint),
        }
        complaints.set(left);
    })
}

/// What breaks a rule may stand at the panel's lower end, and the rule below that; and the list of rooms
/// comes later, and moves both.
fn show_rule() -> Box<dyn Any> {
    if let Ok(Some(rule)) = browser::document().query_selector(".field__rule") {
        browser::bring_into_sight(&rule);
    }
    Box::new(())
}

/// Says that one is writing, where there is a line to say it on.
fn say_typing(store: &Store, line: &Line, last_ms: &Rc<Cell<f64>>) {
    let now_ms = browser::now_ms();
    if now_ms - last_ms.get() > TYPING_MS {
        last_ms.set(now_ms);
        line.send(Command::Typing { username: store.read(|tab| tab.address().name.clone()) });
    }
}

/// The name and its sign: a line that comes in waves.
fn logo() -> Html {
    html! {
        <>
            <svg class="logo" viewBox="0 0 24 24" aria-hidden="true">
                <path d="M2 8.5q2.5-5 5 0t5 0 5 0 5 0M2 15.5q2.5-5 5 0t5 0 5 0 5 0" />
            </svg>
            <span class="brand__name">{ "Tidings" }</span>
        </>
    }
}
