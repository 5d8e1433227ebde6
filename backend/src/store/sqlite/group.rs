//! Who shares a transaction, and so an fsync: how many of those who wait are taken along, and when
//! there are enough.

use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};

use super::{
    super::{Draft, StoreError},
    topic::Change,
    writer::{Answer, Job},
};

/// The most appends in one transaction: bounds how long the first of them waits for the last.
const BATCH: usize = 1024;
/// So few share one without further thought.
const FEW: usize = 64;

/// Those who share a transaction.
///
/// If all who post were in the same one, nobody would be left to post while the disk works, and the
/// disk would have nothing to do while they all post again. So, of many, it ends when half of those
/// who waited are in it; but not before it has gathered for half as long as the disk took for the
/// last one, so that a slow disk is given all there is.
pub(super) struct Group<'a> {
    pub(super) appends: Vec<(Draft, Answer)>,
    pub(super) topics: Vec<Change>,
    pub(super) probes: Vec<oneshot::Sender<Result<(), StoreError>>>,
    first: Option<Job>,
    jobs: &'a mut mpsc::Receiver<Job>,
    enough: usize,
    began: Instant,
    least: Duration,
}

impl<'a> Group<'a> {
    pub(super) fn new(first: Job, jobs: &'a mut mpsc::Receiver<Job>, disk: Duration) -> Self {
        Self {
            appends: Vec::new(),
            topics: Vec::new(),
            probes: Vec::new(),
            enough: jobs.len().div_ceil(2).max(FEW - 1),
            first: Some(first),
            jobs,
            began: Instant::now(),
            least: disk / 2,
        }
    }

    /// The next message that is to be in it; `None` if that was all.
    pub(super) fn next(&mut self) -> Option<&Draft> {
        loop {
            let full = self.appends.len() >= BATCH
                || (self.appends.len() > self.enough && self.began.elapsed() >= self.least);
            let job = match self.first.take() {
                Some(first) => first,
                None if full => return None,
                None => self.jobs.try_recv().ok()?,
            };
            match job {
                Job::Append(draft, answer) => {
                    self.appends.push((draft, answer));
                    return self.appends.last().map(|(draft, _)| draft);
                }
                Job::Topic(change) => self.topics.push(change),
                Job::Probe(answer) => self.probes.push(answer),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tidings_shared::{RoomName, Text};

    use super::*;

    fn job(number: usize) -> Job {
        let draft = Draft {
            room: RoomName::lobby(),
            id: format!("m{number}").parse().unwrap(),
            username: tidings_shared::Username::anonymous(),
            text: Text::from_log("?"),
            number: None,
        };
        Job::Append(draft, oneshot::channel().0)
    }

    /// How many are in a group, of so many who wait, after the disk took so long.
    fn gathered(messages: usize, disk: Duration) -> usize {
        let (queue, mut jobs) = mpsc::channel(messages);
        for number in 1..messages {
            assert!(queue.try_send(job(number)).is_ok());
        }
        let mut group = Group::new(job(0), &mut jobs, disk);
        std::iter::from_fn(|| group.next().map(drop)).count()
    }

    #[test]
    fn half_of_many_share_a_commit_and_a_slow_disk_is_given_all() {
        let slow = Duration::from_secs(3600);
        assert_eq!(gathered(1, Duration::ZERO), 1);
        assert_eq!(gathered(FEW, Duration::ZERO), FEW);
        assert_eq!(gathered(FEW + 10, Duration::ZERO), FEW);
        assert_eq!(gathered(10 * FEW, Duration::ZERO), 5 * FEW + 1);
        assert_eq!(gathered(100, slow), 100);
        assert_eq!(gathered(BATCH + 10, slow), BATCH);
        assert_eq!(gathered(3 * BATCH, Duration::ZERO), BATCH);
    }

    #[test]
    fn whoever_comes_while_others_are_written_is_taken_along() {
        let (queue, mut jobs) = mpsc::channel(1);
        let mut group = Group::new(job(0), &mut jobs, Duration::from_secs(3600));
        assert!(group.next().is_some());
        assert!(queue.try_send(job(1)).is_ok());
        assert!(group.next().is_some());
        assert!(group.next().is_none());
    }
}
