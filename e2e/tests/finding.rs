//! Finding one's way: switching by the keyboard, making and leaving rooms, searching, topics, keys.

use anyhow::{Result, ensure};
use serde_json::json;
use tidings_e2e::{Key, Outcome, Server, Tab, stage};

const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const UP: char = '\u{e013}';
const DOWN: char = '\u{e015}';

/// Opens the switcher by its keys.
async fn switch(tab: &Tab) -> Result<()> {
    tab.chord(&[Key::Control], 'k').await?;
    until_focus(tab, "switch").await
}

async fn until_room(tab: &Tab, room: &str) -> Result<()> {
    let script = format!(
        "return location.pathname === '/r/{room}'
            && document.querySelector('h1').textContent === '{room}'"
    );
    tab.until_js(&format!("the room {room}"), &script).await
}

async fn until_focus(tab: &Tab, id: &str) -> Result<()> {
    let script = format!("return document.activeElement?.id === '{id}'");
    tab.until_js(&format!("the focus at {id}"), &script).await
}

const NO_DIALOG: &str = "return document.querySelector('dialog[open]') === null";

#[tokio::test(flavor = "multi_thread")]
async fn the_switcher_goes_to_a_room_by_a_few_letters_and_gives_the_focus_back() -> Outcome {
    stage("switcher", async |stage, server| {
        server.post("release-notes", "leo", "written").await?;
        server.post("art", "leo", "painted").await?;
        let tab = stage.open(&server.url("/r/lobby?mode=websocket&name=ana")).await?;
        tab.until_js("a list", "return !!document.querySelector('[data-room=art]')").await?;
        tab.click("#composer").await?;
        switch(&tab).await?;
        tab.press(ESCAPE).await?;
        tab.until_js("no dialog", NO_DIALOG).await?;
        until_focus(&tab, "composer").await?;

        switch(&tab).await?;
        tab.press("NOTES").await?;
        tab.until_js(
            "what fits, chosen, and what could be made",
            "const lines = [...document.querySelectorAll('[role=option]')];
             const chosen = document.querySelector('#switch').getAttribute('aria-activedescendant');
             return lines.length === 2 && lines[0].id === chosen
                && lines[0].getAttribute('aria-selected') === 'true'
                && lines[0].textContent.includes('release-notes')",
        )
        .await?;
        tab.press(ENTER).await?;
        until_room(&tab, "release-notes").await?;
        tab.until_text("written").await?;
        until_focus(&tab, "composer").await?;

        // By arrows: the second line of what is offered for a name that isn't there is that room.
        switch(&tab).await?;
        tab.press("Sala Nova").await?;
        tab.until_js(
            "a room to make",
            "return document.querySelector('[role=option]')?.textContent.includes('sala-nova')",
        )
        .await?;
        tab.press(&format!("{DOWN}{UP}{ENTER}")).await?;
        until_room(&tab, "sala-nova").await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_switcher_knows_people_here_and_elsewhere() -> Outcome {
    stage("people", async |stage, server| {
        let leo = stage.open(&server.url("/r/ops?mode=websocket&name=leo")).await?;
        leo.until_listening().await?;
        let bia = stage.open(&server.url("/r/lobby?mode=poll&every=1s&name=Bia")).await?;
        bia.until_listening().await?;
        // In the browser's memory, since both windows share it, ops is a room that ana has been in.
        let ana = stage.open(&server.url("/r/lobby?mode=websocket&name=ana")).await?;
        ana.until_listening().await?;
        ana.until_js("a list", "return !!document.querySelector('[data-room=ops]')").await?;
        let option = |name: &str| {
            format!(
                "return [...document.querySelectorAll('[role=option]')]
                    .some((line) => line.textContent.includes('{name}'))"
            )
        };
        ana.click("#composer").await?;
        ana.press("ask").await?;
        switch(&ana).await?;
        ana.press("@bia").await?;
        ana.until_js("bia", &option("Bia")).await?;
        ana.press(ENTER).await?;
        ana.until_js(
            "her name in the message",
            "return document.querySelector('#composer').value === 'ask @Bia '",
        )
        .await?;
        until_focus(&ana, "composer").await?;
        switch(&ana).await?;
        ana.press("@leo").await?;
        ana.until_js("leo", &option("leo")).await?;
        ana.press(ENTER).await?;
        until_room(&ana, "ops").await?;
        Ok(())
    })
    .await
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
        tab.click(".rooms__new").await?;
        until_room(&tab, "release-notes").await?;
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
        until_room(&tab, "lobby").await?;
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
        until_room(&tab, "lobby").await?;
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
        tab.chord(&[Key::Alt, Key::Shift], DOWN).await?;
        until_room(&tab, "ops").await?;
        tab.until_js(
            "nothing waits",
            "return !document.querySelector('.rooms__mentions, .rooms__unread')",
        )
        .await?;
        tab.chord(&[Key::Alt], UP).await?;
        until_room(&tab, "lobby").await?;
        // From an empty message too, where the key alone brings back what one said last.
        tab.click("#composer").await?;
        tab.chord(&[Key::Alt], DOWN).await?;
        until_room(&tab, "ops").await?;
        tab.chord(&[Key::Alt], UP).await?;
        until_room(&tab, "lobby").await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_with_filters_marks_what_was_meant_and_leads_there() -> Outcome {
    stage("search", async |stage, server| {
        server.post("ops", "leo", "The Backup <b>failed</b> again").await?;
        server.post("ops", "bia", "backup is fine").await?;
        for n in 0..25 {
            server.post("art", "leo", &format!("backup {n}")).await?;
        }
        let tab = stage.open(&server.url("/r/ops?mode=websocket&name=ana")).await?;
        tab.until_listening().await?;
        tab.click("#log").await?;
        tab.press("/").await?;
        until_focus(&tab, "search").await?;
        const RESULTS: &str = "const results = [...document.querySelectorAll('.search__result')];";
        tab.press("from:").await?;
        tab.until_js(
            "a calm word on what from: takes",
            "const stands = document.querySelector('#search-stands');
             return stands.textContent.startsWith('from: and a name')
                && !document.querySelector('dialog [role=alert]')",
        )
        .await?;
        tab.press("leo backup").await?;
        tab.until_js(
            "one in this room, marked, as text",
            &format!(
                "{RESULTS} const [first] = results;
                 return results.length === 1
                    && [...first.querySelectorAll('mark')].map((m) => m.textContent).join() === 'Backup'
                    && first.querySelector('.search__text').textContent === 'The Backup <b>failed</b> again'
                    && new URL(first.href).pathname === '/r/ops' && new URL(first.href).hash === '#2'"
            ),
        )
        .await?;
        tab.click("input[value=all]").await?;
        let count = |n: usize| format!("{RESULTS} return results.length === {n}");
        tab.until_js("a page of all rooms", &count(20)).await?;
        tab.click(".search__more").await?;
        tab.until_js("all of them", &count(26)).await?;
        tab.until_js("no more", "return !document.querySelector('.search__more')").await?;
        // By the keyboard: into the results, and to the last one.
        tab.click("#search").await?;
        tab.press(&format!("{DOWN}{DOWN}{UP}")).await?;
        tab.until_js(
            "the focus at the first",
            &format!("{RESULTS} return document.activeElement === results[0]"),
        )
        .await?;
        tab.press(ENTER).await?;
        until_room(&tab, "art").await?;
        tab.until_js("its place", "return location.hash === '#26'").await?;
        tab.until_text("backup 24").await?;
        tab.until_js("no dialog", NO_DIALOG).await?;

        tab.click(".find[data-opens='search']").await?;
        until_focus(&tab, "search").await?;
        tab.press("nowhere-to-be-found").await?;
        tab.until_js(
            "nothing",
            "return document.querySelector('#search-stands').textContent.includes('No message')",
        )
        .await?;
        Ok(())
    })
    .await
}

async fn set_topic(server: &Server, room: &str, topic: &str) -> Result<()> {
    let url = server.url(&format!("/api/rooms/{room}/topic"));
    let request = reqwest::Client::builder().no_proxy().build()?.put(url);
    let body = json!({ "username": "cron", "topic": topic });
    request.json(&body).send().await?.error_for_status()?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_is_set_in_one_tab_is_seen_in_others_however_they_listen() -> Outcome {
    stage("topic", async |stage, server| {
        let ana = stage.open(&server.url("/r/ops?mode=websocket&name=ana")).await?;
        let stream = stage.open(&server.url("/r/ops?mode=sse&name=bia")).await?;
        let poll = stage.open(&server.url("/r/ops?mode=poll&every=0.5s&name=leo")).await?;
        for tab in [&ana, &stream, &poll] {
            tab.until_listening().await?;
        }
        let shown = |text: &str| {
            format!("return document.querySelector('.topic__text')?.textContent === {text:?}")
        };
        ana.click("#topic").await?;
        until_focus(&ana, "topic").await?;
        ana.press(&["What runs <b>here</b>", ENTER].concat()).await?;
        for tab in [&ana, &stream, &poll] {
            tab.until_js("the topic", &shown("What runs <b>here</b>")).await?;
        }
        // Escape leaves it as it was, and a rule that is broken is said where one writes.
        until_focus(&ana, "topic").await?;
        ana.press(&[ENTER].concat()).await?;
        ana.until_js("a field", "return document.activeElement?.tagName === 'INPUT'").await?;
        ana.press(&["x".repeat(260).as_str(), ENTER].concat()).await?;
        ana.until_js(
            "the rule",
            "return document.querySelector('#topic-rule')?.textContent.includes('At most 250')",
        )
        .await?;
        ana.press(ESCAPE).await?;
        ana.until_js("the topic as it was", &shown("What runs <b>here</b>")).await?;
        set_topic(server, "ops", "Set by a program").await?;
        for tab in [&ana, &stream, &poll] {
            tab.until_js("the other one", &shown("Set by a program")).await?;
        }
        set_topic(server, "ops", "").await?;
        for tab in [&ana, &stream, &poll] {
            tab.until_js(
                "none",
                "return document.querySelector('#topic').classList.contains('is-none')",
            )
            .await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_are_listed_and_stay_out_of_the_way_of_writing() -> Outcome {
    stage("keys", async |stage, server| {
        let tab = stage.open(&server.url("/r/lobby?mode=websocket&name=ana")).await?;
        tab.until_listening().await?;
        // Nobody has to go to where one writes first.
        tab.press("Why? and /").await?;
        tab.until_js(
            "what was written, and no dialog",
            "return document.querySelector('#composer').value === 'Why? and /'
                && !document.querySelector('dialog[open]')",
        )
        .await?;
        tab.click("#log").await?;
        tab.press("?").await?;
        tab.until_js(
            "the list",
            "return document.querySelectorAll('.keys__line').length >= 12
                && document.querySelector('#keys').textContent.includes('Shift')",
        )
        .await?;
        // Whoever wants no single keys has none.
        tab.click("#keys input").await?;
        tab.press(ESCAPE).await?;
        tab.until_js("no dialog", NO_DIALOG).await?;
        tab.click("#log").await?;
        tab.press("?").await?;
        switch(&tab).await?;
        tab.until_js("no keys", "return !document.querySelector('#keys')").await?;
        // Another key takes its place; what is behind does not move.
        tab.chord(&[Key::Control, Key::Shift], 'F').await?;
        until_focus(&tab, "search").await?;
        tab.press(ESCAPE).await?;
        tab.until_js("no dialog", NO_DIALOG).await?;
        until_focus(&tab, "log").await?;
        Ok(())
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
        until_room(&tab, "team-17").await?;
        tab.until_text("oi").await?;
        switch(&tab).await?;
        tab.until_js(
            "no more than are read",
            "return document.querySelectorAll('[role=option]').length === 30",
        )
        .await?;
        tab.press(&["29", "9", ENTER].concat()).await?;
        until_room(&tab, "team-299").await?;
        Ok(())
    })
    .await
}
