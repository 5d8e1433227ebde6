//! A request that was seen on the wire, as a line for a terminal that asks the same.

use crate::lab::lines::Record;

/// Headers that a browser sends of its own accord, or that curl makes itself; in small letters.
const NOISE: [&str; 16] = [
    "accept-encoding",
    "accept-language",
    "cache-control",
    "content-length",
    "dnt",
    "host",
    "origin",
    "pragma",
    "priority",
    "referer",
    "sec-gpc",
    "sec-websocket-extensions",
    "te",
    "transfer-encoding",
    "upgrade-insecure-requests",
    "user-agent",
];

/// The line, for the server at `origin` (`http://localhost:3001`); nothing for what is no request.
/// A body of which the record keeps only the beginning stands there as a file, `@body.txt`.
#[must_use]
pub fn curl(record: &Record, origin: &str) -> Option<String> {
    let (head, body) = record.text.split_once("\r\n\r\n").unwrap_or((&record.text, ""));
    let mut lines: Vec<&str> = head.split("\r\n").filter(|line| !line.is_empty()).collect();
    if head.len() as u64 + 4 < record.head && lines.len() > 1 {
        // The last header is not whole.
        lines.pop();
    }
    let mut lines = lines.into_iter();
    let mut request = lines.next()?.split(' ');
    let (method, target) = (request.next()?, request.next()?);
    if !request.next()?.starts_with("HTTP/") {
        return None;
    }
    let headers: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(':')).collect();
    let header = |name: &str| {
        let mut all = headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        all.next().map(|(_, value)| value.trim())
    };
    let upgrades = header("upgrade").is_some();
    let mut line = String::from("curl");
    if upgrades {
        line.push_str(" --include");
    }
    if upgrades || is_endless(target, header("accept")) {
        line.push_str(" --no-buffer");
    }
    if target.contains(['[', ']', '{', '}']) {
        line.push_str(" --globoff");
    }
    match method {
        "GET" => {}
        "POST" if record.body > 0 => {}
        "HEAD" => line.push_str(" --head"),
        method => line.push_str(&format!(" --request {}", quoted(method))),
    }
    for (name, value) in &headers {
        let name_small = name.to_ascii_lowercase();
        let is_noise = NOISE.contains(&name_small.as_str())
            || name_small.starts_with("sec-fetch-")
            || name_small.starts_with("sec-ch-")
            || (name_small == "connection" && !upgrades)
            || (name_small == "accept" && value.trim() == "*/*");
        if !is_noise {
            line.push_str(&format!(" -H {}", quoted(&format!("{name}: {}", value.trim()))));
        }
    }
    if record.body > 0 {
        if header("content-type").is_none() {
            // Else curl would say that it is a form.
            line.push_str(" -H 'Content-Type:'");
        }
        match body.len() as u64 == record.body {
            true => line.push_str(&format!(" --data-raw {}", quoted(body))),
            false => line.push_str(" --data-binary @body.txt"),
        }
    }
    line.push_str(&format!(" {}", quoted(&format!("{origin}{target}"))));
    Some(line)
}

/// Whether the answer has no end, so that it is to be shown as it comes.
fn is_endless(target: &str, accept: Option<&str>) -> bool {
    let path = target.split('?').next().unwrap_or_default();
    accept.is_some_and(|accept| accept.contains("text/event-stream"))
        || ["/sse", "/ndjson", "/raw"].iter().any(|end| path.ends_with(end))
}

/// A word of a shell's (POSIX), whatever is in it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn request(head: &str, body: &str) -> Record {
        let head = head.replace('\n', "\r\n") + "\r\n\r\n";
        Record {
            line: "k3f9".into(),
            at: 0.0,
            conn: 1,
            what: "request".into(),
            dir: None,
            head: head.len() as u64,
            body: body.len() as u64,
            text: format!("{head}{body}"),
            status: None,
            count: None,
            totals: Default::default(),
        }
    }

    fn line(head: &str, body: &str) -> String {
        curl(&request(head, body), "http://localhost:3001").expect("a request")
    }

    #[test]
    fn a_browsers_own_headers_are_left_out() {
        let head = "GET /api/rooms/lobby/messages?after=k3f9a0zq:57&wait=30 HTTP/1.1\n\
            Host: 127.0.0.1:43211\nConnection: keep-alive\nsec-ch-ua: \"Chromium\"\nUser-Agent: x\n\
            Accept: */*\nSec-Fetch-Mode: cors\nReferer: http://localhost:3001/lab\nX-Mine: it's";
        assert_eq!(
            line(head, ""),
            "curl -H 'X-Mine: it'\\''s' 'http://localhost:3001/api/rooms/lobby/messages?after=k3f9a0zq:57&wait=30'"
        );
    }

    #[test]
    fn a_stream_is_shown_as_it_comes() {
        let head = "GET /api/rooms/lobby/sse HTTP/1.1\nHost: x\nAccept: text/event-stream\n\
            Cache-Control: no-cache\nLast-Event-ID: k3f9a0zq:57";
        assert_eq!(
            line(head, ""),
            "curl --no-buffer -H 'Accept: text/event-stream' -H 'Last-Event-ID: k3f9a0zq:57' \
             'http://localhost:3001/api/rooms/lobby/sse'"
        );
        assert!(
            line("GET /api/rooms/lobby/raw?after=3 HTTP/1.1", "").starts_with("curl --no-buffer '")
        );
    }

    #[test]
    fn a_post_brings_its_body() {
        let head = "POST /api/rooms/lobby/messages HTTP/1.1\nContent-Type: application/json\nContent-Length: 20";
        assert_eq!(
            line(head, r#"{"text":"it's here"}"#),
            "curl -H 'Content-Type: application/json' --data-raw '{\"text\":\"it'\\''s here\"}' \
             'http://localhost:3001/api/rooms/lobby/messages'"
        );
        let mut long = request(head, "only the beginn");
        long.body = 9_000;
        let line = curl(&long, "http://localhost:3001").unwrap();
        assert!(line.contains(" --data-binary @body.txt "), "{line}");
        assert!(
            super::tests::line("POST /r/x HTTP/1.1", "").starts_with("curl --request 'POST' '")
        );
        assert!(
            super::tests::line("POST /r/x HTTP/1.1", "hi")
                .contains("-H 'Content-Type:' --data-raw 'hi'")
        );
        assert!(super::tests::line("HEAD /r/x HTTP/1.1", "").starts_with("curl --head '"));
    }

    #[test]
    fn a_websocket_is_asked_for_with_all_that_it_takes() {
        let head = "GET /api/rooms/lobby/ws HTTP/1.1\nHost: x\nConnection: Upgrade\nUpgrade: websocket\n\
            Origin: http://localhost:3001\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZQ==\n\
            Sec-WebSocket-Extensions: permessage-deflate";
        assert_eq!(
            line(head, ""),
            "curl --include --no-buffer -H 'Connection: Upgrade' -H 'Upgrade: websocket' \
             -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZQ==' \
             'http://localhost:3001/api/rooms/lobby/ws'"
        );
    }

    #[test]
    fn what_was_cut_off_is_not_taken_for_whole() {
        let mut cut = request("GET /x HTTP/1.1\nX-One: 1\nX-Long: begi", "");
        cut.head = 9_000;
        cut.text.truncate(cut.text.len() - 4);
        assert_eq!(curl(&cut, "http://h").unwrap(), "curl -H 'X-One: 1' 'http://h/x'");
        assert_eq!(curl(&request("no request at all", ""), "http://h"), None);
        assert_eq!(curl(&request("", ""), "http://h"), None);
        let odd = curl(&request("GET /x?a[]=1 HTTP/1.1", ""), "http://h").unwrap();
        assert_eq!(odd, "curl --globoff 'http://h/x?a[]=1'");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_real_shell_reads_the_word_that_was_meant(word in "[^\0]{0,40}") {
            let script = format!("printf %s {}", quoted(&word));
            let said = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
            prop_assert_eq!(String::from_utf8_lossy(&said.stdout), word);
        }
    }
}
