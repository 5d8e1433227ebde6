//! The ids of one's own messages. They are drawn so that a program knows its own messages when
//! they come back through the log, without keeping a list of all it ever sent.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tidings_shared::MessageId;
use uuid::Uuid;

/// One run of a program as an author: a UUIDv7, and a number that counts up behind it.
///
/// Clones share the counter.
#[derive(Clone, Debug)]
pub struct Ids {
    run: Arc<str>,
    next: Arc<AtomicU64>,
}

impl Ids {
    /// Draws a run that nobody else has.
    #[must_use]
    pub fn draw() -> Self {
        Self { run: Uuid::now_v7().simple().to_string().into(), next: Arc::new(AtomicU64::new(1)) }
    }

    /// The next message's id, such as `0199b7e26f0e7a319d0c0f3d2f6a8c11-7`.
    #[must_use]
    pub fn next(&self) -> MessageId {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        format!("{}-{n}", self.run).parse().expect("hex digits, a dash and digits are an id")
    }

    /// Whether this run has drawn `id`.
    #[must_use]
    pub fn is_own(&self, id: &MessageId) -> bool {
        id.as_str().strip_prefix(&*self.run).is_some_and(|rest| rest.starts_with('-'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_knows_its_own_ids_and_no_others() {
        let (ids, others) = (Ids::draw(), Ids::draw());
        let (first, second) = (ids.next(), ids.clone().next());
        assert_ne!(first, second);
        assert!(ids.is_own(&first) && ids.is_own(&second));
        assert!(!others.is_own(&first));
        assert!(!ids.is_own(&"7".parse().unwrap()));
    }
}
