//! What not every browser has: objects and methods that are asked for by their names, and what
//! comes of asking.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Calls a method that not every browser has; nothing where it is missing, or fails.
pub fn ask(of: &JsValue, method: &str, with: &JsValue) -> Option<JsValue> {
    let method: Function = get(of, method)?.dyn_into().ok()?;
    method.call1(of, with).ok()
}

/// A property, where there is one.
pub(super) fn get(of: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(of, &name.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// Lets what was begun come to its end, whatever it is.
pub fn settle(promise: Option<JsValue>) {
    if let Some(promise) = promise {
        spawn_local(async move { drop(until(promise).await) });
    }
}

/// What a promise comes to; nothing where it fails, or is none.
pub(super) async fn until(promise: JsValue) -> Option<JsValue> {
    JsFuture::from(promise.dyn_into::<Promise>().ok()?).await.ok()
}
