// SPDX-License-Identifier: Apache-2.0
//! Workers KV as the published copies of key views.

use edgekms_service::{
    outbox::ViewName,
    place::Place,
    ports::{LocalFuture, PortError, PublishedViews},
};
use worker::Env;
use worker::kv::KvStore;

use crate::host::{Host, port_error};

/// The name of the KV binding.
const BINDING: &str = "KEY_VIEWS";

/// Reads from KV.
pub(crate) struct KvViews<'a>(pub(crate) &'a Host);

fn store(env: &Env) -> Result<KvStore, PortError> {
    env.kv(BINDING).map_err(port_error)
}

impl PublishedViews for KvViews<'_> {
    fn load<'a>(&'a self, key: &'a str) -> LocalFuture<'a, Result<Option<String>, PortError>> {
        Box::pin(async move { store(self.0.env())?.get(key).text().await.map_err(port_error) })
    }
}

/// Publishes a view, or takes it away if there is no such thing any more.
pub(crate) async fn publish(
    env: &Env,
    place: &Place,
    name: &ViewName,
    text: Option<&str>,
) -> Result<(), PortError> {
    let (store, key) = (store(env)?, name.published_key(place));
    match text {
        Some(text) => store.put(&key, text).map_err(port_error)?.execute().await,
        None => store.delete(&key).await,
    }
    .map_err(port_error)
}
