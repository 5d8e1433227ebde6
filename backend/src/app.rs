//! What every handler shares, and the routes. The OpenAPI document is made from the same list.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderValue, Method, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{connect, get},
};
use tidings_shared::route;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_http::{
    catch_panic::CatchPanicLayer,
    cors::{AllowOrigin, CorsLayer},
};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api,
    config::Config,
    error::Error,
    front::Crowds,
    lab::{self, Lab},
    limit,
    meter::{Busy, Connection, Meter},
    room::Rooms,
    search::{self, Search},
    store::OpenError,
    transport::{bulk, demo, lines, page, poll, publish, sse, websocket},
    web,
};

/// What every handler shares, behind one [`Arc`]: axum clones it several times a request.
pub struct App {
    /// The log.
    pub rooms: Rooms,
    /// What can be found in it.
    pub search: Search,
    /// What it costs.
    pub meter: Arc<Meter>,
    /// How it was started.
    pub config: Config,
    /// Plain connections, and WebSockets, which outlive their requests: shutting down waits for them.
    pub tasks: TaskTracker,
    /// Cancelled when that took too long.
    pub cut: CancellationToken,
    /// Who waits on plain HTTP/1.1 connections.
    pub crowds: Crowds,
    /// Cancelled when the server shuts down: connections on which nothing is asked end.
    pub closing: CancellationToken,
    /// The Lab, where there is one: it was there before, and stays behind.
    pub lab: Option<Arc<Lab>>,
}

impl App {
    /// As `config` says, with its store open.
    ///
    /// # Errors
    ///
    /// A sentence that says why the store can't be used.
    pub fn open(config: Config) -> Result<Self, OpenError> {
        let rooms = Rooms::open(&config.store, config.welcome.clone())?;
        let closing = CancellationToken::new();
        Ok(Self {
            search: Search::new(&config.store, rooms.clone(), closing.clone()),
            rooms,
            meter: Arc::default(),
            config,
            tasks: TaskTracker::new(),
            cut: CancellationToken::new(),
            crowds: Crowds::default(),
            closing,
            lab: None,
        })
    }

    /// A task that shutting down waits for.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let work = self.tasks.track_future(work);
        if self.lab.is_some() {
            // The Lab's restart leaves the process alive, and with it whoever did not end in time.
            tokio::spawn(self.cut.clone().run_until_cancelled_owned(work));
        } else {
            tokio::spawn(work);
        }
    }

    /// Ends when all those tasks have ended.
    pub async fn idle(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Those that are not done are cut: with the Lab now, elsewhere by the process's end.
    pub async fn cut(&self) {
        if self.lab.is_some() {
            self.cut.cancel();
            self.idle().await;
        }
    }

    /// A stream goes on as a task of its own, which shutting down waits for.
    pub fn spawn_listener(
        &self,
        connection: Arc<Connection>,
        listens: impl Future<Output = ()> + Send + 'static,
    ) {
        let lane = connection.lane();
        // Each wrapper here is a struct and no `async` block, which would take twice the memory.
        self.spawn(Busy::task(listens, connection, lane));
    }
}

#[derive(OpenApi)]
#[openapi(info(
    title = "Tidings",
    description = "A chat and message server in which each client chooses how it listens: polling, \
        long-polling, server-sent events, lines, or WebSocket. A room is one ordered log, a client \
        a cursor into it; every way of listening gives the same messages in the same order.",
    license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
))]
struct Document;

/// The whole surface.
pub fn router(app: Arc<App>) -> Router {
    let (router, document) = OpenApiRouter::<Arc<App>>::with_openapi(Document::openapi())
        .routes(routes!(poll::read, publish::post, bulk::put))
        .routes(routes!(sse::listen))
        .routes(routes!(lines::ndjson))
        .routes(routes!(lines::raw))
        .routes(routes!(websocket::listen))
        .routes(routes!(page::read, page::post, bulk::put_page))
        .routes(routes!(demo::read, demo::post))
        .routes(routes!(search::search))
        .routes(routes!(api::rooms::list))
        .routes(routes!(api::rooms::one))
        .routes(routes!(api::rooms::presence))
        .routes(routes!(api::topic::set))
        .routes(routes!(api::clock))
        .routes(routes!(api::meter))
        .routes(routes!(api::metrics))
        .routes(routes!(api::coefficients::coefficients))
        .routes(routes!(api::health::healthz))
        .routes(routes!(api::health::readyz))
        .merge(lab::routes())
        .split_for_parts();
    let document = Arc::new(document);
    let cors = cors(&app.config.allow_origin);
    // Over HTTP/2 a WebSocket is asked for by CONNECT (RFC 8441), which OpenAPI has no word for.
    router
        .route(websocket::PATH, connect(websocket::listen))
        .route(demo::PATH, connect(demo::read))
        .route(route::OPENAPI, get(move || async move { Json(document.as_ref().clone()) }))
        .fallback(web::fallback)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(publish::MAX_BODY))
        .layer(middleware::from_fn_with_state(app.clone(), limit::check_origin))
        .layer(cors)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::map_response(secure))
        .with_state(app)
}

/// Pages of the origins that the operator named may read and write; others get no permission.
fn cors(origins: &[String]) -> CorsLayer {
    let origins = origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    let idempotency_key = header::HeaderName::from_static("idempotency-key");
    let last_event_id = header::HeaderName::from_static("last-event-id");
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST, Method::PUT])
        .allow_headers([
            header::CONTENT_TYPE,
            header::AUTHORIZATION,
            idempotency_key,
            last_event_id,
        ])
        .max_age(Duration::from_secs(3600))
}

async fn secure(mut response: Response) -> Response {
    for (name, value) in web::SECURITY_HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

/// axum adds the `Allow` header.
async fn method_not_allowed(method: Method, request: Request) -> Error {
    let detail = format!(
        "{method} is not possible at {}; the Allow header says what is",
        request.uri().path()
    );
    Error::new(StatusCode::METHOD_NOT_ALLOWED, detail)
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    let detail = "the server made a mistake on this request; it is in its log";
    Error::new(StatusCode::INTERNAL_SERVER_ERROR, detail).into_response()
}
