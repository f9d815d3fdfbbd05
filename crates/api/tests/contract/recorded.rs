// SPDX-License-Identifier: Apache-2.0
//! The 176 requests that Alibaba's official SDKs sent (tests/vectors/recorded): each verifies, each fails
//! after a change of any byte that its signature covers, and our own signatures equal theirs.

use std::collections::BTreeMap;

use edgekms_api::action::{
    ActionName, CancelKeyDeletion, Clouds, Command, Proof, ScheduleKeyDeletion, UpdateAlias,
};
use edgekms_api::dialect::alibaba::params::{Params, percent_encode};
use edgekms_api::dialect::alibaba::{acs, rpc_v1};
use edgekms_api::dialect::signature::{AccessKeySecret, Credentials, SecurityToken};
use edgekms_api::dialect::{AuthenticatedRequest, Dialect};
use edgekms_api::error::{ApiError, ErrorCode};
use edgekms_api::key::KeyReference;
use edgekms_api::kms::cancel_key_deletion::Becomes;
use edgekms_api::number::Whole;
use edgekms_api::product::Product;
use edgekms_api::time::Timestamp;
use serde::Deserialize;

use crate::support::{Parts, flip, signed_names, vectors};

#[derive(Deserialize)]
struct Recording {
    #[serde(skip)]
    name: String,
    /// As events name the product.
    service: String,
    action: String,
    credentials: RecordedCredentials,
    request: RecordedRequest,
    decoded: Decoded,
    signature: RecordedSignature,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecordedCredentials {
    access_key_id: String,
    access_key_secret: String,
    security_token: Option<String>,
}

#[derive(Clone, Deserialize)]
struct RecordedRequest {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: String,
}

#[derive(Deserialize)]
struct Decoded {
    query: BTreeMap<String, String>,
    form: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecordedSignature {
    scheme: String,
    string_to_sign: String,
    sent_signature: String,
}

const RPC_V1: &str = "RPC-v1 HMAC-SHA1";
const ACS3: &str = "ACS3-HMAC-SHA256";
const ACS4: &str = "ACS4-HMAC-SHA256";

fn recordings() -> Vec<Recording> {
    let read = |(name, bytes): (String, Vec<u8>)| {
        let recording: Recording = serde_json::from_slice(&bytes).unwrap();
        Recording { name, ..recording }
    };
    vectors("recorded").into_iter().map(read).collect()
}

impl Recording {
    /// The product that was called, if it is answered here.
    fn product(&self) -> Option<Product> {
        Product::ALL.iter().copied().find(|product| product.row().service == self.service)
    }
}

impl RecordedRequest {
    fn parts(&self) -> Parts {
        Parts {
            method: self.method.clone(),
            target: self.url.clone(),
            headers: self.headers.clone(),
            body: self.body.clone().into_bytes(),
        }
    }
}

/// The recordings were made within a few minutes of this.
fn now() -> Timestamp {
    "2026-11-21T19:14:00Z".parse().unwrap()
}

fn header<'a>(request: &'a RecordedRequest, name: &str) -> Option<&'a str> {
    let mut found = request.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value.as_str())
}

fn authenticate(
    request: &Parts,
    credentials: &RecordedCredentials,
) -> Result<AuthenticatedRequest, ApiError> {
    let RecordedCredentials { access_key_id, access_key_secret, .. } = credentials;
    request.authenticate((access_key_id, access_key_secret), now())
}

#[test]
fn there_are_88_rpc_v1_and_87_acs3_and_1_acs4_recordings() {
    let recordings = recordings();
    let count =
        |scheme| recordings.iter().filter(|recording| recording.signature.scheme == scheme).count();
    assert_eq!((count(RPC_V1), count(ACS3), count(ACS4)), (88, 87, 1));
    assert_eq!(recordings.len(), 176);
}

#[test]
fn every_recorded_request_verifies_and_decodes_as_recorded() {
    for recording in recordings() {
        let name = &recording.name;
        let request = authenticate(&recording.request.parts(), &recording.credentials)
            .unwrap_or_else(|error| panic!("{name}: {error}: {}", error.message()));
        assert_eq!(request.dialect(), Dialect::Alibaba, "{name}");
        let known = recording
            .product()
            .and_then(|product| ActionName::find(product, &recording.action))
            .filter(|action| action.row().clouds != Clouds::Aws)
            .ok_or(ErrorCode::InvalidApiNotFound);
        assert_eq!(request.action().map_err(|error| error.code()), known, "{name}");
        let token = request.security_token().map(|token| token.expose_secret().to_owned());
        assert_eq!(token, recording.credentials.security_token, "{name}");

        let query = recording.request.url.split_once('?').map_or("", |(_, query)| query);
        let mut params = Params::decode(query.as_bytes()).unwrap();
        params.merge(Params::decode(recording.request.body.as_bytes()).unwrap()).unwrap();
        let decoded: BTreeMap<_, _> =
            params.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let expected = recording.params();
        assert_eq!(decoded, expected, "{name}");
        // The request tells the same, but for parameters that are empty.
        let names: Vec<&'static str> =
            expected.keys().map(|name| &*Box::leak(name.clone().into_boxed_str())).collect();
        let told: BTreeMap<_, _> = request.parameters(&names).into_iter().collect();
        let full: BTreeMap<_, _> = expected
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (&**name, value.clone()))
            .collect();
        assert_eq!(told, full, "{name}");
    }
}

impl Recording {
    fn params(&self) -> BTreeMap<String, String> {
        self.decoded.query.clone().into_iter().chain(self.decoded.form.clone()).collect()
    }
}

#[test]
fn the_wrong_secret_is_told_the_recorded_string_to_sign() {
    for recording in recordings() {
        let mut credentials = recording.credentials.clone();
        credentials.access_key_secret.push('x');
        let error = authenticate(&recording.request.parts(), &credentials).unwrap_err();
        assert_eq!(error.code(), ErrorCode::SignatureDoesNotMatch, "{}", recording.name);
        let expected = format!("server string to sign is:{}", recording.signature.string_to_sign);
        assert!(error.message().ends_with(&expected), "{}: {}", recording.name, error.message());
    }
}

#[test]
fn every_one_byte_change_of_a_signed_part_fails() {
    let mut tried = 0_usize;
    for recording in recordings() {
        let authorization = header(&recording.request, "authorization").unwrap_or_default();
        let signed = signed_names(authorization);
        let is_signed = |name: &str| {
            !authorization.is_empty() && (name == "authorization" || signed.contains(&name))
        };
        for mutated in recording.request.parts().one_byte_changes(is_signed) {
            tried += 1;
            assert!(
                authenticate(&mutated, &recording.credentials).is_err(),
                "{}: {mutated:?}",
                recording.name
            );
        }
    }
    assert!(tried > 90_000, "{tried}");
}

#[test]
fn a_change_of_only_the_signature_is_a_mismatch() {
    for recording in recordings() {
        let sent = &recording.signature.sent_signature;
        let encoded = percent_encode(sent).to_string();
        let mut altered = sent.clone();
        flip(&mut altered, 0);
        let altered_encoded = percent_encode(&altered).to_string();
        let mut request = recording.request.clone();
        request.url = request.url.replace(&encoded, &altered_encoded);
        request.body = request.body.replace(&encoded, &altered_encoded);
        for (_, value) in &mut request.headers {
            *value = value.replace(sent, &altered);
        }
        let error = authenticate(&request.parts(), &recording.credentials).unwrap_err();
        assert_eq!(error.code(), ErrorCode::SignatureDoesNotMatch, "{}", recording.name);
    }
}

fn credentials(recorded: &RecordedCredentials) -> Credentials {
    Credentials {
        access_key_id: recorded.access_key_id.clone(),
        access_key_secret: AccessKeySecret::new(&*recorded.access_key_secret),
        security_token: recorded.security_token.as_deref().map(SecurityToken::new),
    }
}

#[test]
fn our_rpc_v1_signatures_equal_the_recorded_ones() {
    const ADDED: [&str; 7] = [
        "AccessKeyId",
        "SecurityToken",
        "SignatureMethod",
        "SignatureVersion",
        "SignatureNonce",
        "Timestamp",
        "Signature",
    ];
    for recording in recordings().iter().filter(|recording| recording.signature.scheme == RPC_V1) {
        let sent: BTreeMap<_, _> =
            recording.decoded.query.iter().chain(&recording.decoded.form).collect();
        let mut params = Params::new();
        for (name, value) in sent.iter().filter(|(name, _)| !ADDED.contains(&name.as_str())) {
            params.insert(name.as_str(), value.as_str()).unwrap();
        }
        let (timestamp, nonce) =
            (sent[&"Timestamp".to_owned()], sent[&"SignatureNonce".to_owned()]);
        let credentials = credentials(&recording.credentials);
        let signed =
            rpc_v1::sign(&recording.request.method, params, &credentials, timestamp, nonce)
                .unwrap();
        assert_eq!(
            signed.value("Signature").unwrap(),
            recording.signature.sent_signature,
            "{}",
            recording.name
        );
    }
}

#[test]
fn our_acs3_headers_equal_the_recorded_ones() {
    const ADDED: [&str; 9] = [
        "authorization",
        "host",
        "x-acs-action",
        "x-acs-version",
        "x-acs-date",
        "x-acs-signature-nonce",
        "x-acs-content-sha256",
        "x-acs-accesskey-id",
        "x-acs-security-token",
    ];
    for recording in recordings().iter().filter(|recording| recording.signature.scheme == ACS3) {
        let request = &recording.request;
        let value = |name: &str| header(request, name).unwrap();
        let extra: Vec<(&str, &str)> = signed_names(value("authorization"))
            .into_iter()
            .filter(|name| !ADDED.contains(name))
            .map(|name| (name, value(name)))
            .collect();
        let query = request.url.split_once('?').map_or("", |(_, query)| query);
        let unsigned = acs::Unsigned {
            method: &request.method,
            host: value("host"),
            action: &recording.action,
            version: value("x-acs-version"),
            query: &Params::decode(query.as_bytes()).unwrap(),
            body: request.body.as_bytes(),
            date: value("x-acs-date"),
            nonce: value("x-acs-signature-nonce"),
            headers: &extra,
        };
        for (name, ours) in acs::sign(&unsigned, &credentials(&recording.credentials)).unwrap() {
            assert_eq!(ours, value(&name), "{}: {name}", recording.name);
        }
    }
}

/// The command that a recording is.
fn command(recording: &Recording) -> Option<Result<Command, ApiError>> {
    let request = authenticate(&recording.request.parts(), &recording.credentials).unwrap();
    let action = request.action().ok()?;
    Some(request.command(action, &Dialect::Alibaba.limits(Default::default())))
}

/// What the typed commands make of what the SDKs sent: all are taken but those that ask for what
/// this server does not offer.
#[test]
fn recorded_requests_are_typed_commands() {
    let mut taken = BTreeMap::new();
    for recording in recordings() {
        let Some(outcome) = command(&recording) else { continue };
        let params = recording.params();
        let expected = if params.contains_key("Recipient") {
            Err(ErrorCode::UnsupportedOperation)
        } else if params.get("KeyId").is_some_and(|key| key.contains(' '))
            // Three bytes, which are no hash's digest.
            || params.get("Digest").is_some_and(|digest| digest == "ZGln")
            // An account of one digit.
            || params.get("ProtectedResourceArn").is_some_and(|arn| arn.contains(":1:"))
        {
            Err(ErrorCode::InvalidParameter)
        } else if recording.action == "TagResources" {
            // A space, which the manual does not allow in tags.
            Err(ErrorCode::InvalidTag)
        } else if params.get("Policy").is_some_and(|policy| policy == r#"{"Version":"1"}"#) {
            Err(ErrorCode::MalformedPolicy)
        } else {
            Ok(recording.action.clone())
        };
        let outcome = outcome.map(|command| command.action().as_str().to_owned());
        assert_eq!(outcome.map_err(|error| error.code()), expected, "{}", recording.name);
        *taken.entry(recording.action).or_insert(0) += 1;
    }
    // No SDK has what is the operator's, nor what is ours.
    let rows = ActionName::ALL.iter().map(|action| action.row());
    // What RAM's SDKs send was not recorded: they themselves call the worker, in tests/foreign.
    let recorded = [Product::Kms, Product::Sts, Product::Trail];
    let ours = rows.filter(|row| {
        let is_signed = row.proof == Proof::Signature;
        row.clouds != Clouds::Aws
            && !row.is_operators
            && is_signed
            && row.name != "ListKeyUsage"
            && recorded.contains(&row.product)
    });
    assert_eq!(taken.len(), ours.count(), "{taken:?}");
}

/// What each SDK that was recorded sent for the action.
fn commands(action: ActionName) -> Vec<Command> {
    let recordings = recordings();
    let of = recordings.iter().filter(|recording| recording.action == action.as_str());
    of.map(|recording| command(recording).unwrap().unwrap()).collect()
}

#[test]
fn a_deletion_its_end_and_a_moved_alias_read_as_the_sdks_meant_them() {
    let key: KeyReference = "0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d".parse().unwrap();
    let days = Whole::new(7).unwrap();
    let schedule =
        ScheduleKeyDeletion { key: key.clone(), pending_window_in_days: days, dated: false };
    let cancel = CancelKeyDeletion { key: key.clone(), becomes: Becomes::Enabled };
    let update = UpdateAlias { key, alias_name: "alias/a".parse().unwrap() };
    let schedule = Command::ScheduleKeyDeletion(schedule);
    assert_eq!(commands(ActionName::ScheduleKeyDeletion), vec![schedule; 2]);
    let cancel = Command::CancelKeyDeletion(cancel);
    assert_eq!(commands(ActionName::CancelKeyDeletion), vec![cancel; 2]);
    assert_eq!(commands(ActionName::UpdateAlias), vec![Command::UpdateAlias(update); 2]);
}
