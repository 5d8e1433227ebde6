//! The conversation: those of its messages that are in view, one's own on their way, and the reader's
//! place. What is on the page and where is the scroll hook's work; here it is drawn.

use std::{cell::RefCell, rc::Rc};

use tidings_shared::{
    MessageId, Mode, Username,
    timeline::{Entry, Outgoing},
};
use yew::prelude::*;

use super::{Copyable, Said, icon, link, outgoing::on_their_way};
use crate::{
    calendar::Local,
    hooks::{self, LogScroll, Store, use_announcing, use_log_scroll, use_permalink},
    state::{Action, Link, Loading, Reader, Room, Row, Side, Sought},
    text::needs_a_list,
    words::{count_in, fill, words},
};

/// Props of [`Log`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The room's name.
    pub room: AttrValue,
    /// Where the messages are: only those in view are asked for.
    pub store: Store,
    /// Another number whenever they are to be drawn anew.
    pub version: u32,
    /// One's own messages on their way.
    pub outgoing: Vec<Outgoing>,
    /// Why one's own are not on their way.
    pub trouble: Option<AttrValue>,
    /// How the tab listens.
    pub mode: Mode,
    /// Who reads.
    pub me: Username,
    /// A line for a terminal that posts into this room.
    pub curl: AttrValue,
    /// Names that were met, of those that a text alone does not tell: each behind a newline.
    pub names: Rc<RefCell<String>>,
    /// Called to send a refused message again.
    pub on_retry: Callback<MessageId>,
    /// Called to write a refused message anew.
    pub on_edit: Callback<MessageId>,
}

/// The log.
#[component]
pub fn Log(props: &Props) -> Html {
    use_permalink(&props.store);
    let scroll = use_log_scroll(&props.store, props.outgoing.len());
    let news = use_announcing(&props.store);
    let words = &words().log;
    let onkeydown = {
        let to = scroll.to.clone();
        move |event: KeyboardEvent| {
            let side = match event.key().as_str() {
                "Home" => Side::Older,
                "End" => Side::Newer,
                _ => return,
            };
            event.prevent_default();
            to.emit(side);
        }
    };
    props.store.read(|tab| {
        let room = tab.room();
        let window = room.shown();
        let marked = room.seek().and_then(|seek| seek.marks());
        let mut known = props.names.borrow_mut();
        note_names(&mut known, room, &scroll.rows);
        let names = AttrValue::from([props.me.as_str(), &known].concat());
        let (held, known) = (window.entries().len(), room.is_known() || room.timeline().is_apart());
        html! {
            <div class="log-frame">
                // Its lines come and go as one scrolls: what is new is announced beside it.
                <div
                    id="log"
                    class="log"
                    ref={scroll.node.clone()}
                    role="log"
                    aria-live="off"
                    aria-label={fill(words.messages_in, &props.room)}
                    aria-busy={(!known).to_string()}
                    data-held={held.to_string()}
                    tabindex="0"
                    {onkeydown}
                >
                    { beginning(props, room, tab.link()) }
                    if known && room.is_empty() {
                        { nothing_yet(&props.room, &props.curl) }
                    }
                    <div class="log__space" key="above"></div>
                    <div class="log__lines" key="lines" ref={scroll.lines.clone()}>
                        { for scroll.rows.iter().map(|row| line(row, &names, marked)) }
                    </div>
                    <div class="log__space" key="below"></div>
                    if room.timeline().is_apart() {
                        { more(props, room, Side::Newer) }
                    } else {
                        { on_their_way(props, window.entries().back(), &names) }
                    }
                </div>
                { beside(props, room, &scroll) }
                <div class="unseen" role="status">{ news }</div>
            </div>
        }
    })
}

/// Puts to `names` those who are here or speak in view and whose names a text can't tell by itself, each
/// behind a newline. Once known, a name stays so: nothing is to lose its colour while one scrolls.
fn note_names(names: &mut String, room: &Room, rows: &[Row]) {
    let here = room.people().by_name().iter().map(|(name, _)| name);
    let speak = rows.iter().filter_map(|row| row.entry.message()).map(|message| &message.username);
    for name in here.chain(speak).map(Username::as_str) {
        if needs_a_list(name) && !names.split('\n').any(|known| known == name) {
            names.push('\n');
            names.push_str(name);
        }
    }
}

/// A line of the conversation, with what stands over it.
fn line(row: &Row, names: &AttrValue, marked: Option<u64>) -> Html {
    let words = &words().log;
    html! {
        <div class="line" key={row.place}>
            if row.first_unread {
                <p class="divider is-new"><span>{ words.new }</span></p>
            }
            { match &row.entry {
                Entry::Gap(gap) => html! {
                    // The server's reason is for whoever knows its words.
                    <p class="divider is-gap" title={gap.reason.clone()}><span>{ words.gap }</span></p>
                },
                Entry::Message(message) => html! {
                    <>
                        if row.new_day {
                            { day_line(Local::from(message.at)) }
                        }
                        <Said
                            {message}
                            {names}
                            goes_on={row.goes_on}
                            marked={marked == Some(message.seq)}
                        />
                    </>
                },
            } }
        </div>
    }
}

/// Says that a day begins.
pub fn day_line(at: Local) -> Html {
    html! { <p class="divider"><span>{ at.date() }</span></p> }
}

/// What stands at the top: how it stands with older messages, or that there are none.
fn beginning(props: &Props, room: &Room, link: &Link) -> Html {
    let window = room.shown();
    if window.has_more_before() {
        more(props, room, Side::Older)
    } else if window.oldest().is_some() {
        html! { <p class="log__end" key="older">{ fill(words().log.beginning, &props.room) }</p> }
    } else {
        // As the page says before the app is there: who waits sees no difference.
        let comes = !room.is_known() && matches!(link, Link::Connecting { broken_ms: None });
        html! { <p class="log__end" key="older">{ if comes { words().log.coming } else { "" } }</p> }
    }
}

/// How it stands with what follows at an end of what is shown: it comes by itself, unless it can't.
fn more(props: &Props, room: &Room, side: Side) -> Html {
    let words = &words().log;
    let (key, loading, failed) = match side {
        Side::Older => ("older", words.loading_older, words.older_failed),
        Side::Newer => ("newer", words.loading_newer, words.newer_failed),
    };
    let again = {
        let store = props.store.clone();
        move |_: MouseEvent| hooks::ask_more(&store, side, true)
    };
    html! {
        <div class="log__end" {key} data-side={key}>
            { match room.loading(side) {
                Loading::Failed => html! {
                    <>
                        <span role="alert">{ failed }</span>
                        { link("again", words.again, Callback::from(again)) }
                    </>
                },
                Loading::UnderWay => html! { <span class="log__loading">{ loading }</span> },
                Loading::Idle => Html::default(),
            } }
        </div>
    }
}

/// What floats over the log: ways to what is not in view, and what came of looking for a message.
fn beside(props: &Props, room: &Room, scroll: &LogScroll) -> Html {
    let words = &words().log;
    let go = |store: &Store, reader: Reader| {
        let store = store.clone();
        move |_: MouseEvent| store.dispatch(Action::Reader(store.room(), reader.clone()))
    };
    let down = scroll.to.reform(|_: MouseEvent| Side::Newer);
    let sought = room.seek().filter(|seek| seek.exact);
    let not_here = sought.and_then(|seek| match seek.sought {
        Sought::Missing => {
            let dismiss = go(&props.store, Reader::SeeksNone);
            Some((words.missing, seek.seq, words.dismiss, Callback::from(dismiss)))
        }
        Sought::Failed => {
            let store = props.store.clone();
            let again = move |_: MouseEvent| hooks::seek(&store, seek.seq, true);
            Some((words.not_looked_up, seek.seq, words.again, Callback::from(again)))
        }
        _ => None,
    });
    html! {
        <>
            if let Some((seq, count)) = scroll.above {
                <div class="to-unread">
                    <button type="button" onclick={
                        let store = props.store.clone();
                        move |_: MouseEvent| hooks::seek(&store, seq, false)
                    }>
                        { icon(icon::UP) }
                        { count_in(words.new_above, count as usize) }
                    </button>
                    <button
                        type="button"
                        aria-label={words.mark_read}
                        title={words.mark_read}
                        onclick={go(&props.store, Reader::ReadAll)}
                    >
                        { icon(icon::CLOSE) }
                    </button>
                </div>
            }
            if scroll.away {
                <button class="to-newest" type="button" onclick={down}>
                    { icon(icon::DOWN) }
                    { match scroll.unread {
                        0 => words.newest.into(),
                        count => count_in(words.new_messages, count),
                    } }
                </button>
            }
            <div role="status">
                if let Some((sentence, seq, does, act)) = not_here {
                    <p class="not-here">
                        { fill(sentence, &seq.to_string()) }
                        { link("not-here", does, act) }
                    </p>
                }
            </div>
        </>
    }
}

/// What a room with nothing in it teaches.
fn nothing_yet(room: &str, curl: &AttrValue) -> Html {
    let words = &words().log;
    html! {
        <div class="empty" key="empty">
            <h2>{ fill(words.nothing_yet, room) }</h2>
            <p>{ words.first }</p>
            <Copyable text={curl} />
            <p>{ words.second_tab }</p>
        </div>
    }
}
