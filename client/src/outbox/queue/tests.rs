//! The queue's promises, and the one that all of it is for: a server that takes each id once ends
//! up with every message, in order. In a file of its own for its length.

use proptest::prelude::*;
use tidings_shared::{Cursor, Timestamp};

use super::*;

fn message(n: usize) -> NewMessage {
    NewMessage {
        id: format!("m{n}").parse().unwrap(),
        username: "ana".parse().unwrap(),
        text: n.to_string().parse().unwrap(),
    }
}

fn receipt(id: &MessageId) -> Receipt {
    let cursor: Cursor = "k3f9a0zq:1".parse().unwrap();
    Receipt { seq: 1, id: id.clone(), at: Timestamp::from_ms(0), cursor }
}

fn filled(count: usize) -> Queue {
    let now = Instant::now();
    let mut queue = Queue::new(now);
    for n in 0..count {
        queue.push(message(n), oneshot::channel().0, now);
    }
    queue
}

fn numbers(messages: &[NewMessage]) -> Vec<usize> {
    messages.iter().map(|m| m.text.as_str().parse().unwrap()).collect()
}

#[test]
fn a_websocket_takes_a_window_and_then_as_many_as_are_answered() {
    let mut queue = filled(300);
    queue.carry_by(Carrier::Socket);
    let now = Instant::now();
    let (first, _) = queue.take(now);
    assert_eq!(numbers(&first), (0..256).collect::<Vec<_>>());
    assert!(queue.take(now).0.is_empty());
    for sent in &first[..3] {
        queue.settle(&sent.id, Ok(receipt(&sent.id)), now);
    }
    assert_eq!(numbers(&queue.take(now).0), [256, 257, 258]);
}

#[test]
fn a_new_connection_begins_with_the_oldest_unanswered_message() {
    let mut queue = filled(5);
    let now = Instant::now();
    queue.carry_by(Carrier::Socket);
    let (sent, _) = queue.take(now);
    queue.settle(&sent[0].id, Ok(receipt(&sent[0].id)), now);
    queue.carry_by(Carrier::SocketSoon);
    assert!(queue.oldest_for_http().is_none());
    queue.carry_by(Carrier::Http);
    assert_eq!(queue.oldest_for_http(), Some(message(1)));
    queue.carry_by(Carrier::Socket);
    assert_eq!(numbers(&queue.take(now).0), [1, 2, 3, 4]);
}

#[test]
fn after_a_not_now_nothing_is_sent_until_all_in_flight_are_answered_for() {
    let mut queue = filled(4);
    queue.carry_by(Carrier::Socket);
    let now = Instant::now();
    let (sent, _) = queue.take(now);
    queue.push(message(4), oneshot::channel().0, now);
    queue.hold("slow down".into(), 1.0, now);
    assert_eq!(queue.take(now), (vec![], None), "three are still in flight");
    queue.settle(&sent[3].id, Ok(receipt(&sent[3].id)), now);
    queue.hold("slow down".into(), 1.0, now);
    queue.hold("slow down".into(), 1.0, now);
    let (none, until) = queue.take(now);
    assert!(none.is_empty());
    let until = until.unwrap();
    assert_eq!(numbers(&queue.take(until).0), [0], "one at a time from here on");
}

#[test]
fn an_answer_is_told_to_who_waits_for_it() {
    let now = Instant::now();
    let mut queue = Queue::new(now);
    let (answer, mut told) = oneshot::channel();
    queue.push(message(0), answer, now);
    assert_eq!(queue.stuck_since(), Some(now));
    let refused = Problem::new(422, "No", "text is empty");
    queue.settle(&message(0).id, Err(refused.clone()), now);
    assert_eq!(told.try_recv().unwrap(), Err(refused));
    assert_eq!(queue.stuck_since(), None);
}

/// One thing that can happen between a client and its server.
#[derive(Clone, Debug)]
enum Happening {
    Send,
    /// The server takes this many of what is in the socket, and its answers come through.
    Take(usize),
    /// The server takes this many, and the connection breaks before it can answer.
    TakeAndBreak(usize),
    /// The same, but HTTP carries the next message.
    TakeAndBreakThenHttp(usize),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        Just(Happening::Send),
        (1usize..300).prop_map(Happening::Take),
        (0usize..300).prop_map(Happening::TakeAndBreak),
        (0usize..300).prop_map(Happening::TakeAndBreakThenHttp),
    ]
}

proptest! {
    /// A server that takes each id once ends up with all messages in order, however often
    /// connections break and carriers change.
    #[test]
    fn the_log_is_in_order_and_whole(happenings in prop::collection::vec(happening(), 0..60)) {
        let now = Instant::now();
        let mut queue = filled(600);
        queue.carry_by(Carrier::Socket);
        let mut socket: VecDeque<NewMessage> = VecDeque::new();
        let mut log: Vec<usize> = Vec::new();
        let mut store = |message: &NewMessage| {
            let n: usize = message.text.as_str().parse().unwrap();
            if !log.contains(&n) {
                log.push(n);
            }
        };
        for happening in happenings {
            match happening {
                Happening::Send => socket.extend(queue.take(now).0),
                Happening::Take(count) => {
                    for message in socket.drain(..count.min(socket.len())) {
                        store(&message);
                        queue.settle(&message.id, Ok(receipt(&message.id)), now);
                    }
                }
                Happening::TakeAndBreak(count) => {
                    socket.drain(..count.min(socket.len())).for_each(|m| store(&m));
                    socket.clear();
                    queue.carry_by(Carrier::Socket);
                }
                Happening::TakeAndBreakThenHttp(count) => {
                    socket.drain(..count.min(socket.len())).for_each(|m| store(&m));
                    socket.clear();
                    queue.carry_by(Carrier::Http);
                    if let Some(message) = queue.oldest_for_http() {
                        store(&message);
                        queue.settle(&message.id, Ok(receipt(&message.id)), now);
                    }
                    queue.carry_by(Carrier::Socket);
                }
            }
        }
        while queue.len() > 0 {
            socket.extend(queue.take(now).0);
            prop_assert!(!socket.is_empty(), "what is unanswered is sent again");
            for message in socket.drain(..) {
                store(&message);
                queue.settle(&message.id, Ok(receipt(&message.id)), now);
            }
        }
        prop_assert_eq!(log, (0..600).collect::<Vec<_>>());
    }
}
