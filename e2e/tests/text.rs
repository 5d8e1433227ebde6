//! Text as it is read: what Markdown becomes, links, code, and what can be done with a message.

use std::sync::Arc;

use anyhow::{Result, ensure};
use serde_json::json;
use tidings_e2e::{
    Outcome, Server, Stage, Tab,
    keys::{DOWN, ENTER, ESCAPE, RIGHT, TAB, UP},
    stage,
    wait::until,
};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_as_markdown_is_seen_as_what_it_means() -> Outcome {
    stage("markdown", async |stage, server| {
        let tab = open(stage, server, "ana").await?;
        tab.say("**bold** *it* `a*b` ~~no~~ (https://example.org/a_(b)). @ana @leo :tada:").await?;
        for (what, selector, text) in [
            ("bold", "strong", "bold"),
            ("italic", "em", "it"),
            ("code", "code", "a*b"),
            ("struck out", "del", "no"),
            ("a link", "a", "https://example.org/a_(b)"),
            ("one's own name", ".mention.is-me", "@ana"),
            ("another's name", ".mention:not(.is-me)", "@leo"),
        ] {
            until(what, || first(&tab, selector), |seen| seen.as_deref() == Some(text)).await?;
        }
        let row = tab.until_rows("it in the log", |r| r.iter().any(|r| r.seq == Some(2))).await?;
        ensure!(row.last().is_some_and(|row| row.text.ends_with("@leo 🎉")), "{row:?}");
        let link: Vec<String> = tab
            .js("const a = document.querySelector('.text a'); return [a.href, a.target, a.rel]", [])
            .await?;
        ensure!(link == ["https://example.org/a_(b)", "_blank", "noopener noreferrer"], "{link:?}");

        server.post("lobby", "leo", "> said\n- one\n  - two\n\n1. first\n# Big").await?;
        tab.until_js(
            "quote, lists, and a title no larger than the text",
            "const at = (s) => document.querySelector('#log .message:last-of-type ' + s)
                ?? [...document.querySelectorAll('#log ' + s)].at(-1);
             return !!(at('.text blockquote') && at('.text ul ul') && at('.text ol')
                && getComputedStyle(at('.text p strong')).fontSize
                    === getComputedStyle(at('.text')).fontSize)",
        )
        .await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn code_is_copied_as_it_was_written_and_pasted_again() -> Outcome {
    stage("copying", async |stage, server| {
        let tab = open(stage, server, "ana").await?;
        server.post("lobby", "leo", "look:\n```rust\nlet a = *b;\n```").await?;
        until(
            "the code",
            || first(&tab, "pre code"),
            |seen| seen.as_deref() == Some("let a = *b;"),
        )
        .await?;
        tab.click(".code__copy").await?;
        tab.until_js(
            "the button saying so",
            "return document.querySelector('.code__copy').getAttribute('aria-label') === 'Copied'",
        )
        .await?;
        tab.click("#composer").await?;
        tab.chord(&[thirtyfour::Key::Control], 'v').await?;
        until("what was copied", || written(&tab), |text| text == "let a = *b;").await.map(drop)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_a_room_goes_there_without_loading_the_page_again() -> Outcome {
    stage("roomlink", async |stage, server| {
        let tab = open(stage, server, "ana").await?;
        server.post("lobby", "leo", "come to #ops").await?;
        tab.until_js("the link", "return !!document.querySelector('a[data-go=\"/r/ops\"]')")
            .await?;
        let _: bool = tab.js("return globalThis.stayed = true", []).await?;
        tab.click("a[data-go='/r/ops']").await?;
        tab.until_js(
            "the room",
            "return document.querySelector('.bar__room').textContent === 'ops' && stayed",
        )
        .await?;
        // A link to a message of another room is one step, and back.
        server.post("ops", "leo", "see [it](/r/lobby#2)").await?;
        tab.until_js("the link", "return !!document.querySelector('a[data-go=\"/r/lobby#2\"]')")
            .await?;
        tab.click("a[data-go='/r/lobby#2']").await?;
        tab.until_js(
            "the message, marked",
            "return document.querySelector('#log .is-marked')?.dataset.seq === '2'
                && location.pathname + location.hash === '/r/lobby#2' && stayed",
        )
        .await?;
        tab.back().await?;
        tab.until_room("ops").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_answered_with_a_quote_that_leads_back_to_it() -> Outcome {
    stage("reply", async |stage, server| {
        let tab = open(stage, server, "ana").await?;
        let asked = server.post("lobby", "leo", "is **this** the\nway?").await?;
        let row = format!("[data-seq='{}'] .text", asked.seq);
        tab.until_text("is this the\nway?").await?;
        for width in [390, 1000] {
            tab.resize(width, 700).await?;
            tab.hover("#composer").await?;
            tab.hover(&row).await?;
            tab.until_js("the tools, all of them in the window", IN_WINDOW).await?;
        }
        tab.click("[data-tool=reply]").await?;
        let quote = format!("> [leo](/r/lobby#{}): is this the…\n", asked.seq);
        until("the quote", || written(&tab), |text| *text == quote).await?;
        tab.press(&format!("it is{ENTER}")).await?;
        tab.until_js("the answer", "return !!document.querySelector('blockquote + p')").await?;

        // A link that names the site is one to the message too.
        let absolute = server.url(&format!("/r/lobby#{}", asked.seq));
        server.post("lobby", "leo", &format!("[see]({absolute})")).await?;
        tab.until_text("see").await?;
        let _: bool = tab.js("return globalThis.stayed = true", []).await?;
        let at = json!(format!("#{}", asked.seq));
        for link in ["blockquote a".to_owned(), format!(".text a[href='{absolute}']")] {
            let _: bool = tab.js("location.hash = ''; return true", []).await?;
            tab.click(&link).await?;
            until(
                "the address of the message",
                || tab.js("return stayed && location.hash === arguments[0]", [at.clone()]),
                |holds: &bool| *holds,
            )
            .await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_a_messages_tools_cover_neither_its_text_nor_its_time() -> Outcome {
    stage("uncovered", async |stage, server| {
        let tab = open(stage, server, "ana").await?;
        tab.resize(390, 844).await?;
        let fingers = json!({"enabled": true, "maxTouchPoints": 1});
        tab.cdp("Emulation.setTouchEmulationEnabled", fingers).await?;
        tab.until_js("a phone", "return matchMedia('(pointer: coarse)').matches").await?;
        let wide = "**words** that go on to here or there";
        for name in ["leo", "ana", "leo", "somebody of a longer name", "ana"] {
            server.post("lobby", name, wide).await?;
        }
        let last = server.post("lobby", "leo", "**ok**").await?.seq;
        tab.until_text("ok").await?;
        for seq in last - 5..=last {
            tab.click(&format!("[data-seq='{seq}'] .text")).await?;
            let apart = format!(
                "const tools = document.querySelector('.tools[data-for=\"{seq}\"]');
                 if (!tools) return false;
                 const over = (part) => {{
                     const lines = document.createRange();
                     lines.selectNodeContents(document.querySelector('[data-seq=\"{seq}\"] ' + part));
                     const a = tools.getBoundingClientRect();
                     return [...lines.getClientRects()].some((b) => a.left < b.right
                         && b.left < a.right && a.top < b.bottom && b.top < a.bottom);
                 }};
                 return tools.offsetWidth > 170 && !over('.text') && !over('time')"
            );
            tab.until_js(&format!("the tools beside {seq}"), &apart).await?;
        }

        let said = "words and then words and more of the same until it is long".repeat(2);
        let long = server.post("lobby", "leo", &said).await?.seq;
        tab.until_text(&said).await?;
        tab.click(&format!("[data-seq='{long}'] .text")).await?;
        tab.click(&format!("[data-for='{long}'] [data-tool=reply]")).await?;
        until("the quote", || written(&tab), |text| text.ends_with("…\n")).await?;
        tab.until_js(
            "it on two lines, and a third to write on",
            "const field = document.querySelector('#composer'), style = getComputedStyle(field);
             return field.scrollHeight - 2 * parseFloat(style.paddingTop)
                <= 3.2 * parseFloat(style.lineHeight)",
        )
        .await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_button_stands_beside_the_code() -> Outcome {
    stage("beside", async |stage, server| {
        let tab = open(stage, server, "ana").await?;
        let wide = "wide ".repeat(60);
        server.post("lobby", "leo", &format!("```\n{wide}\n{wide}\n```")).await?;
        tab.until_js("the code", "return !!document.querySelector('.code__copy')").await?;
        let beside = "
            const box = (part) => document.querySelector(part).getBoundingClientRect();
            return box('.code pre').right <= box('.code__copy').left
                && box('.code__copy').right <= box('.code').right";
        for width in [390, 1440] {
            tab.resize(width, 800).await?;
            tab.until_js("the button beside the code", beside).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_can_be_had_as_it_was_written_by_the_keyboard_alone() -> Outcome {
    stage("raw", async |stage, server| {
        use thirtyfour::Key;
        let tab = open(stage, server, "ana").await?;
        let raw = "**one**\n- two";
        server.post("lobby", "leo", raw).await?;
        server.post("lobby", "leo", "plain").await?;
        tab.until_text("plain").await?;
        tab.click("#composer").await?;
        tab.chord(&[Key::Shift], Key::Tab).await?;
        // From the place to write, back into the log: whatever there takes the focus, its message's
        // tools are the next stop.
        tab.until_js("the tools", "return !!document.querySelector('.tools')").await?;
        tab.press(TAB).await?;
        tab.until_js(
            "the focus on the first",
            "return document.activeElement.matches('.tools [data-tool=reply]')",
        )
        .await?;
        // Up to the message that has something to show.
        let has_raw = "return !!document.querySelector('[data-tool=raw]')";
        if !tab.js::<bool>(has_raw, []).await? {
            tab.press(UP).await?;
        }
        tab.until_js("its tools", has_raw).await?;
        // Down to the last one, which has no tool that it doesn't need, and up again.
        tab.press(DOWN).await?;
        tab.until_js("a plain text's tools", "return !document.querySelector('[data-tool=raw]')")
            .await?;
        tab.press(UP).await?;
        tab.until_js("the former", has_raw).await?;
        tab.press(&format!("{RIGHT}{RIGHT}{RIGHT}{ENTER}")).await?;
        let shown = || {
            let shown = "return document.querySelector('dialog[open] pre')?.textContent ?? null";
            tab.js::<Option<String>>(shown, [])
        };
        until("the text as it was written", shown, |text| text.as_deref() == Some(raw)).await?;
        tab.press(ESCAPE).await?;
        tab.until_no_dialog().await?;
        tab.press(ESCAPE).await?;
        tab.until_js(
            "the tools gone and the log in focus",
            "return !document.querySelector('.tools') && document.activeElement.id === 'log'",
        )
        .await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_sent_yet_bears_a_mark_and_goes_out_looking_the_same() -> Outcome {
    stage("mark", async |stage, server| {
        stage.network_will_break();
        let tab = open(stage, server, "ana").await?;
        server.stop().await?;
        tab.until_state(&["offline"]).await?;
        tab.say("**into** the void").await?;
        tab.until_js(
            "the mark beside the text",
            "const own = document.querySelector('[data-delivery=pending]');
             return !!(own?.querySelector('.delivery svg') && own.querySelector('strong'))",
        )
        .await?;
        server.start_again().await?;
        let row = tab.until_confirmed("into the void").await?;
        ensure!(row.seq.is_some());
        tab.until_js("no mark", "return !document.querySelector('.delivery')").await
    })
    .await
}

/// Whether the tools stand within the window.
const IN_WINDOW: &str = "
    const tools = document.querySelector('.tools')?.getBoundingClientRect();
    return !!tools && tools.left >= 0 && tools.top >= 0 && tools.right <= innerWidth
        && tools.bottom <= innerHeight && tools.width > 90";

async fn open(stage: &Stage, server: &Server, name: &str) -> Result<Arc<Tab>> {
    let address = server.url(&format!("/r/lobby?mode=websocket&name={name}"));
    let tab = stage.open(&address).await?;
    tab.until_listening().await?;
    Ok(tab)
}

/// The text of the first such element in a message.
async fn first(tab: &Tab, selector: &str) -> Result<Option<String>> {
    let script = "return document.querySelector('.text ' + arguments[0])?.textContent ?? null";
    tab.js(script, [json!(selector)]).await
}

/// What stands in the place to write.
async fn written(tab: &Tab) -> Result<String> {
    tab.js("return document.querySelector('#composer').value", []).await
}
