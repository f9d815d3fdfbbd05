// SPDX-License-Identifier: Apache-2.0
//! Whole calls under in-memory ports: what is answered, what is stored, who was asked.

use edgekms_api::{
    dialect::{
        alibaba::{acs, params::Params, rpc_v1},
        signature::{AccessKeySecret, Credentials},
    },
    time::Timestamp,
};
use futures::executor::block_on;
use serde_json::Value;

use super::*;
use crate::testing::{NOW_SECS, ROOT_KEYS, SECRET, World, place, variables};

mod accounts;
mod asymmetric;
mod audit;
mod authorisation;
mod aws;
mod aws_sts;
mod aws_web_identity;
mod backup;
mod copies;
mod data_keys;
mod deletion;
mod dialects;
mod dry_run;
mod either_dialect;
mod explain;
mod identity;
mod import;
mod key_kinds;
mod key_stores;
mod lifecycle;
mod mac;
mod malformed;
mod model;
mod oidc;
mod policy;
mod products;
mod quotas;
mod re_encrypt;
mod rolling;
mod root_keys;
mod rotation;
mod service;
mod several_accounts;
mod sharing;
mod symmetric;
mod tags;
mod throttle;
mod trail;
mod usage;
mod watch;

struct Service {
    server: Server,
    world: World,
    /// Where access keys are looked up, if not in the world's.
    directory: Option<Box<dyn Directory>>,
    sent: Cell<u32>,
    /// Which variables every isolate of it has besides.
    variables: Vec<(String, String)>,
}

fn settings(changes: &[(&str, &str)]) -> Settings {
    let mut all = variables();
    all.extend(changes.iter().map(|(name, value)| ((*name).into(), (*value).into())));
    Settings::read(|name| all.get(name).cloned()).unwrap()
}

impl Service {
    fn new() -> Self {
        Self::with(&[])
    }

    fn with(changes: &[(&str, &str)]) -> Self {
        let world = World::new(settings(changes));
        let server = Server::new(settings(changes), world.stores());
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let variables = changes.iter().map(own).collect();
        Self { server, world, directory: None, sent: Cell::new(0), variables }
    }

    fn ports(&self) -> Ports<'_> {
        let ports = self.world.ports();
        Ports { directory: self.directory.as_deref().unwrap_or(ports.directory), ..ports }
    }

    /// Another isolate over the same keyrings and published views; gives back the one before.
    fn new_isolate(&mut self) -> Server {
        let server = self.another_isolate();
        std::mem::replace(&mut self.server, server)
    }

    /// One more isolate over the same keyrings and published views.
    fn another_isolate(&self) -> Server {
        let variables: Vec<_> =
            self.variables.iter().map(|(name, value)| (&**name, &**value)).collect();
        Server::new(settings(&variables), self.world.stores())
    }

    /// Lets every keyring carry out what is due.
    fn work(&self) {
        self.world.work(&place());
    }

    fn send(&self, target: &str, headers: &[(String, String)], body: &[u8]) -> (u16, Value) {
        let headers = borrowed(headers);
        let request = RawRequest { method: "POST", target, headers: &headers, body };
        let (response, request_id) = self.answer(request);
        let value: Value = serde_json::from_str(&response.body).unwrap();
        assert_eq!(value["RequestId"], request_id.as_str());
        (response.status, value)
    }

    /// Answers a request, and does what is to be done beside it.
    fn answer(&self, request: RawRequest<'_>) -> (Response, RequestId) {
        let answered = block_on(self.server.answer(request, &self.ports()));
        for chore in answered.chores {
            // These move the clock, which is for the tests of them alone.
            if !matches!(chore, Chore::WatchMaterial | Chore::TellWatch) {
                block_on(self.server.carry_out_chore(chore, &self.ports()));
            }
        }
        (answered.response, answered.request_id)
    }

    fn nonce(&self) -> String {
        self.sent.set(self.sent.get() + 1);
        format!("nonce-{}", self.sent.get())
    }

    fn signed(&self, action: &str, params: &[(&str, &str)], nonce: &str) -> (u16, Value) {
        self.signed_by(&credentials(), "localhost", action, params, nonce, 0)
    }

    fn signed_by(
        &self,
        credentials: &Credentials,
        host: &str,
        action: &str,
        params: &[(&str, &str)],
        nonce: &str,
        clock_off_secs: i64,
    ) -> (u16, Value) {
        let (target, headers) = self.sign(credentials, host, action, params, nonce, clock_off_secs);
        self.send(&target, &headers, b"")
    }

    /// Target and headers of a signed request.
    fn sign(
        &self,
        credentials: &Credentials,
        host: &str,
        action: &str,
        params: &[(&str, &str)],
        nonce: &str,
        clock_off_secs: i64,
    ) -> (String, Vec<(String, String)>) {
        let mut query = Params::new();
        for (name, value) in params {
            query.insert(*name, *value).unwrap();
        }
        let now = self.world.clock.0.get() / 1000 + clock_off_secs;
        let unsigned = acs::Unsigned {
            method: "POST",
            host,
            action,
            version: "2016-01-20",
            query: &query,
            body: b"",
            date: &Timestamp::from_unix_secs(now).to_string(),
            nonce,
            headers: &[],
        };
        let mut headers = acs::sign(&unsigned, credentials).unwrap();
        headers.push(("host".to_owned(), host.to_owned()));
        (format!("/?{}", query.encode()), headers)
    }

    /// As [`Service::signed`], with another way to the keyrings.
    fn signed_over(
        &self,
        objects: &dyn Objects,
        action: &str,
        params: &[(&str, &str)],
    ) -> (u16, Value) {
        let nonce = self.nonce();
        let (target, headers) = self.sign(&credentials(), "localhost", action, params, &nonce, 0);
        let headers = borrowed(&headers);
        let request = RawRequest { method: "POST", target: &target, headers: &headers, body: b"" };
        let ports = Ports { objects, ..self.ports() };
        let response = block_on(self.server.answer(request, &ports)).response;
        (response.status, serde_json::from_str(&response.body).unwrap())
    }

    fn call(&self, action: &str, params: &[(&str, &str)]) -> Value {
        let (status, value) = self.signed(action, params, &self.nonce());
        assert_eq!(status, 200, "{action}: {value}");
        value
    }

    fn refused(&self, action: &str, params: &[(&str, &str)]) -> String {
        let (status, value) = self.signed(action, params, &self.nonce());
        assert_ne!(status, 200, "{action}: {value}");
        code(&value)
    }

    fn new_key(&self) -> String {
        let created = self.call("CreateKey", &[("Description", "d")]);
        created["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
    }
}

/// Headers as a request has them.
fn borrowed(headers: &[(String, String)]) -> Vec<(&str, &str)> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn code(value: &Value) -> String {
    value["Code"].as_str().unwrap().to_owned()
}

fn credentials() -> Credentials {
    Credentials {
        access_key_id: "testid".to_owned(),
        access_key_secret: AccessKeySecret::new(SECRET),
        security_token: None,
    }
}

fn blob(value: &Value) -> &str {
    value["CiphertextBlob"].as_str().unwrap()
}

#[test]
fn a_key_is_made_used_and_listed() {
    let service = Service::new();
    let key = service.new_key();
    let described = service.call("DescribeKey", &[("KeyId", &key)]);
    assert_eq!(described["KeyMetadata"]["KeyState"], "Enabled");
    assert_eq!(described["KeyMetadata"]["DeletionProtection"], "Disabled");

    let sealed = service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8=")]);
    let opened = service.call("Decrypt", &[("CiphertextBlob", blob(&sealed))]);
    assert_eq!(opened["Plaintext"], "aGVsbG8=");
    assert_eq!(opened["KeyId"], key.as_str());
    assert_eq!(opened["KeyVersionId"], sealed["KeyVersionId"]);

    let data = service.call("GenerateDataKey", &[("KeyId", &key)]);
    let opened = service.call("Decrypt", &[("CiphertextBlob", blob(&data))]);
    assert_eq!(opened["Plaintext"], data["Plaintext"]);
    let bare = service.call("GenerateDataKeyWithoutPlaintext", &[("KeyId", &key)]);
    assert_eq!(bare["Plaintext"], Value::Null);
    assert_eq!(blob(&bare).len(), 144, "108 bytes in base64");

    let listed = service.call("ListKeys", &[]);
    assert_eq!(listed["TotalCount"], 1);
    assert_eq!(listed["Keys"]["Key"][0]["KeyId"], key.as_str());
    let regions = service.call("DescribeRegions", &[]);
    assert_eq!(regions["Regions"]["Region"][0]["RegionId"], "cn-hangzhou");
}

#[test]
fn a_blob_opens_with_an_equal_context_and_no_other() {
    let service = Service::new();
    let key = service.new_key();
    let context = ("EncryptionContext", r#"{"a":"1","b":"2"}"#);
    let sealed = service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8="), context]);
    let sealed = blob(&sealed);
    let same = ("EncryptionContext", r#"{ "b": "2", "a": "1" }"#);
    service.call("Decrypt", &[("CiphertextBlob", sealed), same]);
    let other = ("EncryptionContext", r#"{"a":"1"}"#);
    let unknown = sealed.replacen(&sealed[..4], "ZmZm", 1);
    let tampered = format!("{}AAA=", &sealed[..sealed.len() - 4]);
    let (_, wrong) = service.signed("Decrypt", &[("CiphertextBlob", sealed), other], "n1");
    let (_, none) = service.signed("Decrypt", &[("CiphertextBlob", sealed)], "n2");
    let (_, unknown) = service.signed("Decrypt", &[("CiphertextBlob", &unknown), same], "n3");
    let (_, tampered) = service.signed("Decrypt", &[("CiphertextBlob", &tampered), same], "n4");
    let (_, tiny) = service.signed("Decrypt", &[("CiphertextBlob", "AA==")], "n5");
    for answer in [&wrong, &none, &unknown, &tampered, &tiny] {
        assert_eq!(code(answer), "InvalidParameter");
        assert_eq!(answer["Message"], wrong["Message"], "one answer for all");
    }
}

#[test]
fn a_disabled_key_is_refused_at_once_in_the_isolate_that_heard_it() {
    let service = Service::new();
    let key = service.new_key();
    let sealed = service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8=")]);
    service.call("DisableKey", &[("KeyId", &key)]);
    service.call("DisableKey", &[("KeyId", &key)]);
    assert_eq!(service.refused("GenerateDataKey", &[("KeyId", &key)]), "Rejected.Disabled");
    let blob = blob(&sealed);
    assert_eq!(service.refused("Decrypt", &[("CiphertextBlob", blob)]), "Rejected.Disabled");
    service.call("EnableKey", &[("KeyId", &key)]);
    service.call("Decrypt", &[("CiphertextBlob", blob)]);
}

#[test]
fn aliases_are_unique_and_independent_of_their_keys() {
    let service = Service::new();
    let key = service.new_key();
    let alias = [("KeyId", key.as_str()), ("AliasName", "alias/b")];
    service.call("CreateAlias", &alias);
    assert_eq!(service.refused("CreateAlias", &alias), "AliasAlreadyExists");
    service.call("CreateAlias", &[("KeyId", &key), ("AliasName", "alias/a")]);
    let listed = service.call("ListAliases", &[("PageSize", "1"), ("PageNumber", "2")]);
    assert_eq!(listed["TotalCount"], 2);
    assert_eq!(listed["Aliases"]["Alias"][0]["AliasName"], "alias/b", "in order of name");
    let described = service.call("DescribeKey", &[("KeyId", "alias/a")]);
    assert_eq!(described["KeyMetadata"]["KeyId"], key.as_str());
    service.call("DeleteAlias", &[("AliasName", "alias/a")]);
    assert_eq!(
        service.refused("Encrypt", &[("KeyId", "alias/a"), ("Plaintext", "aGVsbG8=")]),
        "Forbidden.AliasNotFound"
    );
    assert_eq!(
        service.refused("DeleteAlias", &[("AliasName", "alias/a")]),
        "Forbidden.AliasNotFound"
    );
    assert_eq!(service.refused("EnableKey", &[("KeyId", "alias/b")]), "Unsupported.Alias");
}

#[test]
fn keys_are_listed_in_order_of_creation_and_filtered() {
    let service = Service::new();
    let keys: Vec<_> = (0..5).map(|_| service.new_key()).collect();
    service.call("DisableKey", &[("KeyId", &keys[1])]);
    let page = |params: &[(&str, &str)]| {
        let listed = service.call("ListKeys", params);
        let rows = listed["Keys"]["Key"].as_array().unwrap().clone();
        let ids: Vec<_> =
            rows.iter().map(|row| row["KeyId"].as_str().unwrap().to_owned()).collect();
        (listed["TotalCount"].as_u64().unwrap(), ids)
    };
    assert_eq!(page(&[("PageSize", "2"), ("PageNumber", "2")]), (5, keys[2..4].to_vec()));
    assert_eq!(page(&[("PageNumber", "2")]), (5, vec![]));
    let disabled = ("Filters", r#"[{"Key":"KeyState","Values":["Disabled"]}]"#);
    assert_eq!(page(&[disabled]), (1, vec![keys[1].clone()]));
    // A quota lowered since hides none of the keys that exist.
    *service.world.settings.borrow_mut() = std::rc::Rc::new(settings(&[("MAX_KEYS", "1")]));
    service.world.end_keyrings();
    let page = service.call("ListKeys", &[disabled]);
    assert_eq!(page["TotalCount"], 1);
}

#[test]
fn a_request_is_answered_once() {
    let mut service = Service::new();
    let first = service.signed("CreateKey", &[], "same");
    assert_eq!(first.0, 200);
    assert_eq!(code(&service.signed("CreateKey", &[], "same").1), "SignatureNonceUsed");
    // Another isolate has not seen it; the keyring has.
    service.new_isolate();
    assert_eq!(code(&service.signed("CreateKey", &[], "same").1), "SignatureNonceUsed");
    // A change that was refused has used its nonce too.
    let alias = [("AliasName", "alias/none")];
    assert_eq!(code(&service.signed("DeleteAlias", &alias, "other").1), "Forbidden.AliasNotFound");
    service.new_isolate();
    assert_eq!(code(&service.signed("DeleteAlias", &alias, "other").1), "SignatureNonceUsed");
    assert_eq!(service.call("ListKeys", &[])["TotalCount"], 1);
}

#[test]
fn without_a_nonce_the_signature_is_one() {
    let service = Service::new();
    let mut params = Params::new();
    for (name, value) in [("Action", "ListKeys"), ("Version", "2016-01-20")] {
        params.insert(name, value).unwrap();
    }
    let date = Timestamp::from_unix_secs(service.world.clock.0.get() / 1000).to_string();
    // Signing adds a nonce, so a vector without one is made from the parts.
    let signed = rpc_v1::sign("POST", params, &credentials(), &date, "n").unwrap();
    let target = format!("/?{}", signed.encode());
    assert_eq!(service.send(&target, &[], b"").0, 200);
    assert_eq!(code(&service.send(&target, &[], b"").1), "SignatureNonceUsed");
}

#[test]
fn who_is_not_known_or_not_on_time_is_refused() {
    let service = Service::new();
    let unknown = Credentials { access_key_id: "other".to_owned(), ..credentials() };
    let wrong = Credentials { access_key_secret: AccessKeySecret::new("wrong"), ..credentials() };
    let right = credentials();
    let off = |credentials: &Credentials, secs| {
        code(
            &service.signed_by(credentials, "localhost", "ListKeys", &[], &service.nonce(), secs).1,
        )
    };
    assert_eq!(off(&unknown, 0), "InvalidAccessKeyId.NotFound");
    assert_eq!(off(&wrong, 0), "SignatureDoesNotMatch");
    assert_eq!(off(&right, 3_600), "InvalidTimeStamp.Expired");
    assert_eq!(off(&right, -3_600), "InvalidTimeStamp.Expired");
    assert_eq!(code(&service.send("/?Action=ListKeys", &[], b"").1), "MissingParameter");
}

#[test]
fn regions_have_no_key_in_common() {
    let service = Service::with(&[("REGIONS", "cn-hangzhou,cn-beijing")]);
    let key = service.new_key();
    let beijing = |action: &str, params: &[(&str, &str)]| {
        let (credentials, nonce) = (credentials(), service.nonce());
        service.signed_by(&credentials, "kms.cn-beijing.localhost", action, params, &nonce, 0)
    };
    assert_eq!(code(&beijing("DescribeKey", &[("KeyId", &key)]).1), "Forbidden.KeyNotFound");
    let data = service.call("GenerateDataKey", &[("KeyId", &key)]);
    let elsewhere = beijing("Decrypt", &[("CiphertextBlob", blob(&data))]);
    assert_eq!(code(&elsewhere.1), "InvalidParameter");
    let arn = format!("acs:kms:cn-hangzhou:1234567890123456:key/{key}");
    service.call("Encrypt", &[("KeyId", &arn), ("Plaintext", "aGVsbG8=")]);
    let foreign = beijing("Encrypt", &[("KeyId", &arn), ("Plaintext", "aGVsbG8=")]);
    assert_eq!(code(&foreign.1), "Forbidden.KeyNotFound");
    let here = service.call("ListKeys", &[("RegionId", "cn-beijing")]);
    assert_eq!(here["TotalCount"], 0);
    assert_eq!(service.refused("ListKeys", &[("RegionId", "cn-nowhere")]), "InvalidParameter");
}

#[test]
fn a_store_that_fails_changes_nothing_and_says_so() {
    let service = Service::new();
    service.world.store(&place()).broken.set(true);
    assert_eq!(service.refused("CreateKey", &[]), "ServiceUnavailableTemporary");
    service.world.store(&place()).broken.set(false);
    assert_eq!(service.call("ListKeys", &[])["TotalCount"], 0);
}

#[test]
fn a_dry_run_does_nothing_and_says_that_it_would() {
    let service = Service::new();
    let key = service.new_key();
    let dry = [("KeyId", key.as_str()), ("Plaintext", "aGVsbG8="), ("DryRun", "true")];
    assert_eq!(service.refused("Encrypt", &dry), "DryRunOperationError");
    service.call("DisableKey", &[("KeyId", &key)]);
    assert_eq!(service.refused("Encrypt", &dry), "Rejected.Disabled");
}

#[test]
fn answers_come_in_xml_when_asked_for() {
    let service = Service::new();
    let mut params = Params::new();
    for (name, value) in [("Action", "CreateKey"), ("Version", "2016-01-20"), ("Format", "XML")] {
        params.insert(name, value).unwrap();
    }
    let date = Timestamp::from_unix_secs(service.world.clock.0.get() / 1000).to_string();
    let signed = rpc_v1::sign("GET", params, &credentials(), &date, "n").unwrap();
    let target = format!("/?{}", signed.encode());
    let request = RawRequest { method: "GET", target: &target, headers: &[], body: b"" };
    let outcome = block_on(service.server.answer(request, &service.world.ports()));
    assert!(outcome.response.body.contains("<CreateKeyResponse>"), "{}", outcome.response.body);
    assert_eq!(outcome.response.content_type, "text/xml;charset=utf-8");
}
