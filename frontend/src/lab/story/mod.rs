//! What happened to a pane: a fault, how its connection took it, and how it caught up. Told by what the
//! pane noticed and measured, not by what was asked for.

#[cfg(test)]
mod tests;

use super::{
    fault::{Fault, seconds},
    measure::{Check, Figures, Mark},
};

/// One fault and what came of it, at one pane.
#[derive(Clone, PartialEq, Debug)]
pub struct Story {
    fault: Fault,
    /// When it was made, by the page's clock; as are all times here.
    at: f64,
    /// What the pane had measured by then.
    mark: Mark,
    before: Figures,
    breaks: u32,
    /// Since when the connection is away, and how many requests there had been.
    broke: Option<(f64, u32)>,
    /// When it was back, and with how many requests.
    back: Option<(f64, u32)>,
    /// The newest message of the log when it was back.
    target: Option<u64>,
    caught: u64,
    whole: Option<f64>,
    lifted: Option<f64>,
    /// What was measured under it, when it was lifted.
    under: Option<Figures>,
}

impl Story {
    /// Of a fault that is made now, at a pane with these figures of late.
    #[must_use]
    pub fn new(fault: Fault, at: f64, mark: Mark, before: Figures) -> Self {
        let (broke, back, target, whole, lifted, under) = Default::default();
        Self {
            fault,
            at,
            mark,
            before,
            breaks: 0,
            broke,
            back,
            target,
            caught: 0,
            whole,
            lifted,
            under,
        }
    }

    /// The fault.
    #[must_use]
    pub fn fault(&self) -> Fault {
        self.fault
    }

    /// What the pane had measured when it began.
    #[must_use]
    pub fn mark(&self) -> Mark {
        self.mark
    }

    /// Whether it has come to its end.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.whole.is_some()
    }

    /// The connection went away, or a try failed, with so many requests made so far.
    pub fn broke(&mut self, now: f64, requests: u32) {
        if self.is_over() || self.broke.is_some() {
            return;
        }
        self.breaks += 1;
        (self.broke, self.back, self.target) = (Some((now, requests)), None, None);
    }

    /// The server answered; the log's newest message is known to be `newest`, the pane has shown
    /// `shown`.
    pub fn up(&mut self, now: f64, requests: u32, newest: u64, shown: u64) {
        if let Some((_, before)) = self.broke.take() {
            self.back = Some((now, requests.saturating_sub(before)));
        } else {
            let ends = self.fault.lasts_ms().map(|lasts| self.at + lasts).or(self.lifted);
            if self.target.is_some() || ends.is_none_or(|ends| now < ends) {
                return;
            }
        }
        if !self.is_over() {
            self.target = Some(newest);
            self.look(now, shown);
        }
    }

    /// Messages were shown up to `shown`, so many of them.
    pub fn shown(&mut self, now: f64, shown: u64, count: u64) {
        if self.target.is_some() && !self.is_over() {
            self.caught += count;
            self.look(now, shown);
        }
    }

    fn look(&mut self, now: f64, shown: u64) {
        let lasts = self.fault.lasts_ms().is_some() || self.lifted.is_some();
        if lasts && self.target.is_some_and(|target| shown >= target) {
            self.whole = Some(now);
        }
    }

    /// A lasting condition holds no more. The log's newest message is known to be `newest`, the pane has
    /// shown `shown`, and `since` is what it measured meanwhile.
    pub fn lift(&mut self, now: f64, newest: u64, shown: u64, since: Figures) {
        (self.lifted, self.under) = (Some(now), Some(since));
        if self.broke.is_none() {
            self.target = Some(newest);
            self.look(now, shown);
        }
    }

    /// What happened, in a sentence or two. `since` is what the pane measured since it began.
    #[must_use]
    pub fn tell(&self, now: f64, since: &Figures, check: &Check) -> String {
        let what = match self.lifted {
            Some(lifted) => format!("{}, for {}", self.fault.words(), seconds(lifted - self.at)),
            None => self.fault.words(),
        };
        format!("{what}: {}.", self.course(now, since, check))
    }

    fn course(&self, now: f64, since: &Figures, check: &Check) -> String {
        let account = format!("lost {}, twice {}", check.lost, check.twice);
        if let Some((_, requests)) = self.broke {
            let tries = since.requests.saturating_sub(requests_at(self.mark, requests));
            let waits = counted(check.waiting, "message waits", "messages wait");
            let tries = counted(tries.into(), "try so far", "tries so far");
            let chat = if self.fault == Fault::Blocked && self.lifted.is_none() {
                "; the chat, left to itself, would take the stream now"
            } else {
                ""
            };
            return format!("the connection is gone, {tries}, {waits}{chat}");
        }
        let caught = counted(self.caught, "message caught up", "messages caught up");
        match (self.back, self.whole) {
            (Some((back, requests)), Some(_)) => {
                let back = seconds(back - self.at);
                let requests = counted(requests.into(), "request", "requests");
                format!("back after {back} with {requests}; {caught}, {account}")
            }
            (Some((back, _)), None) if self.fault.lasts_ms().is_some() => {
                format!("back after {}, catching up", seconds(back - self.at))
            }
            (None, Some(_)) if self.fault.lasts_ms().is_some() => {
                format!("no question failed, so nothing broke; {caught}, {account}")
            }
            (None, None) if self.fault.lasts_ms().is_some() => "not noticed yet".into(),
            _ => self.condition(now, since, &account),
        }
    }

    /// How the pane fares under a lasting condition.
    fn condition(&self, now: f64, since: &Figures, account: &str) -> String {
        let since = self.under.as_ref().unwrap_or(since);
        let mut parts = Vec::new();
        if self.breaks > 0 {
            parts.push(format!("the connection broke {}", times(self.breaks)));
        }
        match (since.median, self.before.median) {
            (Some(median), Some(before)) => {
                parts.push(format!("median {} instead of {}", seconds(median), seconds(before)));
            }
            (Some(median), None) => parts.push(format!("median {}", seconds(median))),
            (None, _) => parts.push(format!("nothing came in {}", seconds(now - self.at))),
        }
        if self.fault == Fault::Buffering
            && let Some(chunk) = since.per_arrival()
        {
            parts.push(format!("{chunk:.1} messages at a time"));
        }
        if matches!(self.fault, Fault::IdleDrop { .. }) && self.breaks == 0 {
            parts.push("it was never idle so long".into());
        }
        if self.fault == Fault::Blocked && self.breaks == 0 {
            parts.push("nothing here needs one".into());
        }
        format!("{}; {account}", parts.join(", "))
    }
}

/// How many requests had been made since the mark when there were so many in all.
fn requests_at(mark: Mark, requests: u32) -> u32 {
    requests.saturating_sub(mark.requests())
}

fn counted(n: u64, one: &str, more: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { more })
}

fn times(n: u32) -> String {
    match n {
        1 => "once".into(),
        2 => "twice".into(),
        n => format!("{n} times"),
    }
}
