//! What was measured, as files.

mod csv;
mod json;

use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};
use yew::prelude::*;

pub use csv::csv;
pub use json::{Taken, json};

use super::chart::Source;
use crate::browser::{self, document, window};

/// Props of [`Export`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What was measured.
    pub traces: Source,
    /// Called to save a picture of the chart.
    pub on_picture: Callback<()>,
    /// What else is known of a pane, by its number.
    #[prop_or_default]
    pub costs: Option<Callback<u32, serde_json::Value>>,
}

/// The buttons.
#[component]
pub fn Export(props: &Props) -> Html {
    let as_csv = {
        let traces = props.traces.clone();
        Callback::from(move |_: MouseEvent| {
            save("tidings-lab.csv", "text/csv", &csv(&traces.traces()));
        })
    };
    let as_json = {
        let (traces, costs) = (props.traces.clone(), props.costs.clone());
        Callback::from(move |_: MouseEvent| {
            let costs = |pane| costs.as_ref().map(|costs| costs.emit(pane));
            save("tidings-lab.json", "application/json", &json(&taken(), &traces.traces(), costs));
        })
    };
    let as_png = props.on_picture.reform(|_: MouseEvent| ());
    html! {
        <div class="export" id="export" role="group" aria-labelledby="export-title">
            <h3 id="export-title">{ "Take the measurements along" }</h3>
            { for [("csv", "CSV", as_csv), ("json", "JSON", as_json), ("png", "Picture", as_png)]
                .map(|(kind, name, onclick)| html! {
                    <button type="button" class="quiet" data-export={kind} {onclick}>{ name }</button>
                }) }
        </div>
    }
}

/// How the measurements were taken, now and here.
fn taken() -> Taken {
    let (path, query) = browser::location();
    Taken {
        made_at: js_sys::Date::new_0().to_iso_string().into(),
        url: format!("{}{path}{query}", browser::origin()),
        user_agent: window().navigator().user_agent().unwrap_or_default(),
        time_origin_ms: window().performance().map_or(0.0, |clock| clock.time_origin()),
    }
}

fn save(name: &str, kind: &str, text: &str) {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(&text.into());
    if let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &options) {
        download(name, &blob);
    }
}

/// Hands a file to the reader. A browser that can't is no reason to fail.
pub fn download(name: &str, file: &Blob) {
    let _ = begin(name, file);
}

fn begin(name: &str, file: &Blob) -> Option<()> {
    let url = Url::create_object_url_with_blob(file).ok()?;
    let link: HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // Not at once: the browser reads it in its own time.
    gloo_timers::callback::Timeout::new(60_000, move || {
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
    Some(())
}
