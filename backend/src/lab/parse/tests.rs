//! Conversations as they travel, whole and in pieces.

use super::*;

const HEAD: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

/// What is told of these bytes, read so many at once.
fn seen(dir: Dir, wire: &[u8], at_once: usize, asked: &[Asked]) -> Vec<Seen> {
    let (mut parser, mut out) = (Parser::new(dir), Vec::new());
    parser.expect(asked);
    wire.chunks(at_once).for_each(|piece| parser.feed(piece, &mut out));
    parser.finish(&mut out);
    let sum: usize = out.iter().map(|seen| seen.head + seen.body).sum();
    assert_eq!(sum, wire.len(), "every byte is told once: {out:?}");
    out
}

fn sizes(seen: &[Seen]) -> Vec<(What, usize, usize)> {
    seen.iter().map(|seen| (seen.what, seen.head, seen.body)).collect()
}

#[test]
fn requests_are_told_with_their_bodies() {
    let get = "GET /api/rooms/ops/messages?after=0 HTTP/1.1\r\nhost: x\r\n\r\n";
    let post = "POST /r/ops HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n";
    let wire = format!("{get}{post}hello{get}");
    for at_once in [1, 7, 50, wire.len()] {
        let seen = seen(Dir::Up, wire.as_bytes(), at_once, &[]);
        let get = (What::Request, get.len(), 0);
        assert_eq!(sizes(&seen), [get, (What::Request, post.len(), 5), get], "{at_once}");
        assert_eq!(seen[1].text, format!("{post}hello"));
    }
}

#[test]
fn a_request_for_a_websocket_is_known_as_soon_as_its_head_is_whole() {
    let wire = b"GET /ws HTTP/1.1\r\nconnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n";
    let (mut parser, mut out) = (Parser::new(Dir::Up), Vec::new());
    parser.feed(&wire[..wire.len() - 1], &mut out);
    assert!(parser.begun().is_empty() && out.is_empty());
    parser.feed(&wire[wire.len() - 1..], &mut out);
    assert!(parser.begun()[0].websocket);
    assert_eq!(out.len(), 1);
}

#[test]
fn events_are_told_one_by_one_and_their_chunks_framing_with_them() {
    let wire = format!("{HEAD}12\r\ndata: 1\n\nid: 2\ndat\r\n6\r\na: 2\n\n\r\n0\r\n\r\n");
    for at_once in [1, 3, wire.len()] {
        let seen = seen(Dir::Down, wire.as_bytes(), at_once, &[]);
        let told = sizes(&seen);
        assert_eq!(told[0], (What::Response, HEAD.len(), 0));
        assert_eq!(told[1], (What::Event, 4, 9), "{at_once}");
        assert_eq!(told[2], (What::Event, 2 + 3 + 2, 15), "{at_once}");
        assert_eq!(told[3], (What::Body, 5, 0), "the end of the body");
        assert_eq!(seen[2].text, "id: 2\ndata: 2\n\n");
    }
}

#[test]
fn an_event_is_told_with_the_end_of_its_chunk_and_not_with_the_next() {
    let (mut parser, mut out) = (Parser::new(Dir::Down), Vec::new());
    parser.feed(format!("{HEAD}9\r\ndata: 1\n\n\r\n").as_bytes(), &mut out);
    assert_eq!(sizes(&out)[1], (What::Event, 5, 9));
    assert!(!parser.is_at_rest(), "it goes on");
}

#[test]
fn lines_are_told_one_by_one() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\n\r\n";
    let seen = seen(Dir::Down, format!("{head}> ana: 1\n\n> ana: 2\n> a").as_bytes(), 5, &[]);
    let line = |size| (What::Line, 0, size);
    assert_eq!(sizes(&seen)[1..], [line(9), line(1), line(9), (What::Body, 0, 3)]);
}

#[test]
fn an_answer_ends_where_its_request_says() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n";
    let asked = [Asked { head_only: true, ..Asked::default() }, Asked::default()];
    let interim = "HTTP/1.1 100 Continue\r\n\r\n";
    let wire = format!("{interim}{head}{head}1234567HTTP/1.1 204 No Content\r\n\r\n");
    let seen = seen(Dir::Down, wire.as_bytes(), 9, &asked);
    let statuses: Vec<_> = seen.iter().map(|seen| seen.status).collect();
    assert_eq!(statuses, [Some(100), Some(200), Some(200), Some(204)]);
    let bodies: Vec<_> = seen.iter().map(|seen| seen.body).collect();
    assert_eq!(bodies, [0, 0, 7, 0]);
}

#[test]
fn a_large_body_is_told_in_pieces() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 200000\r\n\r\n";
    let wire = [head.as_bytes(), &[b'x'; 200_000]].concat();
    let seen = seen(Dir::Down, &wire, 1 << 14, &[]);
    assert_eq!(sizes(&seen)[0], (What::Response, head.len(), 0));
    assert!(seen[1..].iter().all(|seen| seen.what == What::Body && seen.body < 2 * WHOLE_BODY));
    assert!(seen[1].text.len() == EXCERPT);
}

#[test]
fn after_101_both_directions_are_frames() {
    let answer = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n";
    let (mut up, mut down) = (Parser::new(Dir::Up), Parser::new(Dir::Down));
    let mut out = Vec::new();
    down.feed(format!("{answer}\u{1}").as_bytes(), &mut out);
    assert!(down.is_at_rest());
    up.follow(&down, &mut out);
    up.feed(b"\x81\x85\0\0\0\0hello", &mut out);
    assert_eq!(sizes(&out)[1..], [(What::Frame, 6, 5)]);
    assert_eq!(out[1].text, "hello");
}

#[test]
fn what_is_not_understood_is_told_as_bytes() {
    for wire in
        ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{16}\u{3}\u{1}", "GET / HTTP/1.1\r\nbro ken"]
    {
        let seen = seen(Dir::Up, wire.as_bytes(), 4, &[]);
        assert!(seen.iter().all(|seen| seen.what != What::Frame), "{seen:?}");
        assert_eq!(seen.last().unwrap().what, What::Body, "{wire:?} {seen:?}");
    }
    let long = format!("GET /{} HTTP/1.1", "x".repeat(LONGEST_HEAD));
    let seen = seen(Dir::Up, long.as_bytes(), 1000, &[]);
    assert!(seen.iter().all(|seen| seen.what == What::Body));
}
