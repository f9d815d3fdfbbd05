// SPDX-License-Identifier: Apache-2.0
//! The keyring's Durable Object: one for each account and region, named `v1/<account>/<region>`.
//!
//! One internal route: a POST of a [`KeyringCall`] is answered by a `KeyringReply`, both JSON, status
//! 200; 400 for what is no message. Nobody but this worker can reach it.
//!
//! Why a call is atomic: the platform delivers no second event while this one runs without waiting
//! (input gate), and `edgekms_service::keyring::handle` never waits; its changes, their outbox rows
//! and the alarm are one SQLite transaction; the answer leaves only once that transaction is on disk
//! (output gate).
//!
//! Publishing comes after: at once if KV takes it, and by the alarm, with growing pauses, until it
//! does. As long as a view waits there is an alarm, so that it goes out even if this object dies now.

use std::{cell::Cell, rc::Rc, time::Duration};

use edgekms_service::{
    keyring::{KeyringCall, KeyringHost, handle},
    outbox::{OutboxRow, retry_after_millis},
    place::Place,
    ports::{KeyringStore, PortError},
};
use wasm_bindgen::JsValue;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::{
    glue,
    host::{PlatformClock, PlatformEntropy, port_error},
    server,
    sql::SqlStore,
    views,
};

/// Views published before the truth is asked again.
const BATCH: u64 = 32;

/// How long an alarm waits for publishing that is already under way.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// The name under which the place is kept, for the alarm.
const PLACE: &str = "place";

/// One keyring.
#[durable_object]
pub struct KeyringObject {
    state: State,
    keyring: Rc<Keyring>,
}

struct Keyring {
    env: Env,
    /// The store, or why there is none.
    store: std::result::Result<SqlStore, PortError>,
    publishing: Cell<bool>,
    failures: Cell<u32>,
}

impl DurableObject for KeyringObject {
    fn new(state: State, env: Env) -> Self {
        let keyring = Keyring {
            store: SqlStore::open(state.storage()),
            env,
            publishing: Cell::new(false),
            failures: Cell::new(0),
        };
        Self { state, keyring: Rc::new(keyring) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let text = request.text().await?;
        let Ok(call) = serde_json::from_str::<KeyringCall>(&text) else {
            return Response::error("not a message of this release", 400);
        };
        let reply = self.keyring.answer(&call).map_err(|error| worker::Error::from(error.0))?;
        if self.keyring.store.as_ref().is_ok_and(SqlStore::take_committed) {
            let (keyring, storage) = (self.keyring.clone(), self.state.storage());
            self.state.wait_until(async move { keyring.publish(&storage).await });
        }
        Response::ok(reply)
    }

    async fn alarm(&self) -> Result<Response> {
        if self.keyring.publishing.get() {
            // This alarm is spent once answered, and what is under way may be cut off with the
            // object; another must look whether it came to its end.
            self.state.storage().set_alarm(LOOK_AGAIN).await?;
        } else {
            self.keyring.publish(&self.state.storage()).await;
        }
        Response::ok("")
    }
}

impl Keyring {
    fn store(&self) -> std::result::Result<&SqlStore, PortError> {
        self.store.as_ref().map_err(Clone::clone)
    }

    /// Loads, decides and stores, without waiting anywhere.
    fn answer(&self, call: &KeyringCall) -> std::result::Result<String, PortError> {
        let env: &JsValue = self.env.as_ref();
        let server = server(env).map_err(port_error)?;
        let store = self.store()?;
        let place = match call {
            KeyringCall::Action(call) => &call.place,
            KeyringCall::View { place, .. } => place,
        };
        remember(store, place)?;
        let host = KeyringHost {
            store,
            clock: &PlatformClock,
            entropy: &PlatformEntropy,
            roots: &server.settings().roots,
            limits: server.settings().limits,
        };
        serde_json::to_string(&handle(call, &host)).map_err(port_error)
    }

    /// Publishes what waits; what fails is tried again by the alarm.
    async fn publish(&self, storage: &worker::Storage) {
        if self.publishing.replace(true) {
            return;
        }
        let outcome = self.drain().await;
        self.publishing.set(false);
        let next = match outcome {
            Ok(()) => {
                self.failures.set(0);
                storage.delete_alarm().await
            }
            Err(error) => {
                let failures = self.failures.get();
                self.failures.set(failures.saturating_add(1));
                let wait = retry_after_millis(failures).unsigned_abs();
                glue::log_fault(&format!("publishing waits {wait} ms: {error}"));
                storage.set_alarm(Duration::from_millis(wait)).await
            }
        };
        if let Err(error) = next {
            glue::log_fault(&format!("the alarm could not be set: {error}"));
        }
    }

    async fn drain(&self) -> std::result::Result<(), PortError> {
        let store = self.store()?;
        let Some(place) = store.meta(PLACE)? else { return Ok(()) };
        let place: Place = serde_json::from_str(&place).map_err(port_error)?;
        loop {
            let rows = store.outbox(BATCH)?;
            if rows.is_empty() {
                return Ok(());
            }
            let mut refused = None;
            for row in rows {
                // KV limits the writes of each name: one that it refuses must not hold up the rest.
                if let Err(error) = self.publish_view(store, &place, &row).await {
                    refused.get_or_insert(error);
                }
            }
            if let Some(error) = refused {
                return Err(error);
            }
        }
    }

    async fn publish_view(
        &self,
        store: &SqlStore,
        place: &Place,
        row: &OutboxRow,
    ) -> std::result::Result<(), PortError> {
        let text = store.view(&row.name)?;
        views::publish(&self.env, place, &row.name, text.as_deref()).await?;
        store.published(row)
    }
}

/// Keeps the place at the first call, and refuses calls for another ever after: a message that went
/// astray must not mix two keyrings.
fn remember(store: &SqlStore, place: &Place) -> std::result::Result<(), PortError> {
    let text = serde_json::to_string(place).map_err(port_error)?;
    match store.meta(PLACE)? {
        Some(held) if held == text => Ok(()),
        Some(_) => Err(PortError("a message for another keyring came here".to_owned())),
        None => store.put_meta(PLACE, &text),
    }
}
