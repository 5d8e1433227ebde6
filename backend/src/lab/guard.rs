//! Who may use the Lab: whoever sits at this machine, by the server's own page or a program. The
//! faults are for trying things out, and no business of a page or a machine elsewhere.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header, request::Parts, uri::Authority},
};

use super::Lab;
use crate::{app::App, error::Error, meter::Connection};

/// Somebody who may use the Lab, and it.
pub struct Controls(pub Arc<Lab>);

impl FromRequestParts<Arc<App>> for Controls {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        let Some(lab) = &app.lab else {
            let detail = "this server has no Lab; start it with --lab";
            return Err(Error::new(StatusCode::NOT_FOUND, detail));
        };
        let peer = parts.extensions.get::<Arc<Connection>>().map(|connection| connection.peer);
        may_use(peer, &parts.headers)
            .map_err(|detail| Error::new(StatusCode::FORBIDDEN, detail))?;
        Ok(Self(lab.clone()))
    }
}

/// Whether somebody with this address and these headers may use the Lab, or why not.
pub(super) fn may_use(peer: Option<SocketAddr>, headers: &HeaderMap) -> Result<(), &'static str> {
    let is_here = peer.is_some_and(|peer| peer.ip().to_canonical().is_loopback());
    let was_passed_on = ["forwarded", "x-forwarded-for", "via"];
    if !is_here || was_passed_on.iter().any(|name| headers.contains_key(*name)) {
        return Err("the Lab is for whoever sits at the server's own machine");
    }
    // A page elsewhere may have a name that leads here; the browser says which it used.
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let Some(host) = host.filter(|host| is_loopback(host)) else {
        return Err("the Lab is reached as localhost, 127.0.0.1 or [::1]");
    };
    let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
    match origin.map(|origin| origin.strip_prefix("http://")) {
        None => Ok(()),
        Some(origin) if origin.is_some_and(|origin| origin.eq_ignore_ascii_case(host)) => Ok(()),
        Some(_) => Err("the Lab is for the server's own page"),
    }
}

fn is_loopback(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let host = authority.host().trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost")
        || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(peer: &str, headers: &[(&'static str, &str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| {
            (name.parse::<header::HeaderName>().unwrap(), value.parse().unwrap())
        });
        may_use(Some(peer.parse().unwrap()), &headers.collect()).is_ok()
    }

    #[test]
    fn only_who_sits_at_this_machine_may_use_it() {
        let host = ("host", "127.0.0.1:3001");
        for peer in ["127.0.0.1:5", "127.8.8.8:5", "[::1]:5", "[::ffff:127.0.0.1]:5"] {
            assert!(may(peer, &[host]), "{peer}");
        }
        for peer in ["192.168.1.7:5", "8.8.8.8:5", "[fe80::1]:5", "[::ffff:10.0.0.1]:5"] {
            assert!(!may(peer, &[host]), "{peer}");
        }
        assert!(may_use(None, &HeaderMap::new()).is_err());
        assert!(!may("127.0.0.1:5", &[host, ("x-forwarded-for", "8.8.8.8")]));
        assert!(!may("127.0.0.1:5", &[host, ("forwarded", "for=8.8.8.8")]));
    }

    #[test]
    fn only_the_servers_own_page_may_use_it() {
        for host in ["localhost:3001", "LOCALHOST", "127.0.0.1:1", "[::1]:3001"] {
            assert!(may("127.0.0.1:5", &[("host", host)]), "{host}");
            let origin = format!("http://{host}");
            assert!(may("127.0.0.1:5", &[("host", host), ("origin", &origin)]), "{host}");
            for origin in ["http://127.0.0.1:3002", "https://evil.example", "null", "http://"] {
                assert!(!may("127.0.0.1:5", &[("host", host), ("origin", origin)]), "{origin}");
            }
        }
        for host in ["evil.example:3001", "127.0.0.1.evil.example", "10.0.0.1", ""] {
            let origin = format!("http://{host}");
            assert!(!may("127.0.0.1:5", &[("host", host), ("origin", &origin)]), "{host}");
        }
        assert!(!may("127.0.0.1:5", &[]));
    }
}
