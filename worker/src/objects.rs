// SPDX-License-Identifier: Apache-2.0
//! The way to the deciding objects: an account, a keyring for each of its regions, near it, and the shards of
//! their audit trails.

use edgekms_api::place::Place;
use edgekms_service::{
    audit::message,
    keyring::object_name,
    port::{AuditObjects, LocalFuture, Objects, PortError},
};
use worker::{Method, Request, RequestInit, Stub};

use crate::host::{Host, port_error};

/// A Durable Object binding by its name, and the URL of messages through it. The URL's host is required and
/// means nothing to the platform, which shows it beside what an object logs.
struct Binding {
    name: &'static str,
    url: &'static str,
}

const KEYRINGS: Binding = Binding { name: "KEYRING", url: "https://keyring/" };
const ACCOUNTS: Binding = Binding { name: "ACCOUNT", url: "https://account/" };
const AUDIT_TRAIL: Binding = Binding { name: "AUDIT_TRAIL", url: "https://audit/" };

/// Sends messages to accounts, keyrings and audit objects.
pub(crate) struct DurableObjects<'a>(pub(crate) &'a Host);

impl Objects for DurableObjects<'_> {
    fn send<'a>(
        &'a self,
        place: &'a Place,
        message: &'a str,
    ) -> LocalFuture<'a, Result<String, PortError>> {
        // Not tried again: a change may have been stored although its answer was lost.
        let binding = if place.is_global() { &ACCOUNTS } else { &KEYRINGS };
        Box::pin(async move { self.post(binding, &object_name(place), place, message).await })
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
        Box::pin(async move { self.post(&AUDIT_TRAIL, &name, place, message).await })
    }
}

impl DurableObjects<'_> {
    async fn post(
        &self,
        binding: &Binding,
        name: &str,
        place: &Place,
        message: &str,
    ) -> Result<String, PortError> {
        let mut init = RequestInit::new();
        init.with_method(Method::Post).with_body(Some(message.into()));
        let request = Request::new_with_init(binding.url, &init).map_err(port_error)?;
        let stub = self.stub(binding, name, place)?;
        let mut response = stub.fetch_with_request(request).await.map_err(port_error)?;
        let text = response.text().await.map_err(port_error)?;
        match response.status_code() {
            200 => Ok(text),
            status => Err(PortError(format!("the object {name} answered {status}: {text}"))),
        }
    }

    fn stub(&self, binding: &Binding, name: &str, place: &Place) -> Result<Stub, PortError> {
        let namespace = self.0.env().durable_object(binding.name).map_err(port_error)?;
        match location_hint(place.region.as_str()) {
            Some(hint) => namespace.get_by_name_with_location_hint(name, hint),
            None => namespace.get_by_name(name),
        }
        .map_err(port_error)
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
