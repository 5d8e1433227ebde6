//! A guard against work that creeps into the hot paths: Valgrind counts the instructions that each
//! takes, and a count a quarter above its baseline is a failed test (`cargo xtask test counts`).
//! Time would say more, but on a busy machine it says something else each run; a count hardly moves.
//!
//! Each run prints its counts, as `Instructions: new|old`. To renew a baseline, because a path
//! does more now and should, write the new count over the constant: the limit follows from it.

/// What is counted. Valgrind is there on Linux alone; elsewhere this program is empty.
#[cfg(target_os = "linux")]
mod counts {
    use std::{hint::black_box, sync::Arc};

    use bytes::Bytes;
    use futures_util::FutureExt;
    use gungraun::{Callgrind, EventKind, prelude::*};
    use tidings_backend::{
        Config, hot,
        room::{Place, Room, Rooms, encode::Encoded},
        store::{Draft, Record, StoreUrl},
    };
    use tidings_shared::{
        Cursor, Epoch, Message, MessageId, Receipt, RoomName, Text, Timestamp, Username,
    };

    /// What was counted, for each path [`TIMES`](super::TIMES) times, as rustc 1.95.0 builds it for
    /// x86-64.
    mod baseline {
        /// A message into all framings.
        pub(super) const ENCODE: u64 = 8_852_593;
        /// Messages to the end of a full tail, each of which drops the oldest.
        pub(super) const APPEND: u64 = 1_135_737;
        /// What lies behind a listener's place, as one write.
        pub(super) const WEBSOCKET: u64 = 12_816_392;
        /// The same for a stream of server-sent events.
        pub(super) const SSE: u64 = 9_960_392;
        /// A poll's head, as a browser sends it.
        pub(super) const HEAD: u64 = 10_482_706;
        /// The answer to a poll when there is nothing new.
        pub(super) const EMPTY_PAGE: u64 = 808_423;
        /// The answer to a post.
        pub(super) const RECEIPT: u64 = 3_318_529;
    }

    /// How often each is done, so that what is done once weighs nothing.
    const TIMES: u64 = 1000;
    /// More messages than a tail holds.
    const FULL: u64 = 1100;
    /// How far behind a listener is.
    const BEHIND: u64 = 64;

    /// A quarter above the baseline is a regression. The margin is for processors for which the C
    /// library copies bytes in other ways, and for a dependency's new version.
    fn within(baseline: u64) -> LibraryBenchmarkConfig {
        let mut callgrind = Callgrind::default();
        callgrind.hard_limits([(EventKind::Ir, baseline + baseline / 4)]);
        let mut config = LibraryBenchmarkConfig::default();
        config.tool(callgrind);
        config
    }

    fn epoch() -> Epoch {
        "k3f9a0zq".parse().expect("an epoch")
    }

    fn id(seq: u64) -> MessageId {
        format!("0199b7e2-6f0e-7a31-9d0c-{seq:012x}").parse().expect("an id")
    }

    fn username() -> Username {
        "leandro".parse().expect("a name")
    }

    fn text() -> Text {
        "backup of the \"orders\" database done in 41 s".parse().expect("a text")
    }

    fn record(seq: u64) -> Record {
        let at = Timestamp::from_ms(1_764_000_000_000 + seq);
        let message = Message { seq, id: id(seq), username: username(), text: text(), at };
        Record { message, number: None }
    }

    /// In the lobby, whose messages are encoded for the demo as well.
    fn encoded(record: &Record) -> Encoded {
        Encoded::message(epoch(), &RoomName::lobby(), record)
    }

    /// A full tail, and what is to be appended to it.
    fn full_tail() -> (hot::Tail, Vec<Arc<Encoded>>) {
        let message = |seq| Arc::new(encoded(&record(seq)));
        let mut tail = hot::Tail::default();
        (1..=FULL).for_each(|seq| tail.push(seq, message(seq)));
        (tail, (FULL + 1..=FULL + TIMES).map(message).collect())
    }

    /// A room with a full tail, and the place of somebody behind its end.
    fn behind() -> (Room, Place) {
        let rooms = Rooms::open(&StoreUrl::Memory, text()).expect("memory is there");
        let room = rooms.get(&RoomName::lobby());
        for seq in 1..=FULL {
            let (room_name, id) = (RoomName::lobby(), id(seq));
            let draft =
                Draft { room: room_name, id, username: username(), text: text(), number: None };
            let appended = room.append(draft).expect("memory takes it").now_or_never();
            assert!(matches!(appended, Some(Ok(_))), "memory answers at once");
        }
        let end = room.end();
        (room, Place { seq: end.seq - BEHIND, ..end })
    }

    fn reader() -> hot::Reader {
        let config = Config { store: StoreUrl::Memory, ..Config::default() };
        hot::Reader::open(config).expect("memory is there")
    }

    fn receipt() -> Receipt {
        let Message { seq, id, at, .. } = record(FULL).message;
        Receipt { seq, id, at, cursor: Cursor::new(epoch(), seq) }
    }

    fn times<T>(mut work: impl FnMut() -> T) {
        for _ in 0..TIMES {
            black_box(work());
        }
    }

    #[library_benchmark(config = within(baseline::ENCODE))]
    #[bench::lobby(record(57))]
    fn encode(record: Record) {
        times(|| encoded(black_box(&record)));
    }

    #[library_benchmark(config = within(baseline::APPEND))]
    #[bench::full(full_tail())]
    fn append((mut tail, messages): (hot::Tail, Vec<Arc<Encoded>>)) -> hot::Tail {
        for (message, seq) in messages.into_iter().zip(FULL + 1..) {
            tail.push(seq, black_box(message));
        }
        tail
    }

    #[library_benchmark(config = within(baseline::WEBSOCKET))]
    #[bench::behind(behind())]
    fn websocket((room, place): (Room, Place)) -> Room {
        times(|| written(hot::websocket(&room, black_box(place))));
        room
    }

    #[library_benchmark(config = within(baseline::SSE))]
    #[bench::behind(behind())]
    fn sse((room, place): (Room, Place)) -> Room {
        times(|| written(hot::sse(&room, black_box(place))));
        room
    }

    fn written(batch: Option<Bytes>) -> Bytes {
        batch.expect("the tail reaches back that far")
    }

    #[library_benchmark(config = within(baseline::HEAD))]
    #[bench::poll(reader())]
    fn head(reader: hot::Reader) -> hot::Reader {
        const POLL: &[u8] = b"GET /api/rooms/lobby/messages?after=k3f9a0zq:57&username=leandro&every=3s HTTP/1.1\r\n\
            host: localhost:3001\r\n\
            connection: keep-alive\r\n\
            user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n\
            accept: application/json\r\n\
            accept-language: en-US,en;q=0.5\r\n\
            accept-encoding: gzip, deflate, br\r\n\
            referer: http://localhost:3001/r/lobby\r\n\
            \r\n";
        times(|| assert_eq!(reader.head(black_box(POLL)), Some(POLL.len())));
        reader
    }

    #[library_benchmark(config = within(baseline::EMPTY_PAGE))]
    #[bench::at_end(Cursor::new(epoch(), FULL))]
    fn empty_page(cursor: Cursor) {
        times(|| hot::empty_page(black_box(cursor)));
    }

    #[library_benchmark(config = within(baseline::RECEIPT))]
    #[bench::taken(receipt())]
    fn post_receipt(receipt: Receipt) {
        times(|| hot::receipt(black_box(&receipt)));
    }

    library_benchmark_group!(
        name = hot_paths,
        benchmarks = [encode, append, websocket, sse, head, empty_page, post_receipt]
    );

    main!(library_benchmark_groups = hot_paths);

    pub(super) fn run() {
        main();
    }
}

fn main() {
    #[cfg(target_os = "linux")]
    counts::run();
}
