// SPDX-License-Identifier: Apache-2.0
//! The Durable Object that holds one shard of a place's audit trail.

use std::{convert::Infallible, rc::Rc};

use edgekms_service::{
    audit::shard::AuditRules,
    object::{
        Batch, Job, ObjectStore,
        migration::Migration,
        store::{Altered, EventRow, EventSpan},
    },
    port::PortError,
};
use wasm_bindgen::prelude::*;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::{
    archive::outlets,
    host::port_error,
    object_do::{Hosted, no_requests},
    object_sql::{ObjectSql, shell_tables},
    server,
};

/// How a shard's database came to be what it is. A step that a release has taken is never changed.
/// Numbers come from the chain: without AUTOINCREMENT, which keeps a row of its own, an event is a third
/// fewer rows written.
const MIGRATIONS: [Migration; 1] = [Migration {
    to: 1,
    statements: concat!(
        shell_tables!(),
        "
    DROP TABLE events;
    CREATE TABLE events (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, line TEXT NOT NULL, root TEXT NOT NULL, mac TEXT NOT NULL);
"
    ),
}];

/// What the database gives, or why not.
type Stored<T> = std::result::Result<T, PortError>;
type Store = dyn ObjectStore<Change = Infallible>;

/// One shard of a trail.
#[durable_object]
pub struct AuditObject {
    shard: Hosted<Store, AuditRules<Infallible>>,
}

#[wasm_bindgen]
impl AuditObject {
    /// Answers a message: JSON, and so is the reply.
    ///
    /// # Errors
    /// What is no message that is read, and whatever comes to an object that cannot be opened.
    pub fn receive(&self, message: &str) -> std::result::Result<String, JsError> {
        self.shard.receive(message)
    }
}

impl DurableObject for AuditObject {
    fn new(state: State, env: Env) -> Self {
        let shard = Hosted::new(state, move |state| {
            let variables: &JsValue = env.as_ref();
            let settings = server(variables).map_err(port_error)?;
            let store: Rc<Store> =
                Rc::new(EventStore(ObjectSql::open(state.storage(), &MIGRATIONS)?));
            Ok((store, AuditRules::new(settings, outlets(&env))))
        });
        Self { shard }
    }

    async fn fetch(&self, _: Request) -> Result<Response> {
        no_requests()
    }

    async fn alarm(&self) -> Result<Response> {
        self.shard.alarm().await
    }
}

/// The shell's tables, and nothing beside them.
struct EventStore(ObjectSql);

impl ObjectStore for EventStore {
    type Change = Infallible;

    fn fact(&self, name: &str) -> Stored<Option<String>> {
        self.0.fact(name)
    }

    fn revision(&self) -> Stored<u64> {
        self.0.revision()
    }

    fn floor(&self) -> Stored<u64> {
        self.0.floor()
    }

    fn altered_since(&self, revision: u64, limit: u64) -> Stored<Vec<Altered>> {
        self.0.altered_since(revision, limit)
    }

    fn jobs(&self, limit: u64) -> Stored<Vec<Job>> {
        self.0.jobs(limit)
    }

    fn job(&self, name: &str) -> Stored<Option<Job>> {
        self.0.job(name)
    }

    fn due_jobs(&self, now_millis: i64, failed: bool, limit: u64) -> Stored<Vec<Job>> {
        self.0.due_jobs(now_millis, failed, limit)
    }

    fn event_rows(&self, span: EventSpan, limit: u64) -> Stored<Vec<EventRow>> {
        self.0.event_rows(span, limit)
    }

    fn known_events(&self, ids: &[&str]) -> Stored<Vec<String>> {
        self.0.known_events(ids)
    }

    fn commit(&self, batch: &Batch<Infallible>, now_millis: i64) -> Stored<()> {
        self.0.commit(batch, now_millis, |change| match *change {})
    }

    fn set_alarm(&self, at_millis: Option<i64>) -> Stored<()> {
        self.0.set_alarm(at_millis)
    }
}
