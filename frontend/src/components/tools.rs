//! What can be done with a message: reply, copy, its link, how it was written. One set of tools for the
//! whole log, which stands beside the message that is pointed at, tapped or reached by keys; so a row
//! costs the page nothing for it.

use tidings_shared::{RoomName, Text, Username};
use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::{icon, rich::place};
use crate::{
    browser,
    hooks::{self, use_pointing},
    text,
    words::{fill, words},
};

/// Props of [`Tools`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Finds who said what at this place in the log.
    pub find: Callback<u64, Option<(Username, Text)>>,
    /// Called with a room that a link leads to.
    pub on_go: Callback<RoomName>,
}

/// The tools, and the message as it was written.
#[component]
pub fn Tools(props: &Props) -> Html {
    let dialog = use_node_ref();
    let copied = use_state(|| (0, ""));
    let raw = use_state(AttrValue::default);
    let on_link = {
        let on_go = props.on_go.clone();
        Callback::from(move |to: String| {
            if let Some((room, seq)) = place(&to) {
                let before = browser::location();
                on_go.emit(room);
                if !seq.is_empty() {
                    browser::point_at(seq, browser::location() != before);
                }
            }
        })
    };
    let pointing = use_pointing(on_link);
    let said = pointing.seq.and_then(|seq| Some((seq, props.find.emit(seq)?)));
    let words = &words().message;

    let close = {
        let dialog = dialog.clone();
        move |_: MouseEvent| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        }
    };
    html! {
        <>
            if let Some((seq, (name, text))) = said {
                <div
                    class="tools"
                    ref={pointing.node.clone()}
                    role="toolbar"
                    aria-label={fill(words.actions, name.as_str())}
                    data-for={seq.to_string()}
                    onkeydown={pointing.on_key.clone()}
                >
                    { tool("reply", words.reply, icon::REPLY, {
                        let (name, text) = (name.clone(), text.clone());
                        move |_| {
                            let quote = text::reply::reply(name.as_str(), &here(seq), text.as_str());
                            hooks::write_more(&quote);
                        }
                    }) }
                    { copier("copy", words.copy_text, icon::COPY, seq, &copied, text.to_string()) }
                    { copier("link", words.copy_link, icon::LINK, seq, &copied, browser::origin() + &here(seq)) }
                    if !text::is_plain(text.as_str()) {
                        { tool("raw", words.show_raw, icon::RAW, {
                            let (raw, dialog) = (raw.clone(), dialog.clone());
                            move |_| {
                                raw.set(AttrValue::from(text.to_string()));
                                if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                                    let _ = dialog.show_modal();
                                }
                            }
                        }) }
                    }
                </div>
            }
            <dialog class="raw" ref={dialog} aria-labelledby="raw-title">
                <header>
                    <h2 id="raw-title">{ words.raw }</h2>
                    <button type="button" class="tool" aria-label={words.close} title={words.close} onclick={close}>
                        { icon(icon::CLOSE) }
                    </button>
                </header>
                <pre tabindex="0" dir="auto">{ &*raw }</pre>
            </dialog>
            <span class="unseen" role="status">{ if copied.1.is_empty() { "" } else { words.copied } }</span>
        </>
    }
}

fn tool(
    name: &'static str,
    label: &'static str,
    shape: &'static str,
    act: impl Fn(MouseEvent) + 'static,
) -> Html {
    let onclick = Callback::from(act);
    html! {
        <button type="button" class="tool" data-tool={name} aria-label={label} title={label} {onclick}>
            { icon(shape) }
        </button>
    }
}

/// A tool that copies `what`; it says so until another message is pointed at.
fn copier(
    name: &'static str,
    label: &'static str,
    shape: &'static str,
    seq: u64,
    copied: &UseStateHandle<(u64, &'static str)>,
    what: String,
) -> Html {
    let done = **copied == (seq, name);
    let copied = copied.clone();
    let (label, shape) = if done { (words().message.copied, icon::DONE) } else { (label, shape) };
    tool(name, label, shape, move |_| {
        // A browser that doesn't let a page copy can only select.
        let element = hooks::message_text(seq);
        if element
            .or_else(|| browser::document().document_element())
            .is_some_and(|e| browser::copy(&what, &e))
        {
            copied.set((seq, name));
        }
    })
}

/// The message's own address on this site.
fn here(seq: u64) -> String {
    let (path, _) = browser::location();
    [&*path, "#", &seq.to_string()].concat()
}
