//! The yardstick: what the machine allows when a server does nothing but deliver.
//!
//! One thread, one `epoll`, bytes that are made once for each framing, and a cursor a listener. It
//! keeps nothing on disk, knows one room and promises nothing. What a real server costs above it
//! is the price of its promises.
//!
//! Two ways to fan out. `gather` (the default) reads all that publishers have sent, and then hands
//! each socket all that waits for it in one write. `each` writes every message to every socket by
//! itself, as most servers do.

mod conn;
mod frames;
mod log;
mod request;
mod server;

use std::{io, net::SocketAddr};

use clap::{Parser, ValueEnum};

/// How messages get to sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Fanout {
    /// All that waits for a socket goes into one write
    Gather,
    /// One write a message and socket
    Each,
}

/// A bare loop that delivers what is posted at /publish to whoever listens at /ws, /sse, /ndjson
/// or /longpoll.
#[derive(Parser)]
struct Args {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:3100")]
    listen: SocketAddr,
    /// How messages get to sockets
    #[arg(long, value_enum, default_value_t = Fanout::Gather)]
    fanout: Fanout,
}

fn main() -> io::Result<()> {
    let args = Args::parse();
    server::Server::bind(args.listen, args.fanout)?.run()
}
