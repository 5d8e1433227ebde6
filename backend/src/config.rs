//! The server's settings: flags, variables and defaults, all in one place. The doc comments are
//! what `tidings serve --help` prints.

use std::{net::SocketAddr, path::PathBuf};

use tidings_shared::Text;

use crate::{store::StoreUrl, tls::TlsMode, wire::Limits};

/// How to serve.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// Where to listen; port 0 takes a free one
    #[arg(
        long,
        env = "TIDINGS_LISTEN",
        value_name = "ADDR:PORT",
        default_value = "127.0.0.1:3001"
    )]
    pub listen: SocketAddr,

    /// Where to keep the messages: sqlite:PATH, or memory: to keep none after the end
    #[arg(
        long,
        env = "TIDINGS_STORE",
        value_name = "URL",
        default_value = "sqlite:data/tidings.db"
    )]
    pub store: StoreUrl,

    /// The folder of the built browser app; without it the API serves all the same
    #[arg(long, env = "TIDINGS_WEB", value_name = "DIR", default_value = "dist")]
    pub web: PathBuf,

    /// What the server says first in each new room
    #[arg(long, env = "TIDINGS_WELCOME", value_name = "TEXT", default_value = "Welcome user")]
    pub welcome: Text,

    /// Another origin whose pages may post and open WebSockets here, such as
    /// https://chat.example.org; may be given several times, or separated by commas
    #[arg(long, env = "TIDINGS_ALLOW_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub allow_origin: Vec<String>,

    /// Speak HTTPS alone, with this certificate and its chain (PEM); a renewed file is noticed
    #[arg(long, env = "TIDINGS_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,

    /// The certificate's private key (PEM)
    #[arg(long, env = "TIDINGS_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,

    /// Speak HTTPS alone, with a certificate that the server signs itself and keeps in tls/ beside
    /// the database; its SHA-256 fingerprint is logged
    #[arg(
        long,
        env = "TIDINGS_TLS",
        value_name = "self-signed",
        conflicts_with_all = ["tls_cert", "tls_key"]
    )]
    pub tls: Option<TlsMode>,

    /// A name or address that the self-signed certificate holds for, beside localhost, the
    /// machine's name and its addresses; may be given several times, or separated by commas
    #[arg(long, env = "TIDINGS_TLS_NAME", value_name = "NAME", value_delimiter = ',')]
    pub tls_name: Vec<String>,

    /// Offer the Lab at /lab its lines: loopback ports that forward here, on which bytes are counted
    /// and faults are made; for pages and programs on this machine, and not with TLS
    #[arg(long, env = "TIDINGS_LAB", value_parser = clap::builder::FalseyValueParser::new())]
    pub lab: bool,

    /// Log as JSON, an object a line
    #[arg(long, env = "TIDINGS_LOG_JSON")]
    pub log_json: bool,

    /// How long a connection may take over what it does; not a setting, but for tests
    #[arg(skip)]
    pub limits: Limits,
}

impl Default for Config {
    /// The defaults of the flags, whatever the environment says.
    fn default() -> Self {
        Self {
            listen: ([127, 0, 0, 1], 3001).into(),
            store: StoreUrl::Sqlite("data/tidings.db".into()),
            web: "dist".into(),
            welcome: Text::from_log("Welcome user"),
            allow_origin: Vec::new(),
            tls_cert: None,
            tls_key: None,
            tls: None,
            tls_name: Vec::new(),
            lab: false,
            log_json: false,
            limits: Limits::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        config: Config,
    }

    #[test]
    fn the_defaults_are_the_same_in_flags_and_in_code() {
        let config = Program::try_parse_from(["x"]).unwrap().config;
        assert_eq!(format!("{config:?}"), format!("{:?}", Config::default()));
    }

    #[test]
    fn a_setting_that_is_wrong_is_refused() {
        for args in
            [["x", "--listen", "nowhere"], ["x", "--store", "paper:"], ["x", "--welcome", ""]]
        {
            assert!(Program::try_parse_from(args).is_err(), "{args:?}");
        }
    }
}
