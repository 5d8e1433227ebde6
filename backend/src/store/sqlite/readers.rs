//! Reading pages of the log, off the async threads and beside the writer.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, OpenFlags, Row, params};
use tidings_shared::{Message, RoomName, Text, Timestamp, Username};
use tokio::sync::Semaphore;

use super::super::{Record, Span, StoreError};

/// How many may read at once; more wait. SQLite reads from the page cache, so that a few keep two
/// cores busy.
const CONNECTIONS: usize = 4;

/// A few connections that only read.
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    permits: Semaphore,
}

impl Readers {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            idle: Mutex::new(Vec::new()),
            permits: Semaphore::new(CONNECTIONS),
        }
    }

    pub(super) async fn read(
        self: Arc<Self>,
        room: RoomName,
        span: Span,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let failed = |e: &dyn std::fmt::Display| {
            tracing::error!(error = %e, "reading the log failed");
            StoreError::Failed(e.to_string().into())
        };
        let _permit = self.permits.acquire().await.map_err(|_| StoreError::Closed)?;
        let this = self.clone();
        tokio::task::spawn_blocking(move || this.read_now(&room, span, limit))
            .await
            .map_err(|e| failed(&e))?
            .map_err(|e| failed(&e))
    }

    /// Waits for whoever reads, lets nobody else, and closes the connections.
    pub(super) async fn close(&self) {
        let all = u32::try_from(CONNECTIONS).expect("a few");
        if let Ok(_all) = self.permits.acquire_many(all).await {
            self.permits.close();
        }
        self.lock_idle().clear();
    }

    fn read_now(&self, room: &RoomName, span: Span, limit: usize) -> rusqlite::Result<Vec<Record>> {
        let idle = self.lock_idle().pop();
        let connection = idle.map_or_else(|| self.connect(), Ok)?;
        let records = select(&connection, room, span, limit)?;
        // A connection that failed is dropped instead.
        self.lock_idle().push(connection);
        Ok(records)
    }

    fn lock_idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        Ok(connection)
    }
}

const AFTER: &str = "SELECT seq, message.id, username, text, at, number
    FROM room JOIN message ON message.room = room.id
    WHERE room.name = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";
const BEFORE: &str = "SELECT seq, message.id, username, text, at, number
    FROM room JOIN message ON message.room = room.id
    WHERE room.name = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3";

fn select(
    connection: &Connection,
    room: &RoomName,
    span: Span,
    limit: usize,
) -> rusqlite::Result<Vec<Record>> {
    let (sql, seq) = match span {
        Span::After(seq) => (AFTER, seq),
        Span::Before(seq) => (BEFORE, seq),
    };
    // SQLite's integers are signed; a seq beyond them lies behind every message.
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![room.as_str(), seq, limit], record)?;
    let mut records = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    if matches!(span, Span::Before(_)) {
        records.reverse();
    }
    Ok(records)
}

fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    let id = row.get_ref(1)?.as_str()?;
    let message = Message {
        seq: row.get(0)?,
        id: id.parse().map_err(|_| rusqlite::Error::InvalidColumnName("message.id".into()))?,
        username: Username::from_log(row.get_ref(2)?.as_str()?),
        text: Text::from_log(row.get_ref(3)?.as_str()?),
        at: Timestamp::from_ms(row.get(4)?),
    };
    Ok(Record { message, number: row.get_ref(5)?.as_str_or_null()?.map(Into::into) })
}
