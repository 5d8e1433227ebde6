//! Full-text search over the log.
//!
//! The index is one more reader of the log and no part of the way in: posting doesn't know of it.
//! It is brought up to the log's end when somebody searches, so that a search sees all that was
//! acknowledged before it, and a server in which nobody searches does nothing. One search goes on
//! at a time, and takes at most one core from those who post.

mod handler;
mod index;
mod query;
mod tables;
mod words;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::StatusCode;
use tidings_shared::{Cursor, RoomName};
use tokio_util::sync::CancellationToken;

use self::{
    index::{Hit, Index, IndexError},
    query::Query,
};
use crate::{
    error::Error,
    room::Rooms,
    store::{Record, Span, StoreError, StoreUrl},
};

pub use handler::{__path_search, search};

/// How many messages are indexed in one transaction: bounds memory, and how much of the work is lost
/// when it is broken off.
const PAGE: usize = 1000;

/// Why a search failed.
#[derive(Debug)]
enum Failure {
    /// The log can't be read, or the server is closing.
    Store(StoreError),
    /// The index can't be used.
    Index(IndexError),
}

impl From<StoreError> for Failure {
    fn from(e: StoreError) -> Self {
        Self::Store(e)
    }
}

impl From<IndexError> for Failure {
    fn from(e: IndexError) -> Self {
        Self::Index(e)
    }
}

/// A message that was found.
struct Found {
    room: RoomName,
    record: Record,
    /// Which of its words were meant.
    words: Vec<String>,
}

/// All that is needed to search one log.
pub struct Search {
    rooms: Rooms,
    /// Beside the database; none for a log in memory.
    file: Option<PathBuf>,
    /// Whose turn it is. Async, since the first of them may take long.
    turn: tokio::sync::Mutex<()>,
    /// None until the first search, and after a failure.
    index: Arc<Mutex<Option<Index>>>,
    closing: CancellationToken,
}

impl Search {
    /// Nothing is opened before somebody searches. From `closing` on, searches are refused.
    #[must_use]
    pub fn new(store: &StoreUrl, rooms: Rooms, closing: CancellationToken) -> Self {
        let file = match store {
            StoreUrl::Memory => None,
            StoreUrl::Sqlite(path) => Some(beside(path, "-search")),
        };
        Self { rooms, file, turn: tokio::sync::Mutex::default(), index: Arc::default(), closing }
    }

    /// The newest messages that the query means, at most `limit`, behind `cursor` if there is one;
    /// and the cursor behind them, if there are more.
    ///
    /// # Errors
    ///
    /// 422 for a cursor of another log, 503 when the log or the index can't be read.
    async fn find(
        &self,
        query: Query,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<(Vec<Found>, Option<Cursor>), Error> {
        let epoch = self.rooms.epoch();
        if cursor.is_some_and(|cursor| cursor.epoch != epoch) {
            return Err(Error::refused("cursor is of another log; search again without it"));
        }
        let (before, words) = (cursor.map_or(u64::MAX, |cursor| cursor.seq), query.words.clone());
        // One more than asked for tells whether there is more.
        let mut hits = self.hits(Arc::new(query), before, limit + 1).await?;
        let more = hits.len() > limit;
        hits.truncate(limit);
        let next = hits.last().filter(|_| more).map(|hit| Cursor::new(epoch, hit.key));
        Ok((self.read(hits, words).await?, next))
    }

    /// What the index says, when it is up to date. One that is no good is made anew.
    async fn hits(&self, query: Arc<Query>, before: u64, limit: usize) -> Result<Vec<Hit>, Error> {
        let _turn = self.turn.lock().await;
        let mut again = false;
        loop {
            let failure = match self.hits_now(query.clone(), before, limit).await {
                Ok(hits) => return Ok(hits),
                Err(Failure::Store(e)) => return Err(e.into()),
                Err(Failure::Index(e)) => e,
            };
            let anew = !again && failure.is_cured_by_a_new_one();
            if anew {
                tracing::warn!(reason = %failure, "the search index is made anew from the log");
            } else {
                tracing::error!(error = %failure, "the search index can't be used");
            }
            let file = self.file.clone().filter(|_| anew);
            self.work(move |index| {
                *index = None;
                file.as_deref().map_or(Ok(()), remove).map_err(|e| {
                    tracing::error!(error = %e, "the search index can't be removed");
                    StoreError::Failed(e.to_string().into()).into()
                })
            })
            .await
            .map_err(|_| failed())?;
            if !anew {
                return Err(failed());
            }
            again = true;
        }
    }

    async fn hits_now(
        &self,
        query: Arc<Query>,
        before: u64,
        limit: usize,
    ) -> Result<Vec<Hit>, Failure> {
        self.open().await?;
        self.catch_up().await?;
        self.work(move |index| Ok(opened(index)?.find(&query, before, limit)?)).await
    }

    /// Opens the index, if it isn't, and sees whether the log still is what was indexed: it may have
    /// been put back from a copy, and have gone on from there.
    async fn open(&self) -> Result<(), Failure> {
        let (file, epoch) = (self.file.clone(), self.rooms.epoch());
        let unseen = self
            .work(move |index| {
                let index = match index {
                    Some(index) => index,
                    None => index.insert(Index::open(file.as_deref(), epoch)?),
                };
                let rooms = index.rooms().iter().filter(|_| !index.checked);
                Ok(rooms.map(|(name, known)| (name.clone(), known.clone())).collect::<Vec<_>>())
            })
            .await?;
        for (room, known) in unseen {
            let last = self.record(&room, known.seq).await?;
            if last.is_none_or(|record| record.message.id.as_str() != known.id) {
                return Err(IndexError::Stale.into());
            }
        }
        self.work(|index| {
            opened(index)?.checked = true;
            Ok(())
        })
        .await
    }

    /// Indexes what was said until now; not what is said meanwhile, else it might never end.
    async fn catch_up(&self) -> Result<(), Failure> {
        let heads: Vec<_> = self.rooms.list().into_iter().map(|r| (r.head().seq, r)).collect();
        let behind = self
            .work(move |index| {
                let known = opened(index)?.rooms();
                let after = |name: &RoomName| known.get(name).map_or(0, |known| known.seq);
                let heads = heads.into_iter().map(|(head, room)| (after(room.name()), head, room));
                Ok(heads.filter(|(after, head, _)| after < head).collect::<Vec<_>>())
            })
            .await?;
        let mut page = Vec::with_capacity(PAGE);
        for (mut after, head, room) in behind {
            while after < head {
                let records = room.records(Span::After(after), PAGE - page.len()).await?;
                let Some(last) = records.last() else { break };
                after = last.message.seq;
                page.extend(records.into_iter().map(|record| (room.name().clone(), record)));
                if page.len() >= PAGE {
                    self.add(std::mem::take(&mut page)).await?;
                }
            }
        }
        self.add(page).await
    }

    async fn add(&self, mut page: Vec<(RoomName, Record)>) -> Result<(), Failure> {
        if page.is_empty() {
            return Ok(());
        }
        // FTS5 gathers what comes in the order of its keys, and writes when it doesn't.
        page.sort_by_key(|(_, record)| record.message.at);
        self.work(move |index| Ok(opened(index)?.add(&page)?)).await
    }

    /// The messages that were found, from the log. What isn't there as the index says is left out.
    async fn read(&self, hits: Vec<Hit>, words: Option<String>) -> Result<Vec<Found>, Error> {
        let mut all = Vec::with_capacity(hits.len());
        for Hit { room, seq, .. } in hits {
            if let Some(record) = self.record(&room, seq).await? {
                all.push(Found { room, record, words: Vec::new() });
            }
        }
        let Some(words) = words else { return Ok(all) };
        let marked = tokio::task::spawn_blocking(move || {
            let texts: Vec<_> =
                all.iter().map(|found| found.record.message.text.as_str()).collect();
            let marked = words::found(&words, &texts)?;
            for (found, words) in all.iter_mut().zip(marked) {
                found.words = words;
            }
            all.retain(|found| !found.words.is_empty());
            Ok::<_, rusqlite::Error>(all)
        });
        marked.await.map_err(|_| failed())?.map_err(|e| {
            tracing::error!(error = %e, "what was found can't be marked");
            failed()
        })
    }

    async fn record(&self, room: &RoomName, seq: u64) -> Result<Option<Record>, StoreError> {
        let span = Span::After(seq.saturating_sub(1));
        let mut records = self.rooms.get(room).records(span, 1).await?;
        Ok(records.pop().filter(|record| record.message.seq == seq))
    }

    /// Does what takes time where it holds up nobody else. It goes on even if nobody waits for it any
    /// more; so whoever comes next may find more in the index than when it last looked.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Option<Index>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        if self.closing.is_cancelled() {
            return Err(StoreError::Closed.into());
        }
        let index = self.index.clone();
        let work = move || work(&mut index.lock().unwrap_or_else(PoisonError::into_inner));
        let done = tokio::task::spawn_blocking(work).await;
        done.unwrap_or_else(|e| Err(StoreError::Failed(e.to_string().into()).into()))
    }

    /// Closes the index, after what it is at. To be called when `closing` is cancelled.
    pub async fn close(&self) {
        let index = self.index.clone();
        let close = move || index.lock().unwrap_or_else(PoisonError::into_inner).take();
        let _ = tokio::task::spawn_blocking(move || drop(close())).await;
    }
}

/// An index that was closed under a search: the server is closing.
fn opened(index: &mut Option<Index>) -> Result<&mut Index, StoreError> {
    index.as_mut().ok_or(StoreError::Closed)
}

fn failed() -> Error {
    let detail = "the search index can't be used now; try again in a moment";
    Error::new(StatusCode::SERVICE_UNAVAILABLE, detail).retry_after(1)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Removes an index and what SQLite keeps beside it.
fn remove(file: &Path) -> std::io::Result<()> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        match fs::remove_file(beside(file, suffix)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    Ok(())
}
