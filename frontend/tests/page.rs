//! What only a browser can show: the pieces that touch it, one by one. The whole app against the
//! real server is tested end to end elsewhere.
#![cfg(target_arch = "wasm32")]

use std::{cell::RefCell, rc::Rc, sync::Arc, time::Duration};

use tidings_frontend::{
    browser, calendar,
    components::{Composer, Said, Status, TextField},
    net::{Bell, Task, first, sleep, within},
    state::Link,
};
use tidings_shared::{Message, MessageId, Mode, Text, Timestamp, Username};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement, HtmlTextAreaElement};
use yew::prelude::*;

wasm_bindgen_test_configure!(run_in_browser);

#[derive(Properties, PartialEq)]
struct Props {
    page: Html,
}

#[component]
fn Stage(props: &Props) -> Html {
    props.page.clone()
}

/// Puts something on the page, in the place of what was there, and lets it render.
async fn show(page: Html) -> Element {
    stage(page).await.0
}

/// The same, with the way to show something else there.
async fn stage(page: Html) -> (Element, yew::AppHandle<Stage>) {
    let body = browser::document().body().unwrap();
    while let Some(old) = body.query_selector(":scope > .stage").unwrap() {
        old.remove();
    }
    let root = browser::document().create_element("div").unwrap();
    root.set_class_name("stage");
    body.append_child(&root).unwrap();
    let renderer = yew::Renderer::<Stage>::with_root_and_props(root.clone(), Props { page });
    let app = renderer.render();
    rendered().await;
    (root, app)
}

/// Rendering is a matter of microtasks; a timer comes after them.
async fn rendered() {
    sleep(Duration::ZERO).await;
    sleep(Duration::ZERO).await;
}

fn find<T: JsCast>(root: &Element, selector: &str) -> T {
    root.query_selector(selector).unwrap().unwrap().unchecked_into()
}

fn message(text: &str) -> Arc<Message> {
    Arc::new(Message {
        seq: 1,
        id: "m1".parse().unwrap(),
        username: Username::from_log("mallory"),
        text: Text::from_log(text),
        at: Timestamp::from_ms(1_795_448_169_692),
    })
}

#[wasm_bindgen_test]
fn an_id_is_drawn_that_nobody_has() {
    let ids: Vec<_> = (0..100).map(|_| browser::draw_id()).collect();
    for (n, id) in ids.iter().enumerate() {
        assert!(id.parse::<MessageId>().is_ok() && id.len() == 36, "{id}");
        assert!(!ids[..n].contains(id));
    }
}

#[wasm_bindgen_test]
fn one_day_has_one_number_and_the_next_another() {
    let noon = js_sys::Date::new(&JsValue::from_str("2026-11-23T12:00:00")).get_time();
    let day = |hours: f64| calendar::day_of(Timestamp::from_ms((noon + hours * 3.6e6) as u64));
    assert_eq!(day(0.0), day(11.9));
    assert_eq!(day(0.0), day(-12.0));
    assert_ne!(day(0.0), day(12.1));
    assert_ne!(day(0.0), day(-12.1));
}

#[wasm_bindgen_test]
async fn a_task_ends_with_its_handle() {
    let reached = Rc::new(RefCell::new(Vec::new()));
    let bell = Bell::default();
    let wait = |name| {
        let (reached, rung) = (reached.clone(), bell.rung());
        Task::begin(async move {
            rung.await;
            reached.borrow_mut().push(name);
        })
    };
    let (kept, dropped) = (wait("kept"), wait("dropped"));
    drop(dropped);
    bell.ring();
    rendered().await;
    assert_eq!(*reached.borrow(), ["kept"]);
    drop(kept);
}

#[wasm_bindgen_test]
async fn a_wait_ends_with_whatever_comes_first() {
    let long = || sleep(Duration::from_secs(3600));
    assert_eq!(within(Duration::ZERO, long()).await, None);
    assert_eq!(within(Duration::from_secs(3600), async { 7 }).await, Some(7));
    let bell = Bell::default();
    let rung = bell.rung();
    bell.ring();
    first(long(), rung).await;
}

#[wasm_bindgen_test]
async fn html_in_a_message_is_shown_as_it_was_written() {
    let text = "<img src=x onerror=alert(1)><b>bold</b>\n&amp;";
    let root =
        show(html! { <Said message={message(text)} names="ana" goes_on=false marked=false /> })
            .await;
    assert_eq!(find::<Element>(&root, ".text").text_content().as_deref(), Some(text));
    assert!(root.query_selector(".text *").unwrap().is_none());
    assert_eq!(
        find::<Element>(&root, "[data-message-id]").get_attribute("data-seq").as_deref(),
        Some("1")
    );
}

#[wasm_bindgen_test]
async fn enter_sends_and_shift_enter_and_a_composing_input_method_do_not() {
    let sent = Rc::new(RefCell::new(Vec::new()));
    let on_send = {
        let sent = sent.clone();
        Callback::from(move |text: Text| sent.borrow_mut().push(text.to_string()))
    };
    let root =
        show(html! { <Composer draft="tudo bem?" on_draft={Callback::noop()} {on_send} /> }).await;
    let composer: HtmlTextAreaElement = find(&root, "textarea");
    let press = |shift: bool, composing: bool| {
        let init = web_sys::KeyboardEventInit::new();
        init.set_key("Enter");
        init.set_shift_key(shift);
        init.set_is_composing(composing);
        init.set_bubbles(true);
        init.set_cancelable(true);
        let event =
            web_sys::KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
        composer.dispatch_event(&event).unwrap();
    };
    press(true, false);
    press(false, true);
    assert_eq!(*sent.borrow(), Vec::<String>::new());
    // The page has not seen the last letters yet.
    composer.set_value("tudo bem mesmo?");
    press(false, false);
    assert_eq!(*sent.borrow(), ["tudo bem mesmo?"]);
}

#[wasm_bindgen_test]
async fn what_is_typed_stays_whatever_the_page_shows_meanwhile() {
    let page = |draft: &'static str, writing: Option<&'static str>| {
        html! {
            <Composer {draft} writing={writing.map(AttrValue::from)} on_draft={Callback::noop()}
                on_send={Callback::noop()} />
        }
    };
    let (root, mut app) = stage(page("tudo", None)).await;
    let composer: HtmlTextAreaElement = find(&root, "textarea");
    assert_eq!(composer.value(), "tudo");
    composer.set_value("tudo bem");
    app.update(Props { page: page("tudo b", Some("ana is writing")) });
    rendered().await;
    assert!(root.text_content().unwrap().contains("ana is writing"));
    assert_eq!(composer.value(), "tudo bem");
}

#[wasm_bindgen_test]
async fn a_text_that_is_too_long_stays_and_the_rule_is_said() {
    let root = show(html! {
        <Composer
            draft={"x".repeat(5000)}
            on_draft={|_: String| panic!("the text was touched")}
            on_send={|_: Text| panic!("it was sent")}
        />
    })
    .await;
    find::<HtmlElement>(&root, "button").click();
    rendered().await;
    let field = find::<HtmlTextAreaElement>(&root, "textarea");
    assert_eq!(field.get_attribute("aria-invalid").as_deref(), Some("true"));
    let rule = field.get_attribute("aria-describedby").unwrap();
    let rule = find::<Element>(&root, &format!("#{rule}")).text_content().unwrap();
    assert_eq!(rule, "5,000 of 4,096 bytes");
    assert_eq!(field.value().len(), 5000);
}

#[wasm_bindgen_test]
async fn a_field_keeps_what_was_typed_and_tells_when_it_is_finished() {
    let done = Rc::new(RefCell::new(Vec::new()));
    let on_done = {
        let done = done.clone();
        Callback::from(move |text: String| done.borrow_mut().push(text))
    };
    let root = show(
        html! { <TextField id="room" label="Room" value="lobby" error="not a room" {on_done} /> },
    )
    .await;
    let input: web_sys::HtmlInputElement = find(&root, "input");
    assert_eq!(input.value(), "lobby");
    input.set_value("No Room");
    for kind in ["input", "change"] {
        let init = web_sys::EventInit::new();
        init.set_bubbles(true);
        let event = web_sys::Event::new_with_event_init_dict(kind, &init).unwrap();
        input.dispatch_event(&event).unwrap();
    }
    rendered().await;
    assert_eq!(*done.borrow(), ["No Room"]);
    assert_eq!(input.value(), "No Room");
    let rule = input.get_attribute("aria-describedby").unwrap();
    assert_eq!(find::<Element>(&root, &format!("#{rule}")).text_content().unwrap(), "not a room");
}

#[wasm_bindgen_test]
async fn who_is_offline_is_told_since_when_and_can_try_at_once() {
    let tried = Rc::new(RefCell::new(0));
    let on_retry = {
        let tried = tried.clone();
        Callback::from(move |()| *tried.borrow_mut() += 1)
    };
    let since_ms = js_sys::Date::new(&JsValue::from_str("2026-11-23T15:36:09")).get_time();
    let link = Link::Offline { since_ms, retry_ms: since_ms, why: "no answer".into() };
    let root = show(html! { <Status {link} mode={Mode::Poll} {on_retry} /> }).await;
    let status: Element = find(&root, "#status");
    assert_eq!(status.get_attribute("data-state").as_deref(), Some("offline"));
    // By the customs of whoever reads: 15:36 or 3:36 PM.
    let text = status.text_content().unwrap();
    assert!(text.contains("offline since") && text.contains(":36"), "{text}");
    find::<HtmlElement>(&root, "button").click();
    assert_eq!(*tried.borrow(), 1);
}
