//! The conversation in a pane, row by row. Written by hand: a hundred messages a second in each of a
//! dozen panes are more than is to be compared with what stood there before. Rows are used again, so
//! that a pane's page stays as large as it is.

use web_sys::Element;

use super::fault::seconds;
use crate::browser::document;

/// How many rows a pane has.
pub const MOST_ROWS: usize = 50;

/// What a row says.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its place in the log.
    pub seq: u64,
    /// Who said it.
    pub from: String,
    /// What was said.
    pub text: String,
    /// How late it is, in milliseconds.
    pub late: f64,
    /// Whether it is the first of its arrival.
    pub starts: bool,
}

/// Puts these rows at the list's end, and lets its oldest go.
pub fn append(list: &Element, rows: &[Row]) {
    let rows = &rows[rows.len().saturating_sub(MOST_ROWS)..];
    for row in rows {
        if let Some(item) = next(list) {
            item.set_class_name(if row.starts { "row starts" } else { "row" });
            let parts =
                [row.seq.to_string(), row.from.clone(), row.text.clone(), seconds(row.late)];
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
fn next(list: &Element) -> Option<Element> {
    if list.child_element_count() as usize >= MOST_ROWS {
        return list.first_element_child();
    }
    let item = document().create_element("li").ok()?;
    for class in ["row__seq", "row__from", "row__text", "row__late"] {
        let part = document().create_element("span").ok()?;
        part.set_class_name(class);
        item.append_child(&part).ok()?;
    }
    Some(item)
}
