//! How the tab stands with the server, for the one line that says so.

/// The state of the connection.
#[derive(Clone, PartialEq, Debug)]
pub enum Link {
    /// Under way: the first time, after a change of mode, or once more after a break.
    Connecting {
        /// When a connection that lived broke, in milliseconds since the Unix epoch.
        broken_ms: Option<f64>,
    },
    /// What is posted arrives.
    Live,
    /// Between two polls.
    Waiting {
        /// When the next poll goes out, in milliseconds since the Unix epoch.
        next_ms: f64,
    },
    /// As many other tabs listen as this browser has connections for.
    Crowded,
    /// No answer, more than once.
    Offline {
        /// Since when.
        since_ms: f64,
        /// When it is tried again.
        retry_ms: f64,
        /// What went wrong last, in a sentence.
        why: String,
    },
}

impl Default for Link {
    fn default() -> Self {
        Self::Connecting { broken_ms: None }
    }
}

impl Link {
    /// The state's name in the page.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Connecting { .. } => "connecting",
            Self::Live => "live",
            Self::Waiting { .. } => "waiting",
            Self::Crowded => "crowded",
            Self::Offline { .. } => "offline",
        }
    }

    /// Whether the server answered last time.
    #[must_use]
    pub fn is_up(&self) -> bool {
        matches!(self, Self::Live | Self::Waiting { .. })
    }

    /// It broke, or did not come about. What lived until now gets one quick retry before the tab
    /// calls itself offline: a connection that is back in a moment is nobody's concern.
    #[must_use]
    pub fn broke(&self, now_ms: f64, retry_ms: f64, why: String) -> Self {
        let since_ms = match self {
            Self::Live | Self::Waiting { .. } => {
                return Self::Connecting { broken_ms: Some(now_ms) };
            }
            Self::Crowded => now_ms,
            Self::Connecting { broken_ms } => broken_ms.unwrap_or(now_ms),
            Self::Offline { since_ms, .. } => *since_ms,
        };
        Self::Offline { since_ms, retry_ms, why }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offline_counts_from_the_first_break() {
        let link = Link::Live.broke(10.0, 20.0, "gone".into());
        assert_eq!(link, Link::Connecting { broken_ms: Some(10.0) });
        let link = link.broke(30.0, 40.0, "gone".into());
        let link = link.broke(50.0, 60.0, "still gone".into());
        let why = "still gone".into();
        assert_eq!(link, Link::Offline { since_ms: 10.0, retry_ms: 60.0, why });
    }

    #[test]
    fn a_server_that_never_answered_is_offline_at_once() {
        let link = Link::default().broke(10.0, 20.0, "no answer".into());
        assert_eq!(link.name(), "offline");
    }
}
