//! Going about by the keyboard: the switcher, which goes to rooms and people by a few letters, and the
//! list of keys.

use tidings_e2e::{
    Key, Outcome,
    keys::{DOWN, ENTER, ESCAPE, UP},
    stage,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_switcher_goes_to_a_room_by_a_few_letters_and_gives_the_focus_back() -> Outcome {
    stage("switcher", async |stage, server| {
        server.post("release-notes", "leo", "written").await?;
        server.post("art", "leo", "painted").await?;
        let tab = stage.open(&server.url("/r/lobby?mode=websocket&name=ana")).await?;
        tab.until_js("a list", "return !!document.querySelector('[data-room=art]')").await?;
        tab.click("#composer").await?;
        tab.open_switcher().await?;
        tab.press(ESCAPE).await?;
        tab.until_no_dialog().await?;
        tab.until_focus("composer").await?;
        tab.press("abc").await?;
        tab.until_js("what was written", &written("abc")).await?;

        tab.open_switcher().await?;
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
        tab.until_room("release-notes").await?;
        tab.until_text("written").await?;
        tab.until_focus("composer").await?;
        tab.press("de").await?;
        tab.until_js("what was written", &written("de")).await?;

        // The room one is in: there is nowhere to go, and one is there.
        tab.open_switcher().await?;
        tab.press("release").await?;
        tab.until_js(
            "the room itself",
            "return document.querySelector('[role=option]')?.textContent.includes('#release-notes')",
        )
        .await?;
        tab.press(ENTER).await?;
        tab.until_no_dialog().await?;
        tab.until_focus("composer").await?;

        // By arrows: the second line of what is offered for a name that isn't there is that room.
        tab.open_switcher().await?;
        tab.press("Sala Nova").await?;
        tab.until_js(
            "a room to make",
            "return document.querySelector('[role=option]')?.textContent.includes('sala-nova')",
        )
        .await?;
        tab.press(&format!("{DOWN}{UP}{ENTER}")).await?;
        tab.until_room("sala-nova").await?;
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
        ana.open_switcher().await?;
        ana.press("@bia").await?;
        ana.until_js("bia", &option("Bia")).await?;
        ana.press(ENTER).await?;
        ana.until_js(
            "her name in the message",
            "return document.querySelector('#composer').value === 'ask @Bia '",
        )
        .await?;
        ana.until_focus("composer").await?;
        ana.open_switcher().await?;
        ana.press("@leo").await?;
        ana.until_js("leo", &option("leo")).await?;
        ana.press(ENTER).await?;
        ana.until_room("ops").await?;
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
        // Nor after choosing how one listens: letters mean nothing to a choice.
        tab.click("#mode [value=sse]").await?;
        tab.press("!").await?;
        tab.until_js("more", "return document.querySelector('#composer').value === 'Why? and /!'")
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
        tab.until_no_dialog().await?;
        tab.click("#log").await?;
        tab.press("?").await?;
        tab.open_switcher().await?;
        tab.until_js("no keys", "return !document.querySelector('#keys')").await?;
        // Another key takes its place; what is behind does not move.
        tab.chord(&[Key::Control, Key::Shift], 'F').await?;
        tab.until_focus("search").await?;
        tab.press(ESCAPE).await?;
        tab.until_no_dialog().await?;
        tab.until_focus("log").await?;
        Ok(())
    })
    .await
}

/// Whether so much is written in the place to write.
fn written(text: &str) -> String {
    format!("return document.querySelector('#composer').value === '{text}'")
}
