//! The stage on which a store is tried by itself: the store, and an ear in place of the rooms.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use tempfile::TempDir;
use tidings_backend::store::{
    AppendError, Appended, Draft, Record, Sink, Span, Store, StoreUrl, open,
};
use tidings_shared::{RoomName, Text, TopicSet};

use super::Kind;

/// Keeps what the store has told.
#[derive(Default)]
pub struct Ear(Mutex<Vec<(RoomName, Record)>>, pub Mutex<Vec<(RoomName, TopicSet)>>);

impl Sink for Ear {
    fn committed(&self, batch: Vec<(RoomName, Record)>) {
        self.0.lock().unwrap().extend(batch);
    }

    fn topic(&self, room: RoomName, set: TopicSet) {
        self.1.lock().unwrap().push((room, set));
    }
}

impl Ear {
    /// What it was told of a room.
    pub fn heard(&self, room: &str) -> Vec<Record> {
        let heard = self.0.lock().unwrap();
        heard.iter().filter(|(name, _)| name.as_str() == room).map(|(_, r)| r.clone()).collect()
    }
}

/// A store of its own, and who listens to it.
pub struct Stage {
    pub store: Arc<dyn Store>,
    pub ear: Arc<Ear>,
    pub folder: TempDir,
}

/// A new one, with a new log.
pub fn stage(kind: Kind) -> Stage {
    let folder = TempDir::new().unwrap();
    let (store, ear) = open_in(kind, folder.path());
    Stage { store, ear, folder }
}

/// The store whose file, if it has one, is in `folder`.
pub fn open_in(kind: Kind, folder: &Path) -> (Arc<dyn Store>, Arc<Ear>) {
    let url = match kind {
        Kind::Memory | Kind::Over(_) => StoreUrl::Memory,
        Kind::Sqlite => StoreUrl::Sqlite(folder.join("deep/er/tidings.db")),
    };
    let ear = Arc::<Ear>::default();
    let welcome: Text = "Welcome user".parse().unwrap();
    (open(&url, welcome, ear.clone()).expect("the store opens"), ear)
}

/// What ana says.
pub fn draft(room: &str, id: &str, text: &str) -> Draft {
    Draft {
        room: room.parse().unwrap(),
        id: id.parse().unwrap(),
        username: "ana".parse().unwrap(),
        text: text.parse().unwrap(),
        number: None,
    }
}

impl Stage {
    pub async fn append(&self, draft: Draft) -> Result<Appended, AppendError> {
        self.store.append(draft)?.await.expect("every append is answered")
    }

    pub async fn read(&self, room: &str, span: Span, limit: usize) -> Vec<Record> {
        self.store.read(room.parse().unwrap(), span, limit).await.expect("it reads")
    }

    pub async fn all(&self, room: &str) -> Vec<Record> {
        self.read(room, Span::After(0), usize::MAX >> 8).await
    }

    pub async fn set_topic(&self, room: &str, topic: &str) -> TopicSet {
        let (room, ana) = (room.parse().unwrap(), "ana".parse().unwrap());
        let pending = self.store.set_topic(room, ana, topic.parse().unwrap()).expect("queued");
        pending.await.expect("every topic is answered").expect("it is kept")
    }

    /// What each room is about, by the store that opens next.
    pub async fn topics_after_a_restart(&mut self, kind: Kind) -> Vec<(String, Option<TopicSet>)> {
        if kind == Kind::Sqlite {
            self.store.close().await;
            (self.store, self.ear) = open_in(kind, self.folder.path());
        }
        let mut rooms: Vec<_> =
            self.store.rooms().into_iter().map(|r| (r.name.to_string(), r.topic)).collect();
        rooms.sort_by(|a, b| a.0.cmp(&b.0));
        rooms
    }
}

/// Their places in the log.
pub fn seqs(records: &[Record]) -> Vec<u64> {
    records.iter().map(|record| record.message.seq).collect()
}
