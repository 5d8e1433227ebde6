//! The controls, the address bar and the keyboard: each leads to the same place.

use anyhow::ensure;
use tidings_e2e::{
    Outcome,
    keys::{ENTER, TAB},
    stage,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_address_sets_the_controls() -> Outcome {
    stage("address", async |stage, server| {
        let tab = stage.open(&server.url("/r/ops?mode=sse&name=ximena")).await?;
        tab.until_js(
            "controls that say what the address says",
            "const value = (id) => document.getElementById(id).value;
             const mode = document.querySelector('#mode input:checked').value;
             return mode === 'sse' && value('name') === 'ximena'
                && document.querySelector('h1').textContent === 'ops'",
        )
        .await?;
        tab.until_state(&["live"]).await?;
        tab.say("from the address").await?;
        tab.until_confirmed("from the address").await?;
        let log = server.log("ops").await?;
        ensure!(log.last().is_some_and(|message| message.username.as_str() == "ximena"));

        let tab = stage.open(&server.url("/r/lobby?mode=poll&every=7s&name=ana")).await?;
        tab.until_js("the interval", "return document.querySelector('#every').value === '7'")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_follows_the_controls() -> Outcome {
    stage("follows", async |stage, server| {
        let tab = stage.open(&server.url("/")).await?;
        tab.until_js("the lobby", "return location.pathname === '/r/lobby'").await?;
        tab.choose_mode("poll").await?;
        tab.fill("#every", "5").await?;
        tab.fill("#name", "ana").await?;
        tab.until_js(
            "the address of a poll",
            "const q = new URLSearchParams(location.search);
             return q.get('mode') === 'poll' && q.get('every') === '5s' && q.get('name') === 'ana'",
        )
        .await?;
        tab.choose_mode("websocket").await?;
        tab.click("#room").await?;
        tab.press(&format!("ops{ENTER}")).await?;
        tab.until_js(
            "the address of a stream in another room",
            "return location.pathname === '/r/ops' &&
                new URLSearchParams(location.search).get('mode') === 'websocket'",
        )
        .await?;
        // What the address says now is what another window gets.
        server.post("ops", "superbot", "in ops").await?;
        tab.until_text("in ops").await?;
        let address: String = tab.js("return location.href", []).await?;
        let other = stage.open(&address).await?;
        other.until_text("in ops").await?;
        other
            .until_js("the name", "return document.querySelector('#name').value === 'ana'")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_name_writes_on() -> Outcome {
    stage("named", async |stage, server| {
        let tab = stage.open(&server.url("/r/lobby?mode=websocket&name=guest")).await?;
        tab.until_listening().await?;
        const SELECT: &str = "document.querySelector('#name').select(); return true";
        let retype = async |keys: &str| {
            tab.click("#name").await?;
            let _: bool = tab.js(SELECT, []).await?;
            tab.press(keys).await
        };
        retype(&format!("chat-room{ENTER}")).await?;
        tab.until_js("the rule", "return !!document.querySelector('#name-rule')").await?;
        tab.until_focus("name").await?;
        retype(&format!("ana{ENTER}")).await?;
        tab.until_focus("composer").await?;
        tab.press(&format!("hello{ENTER}")).await?;
        ensure!(tab.until_confirmed("hello").await?.author == "ana");
        // Whoever goes elsewhere by themselves is not fetched from there.
        retype(&format!("bia{TAB}")).await?;
        tab.until_js("the name", "return location.search.endsWith('name=bia')").await?;
        tab.until_focus("room").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_alone_reaches_the_composer_and_sends() -> Outcome {
    stage("keyboard", async |stage, server| {
        let tab = stage.open(&server.url("/r/lobby?mode=sse&name=ana")).await?;
        tab.until_listening().await?;
        let _: bool = tab.js("document.activeElement?.blur(); return true", []).await?;
        let mut stops = 0;
        while !tab.js::<bool>("return document.activeElement?.id === 'composer'", []).await? {
            ensure!(stops < 40, "forty times Tab, and the composer was not reached");
            tab.press(TAB).await?;
            stops += 1;
            let outlined: bool = tab.js(FOCUS_IS_SEEN, []).await?;
            ensure!(outlined, "after {stops} times Tab, nothing shows where the focus is");
        }
        tab.press(&format!("by the keyboard alone{ENTER}")).await?;
        tab.until_confirmed("by the keyboard alone").await?;
        tab.until_js(
            "an empty composer",
            "return document.querySelector('#composer').value === ''",
        )
        .await?;
        Ok(())
    })
    .await
}

/// Whether the focused element, or one around it, shows that it is.
const FOCUS_IS_SEEN: &str = "
    for (let at = document.activeElement; at && at !== document.body; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) return true;
        if (style.boxShadow !== 'none') return true;
    }
    return document.activeElement === document.body";

#[tokio::test(flavor = "multi_thread")]
async fn a_window_says_what_its_mode_costs_it() -> Outcome {
    stage("costs", async |stage, server| {
        let poll = stage.open(&server.url("/r/lobby?mode=poll&every=0.5s&name=ana")).await?;
        let stream = stage.open(&server.url("/r/lobby?mode=websocket&name=leandro")).await?;
        poll.until_listening().await?;
        stream.until_listening().await?;
        server.post("lobby", "superbot", "counted").await?;
        for tab in [&poll, &stream] {
            tab.until_text("counted").await?;
            tab.until_js(
                "figures",
                "const n = (id) => Number(document.getElementById(id).dataset.value);
                 return n('cost-requests') > 0 && n('cost-bytes') > 0 && n('cost-late') >= 0",
            )
            .await?;
        }
        let requests = "return Number(document.querySelector('#cost-requests').dataset.value)";
        let before: u32 = stream.js(requests, []).await?;
        poll.until_js("ten requests", &format!("{requests} >= 10")).await?;
        let after: u32 = stream.js(requests, []).await?;
        ensure!(before == after, "a stream that is open asks for nothing: {before}, {after}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_an_address_is_in_view() -> Outcome {
    stage("wrong-address", async |stage, server| {
        let tab = stage.open(&server.url("/r/lobby?name=ana")).await?;
        for (width, height) in [(1024, 768), (390, 780)] {
            tab.resize(width, height).await?;
            for wrong in ["mode=pigeon", "mode=poll&every=soon"] {
                tab.go(&server.url(&format!("/r/lobby?{wrong}&name=ana"))).await?;
                tab.until_js("the rule in view", RULE_IN_VIEW).await?;
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rule_of_a_field_at_the_lower_end_comes_into_view() -> Outcome {
    stage("rule", async |stage, server| {
        let tab = stage.open(&server.url("/r/lobby?mode=poll&every=1s&name=ana")).await?;
        tab.until_listening().await?;
        let end: f64 = tab
            .js("return document.querySelector('#every').getBoundingClientRect().bottom", [])
            .await?;
        // The field is the last that is in view.
        tab.resize(1024, end as u32 + 10).await?;
        tab.click("#every").await?;
        tab.press(&format!("x{ENTER}")).await?;
        tab.until_js("the rule in view", RULE_IN_VIEW).await?;
        tab.until_focus("every").await
    })
    .await
}

/// Whether the rule that was broken is in the part of the panel that is seen, and nothing but the panel
/// was scrolled for it.
const RULE_IN_VIEW: &str = "
    const rule = document.querySelector('.field__rule')?.getBoundingClientRect();
    const panel = document.querySelector('#panel').getBoundingClientRect();
    return !!rule && rule.top >= panel.top && rule.bottom <= panel.bottom
        && scrollY === 0 && document.body.scrollTop === 0";
