//! The experiment that Tidings was made for: a bot speaks once a second, one window polls and one
//! streams, and the difference can be measured. In a file of its own, since it looks at the clock:
//! nothing else runs beside it.

use std::time::Duration;

use anyhow::{Result, ensure};
use tidings_e2e::{Outcome, Server, Tab, stage, wait::until};
use tidings_shared::Message;
use tokio::{sync::Mutex, time::interval};

/// Held by the one that measures.
static CLOCK: Mutex<()> = Mutex::const_new(());

const BOT: &str = "superbot";
/// What a person takes as at once.
const AT_ONCE: u64 = 200;

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_has_each_message_at_once_and_a_poll_has_them_in_chunks() -> Outcome {
    let _clock = CLOCK.lock().await;
    stage("experiment", async |stage, server| {
        let poll = stage.open(&server.url("/r/lobby?mode=poll&every=3s&name=leandro")).await?;
        let stream = stage.open(&server.url("/r/lobby?mode=websocket&name=marcello")).await?;
        poll.until_listening().await?;
        stream.until_listening().await?;
        once_a_second(server, 0..12).await?;
        let said = said(server).await?;
        for tab in [&poll, &stream] {
            until_all_shown(tab, &said).await?;
        }

        came_at_once(&delays(&stream, &said).await?)?;

        let chunks = chunks(&poll, &said).await?;
        ensure!(chunks.len() <= 12 / 3 + 2, "polled, in chunks of {chunks:?}");
        ensure!(chunks.iter().any(|chunk| *chunk >= 2), "polled, in chunks of {chunks:?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_changes_from_polling_to_streaming_has_each_message_once() -> Outcome {
    let _clock = CLOCK.lock().await;
    stage("change", async |stage, server| {
        let tab = stage.open(&server.url("/r/lobby?mode=poll&every=3s&name=leandro")).await?;
        tab.until_listening().await?;
        let (bot, change) = tokio::join!(once_a_second(server, 0..6), async {
            until("the third message", || said(server), |said| said.len() >= 3).await?;
            tab.choose_mode("websocket").await
        });
        bot.and(change)?;
        tab.until_state(&["live"]).await?;
        once_a_second(server, 6..12).await?;

        let said = said(server).await?;
        until_all_shown(&tab, &said).await?;
        came_at_once(&delays(&tab, &said).await?[6..])
    })
    .await
}

/// A bot in a shell: `for i in …; do curl -d $i …; sleep 1; done`.
async fn once_a_second(server: &Server, numbers: std::ops::Range<u32>) -> Result<()> {
    let mut second = interval(Duration::from_secs(1));
    for n in numbers {
        second.tick().await;
        server.post("lobby", BOT, &n.to_string()).await?;
    }
    Ok(())
}

/// What the bot has said, by the log.
async fn said(server: &Server) -> Result<Vec<Message>> {
    let log = server.log("lobby").await?;
    Ok(log.into_iter().filter(|message| message.username.as_str() == BOT).collect())
}

/// Waits until all of it is shown, and nothing of it twice, and in order.
async fn until_all_shown(tab: &Tab, said: &[Message]) -> Result<()> {
    let expected: Vec<_> = said.iter().map(|message| Some(message.seq)).collect();
    tab.until_rows("all that the bot has said, once, in order", |rows| {
        rows.iter().filter(|row| row.author.contains(BOT)).map(|row| row.seq).eq(expected.clone())
    })
    .await
    .map(drop)
}

/// How late each was shown, in ms: the page and the server have the same clock.
async fn delays(tab: &Tab, said: &[Message]) -> Result<Vec<u64>> {
    let arrivals = tab.arrivals().await?;
    Ok(said
        .iter()
        .map(|message| arrivals[&message.seq].saturating_sub(message.at.as_ms()))
        .collect())
}

/// That they were shown at once. One in four may be later: a machine that halts for a moment is no
/// transport's doing, while one that gathers holds back most of them.
fn came_at_once(delays: &[u64]) -> Result<()> {
    let later = delays.iter().filter(|late| **late > AT_ONCE).count();
    ensure!(later <= delays.len() / 4, "streamed, late by ms: {delays:?}");
    Ok(())
}

/// How many were shown together, time after time: what one answer brought is on the page within a
/// moment, and the next answer is seconds away.
async fn chunks(tab: &Tab, said: &[Message]) -> Result<Vec<usize>> {
    let arrivals = tab.arrivals().await?;
    let times: Vec<_> = said.iter().map(|message| arrivals[&message.seq]).collect();
    Ok(times.chunk_by(|a, b| b.abs_diff(*a) < 300).map(<[u64]>::len).collect())
}
