//! A dialog over the page: the browser's own, which holds the focus, closes on Escape and gives the
//! focus back.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement};
use yew::prelude::*;

use crate::{hooks::use_while, words::words};

/// Props of [`Dialog`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What it is for.
    pub label: AttrValue,
    /// What is in it.
    pub children: Html,
    /// Called when it is closed.
    pub on_close: Callback<()>,
}

/// The dialog; it is open as long as it is there.
#[component]
pub fn Dialog(props: &Props) -> Html {
    let node = use_node_ref();
    let shown = node.clone();
    let show = move || {
        if let Some(dialog) = shown.cast::<HtmlDialogElement>() {
            let _ = dialog.show_modal();
        }
    };
    use_while((0, 0), Box::new(move || Box::new(show())));
    let close = {
        let node = node.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        })
    };
    // The ground around it is the dialog's own; what is in it stands in an element that fills it.
    let onclick = {
        let close = close.clone();
        Callback::from(move |event: MouseEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if target.is_some_and(|target| target.tag_name() == "DIALOG") {
                close.emit(event);
            }
        })
    };
    let onclose = props.on_close.reform(|_: Event| ());
    html! {
        <dialog ref={node} class="dialog" aria-label={props.label.clone()} {onclick} {onclose}>
            <div class="dialog__inside">
                <button type="button" class="dialog__close" aria-label={words().finding.close} onclick={close}>
                    <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 4l8 8M12 4l-8 8" /></svg>
                </button>
                { props.children.clone() }
            </div>
        </dialog>
    }
}
