//! The native client: connect to a server, follow a room, resume, post. The terminal chat is made
//! of it, and so are the server's tests, which see the server as any client does.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use futures_util::StreamExt;
//! use tidings_client::{FollowOptions, Ids, Server, Update, follow};
//! use tidings_shared::{Mode, NewMessage, RoomName};
//!
//! let server: Server = "localhost:3001".parse()?;
//! let ids = Ids::draw();
//! let message =
//!     NewMessage { id: ids.next(), username: "marcello".parse()?, text: "sim?".parse()? };
//! server.post(&RoomName::lobby(), &message).await?;
//!
//! let mut updates = follow(&server, FollowOptions::new(RoomName::lobby(), Mode::Sse));
//! while let Some(update) = updates.next().await {
//!     if let Update::Message { message, .. } = update {
//!         eprintln!("{}: {}", message.username, message.text);
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod body;
mod failure;
mod follow;
mod health;
mod ids;
mod outbox;
mod post;
mod read;
mod server;
mod socket;
mod tls;

pub use failure::Failure;
pub use follow::{Follow, FollowOptions, Update, follow};
pub use ids::Ids;
pub use outbox::{Delivery, DeliveryError, Outbox};
pub use read::{Read, Start};
pub use server::{Server, ServerError};
