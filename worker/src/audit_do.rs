// SPDX-License-Identifier: Apache-2.0
//! The Durable Object that holds one shard of a place's audit trail.

use std::{convert::Infallible, rc::Rc};

use edgekms_service::{
    audit::shard::AuditRules,
    object::{ObjectStore, migration::Migration},
};
use wasm_bindgen::prelude::*;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::{
    archive::outlets,
    host::port_error,
    object_do::{Hosted, no_requests},
    object_sql::{ObjectSql, shell_tables},
    plain_store::PlainStore,
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
                Rc::new(PlainStore(ObjectSql::open(state.storage(), &MIGRATIONS)?));
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
