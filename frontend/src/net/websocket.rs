//! WebSocket: one line both ways. What is posted goes out on it too, through a [`Line`] that is
//! open as long as the connection is.

use std::{cell::RefCell, rc::Rc, time::Duration};

use futures_channel::{mpsc, oneshot};
use futures_util::{SinkExt, StreamExt};
use gloo_net::websocket::{Message, WebSocketError, futures::WebSocket};
use tidings_shared::{Event, MessageId, NewMessage, Receipt, RoomName, event::Command};

use super::{Ask, End, Failure, Lost, Signal, Tell, first, patience, within};
use crate::{browser, state::Traffic, wire};

type Answer = Result<Receipt, Failure>;

/// The way out on the present WebSocket, if there is one.
#[derive(Clone, Debug, Default)]
pub struct Line(Rc<RefCell<Option<Open>>>);

#[derive(Debug)]
struct Open {
    room: RoomName,
    out: mpsc::UnboundedSender<Command>,
    /// The post that waits for its answer; the outbox sends one at a time.
    waiting: Option<(MessageId, oneshot::Sender<Answer>)>,
}

/// Equal when they are the same line.
impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Line {
    /// Whether it is open and leads to this room.
    #[must_use]
    pub fn leads_to(&self, room: &RoomName) -> bool {
        self.0.borrow().as_ref().is_some_and(|open| &open.room == room)
    }

    /// Sends a command, if the line is open.
    pub fn send(&self, command: Command) {
        if let Some(open) = &*self.0.borrow() {
            let _ = open.out.unbounded_send(command);
        }
    }

    /// Posts a message and waits for the server's word. A line that breaks before it came is no
    /// answer: the message may be in the log or not, and is safe to send again under its id.
    pub async fn post(&self, message: NewMessage) -> Answer {
        let (answer, answered) = oneshot::channel();
        if let Some(open) = &mut *self.0.borrow_mut() {
            open.waiting = Some((message.id.clone(), answer));
        }
        let NewMessage { id, username, text } = message;
        self.send(Command::Post { id, username, text });
        answered.await.unwrap_or(Err(Failure::Lost(Lost::Broke)))
    }

    fn answer(&self, id: &str, answer: Answer) {
        let mut open = self.0.borrow_mut();
        let waiting = open.as_mut().map(|open| &mut open.waiting);
        if let Some((_, waiting)) =
            waiting.and_then(|waiting| waiting.take_if(|(waiting, _)| waiting.as_str() == id))
        {
            let _ = waiting.send(answer);
        }
    }
}

/// Closes the line with its connection, however that ends; whoever waits for an answer learns it.
struct Closing<'a>(&'a Line);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        drop(self.0.0.take());
    }
}

pub(super) async fn listen(ask: &Ask, tell: &Tell, line: &Line) -> End {
    let path = ask.path();
    let query = &path[path.find('?').unwrap_or(path.len())..];
    let url = browser::websocket_url(&ask.base, &ask.room) + query;
    tell.cost(Traffic::request(&url, 0));
    let Ok(socket) = WebSocket::open(&url) else {
        return Lost::Unopened.into();
    };
    let (mut writer, mut reader) = socket.split();
    let (out, mut commands) = mpsc::unbounded();
    let _closing = Closing(line);

    let read = async {
        let mut limit = ask.first_word;
        loop {
            let text = match within(limit, reader.next()).await {
                Some(Some(Ok(Message::Text(text)))) => text,
                Some(Some(Ok(Message::Bytes(_)))) => continue,
                Some(Some(Err(WebSocketError::ConnectionClose(close))))
                    if !close.reason.is_empty() =>
                {
                    return Lost::Closed(close.reason).into();
                }
                Some(_) => return Lost::Broke.into(),
                None => return Lost::Silent.into(),
            };
            tell.cost(Traffic::frame_in(text.len()));
            let event = wire::read(&text).unwrap_or(Event::Unknown);
            match &event {
                Event::Hello(hello) => {
                    limit = patience(hello.heartbeat);
                    tell.cost(Traffic::opened());
                    let room = ask.room.clone();
                    *line.0.borrow_mut() = Some(Open { room, out: out.clone(), waiting: None });
                    tell.tell(Signal::Up);
                }
                Event::Posted(receipt) => line.answer(receipt.id.as_str(), Ok(receipt.clone())),
                Event::Rejected(rejected) => {
                    if let Some(id) = rejected.id.clone() {
                        let problem = rejected.clone().into_problem();
                        line.answer(&id, Err(Failure::Problem(problem, None)));
                    }
                }
                Event::Goaway(goaway) => {
                    return End::Goaway(Duration::from_millis(goaway.retry_ms));
                }
                _ => {}
            }
            tell.tell(Signal::Event(event, None));
        }
    };
    let write = async {
        while let Some(command) = commands.next().await {
            let text = wire::command(command);
            tell.cost(Traffic::frame_out(text.len()));
            if writer.send(Message::Text(text)).await.is_err() {
                break;
            }
        }
        Lost::Broke.into()
    };
    first(read, write).await
}
