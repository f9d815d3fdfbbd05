// SPDX-License-Identifier: Apache-2.0
//! Isolates and keyrings of two releases, side by side while one rolls out.

use super::*;
use crate::port::{LocalFuture, PortError};

/// A keyring of the first slice: it reads version 1 alone, and does not say what it reads.
struct FirstSlice<'a>(&'a World);

impl Objects for FirstSlice<'_> {
    fn send<'a>(
        &'a self,
        place: &'a Place,
        message: &'a str,
    ) -> LocalFuture<'a, Result<String, PortError>> {
        Box::pin(async move {
            if message.contains("\"v\":") {
                return Err(PortError::new("the keyring answered 400: not a message"));
            }
            let reply = self.0.send(place, message).await?;
            let mut reply: Value = serde_json::from_str(&reply).unwrap();
            reply.as_object_mut().unwrap().remove("reads");
            Ok(reply.to_string())
        })
    }
}

fn call_first_slice(service: &Service, action: &str, params: &[(&str, &str)]) -> (u16, Value) {
    service.signed_over(&FirstSlice(&service.world), action, params)
}

#[test]
fn a_new_isolate_works_with_a_keyring_of_the_release_before_and_believes_no_copy() {
    let service = Service::new();
    let (status, made) = call_first_slice(&service, "CreateKey", &[]);
    assert_eq!(status, 200, "{made}");
    let key = made["KeyMetadata"]["KeyId"].as_str().unwrap();
    let alias = [("KeyId", key), ("AliasName", "alias/a")];
    assert_eq!(call_first_slice(&service, "CreateAlias", &alias).0, 200);
    let arn = made["KeyMetadata"]["Arn"].as_str().unwrap();
    for name in [key, "alias/a", arn] {
        let (status, data) = call_first_slice(&service, "GenerateDataKey", &[("KeyId", name)]);
        assert_eq!(status, 200, "{data}");
        let (_, opened) = call_first_slice(&service, "Decrypt", &[("CiphertextBlob", blob(&data))]);
        assert_eq!(opened["Plaintext"], data["Plaintext"]);
    }
    // Disabled behind its back: the truth is asked each time.
    call_first_slice(&service, "DisableKey", &[("KeyId", key)]);
    let refused = call_first_slice(&service, "GenerateDataKey", &[("KeyId", key)]);
    assert_eq!(code(&refused.1), "Rejected.Disabled");
    for (name, expected) in [
        ("no-such-key", "Forbidden.KeyNotFound"),
        ("alias/none", "Forbidden.AliasNotFound"),
        ("acs:kms:cn-beijing:1234567890123456:key/k", "Forbidden.KeyNotFound"),
    ] {
        let refused = call_first_slice(&service, "GenerateDataKey", &[("KeyId", name)]);
        assert_eq!(code(&refused.1), expected);
    }
    assert_eq!(service.world.kv.loads.get(), 0);
    // The keyring is of this release at last, and says so.
    service.call("EnableKey", &[("KeyId", key)]);
    service.call("GenerateDataKey", &[("KeyId", key)]);
    assert!(service.world.asked("changes") > 0);
}

#[test]
fn an_isolate_begins_in_the_version_before_and_goes_on_in_the_newest() {
    let service = Service::new();
    service.new_key();
    let messages = service.world.messages.borrow();
    let versions: Vec<_> = messages.iter().map(|text| text.contains("\"v\":2")).collect();
    assert_eq!(versions, [false, true], "a question in version 1, then the call in version 2");
}
