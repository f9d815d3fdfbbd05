// SPDX-License-Identifier: Apache-2.0
//! The keyring's Durable Object: one for each account and region, named `v1/<account>/<region>`. What
//! it does with the platform's events is in `object_do`, what it decides in
//! [`edgekms_service::keyring_object`].

use std::rc::Rc;

use edgekms_service::{keyring::store::KeyringStore, keyring_object::KeyringRules};
use wasm_bindgen::prelude::*;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::{
    archive::outlets,
    host::port_error,
    keyring_store::SqlStore,
    object_do::{Hosted, no_requests},
    server,
    views::KvWriter,
};

/// One keyring.
#[durable_object]
pub struct KeyringObject {
    keyring: Hosted<dyn KeyringStore, KeyringRules>,
}

#[wasm_bindgen]
impl KeyringObject {
    /// Answers a message: JSON, and so is the reply.
    ///
    /// # Errors
    /// What is no message that is read, and whatever comes to an object that cannot be opened.
    pub fn receive(&self, message: &str) -> std::result::Result<String, JsError> {
        self.keyring.receive(message)
    }
}

impl DurableObject for KeyringObject {
    fn new(state: State, env: Env) -> Self {
        let keyring = Hosted::new(state, move |state| {
            let variables: &JsValue = env.as_ref();
            let settings = server(variables).map_err(port_error)?;
            let store: Rc<dyn KeyringStore> = Rc::new(SqlStore::open(state.storage())?);
            let views = Rc::new(KvWriter(env.clone()));
            let stores = settings.stores().clone();
            Ok((store, KeyringRules::new(settings, views, outlets(&env), stores)))
        });
        Self { keyring }
    }

    async fn fetch(&self, _: Request) -> Result<Response> {
        no_requests()
    }

    async fn alarm(&self) -> Result<Response> {
        self.keyring.alarm().await
    }
}
