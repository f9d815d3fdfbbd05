// SPDX-License-Identifier: Apache-2.0
//! Workers KV as the published copies of key views.

use edgekms_service::port::{LocalFuture, PortError, PublishedViews, ViewWriter};
use worker::Env;
use worker::kv::KvStore;

use crate::host::{Host, port_error};

/// The name of the KV binding.
const BINDING: &str = "KEY_VIEWS";

fn store(env: &Env) -> Result<KvStore, PortError> {
    env.kv(BINDING).map_err(port_error)
}

/// Reads from KV, for one request.
pub(crate) struct KvViews<'a>(pub(crate) &'a Host);

impl PublishedViews for KvViews<'_> {
    fn load<'a>(&'a self, key: &'a str) -> LocalFuture<'a, Result<Option<String>, PortError>> {
        Box::pin(async move { store(self.0.env())?.get(key).text().await.map_err(port_error) })
    }
}

/// Writes to KV, for a keyring.
pub(crate) struct KvWriter(pub(crate) Env);

impl ViewWriter for KvWriter {
    fn put<'a>(
        &'a self,
        key: &'a str,
        text: &'a str,
        lives_secs: u32,
    ) -> LocalFuture<'a, Result<(), PortError>> {
        Box::pin(async move {
            let put = store(&self.0)?.put(key, text).map_err(port_error)?;
            put.expiration_ttl(u64::from(lives_secs)).execute().await.map_err(port_error)
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> LocalFuture<'a, Result<(), PortError>> {
        Box::pin(async move { store(&self.0)?.delete(key).await.map_err(port_error) })
    }
}
