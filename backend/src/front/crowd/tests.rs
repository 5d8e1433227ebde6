//! Whoever waits in a crowd hears everything once, and nothing of it goes on for longer than anybody does.

use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::{
    meter::Connection,
    room::Rooms,
    store::{Draft, StoreUrl, draw_id},
};

const PAGE: Framing = Framing::Page { limit: 10, origin: None };

async fn outlet(meter: &Arc<Meter>) -> (Arc<Outlet>, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let other = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (socket, peer) = listener.accept().await.unwrap();
    let (_, writer) = socket.into_split();
    (Arc::new(Outlet::new(writer, Connection::new(meter.clone(), peer))), other)
}

fn draft(room: &Room, text: &str) -> Draft {
    Draft {
        room: room.name().clone(),
        id: draw_id(),
        username: "ana".parse().unwrap(),
        text: text.parse().unwrap(),
        number: None,
    }
}

#[test]
fn only_a_large_crowd_that_is_busy_waits_for_more_and_never_for_long() {
    let ms = Duration::from_millis;
    assert_eq!(gathering(ms(64), ms(0)), Gathering::For(ms(4)));
    assert_eq!(gathering(ms(64), ms(63)), Gathering::For(ms(4)));
    assert_eq!(gathering(ms(64), ms(64)), Gathering::Nothing, "idle for longer than a round");
    assert_eq!(gathering(ms(15), ms(0)), Gathering::Commit, "no timer waits for so short a time");
    assert_eq!(gathering(ms(1), ms(0)), Gathering::Nothing, "it is over as soon as the commit is");
    assert_eq!(gathering(ms(5_000), ms(0)), Gathering::For(ms(10)));
}

/// So many in the room's crowd, who have everything and wait: the seat and the far end of each.
async fn seated(
    many: usize,
    room: &Room,
    crowd: &Arc<Crowd>,
    meter: &Arc<Meter>,
) -> Vec<(Seat, TcpStream)> {
    let mut here = Vec::new();
    for _ in 0..many {
        let (outlet, far) = outlet(meter).await;
        let seat = crowd.clone().seat(&outlet);
        assert!(seat.wait(Framing::Raw, room.end(), |_| ()).is_ok());
        here.push((seat, far));
    }
    here
}

/// More than one task goes through so many, and each of these takes what the others leave.
#[tokio::test]
async fn each_of_many_hears_each_message_once_whoever_goes_through_their_row() {
    const MANY: usize = 2 * SHARE + ROW / 2;
    let rooms = Rooms::open(&StoreUrl::Memory, "Welcome user".parse().unwrap()).unwrap();
    let room = rooms.get(&"ops".parse().unwrap());
    let meter = Arc::default();
    let crowd = Crowds::default().of(&room, &meter);
    let mut here = seated(MANY, &room, &crowd, &meter).await;
    assert_eq!(crowd.house().tasks.len(), wanted(MANY));
    let said: Vec<_> = (0..20).map(|number| format!("message {number}")).collect();
    for text in &said {
        room.append(draft(&room, text)).unwrap().await.unwrap();
    }
    for (_, far) in &mut here {
        let mut heard = Vec::new();
        while !heard.ends_with(b"message 19\n\r\n") {
            assert_ne!(far.read_buf(&mut heard).await.unwrap(), 0);
        }
        let heard = String::from_utf8(heard).unwrap();
        let texts = heard.lines().filter_map(|line| line.strip_prefix("> ana: "));
        assert!(texts.eq(&said), "{heard}");
    }
    // Nobody is left, and so nobody goes through the rows.
    drop(here);
    while !crowd.house().tasks.is_empty() {
        room.typing("ana".parse().unwrap());
        tokio::task::yield_now().await;
    }
    assert!(crowd.house().rows.is_empty());
}

/// What was committed between somebody's look at the log and their joining wakes nobody: only
/// this second look finds it.
#[tokio::test]
async fn who_joins_too_late_for_a_message_is_sent_back_for_it() {
    let rooms = Rooms::open(&StoreUrl::Memory, "Welcome user".parse().unwrap()).unwrap();
    let room = rooms.get(&"ops".parse().unwrap());
    let meter = Arc::default();
    let crowd = Crowds::default().of(&room, &meter);
    let before = room.end();
    room.append(draft(&room, "oi")).unwrap().await.unwrap();
    let late = |framing, outlet: &Arc<Outlet>, place| {
        let seat = crowd.clone().seat(outlet);
        let waits = seat.wait(framing, place, |_| ());
        assert_eq!(seat.is_over(), waits.is_err(), "who is sent back waits no more");
        waits.err()
    };
    for framing in [Framing::Sse, Framing::Websocket, PAGE] {
        let (first, _far) = outlet(&meter).await;
        assert_eq!(late(framing, &first, room.end()), None, "it has everything");
        let (second, _far) = outlet(&meter).await;
        assert_eq!(late(framing, &second, before), Some(before));
        assert!(crowd.house().taken.is_empty());
    }
    // Beside the messages there are notices; a page has none.
    let end = room.end();
    room.typing("ana".parse().unwrap());
    let (third, _far) = outlet(&meter).await;
    assert_eq!(late(PAGE, &third, end), None);
    assert_eq!(late(Framing::Sse, &third, end), Some(end));
}

/// A task that goes, since fewer are left, leaves nobody with less than there is.
#[tokio::test(flavor = "multi_thread")]
async fn who_stays_hears_everything_while_others_come_and_go() {
    let rooms = Rooms::open(&StoreUrl::Memory, "Welcome user".parse().unwrap()).unwrap();
    let room = rooms.get(&"ops".parse().unwrap());
    let meter = Arc::default();
    let crowd = Crowds::default().of(&room, &meter);
    let mut here = seated(SHARE, &room, &crowd, &meter).await;
    let (passer, _far) = outlet(&meter).await;
    for round in 0..300 {
        let seat = crowd.clone().seat(&passer);
        for number in 0..4 {
            let text = format!("message {round}.{number}");
            room.append(draft(&room, &text)).unwrap().await.unwrap();
        }
        drop(seat);
        for number in 4..8 {
            let text = format!("message {round}.{number}");
            room.append(draft(&room, &text)).unwrap().await.unwrap();
        }
        let last = format!("message {round}.7\n\r\n");
        for (_, far) in &mut here {
            let mut heard = Vec::new();
            let hear = async {
                while !heard.ends_with(last.as_bytes()) {
                    assert_ne!(far.read_buf(&mut heard).await.unwrap(), 0);
                }
            };
            // Sooner than a heartbeat would bring it.
            assert!(tokio::time::timeout(Duration::from_secs(5), hear).await.is_ok(), "{last}");
        }
    }
}

/// Whoever was not being written to goes on, and nobody is left with half of something.
#[tokio::test]
async fn who_was_written_to_when_it_went_wrong_is_disconnected_and_the_others_are_let_go() {
    let rooms = Rooms::open(&StoreUrl::Memory, "Welcome user".parse().unwrap()).unwrap();
    let room = rooms.get(&"ops".parse().unwrap());
    let meter = Arc::default();
    let crowd = Crowds::default().of(&room, &meter);
    let mut here = seated(2, &room, &crowd, &meter).await;
    let outlet = here[0].0.outlet.clone();
    let went_wrong = std::thread::spawn(move || {
        let _state = outlet.state();
        panic!("as this test wants it");
    });
    assert!(went_wrong.join().is_err());
    here[0].0.row.release();
    assert!(here.iter().all(|(seat, _)| seat.is_over()));
    assert_eq!(here[0].1.read(&mut [0]).await.unwrap(), 0, "the connection ended");
    let outlet = here[1].0.outlet.clone();
    outlet.send(b"!").unwrap();
    let mut heard = [0];
    here[1].1.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"!", "and this one did not");
}
