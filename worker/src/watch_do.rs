// SPDX-License-Identifier: Apache-2.0
//! The Durable Object that adds up what isolates count: one for the deployment.

use std::{convert::Infallible, rc::Rc};

use edgekms_service::{
    object::{ObjectStore, migration::Migration},
    watch::object::WatchRules,
};
use wasm_bindgen::prelude::*;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::{
    object_do::{Hosted, no_requests},
    object_sql::{ObjectSql, shell_tables},
    plain_store::PlainStore,
};

/// How its database came to be what it is. A step that a release has taken is never changed.
const MIGRATIONS: [Migration; 1] = [Migration { to: 1, statements: shell_tables!() }];

type Store = dyn ObjectStore<Change = Infallible>;

/// The sums of a deployment. It needs no settings, and holds nothing secret.
#[durable_object]
pub struct WatchObject {
    sums: Hosted<Store, WatchRules<Infallible>>,
}

#[wasm_bindgen]
impl WatchObject {
    /// Answers a message: JSON, and so is the reply.
    ///
    /// # Errors
    /// What is no message that is read, and whatever comes to an object that cannot be opened.
    pub fn receive(&self, message: &str) -> std::result::Result<String, JsError> {
        self.sums.receive(message)
    }
}

impl DurableObject for WatchObject {
    fn new(state: State, _: Env) -> Self {
        let sums = Hosted::new(state, |state| {
            let store: Rc<Store> =
                Rc::new(PlainStore(ObjectSql::open(state.storage(), &MIGRATIONS)?));
            Ok((store, WatchRules::default()))
        });
        Self { sums }
    }

    async fn fetch(&self, _: Request) -> Result<Response> {
        no_requests()
    }

    async fn alarm(&self) -> Result<Response> {
        self.sums.alarm().await
    }
}
