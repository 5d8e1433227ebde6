//! The states in which the app is looked at: by axe for what it keeps from some people, and in
//! pictures by whoever draws it. A new state is one more entry of [`SCENES`], or of [`OVER`].

mod over;

use std::sync::Arc;

use anyhow::Result;
use serde_json::json;

pub use self::over::OVER;
use crate::{Server, Stage, Tab};

/// A state of the app, and how a person comes to it.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    /// What it is called, in file names too.
    pub name: &'static str,
    /// Where the tab opens.
    pub path: &'static str,
    /// What happens then.
    pub steps: &'static [Step],
}

/// Something that a person does, or that happens to them.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// They click on what a selector finds.
    Click(&'static str),
    /// They press keys, in the notation of the WebDriver standard.
    Press(&'static str),
    /// They write a message and send it.
    Say(&'static str),
    /// They write a text and don't send it.
    Begin(&'static str),
    /// Somebody else says something in a room.
    Hear(&'static str, &'static str, &'static str),
    /// A script runs in the page; it returns `true`.
    Script(&'static str),
    /// It goes on when this script returns `true`.
    Until(&'static str),
    /// The tab's connection comes to one of these states.
    State(&'static [&'static str]),
    /// Five other windows listen, as many as a browser has connections for.
    Crowd,
    /// The server goes away; it is back after the scene.
    Stop,
}
use Step::{Begin, Click, Crowd, Hear, Say, Script, State, Stop, Until};

/// What the server is made to say to posts that nothing is wrong with.
const REFUSE: &str = r#"
    globalThis.fetch = ((real) => (request, ...rest) => {
        const method = rest[0]?.method ?? request.method ?? "GET";
        if (method !== "POST") return real(request, ...rest);
        const body = JSON.stringify({ type: "about:blank", title: "Unprocessable Content",
            status: 422, detail: "this room is closed for the night" });
        const headers = { "content-type": "application/problem+json" };
        return Promise.resolve(new Response(body, { status: 422, headers }));
    })(globalThis.fetch);
    return true"#;

/// A server where much is going on: a room with a topic as long as topics may be, and many others, some
/// of which somebody has been in.
const BUSY: &str = r#"
    const put = (path, method, body) => fetch(path, { method, body });
    const topic = "What runs, what doesn't, who looks after it until when, and where it is written "
        + "down how one looks after it; whatever wakes somebody at night belongs here the next "
        + "morning, with the time at which it began and the time at which it was over again";
    const rooms = ["backups", "builds-and-deploys", "coffee", "design", "front-desk", "gardening",
        "incident-2026-11-23-disk-full-on-archive-2", "lunch", "network", "on-call", "pumps",
        "quality", "releases", "sluice", "tides", "visitors", "weather", "welcome"];
    rooms.slice(0, 7).forEach((room) => localStorage.setItem(`tidings.read.${room}`, "aaaaaaaa:0"));
    return put("/api/rooms/ops/topic?username=grace", "PUT", topic)
        .then(() => Promise.all(rooms.flatMap((room, n) => Array.from({ length: 1 + n % 3 }, (_, m) =>
            put(`/api/rooms/${room}/messages?username=leandro`, "POST",
                n % 5 === 1 && m === 0 ? "@ana could you look at this?" : `Said in ${room}, ${m}.`)))))
        .then(() => true)"#;

/// All of them.
pub const SCENES: &[Scene] = &[
    Scene {
        name: "live",
        path: "/r/harbour?mode=websocket&name=ana",
        steps: &[State(&["live"]), Until("return !!document.querySelector('#log [data-seq]')")],
    },
    Scene {
        name: "empty",
        path: "/r/nothing-said-here?mode=sse&name=ana",
        steps: &[State(&["live"])],
    },
    Scene {
        name: "poll",
        path: "/r/harbour?mode=poll&every=30s&name=ana",
        steps: &[
            State(&["waiting"]),
            Begin("I would rather wait for the tide.\nIt turns at 16:40."),
        ],
    },
    Scene {
        name: "long-words",
        path: "/r/a-room-whose-name-goes-on-for-as-long-as-names-may-go-on-here?mode=long-poll&name=ana",
        steps: &[State(&["live"]), Until("return !!document.querySelector('#log [data-seq]')")],
    },
    Scene {
        name: "thousand",
        path: "/r/archive?mode=sse&name=ana",
        steps: &[State(&["live"]), Until("return !!document.querySelector('#log [data-seq]')")],
    },
    Scene {
        name: "refused",
        path: "/r/harbour?mode=poll&every=30s&name=ana",
        steps: &[
            State(&["waiting"]),
            Script(REFUSE),
            Say("Is anybody still there?"),
            Until("return !!document.querySelector('[data-action=retry]')"),
        ],
    },
    Scene {
        name: "wrong-address",
        path: "/r/harbour?mode=pigeon&name=ana",
        steps: &[Until("return !!document.querySelector('.field__rule')")],
    },
    Scene {
        name: "scrolled-up",
        path: "/r/archive?mode=websocket&name=ana",
        steps: &[
            State(&["live"]),
            Until("return document.querySelectorAll('#log [data-seq]').length > 20"),
            Script(
                "const log = document.querySelector('#log'); log.scrollTop = log.scrollHeight / 2; return true",
            ),
            Hear("archive", "leandro", "One more for the archive."),
            Hear("archive", "leandro", "And another."),
        ],
    },
    Scene {
        name: "crowded",
        path: "/r/harbour?mode=sse&name=sixth",
        steps: &[Crowd, State(&["crowded"])],
    },
    Scene {
        name: "busy",
        path: "/r/ops?mode=websocket&name=ana",
        steps: &[
            State(&["live"]),
            Script(BUSY),
            Until("return document.querySelectorAll('[data-room]').length > 12"),
            Until("return document.querySelector('#topic').textContent.length > 200"),
        ],
    },
    Scene {
        name: "offline",
        path: "/r/harbour?mode=sse&name=ana",
        steps: &[
            State(&["live"]),
            Until("return !!document.querySelector('#log [data-seq]')"),
            Stop,
            State(&["offline"]),
            Say("I write this on the ferry, with no signal at all."),
            Until("return !!document.querySelector('[data-delivery=pending]')"),
        ],
    },
];

/// A way of looking at a page.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// What it is called.
    pub name: &'static str,
    /// In CSS pixels.
    pub size: (u32, u32),
    /// What the reader's system asks for: `prefers-…` and its value.
    pub wishes: &'static [(&'static str, &'static str)],
    /// Whether a language is spoken that is read from right to left.
    pub rtl: bool,
}

/// A look at this width in this scheme.
#[must_use]
pub const fn look(name: &'static str, size: (u32, u32), scheme: &'static str) -> Look {
    let wishes: &[_] = match scheme.as_bytes()[0] {
        b'd' => &[("prefers-color-scheme", "dark")],
        _ => &[("prefers-color-scheme", "light")],
    };
    Look { name, size, wishes, rtl: false }
}

impl Scene {
    /// Opens a tab and brings it into this state.
    ///
    /// # Errors
    ///
    /// When it never comes about.
    pub async fn play(&self, stage: &Stage, server: &mut Server) -> Result<Arc<Tab>> {
        if self.steps.iter().any(|step| matches!(step, Crowd)) {
            for n in 1..=5 {
                let path = format!("/r/harbour?mode=sse&name=reader{n}");
                stage.open(&server.url(&path)).await?.until_listening().await?;
            }
        }
        let tab = stage.open(&server.url(self.path)).await?;
        for step in self.steps {
            match *step {
                Click(what) => tab.click(what).await?,
                Step::Press(keys) => tab.press(keys).await?,
                Say(text) => tab.say(text).await?,
                Begin(text) => tab.write(text).await?,
                Hear(room, who, text) => drop(server.post(room, who, text).await?),
                Script(script) => drop(tab.js::<bool>(script, []).await?),
                Until(script) => tab.until_js(script, script).await?,
                State(states) => tab.until_state(states).await?,
                Crowd => {}
                Stop => server.stop().await?,
            }
        }
        Ok(tab)
    }
}

impl Look {
    /// Makes a tab look so.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub async fn at(&self, tab: &Tab) -> Result<()> {
        let features: Vec<_> =
            self.wishes.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        tab.cdp("Emulation.setEmulatedMedia", json!({"features": features})).await?;
        tab.resize(self.size.0, self.size.1).await?;
        let direction = if self.rtl { "rtl" } else { "ltr" };
        // Two frames: what observes a size has seen it, and what that changes is drawn.
        // A rule that was broken is brought into view when it is said, which was at another size. Nobody
        // turns a page around while they read it, so the tools beside a message hear of it as of scrolling.
        const SET: &str = "document.documentElement.dir = arguments[0];
            document.querySelector('.field__rule')?.scrollIntoView({ block: 'nearest' });
            document.querySelector('#log')?.dispatchEvent(new Event('scroll'));
            return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";
        tab.js::<bool>(SET, [json!(direction)]).await.map(drop)
    }
}

/// People who talk, as people do: short and long, to one another, with code and far words.
///
/// # Errors
///
/// When the server doesn't take it.
pub async fn people_talk(server: &Server) -> Result<()> {
    for (room, who, text) in TALK {
        server.post(room, who, text).await?;
    }
    Ok(())
}

const LONG: &str = "a-room-whose-name-goes-on-for-as-long-as-names-may-go-on-here";

const TALK: &[(&str, &str, &str)] = &[
    ("harbour", "leandro", "Good morning! The new pump is in, and it holds."),
    ("harbour", "leandro", "Two litres an hour less than the old one."),
    ("harbour", "ana", "That was quick. Did you have to drain the basin?"),
    ("harbour", "leandro", "Only down to the mark. Nobody had to move."),
    (
        "harbour",
        "Grace Hopper",
        "The gauge says 3.2 since then, which is what it said before. I would not trust it: it has said 3.2 for two days, through two tides. Could somebody read the one at the sluice, and write down the time with it?",
    ),
    ("harbour", "ana", "On my way. Ten minutes."),
    (
        "harbour",
        "maría-josé",
        "@ana take the key with you, the hut is locked. The spare one hangs behind the chart.",
    ),
    ("harbour", "ana", "2.8 at 10:42, and falling."),
    (
        "harbour",
        "Grace Hopper",
        "Then this is what it should have written:\n```\n10:42  sluice   2.8\n10:42  harbour  2.8\n```\nI'll restart the reader with `gauge --every 30s`.",
    ),
    (
        "harbour",
        "leandro",
        "https://example.org/gauges/harbour?from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z&every=30s shows it",
    ),
    ("harbour", "ana", "👍"),
    ("harbour", "سلمى", "هل يمكنني المساعدة؟ أنا في الميناء حتى المساء."),
    ("harbour", "ana", "Yes please: **the second gauge**, at four."),
    ("lobby", "leandro", "Tea is ready."),
    ("ops", "grace", "Deployed 1.4.2, all green."),
    ("ops", "deploy-bot", "deploy 1.4.2 done in 41 s"),
    (
        LONG,
        "somebody-with-rather-a-long-name",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    ),
    (
        LONG,
        "leo",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    ),
    (
        LONG,
        "ana",
        "let total = readings.iter().filter(|reading| reading.at > since && reading.is_trusted()).map(|reading| reading.height).sum::<f64>();",
    ),
];
