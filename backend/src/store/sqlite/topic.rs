//! What rooms are about, beside their messages: a table of its own, by the room's name, since a room
//! may have a topic before anybody has said a word in it.

use std::collections::HashMap;

use rusqlite::{Connection, Transaction, params};
use tidings_shared::{RoomName, Timestamp, Topic, TopicSet, Username};
use tokio::sync::oneshot;

use super::{
    super::{RoomHead, Sink, StoreError},
    open::KnownRoom,
};

/// What version 2 of the tables has beside those of version 1.
pub(super) const TABLE: &str = "
    CREATE TABLE topic (
        room TEXT PRIMARY KEY,
        topic TEXT NOT NULL,
        username TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
";

/// A topic on its way, and who waits for it.
pub(super) struct Change {
    pub(super) room: RoomName,
    pub(super) set: TopicSet,
    pub(super) answer: oneshot::Sender<Result<TopicSet, StoreError>>,
}

/// Brings a database of version 1 to version 2: all of it, or nothing.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(TABLE)?;
    transaction.pragma_update(None, "user_version", 2)?;
    transaction.commit()
}

/// Each room's topic, by its name.
pub(super) fn read(connection: &Connection) -> rusqlite::Result<HashMap<RoomName, TopicSet>> {
    let mut statement = connection.prepare("SELECT room, topic, username, at FROM topic")?;
    let topics = statement.query_map([], |row| {
        let name: String = row.get(0)?;
        let name: RoomName =
            name.parse().map_err(|_| rusqlite::Error::InvalidColumnName("topic.room".into()))?;
        let set = TopicSet {
            topic: Topic::from_log(row.get_ref(1)?.as_str()?),
            username: Username::from_log(row.get_ref(2)?.as_str()?),
            at: Timestamp::from_ms(row.get(3)?),
        };
        Ok((name, set))
    })?;
    topics.collect()
}

/// The rooms with their topics, those that have nothing else among them.
pub(super) fn with_topics(
    rooms: Vec<KnownRoom>,
    mut topics: HashMap<RoomName, TopicSet>,
) -> Vec<RoomHead> {
    let mut heads: Vec<_> = rooms.into_iter().map(|room| room.head).collect();
    for head in &mut heads {
        head.topic = topics.remove(&head.name);
    }
    heads.extend(topics.into_iter().map(|(name, set)| RoomHead {
        name,
        head: 0,
        messages: 0,
        last_at: None,
        topic: Some(set),
    }));
    heads
}

/// Writes them in their order, so that the last one of a room holds.
pub(super) fn write(
    transaction: &Transaction<'_>,
    changes: &mut [Change],
    at: Timestamp,
) -> rusqlite::Result<()> {
    for Change { room, set, .. } in changes {
        set.at = at;
        transaction
            .prepare_cached(
                "INSERT INTO topic (room, topic, username, at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (room) DO UPDATE
                 SET topic = excluded.topic, username = excluded.username, at = excluded.at",
            )?
            .execute(params![
                room.as_str(),
                set.topic.as_str(),
                set.username.as_str(),
                set.at.as_ms()
            ])?;
    }
    Ok(())
}

/// They are on disk: listeners hear of each before whoever set it is answered.
pub(super) fn kept(changes: Vec<Change>, sink: &dyn Sink) {
    for Change { room, set, answer } in changes {
        sink.topic(room, set.clone());
        let _ = answer.send(Ok(set));
    }
}

/// Nothing of them was kept.
pub(super) fn failed(changes: Vec<Change>, error: &StoreError) {
    for change in changes {
        let _ = change.answer.send(Err(error.clone()));
    }
}
