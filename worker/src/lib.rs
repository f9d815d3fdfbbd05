// SPDX-License-Identifier: Apache-2.0
//! The Cloudflare Worker: adapters between the platform and the rules in `edgekms-service`.
//!
//! [`fetch`] is the entry; [`keyring_do`] is the Durable Object that holds one keyring, [`audit_do`] the
//! one that holds a part of its audit trail. Nothing here decides anything about keys.
//!
//! The entry does not go through the `worker` crate's `Request` and `Headers`: it takes the whole
//! request head in one crossing (see `glue.js`), and a call whose views are in the isolate's cache,
//! and of which nothing is to be written, is served without a promise.

#[allow(missing_docs, reason = "the attribute macro's own functions have none")]
pub mod account_do;
mod account_store;
mod archive;
#[allow(missing_docs, reason = "the attribute macro's own functions have none")]
pub mod audit_do;
#[cfg(feature = "conformance")]
#[allow(missing_docs, reason = "the attribute macro's own functions have none")]
pub mod conformance_do;
mod cors;
mod glue;
mod host;
mod journal;
#[allow(missing_docs, reason = "the attribute macro's own functions have none")]
pub mod keyring_do;
mod keyring_store;
mod object_do;
mod object_sql;
mod objects;
mod pages;
mod plain_store;
mod points;
#[cfg(feature = "conformance")]
mod remote_store;
mod subtle;
mod views;
#[allow(missing_docs, reason = "the attribute macro's own functions have none")]
pub mod watch_do;
mod web;

use std::{
    cell::{Cell, RefCell},
    future::{Future, poll_fn},
    pin::{Pin, pin},
    rc::Rc,
    task::{Context, Poll, Waker},
};

use edgekms_api::{
    dialect::request::{RawRequest, RequestLimits},
    error::{ApiError, ErrorCode},
};
use edgekms_service::{
    audit::trail::{Appender, Trail},
    call::{Chore, Ports, Served, Server},
    material::stores::KeyStores,
    port::{Fault, FaultLog},
    settings::{Settings, SettingsError},
    watch::page::Page,
};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::{
    archive::R2,
    host::{Host, PlatformBells, PlatformClock, PlatformEntropy, PlatformTimers},
    journal::Journal,
    objects::DurableObjects,
    points::Dataset,
    subtle::{SubtleMessages, SubtleRsa},
    views::KvViews,
    web::Web,
};

thread_local! {
    /// This isolate's service, made at its first request.
    static SERVER: RefCell<Option<Rc<Server>>> = const { RefCell::new(None) };
    /// Whether this isolate keeps points.
    static HAS_POINTS: Cell<bool> = const { Cell::new(false) };
    /// What this isolate's requests share on their way to the audit trail.
    static TRAIL: Rc<Trail> = Rc::default();
}

/// The isolate's service.
///
/// # Errors
/// The first setting that is missing or wrong; asked again at the next request.
pub(crate) fn server(env: &JsValue) -> Result<Rc<Server>, SettingsError> {
    SERVER.with_borrow_mut(|held| {
        if let Some(server) = held {
            return Ok(server.clone());
        }
        let settings = Settings::read(|name| glue::variable(env, name))?;
        HAS_POINTS.set(points::is_bound(env));
        Ok(held.insert(Rc::new(Server::new(settings, key_stores(env)))).clone())
    })
}

/// Our own software and the runtime. A store elsewhere is for tests alone, until one is offered.
fn key_stores(env: &JsValue) -> KeyStores {
    let stores = KeyStores::new(Rc::new(PlatformEntropy), Rc::new(SubtleRsa));
    let stores = stores.with_messages(Rc::new(SubtleMessages));
    #[cfg(feature = "conformance")]
    if let Some(store) = remote_store::RemoteStore::bound(env) {
        return stores.with_hardware(remote_store::NAME, Rc::new(store));
    }
    let _ = env;
    stores
}

/// The worker's entry: a `Response`, or a promise of one where the call must wait.
#[wasm_bindgen]
#[must_use]
pub fn fetch(request: JsValue, env: JsValue, context: JsValue) -> JsValue {
    let mut answer: Pin<Box<dyn Future<Output = JsValue>>> =
        Box::pin(respond(request, env, context));
    match answer.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(response) => response,
        Poll::Pending => future_to_promise(async move { Ok(answer.await) }).into(),
    }
}

async fn respond(request: JsValue, env: JsValue, context: JsValue) -> JsValue {
    let head = glue::request_head(&request);
    let head = Head::parse(&head);
    let host = Host::new(env, context);
    if let Some(page) = Page::asked(head.method, head.target) {
        return pages::answer(page, &head, &host).await;
    }
    let server = match server(host.env().as_ref()) {
        Ok(server) => server,
        Err(error) => return misconfigured(&host, &head, &error),
    };
    let origins = &server.settings().origins;
    if head.method == "OPTIONS" {
        return cors::preflight(origins, &head).unwrap_or_else(|| {
            refuse(&host, &head, None, &ErrorCode::UnsupportedHttpMethod.into())
        });
    }
    let origin = cors::readable_by(origins, &head);
    let body = match head.body(&request).await {
        Ok(body) => body,
        Err(error) => {
            see_refused(&error, &server, &host).await;
            return refuse(&host, &head, origin, &error);
        }
    };
    let answer =
        with_ports(&host, &server, async |ports| server.answer(head.raw(&body), ports).await);
    let served = to_its_end(answer, host.context()).await;
    for chore in &served.chores {
        begin(chore.clone(), &server, &host);
    }
    send(&host, &served, origin)
}

/// Lets a call that must wait come to its end and be recorded, although its caller hangs up.
pub(crate) async fn to_its_end<T>(call: impl Future<Output = T>, context: &JsValue) -> T {
    let mut call = pin!(call);
    let at_once = poll_fn(|task| match call.as_mut().poll(task) {
        Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
        Poll::Pending => Poll::Ready(None),
    });
    if let Some(outcome) = at_once.await {
        return outcome;
    }
    let hold = glue::hold_open(context);
    let outcome = call.await;
    hold.release();
    outcome
}

/// Has a chore carried out after the answer.
fn begin(chore: Chore, server: &Rc<Server>, host: &Host) {
    let context = host.context().clone();
    let (server, host) = (server.clone(), host.clone());
    let carried_out = future_to_promise(async move {
        with_ports(&host, &server, async |ports| server.carry_out_chore(chore, ports).await).await;
        Ok(JsValue::UNDEFINED)
    });
    glue::wait_until(&context, &carried_out);
}

/// Counts a request whose body did not come.
async fn see_refused(error: &ApiError, server: &Rc<Server>, host: &Host) {
    let mut chores = Vec::new();
    with_ports(host, server, async |ports| server.see_refused(error, ports, &mut chores)).await;
    chores.into_iter().for_each(|chore| begin(chore, server, host));
}

pub(crate) async fn with_ports<T>(
    host: &Host,
    server: &Server,
    work: impl AsyncFnOnce(&Ports<'_>) -> T,
) -> T {
    let (journal, objects) = (Journal(host.context()), DurableObjects(host));
    let dataset = Dataset(host);
    let trail = TRAIL.with(Rc::clone);
    let audit = Appender {
        trail: &trail,
        clock: &PlatformClock,
        entropy: &PlatformEntropy,
        timers: &PlatformTimers,
        bells: &PlatformBells,
        objects: &objects,
    };
    let ports = Ports {
        clock: &PlatformClock,
        entropy: &PlatformEntropy,
        timers: &PlatformTimers,
        directory: &server.settings().account,
        published: &KvViews(host),
        objects: &objects,
        documents: &Web,
        audit: &audit,
        audit_objects: &objects,
        archive: &R2(host),
        watch: &objects,
        points: HAS_POINTS.get().then_some(&dataset),
        lines: &journal,
        log: &journal,
    };
    work(&ports).await
}

/// A request's head, in one piece from `glue.js`.
pub(crate) struct Head<'t> {
    pub(crate) method: &'t str,
    pub(crate) target: &'t str,
    pub(crate) headers: Vec<(&'t str, &'t str)>,
}

impl<'t> Head<'t> {
    fn parse(text: &'t str) -> Self {
        let mut lines = text.split('\n');
        let mut next = || lines.next().unwrap_or_default();
        let (method, target) = (next(), next());
        Self { method, target, headers: lines.filter_map(|line| line.split_once(':')).collect() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&'t str> {
        self.headers.iter().find(|(held, _)| *held == name).map(|(_, value)| *value)
    }

    fn raw<'a>(&'a self, body: &'a [u8]) -> RawRequest<'a> {
        RawRequest { method: self.method, target: self.target, headers: &self.headers, body }
    }

    /// Reads the body, bounded in length and in time: nothing longer than a request may be is ever
    /// held.
    async fn body(&self, request: &JsValue) -> Result<Vec<u8>, ApiError> {
        // Without a length there may be a body all the same: HTTP/2 needs no header for one.
        let chunked = self.header("transfer-encoding").is_some();
        let without = match self.header("content-length") {
            Some(length) => length == "0",
            None => self.method == "GET",
        };
        if without && !chunked {
            return Ok(Vec::new());
        }
        let max = RequestLimits::default().body_max_len;
        let promise = glue::request_body(request, u32::try_from(max).unwrap_or(u32::MAX));
        let unreadable = |message: String| {
            ApiError::with_message(ErrorCode::ParseRequestParameterException, message)
        };
        match JsFuture::from(promise).await {
            Err(_) => {
                Err(unreadable("The body could not be read to its end. Send it again.".into()))
            }
            Ok(body) if body.is_undefined() => {
                Err(unreadable(format!("The body is longer than {max} bytes. Send less.")))
            }
            Ok(body) if body.is_null() => {
                Err(unreadable("The body did not arrive within 10 seconds. Send it again.".into()))
            }
            Ok(body) => Ok(Uint8Array::new(&body).to_vec()),
        }
    }
}

fn send(host: &Host, served: &Served, origin: Option<&str>) -> JsValue {
    if let Some(fault) = &served.fault {
        let request_id = Some(served.request_id.as_str());
        let fault = Fault { request_id, ..Fault::error("a call failed", fault) };
        Journal(host.context()).fault(&fault);
    }
    let response = &served.response;
    let lines = response.headers.iter().flat_map(|(name, value)| [name, ":", value, "\n"]);
    let lines: String = lines.collect();
    glue::make_response(response.status, response.content_type, &lines, &response.body, origin)
}

fn refuse(host: &Host, head: &Head<'_>, origin: Option<&str>, error: &ApiError) -> JsValue {
    send(host, &Server::refuse(&head.raw(&[]), &PlatformEntropy, error), origin)
}

/// A worker without its settings answers nothing else. The sentence names the variable and holds no
/// secret, so whoever deploys sees it where they look first: in the answer and in the log.
fn misconfigured(host: &Host, head: &Head<'_>, error: &SettingsError) -> JsValue {
    Journal(host.context()).fault(&Fault::error("a setting is missing or wrong", error));
    let error = ApiError::with_message(ErrorCode::InternalFailure, error.to_string());
    refuse(host, head, None, &error)
}
