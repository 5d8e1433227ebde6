//! The requests by which one finds one's way: the rooms, what is newest in one, what one is about, and
//! the search. None is on a mode's account.

use std::time::Duration;

use tidings_shared::{Cursor, Message, Page, RoomName, SearchPage, TopicSet, Username, route};

use super::{Failure, http};
use crate::{
    state::rooms::There,
    wire::{FromJson, Json, Object},
};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long a search may take: the first one of a long log indexes it.
const SEARCH_PATIENCE: Duration = Duration::from_secs(60);

/// The rooms there are.
///
/// # Errors
///
/// When nobody answered.
pub async fn rooms() -> Result<Vec<There>, Failure> {
    struct Rooms {
        rooms: Vec<There>,
    }
    impl FromJson for Rooms {
        fn from_json(json: &Json<'_>) -> Option<Self> {
            Some(Self { rooms: json.get("rooms")? })
        }
    }
    let rooms: Rooms = http::get(route::ROOMS, PATIENCE, &|_| ()).await?;
    Ok(rooms.rooms)
}

/// The newest messages of a room, up to `head`. Asked for as history is, so that nobody who only
/// glances at a room counts as being in it.
///
/// # Errors
///
/// When nobody answered.
pub async fn newest(room: &RoomName, head: Cursor, limit: u64) -> Result<Vec<Message>, Failure> {
    let path = format!("{}?before={}&limit={limit}", route::messages(room), head.seq + 1);
    let page: Page = http::get(&path, PATIENCE, &|_| ()).await?;
    Ok(page.messages)
}

/// Says what a room is about.
///
/// # Errors
///
/// When it was refused, or nobody answered.
pub async fn set_topic(
    room: &RoomName,
    username: &Username,
    topic: &str,
) -> Result<TopicSet, Failure> {
    let json = Object::default().text("username", username.as_str()).text("topic", topic).end();
    http::put(&route::topic(room), json, PATIENCE).await
}

/// What a search finds that is asked for at this address.
///
/// # Errors
///
/// When it is not understood, or nobody answered.
pub async fn search(path: &str) -> Result<SearchPage, Failure> {
    http::get(path, SEARCH_PATIENCE, &|_| ()).await
}
