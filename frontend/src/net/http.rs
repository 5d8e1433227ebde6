//! One HTTP request: sent, counted, answered or given up. A request that is dropped is aborted, so
//! that a mode that was left holds no connection.

use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use js_sys::Array;
use tidings_shared::Problem;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

use super::{Failure, Lost, within};
use crate::{
    browser,
    state::Traffic,
    wire::{self, FromJson},
};

/// Aborts its request when it is dropped; of a request that is done, nothing is left to abort.
struct Abort(Option<web_sys::AbortController>);

impl Drop for Abort {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

/// Asks for `path` and reads the answer, within `time`.
pub(super) async fn get<T: FromJson>(
    path: &str,
    time: Duration,
    cost: &dyn Fn(Traffic),
) -> Result<T, Failure> {
    understand(&exchange("GET", path, None, time, cost).await?)
}

/// Posts JSON to `path` and reads the answer, within `time`.
pub(super) async fn post<T: FromJson>(
    path: &str,
    json: String,
    time: Duration,
    cost: &dyn Fn(Traffic),
) -> Result<T, Failure> {
    understand(&exchange("POST", path, Some(json), time, cost).await?)
}

/// Puts JSON at `path` and reads the answer, within `time`.
pub(super) async fn put<T: FromJson>(
    path: &str,
    json: String,
    time: Duration,
) -> Result<T, Failure> {
    understand(&exchange("PUT", path, Some(json), time, &|_| ()).await?)
}

/// The exchange itself, boxed: all that ask share one copy of its code.
pub(crate) fn exchange<'a>(
    method: &'a str,
    path: &'a str,
    json: Option<String>,
    time: Duration,
    cost: &'a dyn Fn(Traffic),
) -> LocalBoxFuture<'a, Result<String, Failure>> {
    Box::pin(async move {
        let abort = Abort(web_sys::AbortController::new().ok());
        let signal = abort.0.as_ref().map(web_sys::AbortController::signal);
        cost(Traffic::request(path, json.as_ref().map_or(0, String::len)));

        let exchange = async {
            let request = RequestInit::new();
            request.set_method(method);
            request.set_signal(signal.as_ref());
            if let Some(json) = json {
                let headers = Headers::new()?;
                headers.set("content-type", "application/json")?;
                request.set_headers(&headers);
                request.set_body(&JsValue::from(json));
            }
            let answer = browser::window().fetch_with_str_and_init(path, &request);
            let answer: Response = JsFuture::from(answer).await?.unchecked_into();
            let body = JsFuture::from(answer.text()?).await?.as_string().unwrap_or_default();
            Ok::<_, JsValue>((answer, body))
        };
        let (answer, body) = match within(time, exchange).await {
            Some(Ok(exchange)) => exchange,
            Some(Err(_)) => return Err(Failure::Lost(Lost::NoAnswer)),
            None => return Err(Failure::Lost(Lost::TooLong)),
        };
        cost(Traffic::answer(headers_size(&answer), body.len()));
        if answer.ok() { Ok(body) } else { Err(problem(&answer, &body)) }
    })
}

fn understand<T: FromJson>(body: &str) -> Result<T, Failure> {
    wire::read(body).ok_or(Failure::Lost(Lost::Foreign))
}

fn problem(answer: &Response, body: &str) -> Failure {
    let after = answer.headers().get("retry-after").ok().flatten();
    let after = after.and_then(|after| after.trim().parse().ok());
    let problem = wire::read(body).unwrap_or_else(|| {
        Problem::new(answer.status(), format!("status {}", answer.status()), "")
    });
    Failure::Problem(problem, after.map(Duration::from_secs))
}

/// The answer's headers as HTTP/1.1 writes them.
fn headers_size(answer: &Response) -> usize {
    let pairs = js_sys::try_iter(&answer.headers()).ok().flatten();
    let size = |text: JsValue| text.as_string().map_or(0, |text| text.len());
    let lines = pairs.into_iter().flatten().flatten().map(|pair| {
        let pair: Array = pair.unchecked_into();
        size(pair.get(0)) + size(pair.get(1)) + 4
    });
    "HTTP/1.1 200 OK\r\n\r\n".len() + lines.sum::<usize>()
}
