//! Requests, parsed at the edge: what comes out of here is valid.

use std::{borrow::Cow, sync::Arc, time::Duration};

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use tidings_shared::{After, Interval, Mode, RoomName, Username};
use utoipa::IntoParams;

use crate::{
    app::App,
    error::Error,
    room::{Room, Start},
};

/// How many messages a read takes: when it has a cursor, when it has none, and at most.
const LIMIT: usize = 100;
const LIMIT_AT_START: usize = 50;
const LIMIT_MAX: usize = 1000;
/// The longest wait of a long-poll, in seconds.
const WAIT_MAX: f64 = 60.0;

/// The room that the path names.
pub struct AtRoom(pub Room);

impl FromRequestParts<Arc<App>> for AtRoom {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        let path = Path::<String>::from_request_parts(parts, app).await;
        let Path(name) = path.map_err(|e| Error::unreadable(e.body_text()))?;
        let name: RoomName = name.parse()?;
        Ok(Self(app.rooms.get(&name)))
    }
}

/// What a query says under one name, decoded.
pub type Said<'a> = Option<Cow<'a, str>>;

/// A query's names and values, decoded. Most queries have nothing encoded in them, and are only cut
/// into their parts.
pub fn pairs(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    let encoded = query.bytes().any(|byte| matches!(byte, b'%' | b'+'));
    let (plain, decoded) = match encoded {
        true => ("", query),
        false => (query, ""),
    };
    let plain = plain.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (Cow::Borrowed(name), Cow::Borrowed(value))
    });
    plain.chain(form_urlencoded::parse(decoded.as_bytes()))
}

/// Where to read, and who reads.
#[derive(Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReadQuery<'a> {
    /// Where to go on: a cursor that the server gave, or a bare seq of the present log. Without
    /// it, a read starts with the newest `limit` messages.
    #[param(value_type = Option<String>, example = "k3f9a0zq:57")]
    after: Said<'a>,
    /// At most so many messages: 1 to 1,000; 100 unless told, or 50 for a start without `after`.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    limit: Said<'a>,
    /// Who listens; a reader may stay nameless. `name`, as the page's own address says it, is the
    /// same.
    #[param(value_type = Option<String>)]
    username: Said<'a>,
}

/// The rest of what a poll may say.
#[derive(Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PollQuery<'a> {
    /// Page back through history: the last `limit` messages before this seq. Not together with
    /// `after` or `wait`.
    #[param(value_type = Option<u64>)]
    before: Said<'a>,
    /// Seconds to wait for news, 0 to 60: a long-poll.
    #[param(value_type = Option<f64>, minimum = 0, maximum = 60)]
    wait: Said<'a>,
    /// Seconds between this client's polls, 0.5 to 60, so that it counts as here for twice as
    /// long; 3 unless told.
    #[param(value_type = Option<f64>, minimum = 0.5, maximum = 60)]
    every: Said<'a>,
}

/// Who posts, for a body that is the text alone.
#[derive(Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PostQuery<'a> {
    /// Who posts, where the body doesn't say; else HTTP Basic's user, else `anonymous`. `name`, as
    /// the page's own address says it, is the same.
    #[param(value_type = Option<String>)]
    pub username: Said<'a>,
}

/// A read, parsed.
#[derive(Clone)]
pub struct Read {
    /// Where it begins.
    pub start: Start,
    /// At most so many messages.
    pub limit: usize,
    /// Who reads.
    pub username: Option<Username>,
}

/// A poll, parsed.
pub struct Poll {
    /// What every read has.
    pub read: Read,
    /// History before this seq is asked for.
    pub before: Option<u64>,
    /// How long to wait for news; none is a plain poll.
    pub wait: Option<Duration>,
    /// How often it asks.
    pub every: Interval,
}

impl<'a> ReadQuery<'a> {
    fn hear(&mut self, name: &str, value: Cow<'a, str>) -> Result<(), Error> {
        match name {
            "after" => once(&mut self.after, name, value),
            "limit" => once(&mut self.limit, name, value),
            name if names_somebody(name) => once(&mut self.username, name, value),
            _ => Ok(()),
        }
    }

    fn parse(self) -> Result<Read, Error> {
        let after = self.after.as_deref().map(str::parse::<After>).transpose()?;
        let default = if after.is_some() { LIMIT } else { LIMIT_AT_START };
        let limit = match &self.limit {
            None => default,
            Some(text) => limit(text, LIMIT_MAX)?,
        };
        let start = after.map_or(Start::Newest(limit), Start::After);
        let username = self.username.as_deref().map(str::parse).transpose()?;
        Ok(Read { start, limit, username })
    }
}

impl<'a> PostQuery<'a> {
    /// What a query says.
    ///
    /// # Errors
    ///
    /// 400 for a username that is given twice.
    pub fn of(query: &'a str) -> Result<Self, Error> {
        let mut post = Self::default();
        for (name, value) in pairs(query) {
            if names_somebody(&name) {
                once(&mut post.username, &name, value)?;
            }
        }
        Ok(post)
    }
}

/// Whether a username is said under this name. The page's own address says `name`, and who copies it
/// from there for curl is to be who they are on the page.
fn names_somebody(name: &str) -> bool {
    matches!(name, "username" | "name")
}

/// How many messages are asked for, at most `max`.
///
/// # Errors
///
/// 400 for what is no number, 422 for one out of its range.
pub fn limit(text: &str, max: usize) -> Result<usize, Error> {
    let unreadable =
        || Error::unreadable(format!("limit {text:?} is not a number; use 1 to {max}"));
    let limit: u64 = text.parse().map_err(|_| unreadable())?;
    match usize::try_from(limit) {
        Ok(limit) if (1..=max).contains(&limit) => Ok(limit),
        _ => Err(Error::refused(format!("limit is {limit}; use 1 to {max}"))),
    }
}

fn wait(text: &str) -> Result<Duration, Error> {
    let seconds =
        text.strip_suffix('s').unwrap_or(text).parse::<f64>().ok().filter(|s| s.is_finite());
    let seconds = seconds.ok_or_else(|| {
        Error::unreadable(format!("wait {text:?} is not a number of seconds; use 0 to {WAIT_MAX}"))
    })?;
    if !(0.0..=WAIT_MAX).contains(&seconds) {
        return Err(Error::refused(format!("wait is {seconds} seconds; use 0 to {WAIT_MAX}")));
    }
    Ok(Duration::from_secs_f64(seconds))
}

/// Keeps what is said under a name.
///
/// # Errors
///
/// 400 if it was said before.
pub fn once<'a>(field: &mut Said<'a>, name: &str, value: Cow<'a, str>) -> Result<(), Error> {
    match field.replace(value) {
        None => Ok(()),
        Some(_) => Err(Error::unreadable(format!("{name} is given twice; give it once"))),
    }
}

impl Read {
    /// What a query says.
    ///
    /// # Errors
    ///
    /// 400 or 422, with what is allowed.
    pub fn of(query: &str) -> Result<Self, Error> {
        let mut read = ReadQuery::default();
        for (name, value) in pairs(query) {
            read.hear(&name, value)?;
        }
        read.parse()
    }
}

impl FromRequestParts<Arc<App>> for Read {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Error> {
        Self::of(parts.uri.query().unwrap_or_default())
    }
}

impl FromRequestParts<Arc<App>> for Poll {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Error> {
        Self::of(parts.uri.query().unwrap_or_default())
    }
}

impl Poll {
    /// What a query says.
    ///
    /// # Errors
    ///
    /// 400 or 422, with what is allowed.
    pub fn of(query: &str) -> Result<Self, Error> {
        let (mut read, mut poll) = (ReadQuery::default(), PollQuery::default());
        for (name, value) in pairs(query) {
            match &*name {
                "before" => once(&mut poll.before, &name, value)?,
                "wait" => once(&mut poll.wait, &name, value)?,
                "every" => once(&mut poll.every, &name, value)?,
                _ => read.hear(&name, value)?,
            }
        }
        let PollQuery { before, wait: wait_for, every } = poll;
        let read = read.parse()?;
        let before = match before {
            None => None,
            Some(_) if matches!(read.start, Start::After(_)) || wait_for.is_some() => {
                return Err(Error::refused(
                    "before pages back through history and stands alone; leave out after and wait",
                ));
            }
            Some(text) => Some(text.parse().map_err(|_| {
                Error::unreadable(format!("before {text:?} is not a sequence number, such as 57"))
            })?),
        };
        let wait = wait_for.as_deref().map(wait).transpose()?.filter(|wait| !wait.is_zero());
        let every = every.as_deref().map(str::parse).transpose()?.unwrap_or_default();
        Ok(Self { read, before, wait, every })
    }

    /// Which of the two it is.
    #[must_use]
    pub fn mode(&self) -> Mode {
        if self.wait.is_some() { Mode::LongPoll } else { Mode::Poll }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_encoded_is_read_as_the_standard_reads_it() {
        let queries = [
            "",
            "&",
            "=",
            "a",
            "a=",
            "=b",
            "a=b",
            "a=b=c",
            "&a=1&&b=2&",
            "a=ü&ü=a",
            "after=k3f9a0zq:57",
            "a=%41+b&c=d",
            "a=1&b=%",
            "+",
            "a;b=c",
            "a=b#c",
        ];
        for query in queries {
            let read: Vec<_> = pairs(query).collect();
            let standard: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
            assert_eq!(read, standard, "{query:?}");
        }
    }
}
