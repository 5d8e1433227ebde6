//! The list of rooms: where one has been, what is unread there, how one makes a room and leaves it, and
//! finding one's own among hundreds.

use anyhow::{Result, ensure};
use tidings_e2e::{Key, Outcome, Tab, keys::ENTER, stage};

/// The lines of the list, as one reads them.
const LINES: &str = "return [...document.querySelectorAll('.rooms__line a')].map(line =>
    line.dataset.room + (line.getAttribute('aria-current') ? '*' : '')
        + (line.querySelector('.rooms__unread')?.firstChild.textContent ?? ''))";

async fn until_lines(tab: &Tab, wanted: &[&str]) -> Result<()> {
    let wanted = serde_json::to_string(wanted)?;
    let script = format!(
        "const lines = (() => {{ {LINES} }})(); return JSON.stringify(lines) === `{wanted}`"
    );
    let outcome = tab.until_js("the list of rooms", &script).await;
    if outcome.is_err() {
        let lines: Vec<String> = tab.js(LINES, []).await?;
        ensure!(outcome.is_ok(), "the list is {lines:?}, and should be {wanted}");
    }
    outcome
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_are_listed_with_what_is_unread_and_can_be_left() -> Outcome {
    stage("rooms", async |stage, server| {
        server.post("art", "leo", "hello").await?;
        let tab = stage.open(&server.url("/r/ops?mode=websocket&name=ana")).await?;
        tab.until_listening().await?;
        tab.say("first").await?;
        tab.until_confirmed("first").await?;
        tab.click(".rooms__line a[data-room='art']").await?;
        tab.until_text("hello").await?;
        server.post("ops", "leo", "second").await?;
        server.post("ops", "leo", "third").await?;
        // It has been in two rooms; the lobby is there for everybody.
        until_lines(&tab, &["art*", "ops2", "lobby"]).await?;
        tab.click(".rooms__line a[data-room='ops']").await?;
        tab.until_text("third").await?;
        until_lines(&tab, &["art", "ops*", "lobby"]).await?;
        // It is shown to whoever points at its line.
        let _: bool = tab
            .js("document.querySelector('[aria-label=\"Leave ops\"]').click(); return true", [])
            .await?;
        until_lines(&tab, &["art", "lobby*", "ops"]).await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_goes_back_to_the_room_before_and_forth_again() -> Outcome {
    stage("back", async |stage, server| {
        server.post("art", "leo", "painted").await?;
        let tab = stage.open(&server.url("/r/ops?mode=poll&every=1s&name=ana")).await?;
        tab.until_js("a list", "return !!document.querySelector('[data-room=art]')").await?;
        tab.click("#composer").await?;
        tab.press("begun").await?;
        tab.click(".rooms__line a[data-room='art']").await?;
        tab.until_text("painted").await?;
        tab.click(".rooms__line a[data-room='lobby']").await?;
        tab.until_room("lobby").await?;
        // The way of listening is the tab's, whatever the address was then.
        tab.choose_mode("websocket").await?;
        let go =
            async |way: &str| tab.js::<bool>(&format!("history.{way}(); return true"), []).await;
        go("back").await?;
        tab.until_room("art").await?;
        tab.until_text("painted").await?;
        go("back").await?;
        tab.until_room("ops").await?;
        tab.until_js(
            "the room's draft, and its address",
            "return document.querySelector('#composer').value === 'begun'
                && location.pathname === '/r/ops' && location.search.includes('mode=websocket')",
        )
        .await?;
        go("forward").await?;
        tab.until_room("art").await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_the_menu_says_what_waits_and_goes_when_one_has_chosen() -> Outcome {
    stage("menu", async |stage, server| {
        let tab = stage.open(&server.url("/r/ops?mode=websocket&name=ana")).await?;
        tab.resize(390, 844).await?;
        tab.until_listening().await?;
        tab.say("first").await?;
        tab.until_confirmed("first").await?;
        tab.click(".bar__menu").await?;
        tab.click(".rooms__line a[data-room='lobby']").await?;
        tab.until_js("the lobby alone", &gone("lobby")).await?;
        server.post("ops", "leo", "second").await?;
        tab.until_js(
            "one message on the menu's button",
            "return document.querySelector('.bar__menu .rooms__unread')?.firstChild.textContent === '1'",
        )
        .await?;
        tab.click(".bar__menu").await?;
        tab.click(".rooms__line a[data-room='ops']").await?;
        tab.until_text("second").await?;
        tab.until_js("ops alone, and nothing waits", &gone("ops")).await
    })
    .await
}

/// Whether one is in the room, the menu is closed and the conversation has the focus.
fn gone(room: &str) -> String {
    format!(
        "return document.querySelector('.bar__room').textContent === '{room}'
            && !document.querySelector('.panel.is-open, .bar__menu .rooms__unread')
            && ['log', 'composer'].includes(document.activeElement.id)"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_is_made_by_its_name_and_a_wrong_name_says_the_rule() -> Outcome {
    stage("making", async |stage, server| {
        let tab = stage.open(&server.url("/r/lobby?mode=sse&name=ana")).await?;
        tab.until_listening().await?;
        tab.click("#room").await?;
        tab.press(&["Release Notes", ENTER].concat()).await?;
        tab.until_js(
            "the rule",
            "return document.querySelector('#room-rule')?.textContent.includes('1 to 64')
                && document.querySelector('#room').getAttribute('aria-invalid') === 'true'",
        )
        .await?;
        tab.until_js("still the lobby", "return location.pathname === '/r/lobby'").await?;
        tab.until_focus("room").await?;
        tab.click(".rooms__new").await?;
        tab.until_room("release-notes").await?;
        tab.until_js(
            "an empty field",
            "return document.querySelector('#room').value === ''
                && !document.querySelector('#room-rule')",
        )
        .await?;
        tab.say("made").await?;
        tab.until_confirmed("made").await?;
        ensure!(server.log("release-notes").await?.len() == 2, "the welcome, and what was said");
        let leave = "document.querySelector('[aria-label=\"Leave release-notes\"]').click();
            return true";
        let _: bool = tab.js(leave, []).await?;
        tab.until_room("lobby").await?;
        tab.until_js(
            "the room among the others",
            "return !!document.querySelector('h3 + ul [data-room=release-notes]')",
        )
        .await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_in_another_room_is_marked_until_it_is_read() -> Outcome {
    stage("mentions", async |stage, server| {
        let tab = stage.open(&server.url("/r/ops?mode=websocket&name=ana")).await?;
        tab.until_listening().await?;
        tab.say("here").await?;
        tab.until_confirmed("here").await?;
        tab.click("[data-room=lobby]").await?;
        tab.until_room("lobby").await?;
        server.post("ops", "leo", "@Ana, look").await?;
        server.post("ops", "leo", "@anabel too").await?;
        server.post("ops", "leo", "and (@ana) again").await?;
        tab.until_js(
            "two of three speak to her",
            "const line = document.querySelector('[data-room=ops]');
             return line.querySelector('.rooms__mentions [aria-hidden]')?.textContent === '@2'
                && line.querySelector('.rooms__unread').firstChild.textContent === '3'
                && /\\d:\\d\\d/.test(line.querySelector('.rooms__when').textContent)",
        )
        .await?;
        // A glance is no visit.
        let here = server.get("/api/rooms/ops/presence", &[]).await?;
        let here: serde_json::Value = here.json().await?;
        ensure!(here["count"] == 0, "{here}");
        // To where something is unread, and back.
        tab.chord(&[Key::Alt, Key::Shift], Key::Down).await?;
        tab.until_room("ops").await?;
        tab.until_js(
            "nothing waits",
            "return !document.querySelector('.rooms__mentions, .rooms__unread')",
        )
        .await?;
        tab.chord(&[Key::Alt], Key::Up).await?;
        tab.until_room("lobby").await?;
        // From an empty message too, where the key alone brings back what one said last.
        tab.click("#composer").await?;
        tab.chord(&[Key::Alt], Key::Down).await?;
        tab.until_room("ops").await?;
        tab.chord(&[Key::Alt], Key::Up).await?;
        tab.until_room("lobby").await?;
        // In a room that she has not been in, only what speaks to her waits.
        server.post("art", "leo", "something").await?;
        server.post("art", "leo", "@ana come and see").await?;
        tab.until_js(
            "one speaks to her there",
            "const line = document.querySelector('[data-room=art]');
             return line?.querySelector('.rooms__mentions [aria-hidden]')?.textContent === '@1'
                && !line.querySelector('.rooms__unread')
                && document.querySelector('link[rel=icon]').href.includes('>1<')",
        )
        .await?;
        // Whoever was there and leaves has seen it.
        tab.click("[data-room=art]").await?;
        tab.until_text("@ana come and see").await?;
        let _: bool = tab
            .js("document.querySelector('[aria-label=\"Leave art\"]').click(); return true", [])
            .await?;
        tab.until_room("lobby").await?;
        server.post("art", "leo", "@ana once more").await?;
        tab.until_js(
            "only what came since",
            "return document.querySelector('[data-room=art] .rooms__mentions [aria-hidden]')?.textContent === '@1'",
        )
        .await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn among_hundreds_of_rooms_one_finds_ones_own() -> Outcome {
    stage("hundreds", async |stage, server| {
        for n in 0..300 {
            server.post(&format!("team-{n}"), "leo", "oi").await?;
        }
        let tab = stage.open(&server.url("/r/lobby?mode=websocket&name=ana")).await?;
        tab.until_js(
            "a few, and a word on the rest",
            "const lines = document.querySelectorAll('.rooms__line').length;
             return lines > 5 && lines < 40
                && /28\\d more/.test(document.querySelector('.rooms__more')?.textContent)",
        )
        .await?;
        tab.click("#room").await?;
        tab.press("team-17").await?;
        tab.until_js(
            "the best first",
            "const names = [...document.querySelectorAll('.rooms__line a')]
                .map((a) => a.dataset.room);
             return names[0] === 'team-17' && names.includes('team-170')",
        )
        .await?;
        tab.press(ENTER).await?;
        tab.until_room("team-17").await?;
        tab.until_focus("composer").await?;
        tab.until_text("oi").await?;
        tab.open_switcher().await?;
        tab.until_js(
            "no more than are read",
            "return document.querySelectorAll('[role=option]').length === 30",
        )
        .await?;
        tab.press(&["29", "9", ENTER].concat()).await?;
        tab.until_room("team-299").await?;
        Ok(())
    })
    .await
}
