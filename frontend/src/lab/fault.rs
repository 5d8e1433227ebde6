//! The faults that can be made on a line, as the page speaks of them.

use super::lines::Faults;
use crate::state::cost::delay_for_eyes;

/// A fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// All connections are reset, and none is taken for so long.
    Cut {
        /// Milliseconds.
        for_ms: u32,
    },
    /// Nothing passes for so long and nobody is told; then all connections are reset.
    Sleep {
        /// Milliseconds.
        for_ms: u32,
    },
    /// The server ends and comes back.
    Restart,
    /// The network is slow.
    Slow {
        /// Milliseconds more for a round trip.
        latency_ms: u32,
        /// And up to so many more, by chance.
        jitter_ms: u32,
        /// Kilobits a second; 0 is any number.
        kbit_s: u32,
    },
    /// A proxy holds answers back until it has 4 KiB.
    Buffering,
    /// A proxy refuses WebSockets.
    Blocked,
    /// A middlebox forgets connections that are idle.
    IdleDrop {
        /// After so many milliseconds.
        after_ms: u32,
    },
    /// Nobody asked for it: the connection broke.
    Unasked,
}

impl Fault {
    /// How long it lasts by itself, in milliseconds; `None` until it is lifted.
    #[must_use]
    pub fn lasts_ms(self) -> Option<f64> {
        match self {
            Self::Cut { for_ms } | Self::Sleep { for_ms } => Some(f64::from(for_ms)),
            // As long as it takes to end and to come back, about.
            Self::Restart => Some(1_000.0),
            Self::Unasked => Some(0.0),
            _ => None,
        }
    }

    /// The conditions with this one on or off.
    #[must_use]
    pub fn on(self, mut faults: Faults, on: bool) -> Faults {
        let value = |value| if on { value } else { 0 };
        match self {
            Self::Slow { latency_ms, jitter_ms, kbit_s } => {
                faults.latency_ms = value(latency_ms);
                faults.jitter_ms = value(jitter_ms);
                faults.kbit_s = value(kbit_s);
            }
            Self::Buffering => faults.buffering = on,
            Self::Blocked => faults.block_websocket = on,
            Self::IdleDrop { after_ms } => faults.idle_drop_ms = value(after_ms),
            _ => {}
        }
        faults
    }

    /// Whether a line's conditions have one of this kind.
    #[must_use]
    pub fn is_on(self, faults: &Faults) -> bool {
        match self {
            Self::Slow { .. } => (faults.latency_ms, faults.jitter_ms, faults.kbit_s) != (0, 0, 0),
            Self::Buffering => faults.buffering,
            Self::Blocked => faults.block_websocket,
            Self::IdleDrop { .. } => faults.idle_drop_ms != 0,
            _ => false,
        }
    }

    /// The conditions that hold, each as a fault.
    #[must_use]
    pub fn all_on(faults: &Faults) -> Vec<Self> {
        let Faults { latency_ms, jitter_ms, kbit_s, idle_drop_ms, .. } = *faults;
        let all = [
            Self::Slow { latency_ms, jitter_ms, kbit_s },
            Self::Buffering,
            Self::Blocked,
            Self::IdleDrop { after_ms: idle_drop_ms },
        ];
        all.into_iter().filter(|fault| fault.is_on(faults)).collect()
    }

    /// What a lasting one is, in a word or two.
    #[must_use]
    pub fn short(self) -> &'static str {
        match self {
            Self::Slow { .. } => "slow",
            Self::Buffering => "buffering proxy",
            Self::Blocked => "WebSocket blocked",
            Self::IdleDrop { .. } => "idle drop",
            _ => "",
        }
    }

    /// What it is, as a sentence begins.
    #[must_use]
    pub fn words(self) -> String {
        let eyes = |ms: u32| seconds(f64::from(ms));
        match self {
            Self::Cut { for_ms } => format!("Cut for {}", eyes(for_ms)),
            Self::Sleep { for_ms } => format!("Asleep for {}", eyes(for_ms)),
            Self::Restart => "The server restarted".into(),
            Self::Slow { latency_ms, jitter_ms, kbit_s } => {
                let mut words = format!("Slow network ({latency_ms}");
                if jitter_ms > 0 {
                    words.push_str(&format!(" to {}", latency_ms + jitter_ms));
                }
                words.push_str(" ms");
                if kbit_s > 0 {
                    words.push_str(&format!(", {kbit_s} kbit/s"));
                }
                words + ")"
            }
            Self::Buffering => "Behind a buffering proxy".into(),
            Self::Blocked => "WebSocket is blocked".into(),
            Self::IdleDrop { after_ms } => {
                format!("Idle connections are dropped after {}", eyes(after_ms))
            }
            Self::Unasked => "The connection broke".into(),
        }
    }
}

/// `5 s`, `5.3 s`, `250 ms`: a time for eyes, without a needless zero.
#[must_use]
pub fn seconds(ms: f64) -> String {
    delay_for_eyes(ms.max(0.0).round() as u64).replace(".0 ", " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_put_on_and_off_one_by_one() {
        let slow = Fault::Slow { latency_ms: 300, jitter_ms: 50, kbit_s: 0 };
        let both = Fault::Buffering.on(slow.on(Faults::default(), true), true);
        assert_eq!(Fault::all_on(&both), [slow, Fault::Buffering]);
        assert_eq!(Fault::all_on(&slow.on(both, false)), [Fault::Buffering]);
        assert_eq!(Fault::Restart.on(both, false), both);
        assert_eq!(slow.words(), "Slow network (300 to 350 ms)");
        assert_eq!(Fault::Cut { for_ms: 5_000 }.words(), "Cut for 5 s");
    }
}
