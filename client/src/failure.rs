//! How a request can fail, told apart by the one question a client has: is it worth trying again?

use std::{error::Error, io, time::Duration};

use tidings_shared::Problem;

/// Why a request did not do what it was for.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Failure {
    /// The server understood and said no. The same request will be refused again.
    #[error("{}", sentence(.0))]
    Refused(Problem),
    /// The server was not reached, or can't do it now. The same request may succeed later.
    #[error("{why}")]
    Passing {
        /// What happened, in a sentence.
        why: String,
        /// How long the server asked to wait, if it did.
        retry_after: Option<Duration>,
    },
}

/// A problem in words: its detail, or its title where it has none.
fn sentence(problem: &Problem) -> &str {
    if problem.detail.is_empty() { &problem.title } else { &problem.detail }
}

impl Failure {
    /// It may work later.
    pub(crate) fn passing(why: impl Into<String>) -> Self {
        Self::Passing { why: why.into(), retry_after: None }
    }

    /// How long the server asked to wait, if it did.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(_) => None,
            Self::Passing { retry_after, .. } => *retry_after,
        }
    }

    /// What a server's problem means for a client: later, or never.
    pub(crate) fn from_problem(problem: Problem, retry_after: Option<Duration>) -> Self {
        if problem.is_passing() {
            Self::Passing { why: sentence(&problem).to_owned(), retry_after }
        } else {
            Self::Refused(problem)
        }
    }

    /// An answer that is no success, read from its status, its `Retry-After`, where it leads and
    /// its body. A body that is no problem document, such as a proxy's, is described by its status.
    pub(crate) fn from_answer(
        server: &str,
        status: u16,
        headers: &reqwest::header::HeaderMap,
        body: &[u8],
    ) -> Self {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let retry_after = header("retry-after")
            .and_then(|seconds| seconds.trim().parse().ok())
            .map(Duration::from_secs);
        let title = reqwest::StatusCode::from_u16(status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("an unknown status");
        let told = header("content-type")
            .filter(|kind| kind.starts_with(Problem::MEDIA_TYPE))
            .and_then(|_| serde_json::from_slice::<Problem>(body).ok());
        let problem = match told {
            Some(told) => Problem { status, ..told },
            None => {
                let detail = match header("location") {
                    Some(to) if (300..400).contains(&status) => {
                        format!("{server} leads to {to}; name that address as the server")
                    }
                    _ => {
                        format!("{server} answered {status} {title}, not as a Tidings server does")
                    }
                };
                Problem::new(status, title, detail)
            }
        };
        Self::from_problem(problem, retry_after)
    }
}

/// The innermost reason of an error, which is the one that says something: reqwest's outermost
/// only repeats the address.
pub(crate) fn reason(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    match innermost.downcast_ref::<io::Error>().map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => "connection refused".into(),
        Some(io::ErrorKind::ConnectionReset) => "connection reset".into(),
        Some(io::ErrorKind::TimedOut) => "timed out".into(),
        _ => innermost.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|&(k, v)| (k.parse().unwrap(), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn a_problem_is_final_or_passing_by_its_status() {
        let json = headers(&[("content-type", "application/problem+json"), ("retry-after", "7")]);
        let body = br#"{"type":"about:blank","title":"No","status":422,"detail":"text is empty"}"#;
        let Failure::Refused(problem) = Failure::from_answer("here", 422, &json, body) else {
            panic!("422 is final");
        };
        assert_eq!(problem.detail, "text is empty");
        let busy = Failure::from_answer("here", 503, &json, br#"{"title":"Busy","status":503}"#);
        let retry_after = Some(Duration::from_secs(7));
        assert_eq!(busy, Failure::Passing { why: "Busy".into(), retry_after });
    }

    #[test]
    fn an_answer_that_is_no_problem_document_is_described_by_its_status() {
        let html = headers(&[("content-type", "text/html")]);
        let failure = Failure::from_answer("http://here", 404, &html, b"<h1>nginx</h1>");
        assert_eq!(
            failure.to_string(),
            "http://here answered 404 Not Found, not as a Tidings server does"
        );
        assert!(matches!(failure, Failure::Refused(_)));
        let moved = headers(&[("location", "https://there/")]);
        let failure = Failure::from_answer("http://here", 308, &moved, b"");
        assert_eq!(
            failure.to_string(),
            "http://here leads to https://there/; name that address as the server"
        );
    }
}
