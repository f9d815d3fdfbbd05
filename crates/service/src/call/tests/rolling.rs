// SPDX-License-Identifier: Apache-2.0
//! Isolates and keyrings of two releases, side by side while one rolls out.

use super::*;
use crate::{
    keyring::store::KeyringStore,
    port::{LocalFuture, PortError},
};

/// A keyring of the release before: it reads version 3 alone, and says so.
struct ReleaseBefore<'a>(&'a World);

impl Objects for ReleaseBefore<'_> {
    fn send<'a>(
        &'a self,
        place: &'a Place,
        message: &'a str,
    ) -> LocalFuture<'a, Result<String, PortError>> {
        Box::pin(async move {
            if !message.contains("\"v\":3") {
                return Err(PortError::new("the keyring answered 400: not a message"));
            }
            let reply = self.0.send(place, message).await?;
            let mut reply: Value = serde_json::from_str(&reply).unwrap();
            reply["reads"] = 3.into();
            Ok(reply.to_string())
        })
    }
}

fn call_release_before(service: &Service, action: &str, params: &[(&str, &str)]) -> (u16, Value) {
    service.signed_over(&ReleaseBefore(&service.world), action, params)
}

#[test]
fn a_new_isolate_works_with_a_keyring_of_the_release_before() {
    let service = Service::new();
    let tags = r#"[{"TagKey":"k","TagValue":"v"}]"#;
    let (status, made) = call_release_before(&service, "CreateKey", &[("Tags", tags)]);
    assert_eq!(status, 200, "{made}");
    let key = made["KeyMetadata"]["KeyId"].as_str().unwrap();
    let alias = [("KeyId", key), ("AliasName", "alias/a")];
    assert_eq!(call_release_before(&service, "CreateAlias", &alias).0, 200);
    let arn = made["KeyMetadata"]["Arn"].as_str().unwrap();
    for name in [key, "alias/a", arn] {
        let (status, data) = call_release_before(&service, "GenerateDataKey", &[("KeyId", name)]);
        assert_eq!(status, 200, "{data}");
        let blob = [("CiphertextBlob", blob(&data))];
        let (_, opened) = call_release_before(&service, "Decrypt", &blob);
        assert_eq!(opened["Plaintext"], data["Plaintext"]);
    }
    let (_, described) = call_release_before(&service, "DescribeKey", &[("KeyId", "alias/a")]);
    assert_eq!(described["KeyMetadata"]["Arn"], arn);
    let (_, listed) = call_release_before(&service, "ListAliases", &[]);
    assert_eq!(listed["Aliases"]["Alias"][0]["AliasName"], "alias/a");
    call_release_before(&service, "DisableKey", &[("KeyId", key)]);
    let refused = call_release_before(&service, "GenerateDataKey", &[("KeyId", key)]);
    assert_eq!(code(&refused.1), "Rejected.Disabled");
    for (action, name, expected) in [
        ("GenerateDataKey", "no-such-key", "Forbidden.KeyNotFound"),
        ("GenerateDataKey", "alias/none", "Forbidden.AliasNotFound"),
        ("DisableKey", "no-such-key", "Forbidden.KeyNotFound"),
    ] {
        let refused = call_release_before(&service, action, &[("KeyId", name)]);
        assert_eq!(code(&refused.1), expected);
    }
    // The keyring is of this release at last, and says so.
    service.call("EnableKey", &[("KeyId", key)]);
    service.call("GenerateDataKey", &[("KeyId", key)]);
    let messages = service.world.messages.borrow();
    assert!(messages.iter().any(|text| text.contains("\"v\":4")));
}

#[test]
fn an_isolate_begins_in_the_version_before_and_goes_on_in_the_newest() {
    let service = Service::new();
    service.new_key();
    let messages = service.world.messages.borrow();
    let versions: Vec<_> = messages.iter().map(|text| text.contains("\"v\":4")).collect();
    assert_eq!(versions, [false, true], "a question in version 3, then the call in version 4");
}

#[test]
fn a_keyring_of_the_release_before_is_asked_for_nothing_that_it_cannot_make() {
    let service = Service::new();
    for params in
        [&[("KeySpec", "EC_P256")][..], &[("KeySpec", "RSA_2048")], &[("ProtectionLevel", "HSM")]]
    {
        let (status, refused) = call_release_before(&service, "CreateKey", params);
        assert_eq!(
            (status, code(&refused).as_str()),
            (503, "ServiceUnavailableTemporary"),
            "{params:?}"
        );
    }
    assert_eq!(service.world.store(&place()).count_keys().unwrap(), 0);
    assert!(service.world.hardware.keys.borrow().is_empty());
}

#[test]
fn an_isolate_of_the_release_before_is_answered_in_its_own_words() {
    let service = Service::new();
    let ask = |ask: &str| {
        let message = format!(
            r#"{{"v":3,"place":{{"account":"1234567890123456","region":"cn-hangzhou"}},"ask":{ask}}}"#
        );
        let reply = service.world.keyring(&place()).receive(&message).unwrap();
        serde_json::from_str::<Value>(&reply).unwrap()
    };
    let command = |command: &str| {
        ask(&format!(
            r#"{{"command":{{"command":{command},"caller":{{"account":"1234567890123456","access_key_id":"testid","principal":"root-account","arn":"acs:ram::1234567890123456:root","permissions":"owner"}},"nonce":null,"request_id":"00000000-0000-4000-8000-000000000000","facts":{{}}}}}}"#
        ))
    };
    let made = command(r#"{"CreateKey":{"Description":"d"}}"#);
    assert_eq!((&made["v"], &made["reads"]), (&3.into(), &4.into()));
    let reply = &made["answer"]["done"]["reply"]["CreateKey"]["KeyMetadata"];
    assert_eq!(reply["Description"], "d");
    // Its records are those of that release.
    let version = reply["PrimaryKeyVersion"].as_str().unwrap();
    let view = ask(&format!(
        r#"{{"view":{{"name":{{"kind":"version","name":"{version}"}},"missed":false}}}}"#
    ));
    let body: Value =
        serde_json::from_str(view["answer"]["view"]["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["v"], 1);
    assert!(body["material"]["sealed"].is_string(), "{body}");
    // It makes no keys that it cannot use.
    let refused = command(r#"{"CreateKey":{"ProtectionLevel":"HSM"}}"#);
    assert_eq!(refused["answer"]["refused"]["code"], "UnsupportedProtectionLevel");
    let refused = command(r#"{"DisableKey":{"KeyId":"none"}}"#);
    assert_eq!(refused["answer"]["refused"]["code"], "KeyNotFound");
}
