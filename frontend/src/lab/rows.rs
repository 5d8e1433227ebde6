//! The conversation in a pane, row by row. Written by hand: a hundred messages a second in each of a
//! dozen panes are more than is to be compared with what stood there before. Rows are used again, so
//! that a pane's page stays as large as it is.

use web_sys::Element;

use super::fault::seconds;
use crate::browser::document;

/// How many rows a pane has, while one can read along: several times what is seen of them.
const MANY: usize = 50;
/// As many as are seen, while they come faster than that. All rows move when one comes, so each has its part
/// in the cost of a frame.
const FEW: usize = 12;
/// Nobody reads what comes this soon after what came before, in milliseconds.
const SOON_MS: f64 = 100.0;

/// What a row says.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its place in the log.
    pub seq: u64,
    /// What was said.
    pub text: String,
    /// How late it is, in milliseconds.
    pub late: f64,
    /// Whether it is the first of its arrival.
    pub starts: bool,
}

/// How many rows there shall be, so long after the last came, in milliseconds.
#[must_use]
pub fn most(after_ms: f64) -> usize {
    if after_ms < SOON_MS { FEW } else { MANY }
}

/// Puts these rows at the list's end, and lets its oldest go that are more than `most`.
pub fn append(list: &Element, rows: &[Row], most: usize) {
    while list.child_element_count() as usize > most
        && let Some(oldest) = list.first_element_child()
    {
        oldest.remove();
    }
    for row in &rows[rows.len().saturating_sub(most)..] {
        if let Some(item) = next(list, most) {
            item.set_class_name(if row.starts { "row starts" } else { "row" });
            let parts = [seconds(row.late), row.seq.to_string(), row.text.clone()];
            let mut place = item.first_element_child();
            for part in &parts {
                let Some(element) = place else { break };
                element.set_text_content(Some(part));
                place = element.next_element_sibling();
            }
            let _ = list.append_child(&item);
        }
    }
}

/// A row to be written: the oldest one, or a new one while there are few.
fn next(list: &Element, most: usize) -> Option<Element> {
    if list.child_element_count() as usize >= most {
        return list.first_element_child();
    }
    let item = document().create_element("li").ok()?;
    for class in ["row__late", "row__seq", "row__text"] {
        let part = document().create_element("span").ok()?;
        part.set_class_name(class);
        item.append_child(&part).ok()?;
    }
    Some(item)
}
