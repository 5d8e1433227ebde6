//! The app's worker (`sw.js`), and the notices that are shown by way of it.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::{
    optional::{ask, get, settle, until},
    window,
};

/// Starts the app's worker (`sw.js`), which opens it without a server. It is absent from a page that
/// came over plain HTTP from another machine, and from trunk's development server, whose files
/// change under the same names.
pub fn start_worker() {
    if option_env!("TIDINGS_DEV_WEBSOCKETS").is_none()
        && let Some(workers) = get(&window().navigator(), "serviceWorker")
    {
        settle(ask(&workers, "register", &"/sw.js".into()));
    }
}

/// Hands something to the worker, when it is there.
pub fn tell_worker(what: &[(&str, JsValue)]) {
    let message = Object::new();
    for (key, value) in what {
        let _ = Reflect::set(&message, &(*key).into(), value);
    }
    spawn_local(async move {
        let workers = get(&window().navigator(), "serviceWorker");
        if let Some(ready) = workers.and_then(|workers| get(&workers, "ready"))
            && let Some(registration) = until(ready).await
            && let Some(active) = get(&registration, "active")
        {
            ask(&active, "postMessage", &message);
        }
    });
}

/// Whether notices may be shown: `granted`, `denied`, `default` before anybody was asked; nothing
/// where there can be none.
#[must_use]
pub fn notice_permission() -> Option<String> {
    get(&window().navigator(), "serviceWorker")?;
    get(&get(&window(), "Notification")?, "permission")?.as_string()
}

/// Asks the reader whether notices may be shown, unless they have answered before.
pub async fn ask_notice_permission() {
    if let Some(notices) = get(&window(), "Notification")
        && let Some(answer) = ask(&notices, "requestPermission", &JsValue::UNDEFINED)
    {
        until(answer).await;
    }
}
