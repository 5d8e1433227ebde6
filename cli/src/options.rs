//! What the clients' commands have in common: which server, which room, whose name, and how long
//! to keep trying.

use std::{env, fs, path::PathBuf, str::FromStr, time::Duration};

use tidings_client::Server;
use tidings_shared::{RoomName, Username};

/// Whom to speak to.
#[derive(clap::Args)]
pub(crate) struct Address {
    /// The server: HOST:PORT, or an address with http:// or https:// [default: localhost:3001]
    ///
    /// WS_SERVER_HOST_PORT is read as well, where neither this nor TIDINGS_SERVER is given.
    #[arg(long, env = "TIDINGS_SERVER", value_name = "ADDRESS")]
    server: Option<Given<Server>>,

    /// Trust the server by this certificate (PEM) and no other: its own, such as the tls/cert.pem
    /// that a server with --tls self-signed keeps beside its database, or its signer's
    #[arg(long, env = "TIDINGS_TLS_CA", value_name = "FILE")]
    tls_ca: Option<PathBuf>,
}

/// Where to speak, and as who.
#[derive(clap::Args)]
pub(crate) struct Place {
    #[command(flatten)]
    address: Address,

    /// The room
    #[arg(long, env = "TIDINGS_ROOM", default_value = RoomName::LOBBY)]
    pub(crate) room: RoomName,

    /// Your name [default: what the system calls you, or anonymous]
    #[arg(long, env = "NAME")]
    name: Option<Given<Username>>,
}

/// A value that may be given as nothing, which is what a variable that is set but empty says.
#[derive(Clone, Debug)]
pub(crate) struct Given<T>(Option<T>);

impl<T: FromStr> FromStr for Given<T> {
    type Err = T::Err;

    fn from_str(s: &str) -> Result<Self, T::Err> {
        if s.is_empty() { Ok(Self(None)) } else { s.parse().map(Some).map(Self) }
    }
}

impl<T> Given<T> {
    pub(crate) fn or_else(given: Option<Self>, default: impl FnOnce() -> T) -> T {
        given.and_then(|given| given.0).unwrap_or_else(default)
    }
}

impl Address {
    /// The server that is meant.
    ///
    /// # Errors
    ///
    /// A sentence, if the demo's variable holds no address, which clap has checked in the others,
    /// or if the certificate can't be used.
    pub(crate) fn server(&self) -> Result<Server, String> {
        let server = self.named()?;
        let Some(file) = &self.tls_ca else { return Ok(server) };
        let pem = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        server.trusting_only(&pem).map_err(|error| format!("{}: {error}", file.display()))
    }

    fn named(&self) -> Result<Server, String> {
        if let Some(Given(Some(server))) = &self.server {
            return Ok(server.clone());
        }
        match env::var("WS_SERVER_HOST_PORT") {
            Ok(address) if !address.is_empty() => {
                address.parse().map_err(|error| format!("WS_SERVER_HOST_PORT: {error}"))
            }
            _ => Ok("localhost:3001".parse().expect("the default is an address")),
        }
    }
}

impl Place {
    /// The server that is meant.
    ///
    /// # Errors
    ///
    /// As [`Address::server`].
    pub(crate) fn server(&self) -> Result<Server, String> {
        self.address.server()
    }

    /// The name that is meant: the one given, the system's, or none.
    pub(crate) fn name(&self) -> Username {
        Given::or_else(self.name.clone(), || {
            ["USER", "LOGNAME", "USERNAME"]
                .iter()
                .find_map(|variable| env::var(variable).ok()?.parse().ok())
                .unwrap_or_else(Username::anonymous)
        })
    }
}

/// `60s`, `2m`, `1h 30m`; a bare number is seconds.
pub(crate) fn duration(s: &str) -> Result<Duration, String> {
    let seconds = s.parse::<f64>().ok().and_then(|n| Duration::try_from_secs_f64(n).ok());
    seconds
        .or_else(|| humantime::parse_duration(s).ok())
        // A limit far beyond any patience keeps clocks from overflowing.
        .map(|duration| duration.min(Duration::from_secs(365 * 86_400)))
        .ok_or_else(|| "a time is written as 60s, 0.5s, 2m or 1h".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_people_write_it() {
        assert_eq!(duration("60s"), Ok(Duration::from_secs(60)));
        assert_eq!(duration("0.5"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        for bad in ["", "soon", "-1", "NaN"] {
            assert!(duration(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_empty_variable_is_no_value() {
        assert!("".parse::<Given<Username>>().unwrap().0.is_none());
        assert!("ana".parse::<Given<Username>>().unwrap().0.is_some());
        assert!("chat-room".parse::<Given<Username>>().is_err());
    }
}
