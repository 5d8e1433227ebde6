//! The log in memory: for tests and demonstrations. It keeps every promise of the trait but the
//! one about power cuts.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::{FutureExt, future::BoxFuture};
use tidings_shared::{Epoch, Message, MessageId, RoomName, Text, Topic, TopicSet, Username};
use tokio::sync::oneshot;

use super::{
    AppendError, Appended, Draft, Pending, PendingTopic, Record, RoomHead, Sink, Span, Store,
    StoreError, draw_epoch, now, welcome_record,
};

#[derive(Default)]
struct Log {
    topic: Option<TopicSet>,
    records: Vec<Record>,
    by_id: HashMap<MessageId, u64>,
}

struct Inner {
    rooms: HashMap<RoomName, Log>,
    closed: bool,
}

/// A log that ends with the process.
pub struct MemoryStore {
    epoch: Epoch,
    welcome: Text,
    sink: Arc<dyn Sink>,
    inner: Mutex<Inner>,
}

impl MemoryStore {
    /// A new log, with a welcome in the lobby.
    #[must_use]
    pub fn new(welcome: Text, sink: Arc<dyn Sink>) -> Self {
        let mut lobby = Log::default();
        lobby.push(welcome_record(&welcome, now()));
        let rooms = HashMap::from([(RoomName::lobby(), lobby)]);
        Self {
            epoch: draw_epoch(),
            welcome,
            sink,
            inner: Mutex::new(Inner { rooms, closed: false }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append_now(&self, draft: Draft) -> Result<Appended, AppendError> {
        let mut inner = self.lock();
        if inner.closed {
            return Err(StoreError::Closed.into());
        }
        let log = inner.rooms.entry(draft.room.clone()).or_default();
        if let Some(&seq) = log.by_id.get(&draft.id) {
            let first = &log.records[place(seq)].message;
            if first.username != draft.username || first.text != draft.text {
                return Err(AppendError::Conflict(draft.id));
            }
            return Ok(Appended { seq, at: first.at, fresh: false });
        }
        let at = now();
        let mut batch = Vec::with_capacity(1);
        if log.records.is_empty() {
            batch.push((draft.room.clone(), log.push(welcome_record(&self.welcome, at))));
        }
        let seq = log.head() + 1;
        let Draft { room, id, username, text, number } = draft;
        let message = Message { seq, id, username, text, at };
        batch.push((room, log.push(Record { message, number })));
        // Under the lock, so that the sink hears of messages in the log's order.
        self.sink.committed(batch);
        Ok(Appended { seq, at, fresh: true })
    }
}

/// The log has no holes: message `seq` is at `seq - 1`.
fn place(seq: u64) -> usize {
    usize::try_from(seq - 1).expect("a log in memory is smaller than memory")
}

impl Log {
    fn head(&self) -> u64 {
        self.records.len() as u64
    }

    fn push(&mut self, record: Record) -> Record {
        self.by_id.insert(record.message.id.clone(), record.message.seq);
        self.records.push(record.clone());
        record
    }

    fn read(&self, span: Span, limit: usize) -> Vec<Record> {
        let clamp = |seq: u64| usize::try_from(seq).unwrap_or(usize::MAX).min(self.records.len());
        let (from, to) = match span {
            Span::After(seq) => (clamp(seq), clamp(seq).saturating_add(limit)),
            Span::Before(seq) => {
                let to = clamp(seq.saturating_sub(1));
                (to.saturating_sub(limit), to)
            }
        };
        self.records[from..to.min(self.records.len())].to_vec()
    }
}

impl Store for MemoryStore {
    fn epoch(&self) -> Epoch {
        self.epoch
    }

    fn rooms(&self) -> Vec<RoomHead> {
        let head = |(name, log): (&RoomName, &Log)| RoomHead {
            name: name.clone(),
            head: log.head(),
            messages: log.head(),
            last_at: log.records.last().map(|record| record.message.at),
            topic: log.topic.clone(),
        };
        self.lock().rooms.iter().map(head).collect()
    }

    fn append(&self, draft: Draft) -> Result<Pending, StoreError> {
        let (answer, pending) = oneshot::channel();
        let _ = answer.send(self.append_now(draft));
        Ok(pending)
    }

    fn set_topic(
        &self,
        room: RoomName,
        username: Username,
        topic: Topic,
    ) -> Result<PendingTopic, StoreError> {
        let (answer, pending) = oneshot::channel();
        let mut inner = self.lock();
        if inner.closed {
            return Err(StoreError::Closed);
        }
        let set = TopicSet { topic, username, at: now() };
        inner.rooms.entry(room.clone()).or_default().topic = Some(set.clone());
        self.sink.topic(room, set.clone());
        let _ = answer.send(Ok(set));
        Ok(pending)
    }

    fn read(
        &self,
        room: RoomName,
        span: Span,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<Record>, StoreError>> {
        let records = self.lock().rooms.get(&room).map(|log| log.read(span, limit));
        async { Ok(records.unwrap_or_default()) }.boxed()
    }

    fn ready(&self) -> BoxFuture<'static, Result<(), StoreError>> {
        let closed = self.lock().closed;
        async move { if closed { Err(StoreError::Closed) } else { Ok(()) } }.boxed()
    }

    fn close(&self) -> BoxFuture<'static, ()> {
        self.lock().closed = true;
        async {}.boxed()
    }
}
