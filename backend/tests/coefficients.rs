//! What the cost of listening is reckoned with, as a server gives it.

mod common;

use common::{Kind, Server};
use serde_json::Value;
use tidings_shared::plan::Coefficients;

async fn asked(server: &Server) -> Value {
    let answer = server.get("/api/coefficients").await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
    answer.read()
}

/// The set in an answer, read as the page reads it.
fn set(answer: &Value) -> Coefficients {
    Coefficients::parse(&answer["set"].to_string()).unwrap()
}

#[tokio::test]
async fn a_file_beside_the_database_is_given_and_else_the_set_that_comes_along() {
    let server = Server::start(Kind::Sqlite).await;
    let answer = asked(&server).await;
    assert_eq!((answer["from"].as_str(), answer.get("problem")), (Some("included"), None));
    assert_eq!(set(&answer), Coefficients::included());

    // It may be written while the server runs.
    let mut mine = Coefficients::included();
    mine.measured.machine = "a very slow one".into();
    let file = server.folder().join("data/coefficients.json");
    std::fs::write(&file, mine.to_json()).unwrap();
    let answer = asked(&server).await;
    assert_eq!(answer["from"], "file");
    assert_eq!(set(&answer), mine);

    mine.sse.arrival_us.low = -3.0;
    for (bad, says) in [
        (mine.to_json(), "sse's arrival_us"),
        ("{".into(), "no set of coefficients"),
        (String::new(), "no set of coefficients"),
        (r#"{"version":2}"#.into(), "version is 2"),
    ] {
        std::fs::write(&file, bad).unwrap();
        let answer = asked(&server).await;
        assert_eq!(answer["from"], "included");
        assert!(answer["problem"].as_str().unwrap().contains(says), "{says}: {answer}");
        assert_eq!(set(&answer), Coefficients::included());
    }
    server.stop().await;
}

#[tokio::test]
async fn a_log_in_memory_has_the_set_that_comes_along() {
    let server = Server::start(Kind::Memory).await;
    assert_eq!(asked(&server).await["from"], "included");
    server.stop().await;
}
