//! What the app writes as JSON: objects of a few fields.

use tidings_shared::{Cursor, Message, NewMessage, TopicSet, event::Command};

use crate::state::Unsent;

/// An object's text while its fields are added.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Object(String);

impl Object {
    /// A field that is a text.
    #[must_use]
    pub fn text(mut self, name: &str, text: &str) -> Self {
        self.name(name);
        quote(text, &mut self.0);
        self
    }

    /// A field that is JSON already.
    #[must_use]
    pub fn json(mut self, name: &str, json: &str) -> Self {
        self.name(name);
        self.0.push_str(json);
        self
    }

    /// The whole of it.
    #[must_use]
    pub fn end(mut self) -> String {
        self.0.push_str(if self.0.is_empty() { "{}" } else { "}" });
        self.0
    }

    fn name(&mut self, name: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        quote(name, &mut self.0);
        self.0.push(':');
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for sign in text.chars() {
        match sign {
            '"' | '\\' => out.extend(['\\', sign]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\0'..' ' => {
                let digit = |n: u32| char::from_digit(n, 16).unwrap_or_default();
                let code = u32::from(sign);
                out.push_str("\\u00");
                out.extend([digit(code >> 4), digit(code & 15)]);
            }
            _ => out.push(sign),
        }
    }
    out.push('"');
}

/// A message on its way to the server.
#[must_use]
pub fn new_message(message: &NewMessage) -> String {
    post(Object::default(), message).end()
}

fn post(object: Object, message: &NewMessage) -> Object {
    object
        .text("id", message.id.as_str())
        .text("username", message.username.as_str())
        .text("text", message.text.as_str())
}

/// What is said on a WebSocket.
#[must_use]
pub fn command(command: Command) -> String {
    let object = Object::default();
    match command {
        Command::Post { id, username, text } => {
            post(object.text("type", "post"), &NewMessage { id, username, text })
        }
        Command::Typing { username } => {
            object.text("type", "typing").text("username", username.as_str())
        }
    }
    .end()
}

/// A message that is not sent, to be kept.
#[must_use]
pub fn unsent(unsent: &Unsent) -> String {
    Object::default()
        .text("room", unsent.room.as_str())
        .json("message", &new_message(&unsent.message))
        .text("at", &unsent.at.to_string())
        .end()
}

/// What a room had, to be kept and read again as [`Had`](super::Had).
#[must_use]
pub fn had(messages: &[&Message], cursor: Cursor, topic: Option<&TopicSet>) -> String {
    let mut list = String::from("[");
    for message in messages {
        if list.len() > 1 {
            list.push(',');
        }
        let object = Object::default()
            .json("seq", &message.seq.to_string())
            .text("id", message.id.as_str())
            .text("username", message.username.as_str())
            .text("text", message.text.as_str())
            .text("at", &message.at.to_string());
        list.push_str(&object.end());
    }
    list.push(']');
    let cursor = cursor.to_string();
    let page =
        Object::default().json("messages", &list).text("cursor", &cursor).json("more", "false");
    let had = match topic {
        None => page,
        Some(set) => {
            let topic = Object::default()
                .text("topic", set.topic.as_str())
                .text("username", set.username.as_str())
                .text("at", &set.at.to_string());
            page.json("topic", &topic.end())
        }
    };
    had.end()
}
