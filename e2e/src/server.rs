//! The real server, in this process: on a free port, with a database of its own, able to end and to
//! come back at the same address; and a bot's way of talking to it.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use reqwest::{Client, Response, StatusCode};
use serde_json::json;
use tempfile::TempDir;
use tidings_backend::{Config, TlsMode};
use tidings_shared::{Message, Page, Receipt};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// A server with a SQLite database, and the built app.
pub struct Server {
    config: Config,
    client: Client,
    running: Option<Running>,
    _folder: TempDir,
}

struct Running {
    shutdown: oneshot::Sender<()>,
    task: JoinHandle<Result<(), tidings_backend::ServeError>>,
}

impl Server {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// When the app isn't built, or the server can't start.
    pub async fn start() -> Result<Self> {
        Self::with(|_| {}).await
    }

    /// Starts it with the Lab's lines.
    ///
    /// # Errors
    ///
    /// As [`Server::start`].
    pub async fn start_with_lab() -> Result<Self> {
        Self::with(|config| config.lab = true).await
    }

    /// Starts it with a certificate that it signs itself: browsers speak HTTP/2 with it.
    ///
    /// # Errors
    ///
    /// As [`Server::start`].
    pub async fn start_over_tls() -> Result<Self> {
        Self::with(|config| config.tls = Some(TlsMode::SelfSigned)).await
    }

    async fn with(change: impl FnOnce(&mut Config)) -> Result<Self> {
        let web = concat!(env!("CARGO_MANIFEST_DIR"), "/../dist");
        ensure!(
            std::path::Path::new(web).join("index.html").is_file(),
            "the app is not built; `cargo xtask build` does it, and `cargo xtask test` does it all"
        );
        let folder = tempfile::tempdir()?;
        let store = format!("sqlite:{}", folder.path().join("tidings.db").display());
        let mut config = Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            store: store.parse().map_err(anyhow::Error::msg)?,
            web: web.into(),
            ..Config::default()
        };
        change(&mut config);
        let client = Client::builder().no_proxy().build()?;
        let mut server = Self { config, client, running: None, _folder: folder };
        server.start_again().await?;
        Ok(server)
    }

    /// Starts it where it was before, unless it runs.
    ///
    /// # Errors
    ///
    /// When the port is taken.
    pub async fn start_again(&mut self) -> Result<()> {
        if self.running.is_some() {
            return Ok(());
        }
        let listener = TcpListener::bind(self.config.listen).await?;
        self.config.listen = listener.local_addr()?;
        let (shutdown, asked) = oneshot::channel();
        let serving = tidings_backend::serve(listener, self.config.clone(), async {
            let _ = asked.await;
        });
        self.running = Some(Running { shutdown, task: tokio::spawn(serving) });
        Ok(())
    }

    /// Ends it as SIGTERM would, and waits for its end.
    ///
    /// # Errors
    ///
    /// When it had failed, or fails to end.
    pub async fn stop(&mut self) -> Result<()> {
        if let Some(Running { shutdown, task }) = self.running.take() {
            let _ = shutdown.send(());
            task.await??;
        }
        Ok(())
    }

    /// The address of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        let scheme = if self.config.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}{path}", self.config.listen)
    }

    /// Posts as curl does: the text is the body.
    ///
    /// # Errors
    ///
    /// When it isn't taken.
    pub async fn post(&self, room: &str, username: &str, text: &str) -> Result<Receipt> {
        let response = self
            .client
            .post(self.url(&format!("/r/{room}?username={username}")))
            .body(text.to_owned())
            .send()
            .await?;
        let (status, body) = (response.status(), response.text().await?);
        ensure!(status == StatusCode::CREATED, "the post was answered {status}: {body}");
        Ok(serde_json::from_str(&body)?)
    }

    /// Posts `count` numbered messages, many at a time, and waits for all.
    ///
    /// # Errors
    ///
    /// When one isn't taken.
    pub async fn fill(&self, room: &str, count: usize) -> Result<()> {
        use futures_util::{StreamExt, TryStreamExt};
        let url = self.url(&format!("/api/rooms/{room}/messages"));
        futures_util::stream::iter(0..count)
            .map(|n| {
                let message = json!({"username": "archivist", "text": format!("entry {n}")});
                let request = self.client.post(&url).json(&message);
                async move { anyhow::Ok(request.send().await?.error_for_status()?) }
            })
            .buffer_unordered(64)
            .try_for_each(async |_| Ok(()))
            .await
    }

    /// The newest messages of a room, at most 1,000, oldest first.
    ///
    /// # Errors
    ///
    /// When the server does not answer.
    pub async fn log(&self, room: &str) -> Result<Vec<Message>> {
        let response = self.get(&format!("/api/rooms/{room}/messages?limit=1000"), &[]).await?;
        Ok(response.error_for_status()?.json::<Page>().await?.messages)
    }

    /// Asks for a path with these headers.
    ///
    /// # Errors
    ///
    /// When the server does not answer.
    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Result<Response> {
        let request = self.client.get(self.url(path));
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        Ok(request.send().await?)
    }
}
