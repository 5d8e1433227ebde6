//! The ways in and out of a room, one file each. They are thin: a request becomes a cursor
//! ([`query`]), a follower does the waiting, and what it finds is framed.
//!
//! - [`poll`] is asked again and again, or asked once and answered late (long-poll).
//! - [`sse`], [`lines`] and [`websocket`] are streams, which share one [`session`]; what is said on
//!   a WebSocket is a [`conversation`], whatever carries it.
//! - [`publish`] is posting, and [`bulk`] posting many by one request.
//! - [`page`] is a room's address in the browser's address bar, for curl.
//! - [`demo`] is the teaching demo's own surface.

pub mod bulk;
pub mod conversation;
pub mod demo;
pub mod lines;
pub mod page;
pub mod poll;
pub mod publish;
pub mod query;
pub mod session;
pub mod sse;
pub mod websocket;
