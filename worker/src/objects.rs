// SPDX-License-Identifier: Apache-2.0
//! The way to a keyring: one Durable Object for each place, near its region.

use edgekms_api::place::Place;
use edgekms_service::{
    keyring::object_name,
    port::{LocalFuture, Objects, PortError},
};
use worker::{Method, Request, RequestInit, Stub};

use crate::host::{Host, port_error};

/// The name of the Durable Object binding.
const BINDING: &str = "KEYRING";

/// Sends messages to keyrings.
pub(crate) struct DurableKeyrings<'a>(pub(crate) &'a Host);

impl Objects for DurableKeyrings<'_> {
    fn send<'a>(
        &'a self,
        place: &'a Place,
        message: &'a str,
    ) -> LocalFuture<'a, Result<String, PortError>> {
        Box::pin(async move {
            let mut init = RequestInit::new();
            init.with_method(Method::Post).with_body(Some(message.into()));
            // The host name is required and means nothing: the stub decides where it goes.
            let request = Request::new_with_init("https://keyring/", &init).map_err(port_error)?;
            let stub = self.stub(place)?;
            // Not tried again: a change may have been stored although its answer was lost.
            let mut response = stub.fetch_with_request(request).await.map_err(port_error)?;
            let text = response.text().await.map_err(port_error)?;
            match response.status_code() {
                200 => Ok(text),
                status => Err(PortError(format!("the keyring answered {status}: {text}"))),
            }
        })
    }
}

impl DurableKeyrings<'_> {
    fn stub(&self, place: &Place) -> Result<Stub, PortError> {
        let namespace = self.0.env().durable_object(BINDING).map_err(port_error)?;
        let name = object_name(place);
        match location_hint(place.region.as_str()) {
            Some(hint) => namespace.get_by_name_with_location_hint(&name, hint),
            None => namespace.get_by_name(&name),
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
