//! One thing that travelled.

use std::rc::Rc;

use tidings_shared::plan::grouped;
use web_sys::HtmlDetailsElement;
use yew::prelude::*;

use super::curl;
use crate::{
    browser::window,
    components::Copyable,
    lab::lines::{Direction, Record},
};

/// Props of [`Row`].
#[derive(Properties)]
pub struct Props {
    /// What travelled.
    pub record: Rc<Record>,
    /// Where a copied request goes.
    pub origin: AttrValue,
    /// Called when it was opened.
    pub on_open: Callback<()>,
}

/// A record is never changed, and what is called does the same at all times.
impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.record, &other.record) && self.origin == other.origin
    }
}

/// The row.
#[component]
pub fn Row(props: &Props) -> Html {
    let record = &*props.record;
    match record.what.as_str() {
        "fault" => html! { <li class="wire__fault">{ at(record) }{ " " }{ &record.text }</li> },
        "lost" => html! {
            <li class="wire__fault" data-count={record.count.map(|count| count.to_string())}>
                { at(record) }{ " " }{ lost(record.count.unwrap_or(0)) }
            </li>
        },
        "request" | "response" => {
            let on_open = props.on_open.clone();
            let ontoggle = Callback::from(move |event: Event| {
                if event.target_unchecked_into::<HtmlDetailsElement>().open() {
                    on_open.emit(());
                }
            });
            let curl = (record.what == "request").then(|| curl(record, &props.origin)).flatten();
            html! {
                <li data-what={record.what.clone()}>
                    <details {ontoggle}>
                        <summary class="wire__row">{ columns(record) }</summary>
                        <pre>{ record.text.trim_end() }</pre>
                        if let Some(line) = curl {
                            <p class="wire__as">{ "The same from a terminal:" }</p>
                            <Copyable text={line} />
                        }
                    </details>
                </li>
            }
        }
        _ => {
            html! { <li class="wire__row" data-what={record.what.clone()}>{ columns(record) }</li> }
        }
    }
}

fn columns(record: &Record) -> Html {
    let (arrow, way) = match record.dir {
        Some(Direction::Up) => ("↑", "up"),
        Some(Direction::Down) => ("↓", "down"),
        None => ("", ""),
    };
    let text = match record.what.as_str() {
        "request" | "response" => record.text.split("\r\n").next().unwrap_or_default().to_owned(),
        _ => record.text.lines().collect::<Vec<_>>().join(" ⏎ "),
    };
    html! {
        <>
            <span class="wire__at">{ at(record) }</span>
            <span class="wire__conn" title="Connection">{ "#" }{ record.conn }</span>
            <span class="wire__what">
                <span aria-hidden="true">{ arrow }</span><span class="unseen">{ way }</span>{ " " }{ &record.what }
            </span>
            <span class="wire__bytes">
                if record.head + record.body > 0 { { format!("{} + {}", record.head, record.body) } }
            </span>
            <code class="wire__text">{ text }</code>
        </>
    }
}

/// So many records were let go before the page took them.
fn lost(count: u64) -> String {
    let (records, are) = if count == 1 { ("record", "is") } else { ("records", "are") };
    let count = grouped(count as f64);
    format!("Too much at once: {count} {records} of what travelled here {are} only in the totals.")
}

/// When, by the page's clock, which is the chart's: minutes, seconds, thousandths.
fn at(record: &Record) -> String {
    let origin = window().performance().map_or(0.0, |clock| clock.time_origin());
    moment(record.at - origin)
}

fn moment(ms: f64) -> String {
    let ms = ms.max(0.0).round() as u64;
    format!("{}:{:02}.{:03}", ms / 60_000, ms / 1_000 % 60, ms % 1_000)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_moment_is_told_to_the_thousandth() {
        assert_eq!(super::moment(65_042.4), "1:05.042");
        assert_eq!(super::moment(-3.0), "0:00.000");
    }

    #[test]
    fn what_was_lost_is_told_with_its_count() {
        let says = |count| super::lost(count).split(" of ").next().unwrap().to_owned();
        assert_eq!(says(1), "Too much at once: 1 record");
        assert_eq!(says(1204), "Too much at once: 1,204 records");
    }
}
