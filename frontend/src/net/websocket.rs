//! WebSocket: one line both ways. What is posted goes out on it too, through a [`Line`] that is
//! open as long as the connection is.

use std::{cell::RefCell, rc::Rc, time::Duration};

use futures_channel::oneshot;
use futures_util::StreamExt;
use tidings_shared::{Event, MessageId, NewMessage, Receipt, RoomName, event::Command};
use wasm_bindgen::JsCast;
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use super::{Ask, End, Failure, Lost, Signal, Tell, hear::hear, patience, within};
use crate::{browser, state::Traffic, wire};

type Answer = Result<Receipt, Failure>;

/// The way out on the present WebSocket, if there is one.
#[derive(Clone, Debug, Default)]
pub struct Line(Rc<RefCell<Option<Open>>>);

#[derive(Debug)]
struct Open {
    room: RoomName,
    socket: WebSocket,
    tell: Tell,
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
        let open = self.0.borrow().as_ref().map(|open| (open.socket.clone(), open.tell.clone()));
        if let Some((socket, tell)) = open {
            let text = wire::command(command);
            tell.cost(Traffic::frame_out(text.len()));
            // A socket that is about to close takes nothing, and says that it closes.
            let _ = socket.send_with_str(&text);
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
struct Closing<'a>(&'a Line, WebSocket);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        drop(self.0.0.take());
        let _ = self.1.close();
    }
}

pub(super) async fn listen(ask: &Ask, tell: &Tell, line: &Line) -> End {
    let path = ask.path();
    let query = &path[path.find('?').unwrap_or(path.len())..];
    let url = browser::websocket_url(&ask.base, &ask.room) + query;
    tell.cost(Traffic::request(&url, 0));
    let Ok(socket) = WebSocket::new(&url) else {
        return Lost::Unopened.into();
    };
    let _closing = Closing(line, socket.clone());
    let (_listeners, mut events) = hear(&socket, ["message", "error", "close"]);

    let mut limit = ask.first_word;
    loop {
        let Some(event) = within(limit, events.next()).await else {
            return Lost::Silent.into();
        };
        let Some(message) = event.as_ref().and_then(JsCast::dyn_ref::<MessageEvent>) else {
            let close = event.as_ref().and_then(JsCast::dyn_ref::<CloseEvent>);
            let why = close.map(CloseEvent::reason).filter(|why| !why.is_empty());
            return why.map_or(Lost::Broke, Lost::Closed).into();
        };
        // A frame of bytes is nothing that a server says.
        let Some(text) = message.data().as_string() else { continue };
        tell.cost(Traffic::frame_in(text.len()));
        let event = wire::read(&text).unwrap_or(Event::Unknown);
        match &event {
            Event::Hello(hello) => {
                limit = patience(hello.heartbeat);
                tell.cost(Traffic::opened());
                let room = ask.room.clone();
                *line.0.borrow_mut() =
                    Some(Open { room, socket: socket.clone(), tell: tell.clone(), waiting: None });
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
}
