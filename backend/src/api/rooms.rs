//! The rooms there are, and who is in one.

use std::sync::Arc;

use axum::{Json, extract::State, http::header, response::IntoResponse};
use serde::Serialize;
use tidings_shared::{Cursor, ModeCounts, Person, Problem, RoomName, Timestamp, TopicSet};
use utoipa::ToSchema;

use crate::{
    app::App,
    room::{Everybody, Room},
    transport::query::AtRoom,
};

/// How many listeners are here.
#[derive(Serialize, ToSchema)]
pub struct HereCount {
    /// All of them, the nameless included.
    count: u32,
    /// By mode.
    modes: ModeCounts,
}

/// A room.
#[derive(Serialize, ToSchema)]
pub struct RoomSummary {
    /// What it is called.
    #[schema(value_type = String, example = "lobby")]
    room: RoomName,
    /// The log's end.
    #[schema(value_type = String, example = "k3f9a0zq:57")]
    head: Cursor,
    /// How many messages it holds.
    messages: u64,
    /// When the log took the newest one; missing where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    last_at: Option<Timestamp>,
    /// What it is about; missing where nobody has said. An empty topic was cleared.
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<TopicSet>,
    /// Who is here.
    here: HereCount,
}

/// The rooms there are.
#[derive(Serialize, ToSchema)]
pub struct RoomList {
    /// By name.
    rooms: Vec<RoomSummary>,
}

/// Who is here, and by which mode.
#[derive(Serialize, ToSchema)]
pub struct WhoIsHere {
    /// How many.
    #[serde(flatten)]
    here: HereCount,
    /// How many of them gave no name.
    nameless: u32,
    /// Everyone with a name; one who listens by two modes is here twice.
    people: Vec<Person>,
}

fn counts(modes: ModeCounts) -> HereCount {
    HereCount { count: modes.total(), modes }
}

fn summary(room: &Room) -> RoomSummary {
    RoomSummary {
        room: room.name().clone(),
        head: room.head(),
        messages: room.messages(),
        last_at: room.last_at(),
        topic: room.topic(),
        here: counts(room.here().modes),
    }
}

/// The rooms in which something was said, or somebody is, or that have a topic
#[utoipa::path(get, path = "/api/rooms", operation_id = "listRooms", tag = "rooms", responses((status = 200, body = RoomList)))]
pub async fn list(State(app): State<Arc<App>>) -> impl IntoResponse {
    let rooms = app.rooms.list().iter().map(summary).collect();
    ([(header::CACHE_CONTROL, "no-store")], Json(RoomList { rooms }))
}

/// A room: where it stands, who is here, what it is about
///
/// A room in which nobody has said a word yet is no error.
#[utoipa::path(
    get,
    path = "/api/rooms/{room}",
    operation_id = "getRoom",
    tag = "rooms",
    params(("room" = String, Path)),
    responses(
        (status = 200, body = RoomSummary),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not a room name"),
    )
)]
pub async fn one(AtRoom(room): AtRoom) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], Json(summary(&room)))
}

/// Who is here, and by which mode
///
/// A polling client counts as here for twice its interval.
#[utoipa::path(
    get,
    path = "/api/rooms/{room}/presence",
    operation_id = "whoIsHere",
    tag = "rooms",
    params(("room" = String, Path)),
    responses(
        (status = 200, body = WhoIsHere),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not a room name"),
    )
)]
pub async fn presence(AtRoom(room): AtRoom) -> impl IntoResponse {
    let Everybody { people, modes, nameless } = room.here();
    let here = WhoIsHere { here: counts(modes), nameless, people };
    ([(header::CACHE_CONTROL, "no-store")], Json(here))
}
