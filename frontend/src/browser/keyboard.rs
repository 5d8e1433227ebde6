//! The keyboard: what it is, where it is, and what is done as if by it: changing a field, copying.

use wasm_bindgen::JsCast;

use super::{document, window};

/// Whether the keyboard is an Apple one, whose Control edits texts.
#[must_use]
pub fn is_apple() -> bool {
    let platform = window().navigator().platform().unwrap_or_default();
    platform.starts_with("Mac") || platform.starts_with("iP")
}

/// Whether the keyboard is in this element.
#[must_use]
pub fn has_focus(id: &str) -> bool {
    document().active_element().is_some_and(|element| element.id() == id)
}

/// Puts the keyboard into an element, if it is there.
pub fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Puts the keyboard where one goes on after going somewhere: to where one writes; on a touch screen,
/// whose keyboard would cover half of what one came for, to what one reads.
pub fn focus_conversation() {
    let touch = window().navigator().max_touch_points() > 0;
    focus(if touch { "log" } else { "composer" });
}

/// Closes whatever dialog is open; the browser gives the focus back to where it was.
pub fn close_dialogs() {
    while let Ok(Some(dialog)) = document().query_selector("dialog[open]") {
        dialog.unchecked_into::<web_sys::HtmlDialogElement>().close();
    }
    // The page's selection stays in the dialog's field. Were it there when that is taken away, Chromium
    // would let nobody write in the field that has the focus again.
    if let Ok(Some(selection)) = window().get_selection() {
        let _ = selection.remove_all_ranges();
    }
}

/// What stands in a field. It is the truth of what is typed: the page follows, and is a moment behind on
/// a slow machine, while the next key is there already.
#[must_use]
pub fn typed(id: &str) -> String {
    field(id).map_or_else(String::new, |field| field.value())
}

/// Puts a text into a field, at once.
pub fn put(id: &str, text: &str) {
    if let Some(field) = field(id) {
        field.set_value(text);
    }
}

/// A field, of one line or several: both have a value.
fn field(id: &str) -> Option<web_sys::HtmlTextAreaElement> {
    Some(document().get_element_by_id(id)?.unchecked_into())
}

/// A field of several lines.
#[must_use]
pub fn text_area(id: &str) -> Option<web_sys::HtmlTextAreaElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Changes a field's text as if by the keyboard: the browser can undo it, and whoever listens hears it.
pub fn edit(field: &web_sys::HtmlTextAreaElement, edit: &crate::text::edit::Edit) {
    let _ = field.set_selection_range(edit.start, edit.end);
    // The newer ways to set a field's text forget what came before. This one every browser has.
    let page: web_sys::HtmlDocument = document().unchecked_into();
    let done = match edit.text.is_empty() {
        true => page.exec_command("delete"),
        false => page.exec_command_with_show_ui_and_value("insertText", false, &edit.text),
    };
    if !done.unwrap_or(false) {
        let _ = field.set_range_text_with_start_and_end(&edit.text, edit.start, edit.end);
        if let Ok(event) = web_sys::Event::new("input") {
            event.init_event_with_bubbles("input", true);
            let _ = field.dispatch_event(&event);
        }
    }
    let _ = field.set_selection_range(edit.select.0, edit.select.1);
}

/// Copies `text`, or selects it where it stands, for a page that may not write to the clipboard (it
/// came over plain HTTP from another machine). Answers whether it was copied.
pub fn copy(text: &str, stands_in: &web_sys::Element) -> bool {
    let window = window();
    if window.is_secure_context() {
        let _ = window.navigator().clipboard().write_text(text);
        return true;
    }
    if let Ok(Some(selection)) = window.get_selection() {
        let _ = selection.select_all_children(stands_in);
    }
    false
}
