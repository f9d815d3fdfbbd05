// SPDX-License-Identifier: Apache-2.0
//! The 176 requests that official SDKs sent (tests/vectors/recorded): each verifies, each fails
//! after a change of any byte that its signature covers, and our own signatures equal theirs.

use std::collections::BTreeMap;
use std::path::Path;

use edgekms_api::action::cancel_key_deletion::CancelKeyDeletionRequest;
use edgekms_api::action::schedule_key_deletion::ScheduleKeyDeletionRequest;
use edgekms_api::action::update_alias::UpdateAliasRequest;
use edgekms_api::action::{
    Action, ActionName, CancelKeyDeletion, Limits, Request, ScheduleKeyDeletion, UpdateAlias,
};
use edgekms_api::error::{ApiError, ErrorCode};
use edgekms_api::id::KeyId;
use edgekms_api::params::Params;
use edgekms_api::request::{AuthenticatedRequest, RawRequest, RequestLimits};
use edgekms_api::signature::{AccessKeySecret, Credentials, SecurityToken, acs, rpc_v1};
use edgekms_api::time::Timestamp;
use serde::Deserialize;

#[derive(Deserialize)]
struct Recording {
    #[serde(skip)]
    name: String,
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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/recorded");
    let mut recordings: Vec<Recording> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let mut recording: Recording =
                serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            recording.name = path.file_name().unwrap().to_string_lossy().into_owned();
            recording
        })
        .collect();
    recordings.sort_by(|one, other| one.name.cmp(&other.name));
    recordings
}

/// The recordings were made within a few minutes of this.
fn now() -> Timestamp {
    "2026-11-21T19:14:00Z".parse().unwrap()
}

fn header<'a>(request: &'a RecordedRequest, name: &str) -> Option<&'a str> {
    let mut found = request.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value.as_str())
}

/// What a server with one access key does.
fn authenticate(
    request: &RecordedRequest,
    credentials: &RecordedCredentials,
) -> Result<AuthenticatedRequest, ApiError> {
    let raw = RawRequest {
        method: &request.method,
        target: &request.url,
        headers: &request.headers,
        body: request.body.as_bytes(),
    };
    let signed = raw.parse(&RequestLimits::default())?;
    if signed.access_key_id().as_str() != credentials.access_key_id {
        return Err(ErrorCode::InvalidAccessKeyIdNotFound.into());
    }
    signed.verify(&AccessKeySecret::new(&*credentials.access_key_secret), now())
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
        let request = authenticate(&recording.request, &recording.credentials)
            .unwrap_or_else(|error| panic!("{name}: {error}: {}", error.message()));
        assert_eq!(request.action(), recording.action, "{name}");
        let decoded: BTreeMap<String, String> = request
            .params()
            .iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        let expected: BTreeMap<String, String> =
            recording.decoded.query.into_iter().chain(recording.decoded.form).collect();
        assert_eq!(decoded, expected, "{name}");
        let token = request.security_token().map(|token| token.expose_secret().to_owned());
        assert_eq!(token, recording.credentials.security_token, "{name}");
    }
}

#[test]
fn the_wrong_secret_is_told_the_recorded_string_to_sign() {
    for recording in recordings() {
        let mut credentials = recording.credentials.clone();
        credentials.access_key_secret.push('x');
        let error = authenticate(&recording.request, &credentials).unwrap_err();
        assert_eq!(error.code(), ErrorCode::SignatureDoesNotMatch, "{}", recording.name);
        let expected = format!("server string to sign is:{}", recording.signature.string_to_sign);
        assert!(error.message().ends_with(&expected), "{}: {}", recording.name, error.message());
    }
}

/// A byte that differs from `byte`, is still ASCII, and decodes to something else.
fn flipped(text: &str, index: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[index] ^= 1;
    String::from_utf8(bytes).unwrap()
}

/// Every request that differs from this one in one byte of what is signed or of the signature.
fn mutations(recording: &Recording) -> Vec<RecordedRequest> {
    let original = &recording.request;
    let mut all = Vec::new();
    for index in 0..original.url.len() {
        all.push(RecordedRequest { url: flipped(&original.url, index), ..original.clone() });
    }
    for index in 0..original.body.len() {
        all.push(RecordedRequest { body: flipped(&original.body, index), ..original.clone() });
    }
    for index in 0..original.method.len() {
        all.push(RecordedRequest { method: flipped(&original.method, index), ..original.clone() });
    }
    let authorization = header(original, "authorization").unwrap_or_default();
    let signed = authorization.split("SignedHeaders=").nth(1).unwrap_or_default();
    let signed: Vec<&str> = signed.split(',').next().unwrap_or_default().split(';').collect();
    for (position, (name, value)) in original.headers.iter().enumerate() {
        let lowercase = name.to_ascii_lowercase();
        if authorization.is_empty()
            || !(lowercase == "authorization" || signed.contains(&&*lowercase))
        {
            continue;
        }
        for index in 0..name.len() {
            let mut request = original.clone();
            request.headers[position].0 = flipped(name, index);
            all.push(request);
        }
        for index in 0..value.len() {
            let mut request = original.clone();
            request.headers[position].1 = flipped(value, index);
            all.push(request);
        }
    }
    all
}

#[test]
fn every_one_byte_change_of_a_signed_part_fails() {
    let mut tried = 0_usize;
    for recording in recordings() {
        for mutated in mutations(&recording) {
            tried += 1;
            assert!(
                authenticate(&mutated, &recording.credentials).is_err(),
                "{}: {} {} {:?} {}",
                recording.name,
                mutated.method,
                mutated.url,
                mutated.headers,
                mutated.body
            );
        }
    }
    assert!(tried > 90_000, "{tried}");
}

#[test]
fn a_change_of_only_the_signature_is_a_mismatch() {
    for recording in recordings() {
        let sent = &recording.signature.sent_signature;
        let encoded: String = edgekms_api::params::percent_encode(sent).to_string();
        let altered = flipped(sent, 0);
        let mut request = recording.request.clone();
        let altered_encoded = edgekms_api::params::percent_encode(&altered).to_string();
        request.url = request.url.replace(&encoded, &altered_encoded);
        request.body = request.body.replace(&encoded, &altered_encoded);
        for (_, value) in &mut request.headers {
            *value = value.replace(sent, &altered);
        }
        let error = authenticate(&request, &recording.credentials).unwrap_err();
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
        let signed = value("authorization").split("SignedHeaders=").nth(1).unwrap();
        let extra: Vec<(&str, &str)> = signed
            .split(',')
            .next()
            .unwrap()
            .split(';')
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

/// What the typed requests make of what the SDKs sent: all are taken but those that ask for what
/// this server does not offer.
#[test]
fn recorded_requests_are_typed_requests() {
    let mut taken = BTreeMap::new();
    for recording in recordings() {
        let request = authenticate(&recording.request, &recording.credentials).unwrap();
        let Ok(action) = ActionName::find(request.action(), request.version()) else { continue };
        let params = request.params();
        let expected = if params.boolean("EnableAutomaticRotation").unwrap()
            || params.value("Recipient").is_some()
        {
            Err(ErrorCode::UnsupportedOperation)
        } else if params.value("KeyId").is_some_and(|key| key.contains(' ')) {
            Err(ErrorCode::InvalidParameter)
        } else {
            Ok(())
        };
        let outcome = action.validate(params, &Limits::default()).map_err(|error| error.code());
        assert_eq!(outcome, expected, "{}", recording.name);
        *taken.entry(action.as_str()).or_insert(0) += 1;
    }
    assert_eq!(taken.len(), ActionName::ALL.len(), "{taken:?}");
}

/// What each SDK that was recorded sent as a request of `A`.
fn typed<A: Action>() -> Vec<A::Request> {
    recordings()
        .iter()
        .filter(|recording| recording.action == A::NAME.as_str())
        .map(|recording| {
            let request = authenticate(&recording.request, &recording.credentials).unwrap();
            A::Request::from_params(request.params(), &Limits::default()).unwrap()
        })
        .collect()
}

#[test]
fn a_deletion_its_end_and_a_moved_alias_read_as_the_sdks_meant_them() {
    let key_id: KeyId = "0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d".parse().unwrap();
    let schedule = ScheduleKeyDeletionRequest { key_id: key_id.clone(), pending_window_in_days: 7 };
    let cancel = CancelKeyDeletionRequest { key_id: key_id.clone() };
    let update = UpdateAliasRequest { key_id, alias_name: "alias/a".parse().unwrap() };
    assert_eq!(typed::<ScheduleKeyDeletion>(), vec![schedule; 2]);
    assert_eq!(typed::<CancelKeyDeletion>(), vec![cancel; 2]);
    assert_eq!(typed::<UpdateAlias>(), vec![update; 2]);
}
