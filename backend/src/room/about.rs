//! What is known of a room beside its log: when it was last spoken in, and what it is about.

use std::sync::atomic::Ordering;

use tidings_shared::{Timestamp, Topic, TopicSet, Username};

use super::Room;
use crate::store::StoreError;

impl Room {
    /// When the log took the newest message.
    #[must_use]
    pub fn last_at(&self) -> Option<Timestamp> {
        let ms = self.state.last_ms.load(Ordering::Relaxed);
        (ms > 0).then(|| Timestamp::from_ms(ms))
    }

    /// What it is about, if anybody has said.
    #[must_use]
    pub fn topic(&self) -> Option<TopicSet> {
        self.state.topic().clone()
    }

    /// Says what it is about. Who listens is told before this ends.
    ///
    /// # Errors
    ///
    /// When it can't be kept.
    pub async fn set_topic(
        &self,
        username: Username,
        topic: Topic,
    ) -> Result<TopicSet, StoreError> {
        let queued = self.store.set_topic(self.name().clone(), username, topic)?;
        let set = queued.await.map_err(|_| StoreError::Closed)??;
        let characters = set.topic.as_str().chars().count();
        tracing::info!(room = %self.name(), from = ?set.username, characters, "topic set");
        Ok(set)
    }
}
