// SPDX-License-Identifier: Apache-2.0
//! The way to the deciding objects: an account, a keyring for each of its regions, near it, and the shards of
//! their audit trails.

use edgekms_api::place::Place;
use edgekms_service::{
    audit::message,
    keyring::object_name,
    port::{AuditObjects, LocalFuture, Objects, PortError, WatchObject},
    watch::object::OBJECT_NAME,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::{
    glue::{describe, send_to_object},
    host::Host,
};

/// Durable Object bindings by name.
const KEYRINGS: &str = "KEYRING";
const ACCOUNTS: &str = "ACCOUNT";
const AUDIT_TRAIL: &str = "AUDIT_TRAIL";
const WATCH: &str = "WATCH";

/// Sends messages to accounts, keyrings, audit objects and the one that adds up what is counted.
pub(crate) struct DurableObjects<'a>(pub(crate) &'a Host);

impl Objects for DurableObjects<'_> {
    fn send<'a>(
        &'a self,
        place: &'a Place,
        message: &'a str,
    ) -> LocalFuture<'a, Result<String, PortError>> {
        // Not tried again: a change may have been stored although its answer was lost.
        let binding = if place.is_global() { ACCOUNTS } else { KEYRINGS };
        Box::pin(async move { self.send_to(binding, &object_name(place), place, message).await })
    }
}

impl AuditObjects for DurableObjects<'_> {
    fn send<'a>(
        &'a self,
        place: &'a Place,
        shard: u32,
        message: &'a str,
    ) -> LocalFuture<'a, Result<String, PortError>> {
        let name = message::object_name(place, shard);
        Box::pin(async move { self.send_to(AUDIT_TRAIL, &name, place, message).await })
    }
}

impl WatchObject for DurableObjects<'_> {
    fn send<'a>(&'a self, message: &'a str) -> LocalFuture<'a, Result<String, PortError>> {
        Box::pin(async move { self.send_near(WATCH, OBJECT_NAME, None, message).await })
    }
}

impl DurableObjects<'_> {
    async fn send_to(
        &self,
        binding: &str,
        name: &str,
        place: &Place,
        message: &str,
    ) -> Result<String, PortError> {
        let hint = location_hint(place.region.as_str());
        self.send_near(binding, name, hint, message).await
    }

    async fn send_near(
        &self,
        binding: &str,
        name: &str,
        hint: Option<&str>,
        message: &str,
    ) -> Result<String, PortError> {
        let failed = |error: JsValue| PortError(format!("the object {name}: {}", describe(&error)));
        let env: &JsValue = self.0.env().as_ref();
        let reply = send_to_object(env, binding, name, hint, message).map_err(failed)?;
        let reply = JsFuture::from(reply).await.map_err(failed)?;
        reply.as_string().ok_or_else(|| PortError(format!("the object {name} answered no text")))
    }
}

/// Alibaba's region names begin with where they are; Cloudflare's location hints are coarser. It
/// counts only when a keyring is first touched.
const LOCATION_HINTS: [(&str, &str); 11] = [
    ("cn-", "apac"),
    ("ap-southeast-2", "oc"),
    ("ap-", "apac"),
    ("eu-west-", "weur"),
    ("eu-central-", "weur"),
    ("eu-", "eeur"),
    ("us-west-", "wnam"),
    ("us-", "enam"),
    ("na-", "enam"),
    ("sa-", "sam"),
    ("me-", "me"),
];

fn location_hint(region: &str) -> Option<&'static str> {
    LOCATION_HINTS.iter().find(|(prefix, _)| region.starts_with(prefix)).map(|(_, hint)| *hint)
}

#[cfg(test)]
mod tests {
    use super::location_hint;

    #[test]
    fn a_region_is_placed_where_its_name_says() {
        assert_eq!(location_hint("cn-hangzhou"), Some("apac"));
        assert_eq!(location_hint("ap-southeast-2"), Some("oc"));
        assert_eq!(location_hint("us-west-1"), Some("wnam"));
        assert_eq!(location_hint("us-east-1"), Some("enam"));
        assert_eq!(location_hint("mars-north-1"), None);
    }
}
