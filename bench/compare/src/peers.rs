//! The servers that are measured: what each is, how it is started, and which version it is.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use tidings_bench::Dialect;

use crate::{
    files::fill,
    process::{Running, output, start},
    settings::Settings,
};

/// A server, or what takes the place of one.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Peer {
    /// Tidings, with its defaults: SQLite, synchronous=FULL
    Tidings,
    /// Tidings with its log in memory: what it is without a disk
    TidingsMemory,
    /// The bare loop that puts all that waits for a socket into one write
    BareGather,
    /// The bare loop, one write a message
    BareEach,
    /// nchan inside nginx
    Nchan,
    /// The axum service that everybody writes first
    Everyday,
    /// A bare hyper service that answers a constant
    Constant,
    /// mosquitto over WebSockets
    Mosquitto,
    /// Socket.IO on Node
    SocketIo,
    /// ws on Node
    Ws,
    /// The disk itself: 4 KiB and an fdatasync, again and again
    Disk,
}

/// Where nginx keeps its modules unless it says otherwise.
const NGINX_MODULES: &str = "/usr/lib/nginx/modules";

impl Peer {
    pub(crate) const ALL: [Self; 11] = [
        Self::Tidings,
        Self::TidingsMemory,
        Self::BareGather,
        Self::BareEach,
        Self::Nchan,
        Self::Everyday,
        Self::Constant,
        Self::Mosquitto,
        Self::SocketIo,
        Self::Ws,
        Self::Disk,
    ];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Tidings => "Tidings",
            Self::TidingsMemory => "Tidings, log in memory",
            Self::BareGather => "bare loop, gathering",
            Self::BareEach => "bare loop, a write each",
            Self::Nchan => "nchan",
            Self::Everyday => "everyday axum",
            Self::Constant => "bare hyper, a constant",
            Self::Mosquitto => "mosquitto",
            Self::SocketIo => "Socket.IO",
            Self::Ws => "ws on Node",
            Self::Disk => "the disk",
        }
    }

    /// What it is, for who doesn't know it.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Tidings => {
                "this server as it starts by default: SQLite with `synchronous=FULL`, every message \
                 on disk before anybody sees it. Its log says warnings only, as the others'"
            }
            Self::TidingsMemory => {
                "the same with `--store memory:`, which keeps nothing: the difference is the disk's. No \
                 requirement is of it"
            }
            Self::BareGather => {
                "the limit, ours (`bench/peers/bare`): one thread, one epoll, ready-made bytes; all \
                 that waits for a socket goes out in one write. Keeps nothing, promises nothing"
            }
            Self::BareEach => "the same with a write for each message and socket",
            Self::Nchan => {
                "the fastest we know that is in use, C, inside nginx; messages in memory, a worker a \
                 core, no logs (`bench/peers/nginx.conf`)"
            }
            Self::Everyday => {
                "the axum service that everybody writes first (`bench/peers/everyday`): a broadcast \
                 channel in memory, a task a listener, all defaults. Loses messages for who lags"
            }
            Self::Constant => {
                "a bare hyper service that answers every request with the same bytes \
                 (`bench/peers/constant`)"
            }
            Self::Mosquitto => "the MQTT broker, over WebSockets, QoS 0, nothing on disk",
            Self::SocketIo => "Socket.IO, one Node process, `io.emit`, nothing on disk",
            Self::Ws => "the `ws` package, one Node process, nothing on disk",
            Self::Disk => {
                "4 KiB appended to a file and `fdatasync`, again and again, where the \
                           database is"
            }
        }
    }

    /// One that no requirement names runs fewer rounds.
    pub(crate) fn is_extra(self) -> bool {
        matches!(
            self,
            Self::BareEach | Self::Everyday | Self::Mosquitto | Self::SocketIo | Self::Ws
        )
    }

    pub(crate) fn dialect(self) -> Dialect {
        match self {
            Self::Tidings | Self::TidingsMemory => Dialect::Tidings,
            Self::Nchan => Dialect::Nchan,
            Self::Mosquitto => Dialect::Mosquitto,
            Self::SocketIo => Dialect::SocketIo,
            _ => Dialect::Plain,
        }
    }

    /// Starts it on a free port with nothing from before, and waits until it answers.
    pub(crate) fn start(self, settings: &Settings) -> Result<Running> {
        let dir = crate::files::scratch(&settings.root)?;
        let port = crate::process::free_port()?;
        let listen = format!("127.0.0.1:{port}");
        let command = self.command(settings, dir.path(), &listen, port)?;
        // nginx forks; its workers do the work.
        let children = if self == Self::Nchan { cores() } else { 0 };
        start(command, dir, port, children)
            .with_context(|| format!("{} did not start", self.title()))
    }

    fn command(self, settings: &Settings, dir: &Path, listen: &str, port: u16) -> Result<Command> {
        let root = fs::canonicalize(&settings.root)?;
        let built = |name: &str| Command::new(settings.root.join(&settings.bin).join(name));
        let peers = root.join("bench/peers");
        let dir_text = dir.to_string_lossy();
        let node = |script: &str| {
            let mut node = Command::new("node");
            node.arg(peers.join("node").join(script)).arg(listen);
            node.env("NODE_PATH", root.join(".tools/peers/node_modules"));
            node.env("NODE_ENV", "production");
            node
        };
        let mut command = match self {
            Self::Tidings | Self::TidingsMemory => {
                let mut tidings = built("tidings");
                tidings.args(["serve", "--listen", listen, "--web"]).arg(dir.join("no-app"));
                tidings.arg("--store").arg(match self {
                    Self::TidingsMemory => "memory:".into(),
                    _ => format!("sqlite:{dir_text}/tidings.db"),
                });
                tidings.env("RUST_LOG", "warn");
                tidings
            }
            Self::BareGather | Self::BareEach => {
                let mut bare = built("tidings-peer-bare");
                let fanout = if self == Self::BareEach { "each" } else { "gather" };
                bare.args(["--listen", listen, "--fanout", fanout]);
                bare
            }
            Self::Everyday => built("tidings-peer-everyday"),
            Self::Constant => built("tidings-peer-constant"),
            Self::Nchan => {
                let config = dir.join("nginx.conf");
                let names = [
                    ("LISTEN", listen),
                    ("WORKERS", &cores().to_string()),
                    ("DIR", &dir_text),
                    ("MODULES", &nginx_modules()),
                ];
                fs::write(&config, fill(&fs::read_to_string(peers.join("nginx.conf"))?, &names))?;
                let mut nginx = Command::new(nginx());
                nginx.arg("-p").arg(dir).arg("-c").arg(config);
                nginx
            }
            Self::Mosquitto => {
                let config = dir.join("mosquitto.conf");
                let names = [("PORT", &*port.to_string()), ("DIR", &dir_text)];
                let template = fs::read_to_string(peers.join("mosquitto.conf"))?;
                fs::write(&config, fill(&template, &names))?;
                let mut mosquitto = Command::new(sbin("mosquitto"));
                mosquitto.arg("-c").arg(config);
                mosquitto
            }
            Self::SocketIo => node("socketio.js"),
            Self::Ws => node("ws.js"),
            Self::Disk => anyhow::bail!("the disk is no server"),
        };
        if matches!(self, Self::Everyday | Self::Constant) {
            command.args(["--listen", listen]);
        }
        command.current_dir(dir);
        Ok(command)
    }

    /// Which version it is, as far as it says.
    pub(crate) fn version(self, settings: &Settings) -> Option<String> {
        let locked = |name: &str| locked(&settings.root, name);
        let npm = |name: &str| {
            let manifest =
                settings.root.join(format!(".tools/peers/node_modules/{name}/package.json"));
            let manifest: serde_json::Value =
                serde_json::from_str(&fs::read_to_string(manifest).ok()?).ok()?;
            let version = manifest.get("version")?.as_str()?.to_owned();
            let node = output(Command::new("node").arg("--version"))?;
            Some(format!("{name} {version}, Node {}", node.trim_start_matches('v')))
        };
        match self {
            Self::Tidings | Self::TidingsMemory => {
                let commit = output(Command::new("git").arg("-C").arg(&settings.root).args([
                    "rev-parse",
                    "--short",
                    "HEAD",
                ]));
                let version = locked("tidings-backend")?;
                Some(commit.map_or(version.clone(), |commit| format!("{version}, commit {commit}")))
            }
            Self::BareGather | Self::BareEach => Some(format!("mio {}", locked("mio")?)),
            Self::Everyday => Some(format!("axum {}, tokio {}", locked("axum")?, locked("tokio")?)),
            Self::Constant => {
                Some(format!("hyper {}, tokio {}", locked("hyper")?, locked("tokio")?))
            }
            Self::Nchan => {
                let said =
                    output(Command::new("sh").args(["-c", &format!("{} -v 2>&1", nginx())]))?;
                let nginx = said.rsplit('/').next()?.to_owned();
                let mut dpkg = Command::new("dpkg-query");
                let nchan = output(dpkg.args(["-W", "-f", "${Version}", "libnginx-mod-nchan"]));
                let nchan = nchan.unwrap_or_else(|| "of an unknown version".into());
                Some(format!("nchan {nchan}, nginx {nginx}"))
            }
            Self::Mosquitto => {
                let mut dpkg = Command::new("dpkg-query");
                output(dpkg.args(["-W", "-f", "${Version}", "mosquitto"]))
            }
            Self::SocketIo => npm("socket.io"),
            Self::Ws => npm("ws"),
            Self::Disk => None,
        }
    }
}

pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Some systems keep servers off an ordinary PATH.
fn sbin(program: &str) -> String {
    let path = PathBuf::from("/usr/sbin").join(program);
    if path.exists() { path.to_string_lossy().into_owned() } else { program.to_owned() }
}

fn nginx() -> String {
    sbin("nginx")
}

fn nginx_modules() -> String {
    let said = output(Command::new("sh").args(["-c", &format!("{} -V 2>&1", nginx())]));
    let said = said.unwrap_or_default();
    let path = said.split_whitespace().find_map(|word| word.strip_prefix("--modules-path="));
    path.unwrap_or(NGINX_MODULES).to_owned()
}

/// Cargo.lock's `[[package]]` blocks have the name first and the version right behind it; of
/// several versions the newest is last.
fn locked(root: &Path, package: &str) -> Option<String> {
    let lock = fs::read_to_string(root.join("Cargo.lock")).ok()?;
    let name = format!("name = \"{package}\"");
    let versions = lock.lines().zip(lock.lines().skip(1)).filter(|(line, _)| *line == name);
    let version = versions.last()?.1.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}
