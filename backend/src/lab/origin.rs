//! The origins of the server's own pages, as a browser on this machine names them. They listen and
//! post through lines, which are other origins.

use std::fmt;

/// One of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Origin {
    host: Host,
    port: u16,
}

/// What this machine is called in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Host {
    V4,
    Localhost,
    V6,
}

impl Host {
    const ALL: [Self; 3] = [Self::V4, Self::Localhost, Self::V6];

    fn as_str(self) -> &'static str {
        match self {
            Self::V4 => "127.0.0.1",
            Self::Localhost => "localhost",
            Self::V6 => "[::1]",
        }
    }
}

impl Origin {
    /// All of a server that listens on `port`.
    #[must_use]
    pub fn all(port: u16) -> [Self; 3] {
        Host::ALL.map(|host| Self { host, port })
    }

    /// The one among them that is written as `text`, letter by letter.
    #[must_use]
    pub fn find(port: u16, text: &str) -> Option<Self> {
        let (host, digits) = text.strip_prefix("http://")?.rsplit_once(':')?;
        let is_port = digits == itoa::Buffer::new().format(port);
        let host = Host::ALL.into_iter().find(|known| is_port && known.as_str() == host)?;
        Some(Self { host, port })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}:{}", self.host.as_str(), self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_found_as_it_is_written_and_in_no_other_way() {
        for origin in Origin::all(3001) {
            assert_eq!(Origin::find(3001, &origin.to_string()), Some(origin));
        }
        for other in [
            "http://127.0.0.1:3002",
            "http://127.0.0.1:03001",
            "http://127.0.0.1:+3001",
            "http://127.0.0.1",
            "http://LOCALHOST:3001",
            "http://[0::1]:3001",
            "http://localhost:3001/",
            " http://localhost:3001",
            "https://localhost:3001",
            "http://localhost:3001:3001",
            "http://a@localhost:3001",
            "null",
            "",
        ] {
            assert_eq!(Origin::find(3001, other), None, "{other:?}");
        }
    }
}
