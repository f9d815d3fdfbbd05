// SPDX-License-Identifier: Apache-2.0
//! A key store in another worker, which proves the port: for tests alone, nothing that is deployed has
//! the feature `conformance`. What a store of hardware or of somebody else needs is a file like this one.
//!
//! Each question is a POST of JSON to `/<what>`; bytes are base64. 200 answers it, 403 refuses (it does
//! not open), any other status is a store that is not well.

use std::{borrow::Cow, rc::Rc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use edgekms_api::key::algorithm::SigningAlgorithm;
use edgekms_service::port::{
    PortError,
    key_store::{
        Handle, KeyStore, KeyToLoad, Made, Material, Order, Signed, StoreError, Stored, UsableKey,
    },
};
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, JsValue};
use worker::{Env, Fetcher, Method, Request, RequestInit};
use zeroize::Zeroizing;

use crate::host::port_error;

/// The store's name, stored with each of its keys.
pub(crate) const NAME: &str = "test-store";
/// The name of the binding.
const BINDING: &str = "KEY_STORE";

/// The way to the store.
#[derive(Clone)]
pub(crate) struct RemoteStore(Env);

impl RemoteStore {
    /// The store, if this deployment has one.
    pub(crate) fn bound(env: &JsValue) -> Option<Self> {
        let env: Env = env.clone().unchecked_into();
        env.service(BINDING).ok().map(|_| Self(env))
    }

    async fn ask(&self, what: &str, question: Value) -> Result<Value, StoreError> {
        let fetcher: Fetcher = self.0.service(BINDING).map_err(port_error)?;
        let mut init = RequestInit::new();
        init.with_method(Method::Post).with_body(Some(question.to_string().into()));
        let url = format!("https://key-store/{what}");
        let request = Request::new_with_init(&url, &init).map_err(port_error)?;
        let mut response = fetcher.fetch_request(request).await.map_err(port_error)?;
        match response.status_code() {
            200 => Ok(response.json().await.map_err(port_error)?),
            403 => Err(StoreError::Refused),
            status => Err(PortError(format!("the key store answered {status}")).into()),
        }
    }
}

fn bytes(answer: &Value, name: &str) -> Result<Vec<u8>, StoreError> {
    let text = answer.get(name).and_then(Value::as_str).unwrap_or_default();
    let decoded = STANDARD.decode(text);
    decoded.map_err(|_| PortError::new("the key store's answer does not parse").into())
}

impl KeyStore for RemoteStore {
    fn make<'a>(&'a self, order: Order<'a>) -> Stored<'a, Made> {
        Box::pin(async move {
            let question = json!({ "name": order.version_id, "spec": order.spec });
            let answer = self.ask("make", question).await?;
            let public_key = answer.get("publicKey").map(|_| bytes(&answer, "publicKey"));
            let handle = Handle { store: NAME.to_owned(), version_id: order.version_id.clone() };
            Ok(Made { material: Material::Held(handle), public_key: public_key.transpose()? })
        })
    }

    fn load(&self, key: KeyToLoad<'_>) -> Result<Rc<dyn UsableKey>, StoreError> {
        let Material::Held(handle) = key.material else { return Err(StoreError::NotOffered) };
        Ok(Rc::new(RemoteKey { store: self.clone(), handle: handle.clone() }))
    }

    fn destroy<'a>(&'a self, handle: &'a Handle) -> Stored<'a, ()> {
        Box::pin(async move {
            self.ask("destroy", json!({ "name": handle.version_id })).await.map(|_| ())
        })
    }
}

struct RemoteKey {
    store: RemoteStore,
    handle: Handle,
}

impl RemoteKey {
    async fn ask(&self, what: &str, mut question: Value) -> Result<Value, StoreError> {
        if let Some(fields) = question.as_object_mut() {
            fields.insert("name".to_owned(), json!(self.handle.version_id));
        }
        self.store.ask(what, question).await
    }
}

fn digest(algorithm: SigningAlgorithm, signed: Signed<'_>) -> Result<Cow<'_, [u8]>, StoreError> {
    signed.digest(algorithm.hash()).ok_or(StoreError::NotOffered)
}

impl UsableKey for RemoteKey {
    fn seal<'a>(&'a self, aad: &'a [u8], plaintext: &'a [u8]) -> Stored<'a, Vec<u8>> {
        Box::pin(async move {
            let question =
                json!({ "aad": STANDARD.encode(aad), "plaintext": STANDARD.encode(plaintext) });
            bytes(&self.ask("seal", question).await?, "sealed")
        })
    }

    fn open<'a>(&'a self, aad: &'a [u8], sealed: &'a [u8]) -> Stored<'a, Zeroizing<Vec<u8>>> {
        Box::pin(async move {
            let question =
                json!({ "aad": STANDARD.encode(aad), "sealed": STANDARD.encode(sealed) });
            bytes(&self.ask("open", question).await?, "plaintext").map(Zeroizing::new)
        })
    }

    fn sign<'a>(&'a self, algorithm: SigningAlgorithm, signed: Signed<'a>) -> Stored<'a, Vec<u8>> {
        Box::pin(async move {
            let digest = STANDARD.encode(digest(algorithm, signed)?);
            let question = json!({ "algorithm": algorithm, "digest": digest });
            bytes(&self.ask("sign", question).await?, "signature")
        })
    }

    fn verify<'a>(
        &'a self,
        algorithm: SigningAlgorithm,
        signed: Signed<'a>,
        signature: &'a [u8],
    ) -> Stored<'a, bool> {
        Box::pin(async move {
            let question = json!({
                "algorithm": algorithm,
                "digest": STANDARD.encode(digest(algorithm, signed)?),
                "signature": STANDARD.encode(signature),
            });
            let answer = self.ask("verify", question).await?;
            Ok(answer.get("good").and_then(Value::as_bool).unwrap_or(false))
        })
    }
}
