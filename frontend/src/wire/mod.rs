//! What travels between the app and the server, and what the app keeps for itself, as JSON.
//!
//! The types are the server's, and could be read and written by the derives that it uses. Those make for
//! each type several functions of their own, which know every way in which a text can be wrong and say
//! so in a sentence: together they were an eighth of the app. The app needs none of the sentences. So a text
//! becomes a tree here ([`Json`]), and each type takes its fields out of it ([`FromJson`]); the tests hold
//! both ways against the derives.

mod json;
mod read;
mod write;

pub use json::Json;
pub use read::{FromJson, Had, read};
pub use write::{Object, command, had, new_message, unsent};

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
