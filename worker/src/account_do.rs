// SPDX-License-Identifier: Apache-2.0
//! The account's Durable Object: one for each account, named `v1/<account>/global`. What it does with the
//! platform's events is in `object_do`, what it decides in [`edgekms_service::account_object`].

use std::rc::Rc;

use edgekms_service::{account::store::AccountStore, account_object::AccountRules};
use wasm_bindgen::prelude::*;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::{
    account_store::AccountSql,
    archive::outlets,
    host::port_error,
    object_do::{Hosted, no_requests},
    server,
    views::KvWriter,
};

/// One account.
#[durable_object]
pub struct AccountObject {
    account: Hosted<dyn AccountStore, AccountRules>,
}

#[wasm_bindgen]
impl AccountObject {
    /// Answers a message: JSON, and so is the reply.
    ///
    /// # Errors
    /// What is no message that is read, and whatever comes to an object that cannot be opened.
    pub fn receive(&self, message: &str) -> std::result::Result<String, JsError> {
        self.account.receive(message)
    }
}

impl DurableObject for AccountObject {
    fn new(state: State, env: Env) -> Self {
        let account = Hosted::new(state, move |state| {
            let variables: &JsValue = env.as_ref();
            let settings = server(variables).map_err(port_error)?;
            let store: Rc<dyn AccountStore> = Rc::new(AccountSql::open(state.storage())?);
            let views = Rc::new(KvWriter(env.clone()));
            Ok((store, AccountRules::new(settings, views, outlets(&env))))
        });
        Self { account }
    }

    async fn fetch(&self, _: Request) -> Result<Response> {
        no_requests()
    }

    async fn alarm(&self) -> Result<Response> {
        self.account.alarm().await
    }
}
