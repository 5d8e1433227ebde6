//! What is written outlives its tab: begun texts stay in their rooms, and unsent messages go out when
//! the app is opened again, in their order and once.

use anyhow::{Result, ensure};
use tidings_e2e::{
    Outcome, Tab,
    keys::{ENTER, UP},
    stage,
};

/// What stands in the place to write.
async fn begun(tab: &Tab) -> Result<String> {
    tab.js("return document.querySelector('#composer').value", []).await
}

async fn leave(tab: &Tab) -> Result<()> {
    let _: bool = tab.js("location.href = 'about:blank'; return true", []).await?;
    tab.until_js("an empty page", "return location.href === 'about:blank'").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_begun_text_stays_in_its_room() -> Outcome {
    stage("begun", async |stage, server| {
        let lobby = server.url("/r/lobby?name=ana");
        let tab = stage.open(&lobby).await?;
        tab.fill("#composer", "for the lobby").await?;
        tab.go(&server.url("/r/ops?name=ana")).await?;
        ensure!(begun(&tab).await?.is_empty());
        tab.fill("#composer", "for ops").await?;
        tab.go(&lobby).await?;
        ensure!(begun(&tab).await? == "for the lobby");
        tab.click("#room").await?;
        tab.press(&format!("ops{ENTER}")).await?;
        tab.until_js(
            "the other room's",
            "return document.querySelector('#composer').value === 'for ops'",
        )
        .await?;
        tab.until_listening().await?;
        tab.click("#composer").await?;
        tab.press(ENTER).await?;
        tab.until_confirmed("for ops").await?;
        tab.go(&server.url("/r/ops?name=ana")).await?;
        ensure!(begun(&tab).await?.is_empty(), "it was sent");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_sent_goes_out_when_the_app_is_opened_again() -> Outcome {
    stage("left", async |stage, server| {
        stage.network_will_break();
        let address = server.url("/r/lobby?mode=sse&name=ana");
        let tab = stage.open(&address).await?;
        tab.until_listening().await?;
        server.stop().await?;
        tab.until_state(&["offline"]).await?;
        let texts = ["first", "second", "third"];
        for text in texts {
            tab.say(text).await?;
        }
        leave(&tab).await?;
        server.start_again().await?;
        // Two tabs take them over; the server takes each once.
        let other = stage.open(&server.url("/r/elsewhere?mode=poll&every=1s&name=leo")).await?;
        tab.go(&address).await?;
        for text in texts {
            tab.until_confirmed(text).await?;
        }
        other
            .until_js(
                "nothing left",
                "return !Object.keys(localStorage).some(key => key.startsWith('tidings.unsent.'))",
            )
            .await?;
        let log = server.log("lobby").await?;
        let people = log.iter().filter(|message| message.username.as_str() == "ana");
        let said: Vec<_> = people.map(|message| message.text.as_str()).collect();
        ensure!(said == texts, "the log has {said:?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_up_arrow_brings_back_what_was_said_last() -> Outcome {
    stage("recalled", async |stage, server| {
        let tab = stage.open(&server.url("/r/lobby?mode=websocket&name=ana")).await?;
        tab.until_listening().await?;
        tab.say("deploy 1.4.2").await?;
        tab.until_confirmed("deploy 1.4.2").await?;
        tab.press(UP).await?;
        tab.until_js(
            "the text again",
            "return document.querySelector('#composer').value === 'deploy 1.4.2'",
        )
        .await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_is_the_same_one_the_next_time() -> Outcome {
    stage("guest", async |stage, server| {
        let name = "return document.querySelector('#name').value";
        let tab = stage.open(&server.url("/r/lobby?mode=websocket")).await?;
        let guest: String = tab.js(name, []).await?;
        ensure!(guest.starts_with("guest-"), "it is called {guest:?}");
        tab.say("hello").await?;
        tab.until_confirmed("hello").await?;
        let later = stage.open(&server.url("/r/lobby?mode=poll&every=1s")).await?;
        later.until_js("one's own", "return !!document.querySelector('#log .is-own')").await?;
        ensure!(later.js::<String>(name, []).await? == guest);
        Ok(())
    })
    .await
}
