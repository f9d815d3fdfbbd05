// SPDX-License-Identifier: Apache-2.0
//! The 113 requests that AWS's official SDKs sent (tests/vectors/recorded-aws): those to KMS verify, each
//! fails after a change of any byte that its signature covers, our own signatures equal theirs, and
//! typed commands come out.

use std::collections::{BTreeMap, BTreeSet};

use edgekms_api::action::{ActionName, Clouds, Command};
use edgekms_api::dialect::aws::sigv4;
use edgekms_api::dialect::signature::{AccessKeySecret, Credentials, SecurityToken};
use edgekms_api::dialect::{AuthenticatedRequest, Dialect};
use edgekms_api::error::{ApiError, ErrorCode};
use edgekms_api::page::Cursor;
use edgekms_api::product::Product;
use edgekms_api::time::Timestamp;
use serde::Deserialize;

use crate::support::{Parts, flip, signed_names, vectors};

#[derive(Deserialize)]
struct Recording {
    #[serde(skip)]
    name: String,
    service: String,
    action: String,
    credentials: RecordedCredentials,
    request: RecordedRequest,
    signature: RecordedSignature,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecordedCredentials {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

#[derive(Deserialize)]
struct RecordedRequest {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecordedSignature {
    sent_signature: String,
}

fn all() -> Vec<Recording> {
    let read = |(name, bytes): (String, Vec<u8>)| {
        let recording: Recording = serde_json::from_slice(&bytes).unwrap();
        Recording { name, ..recording }
    };
    vectors("recorded-aws").into_iter().map(read).collect()
}

fn to_kms() -> impl Iterator<Item = Recording> {
    all().into_iter().filter(|recording| recording.service == "kms")
}

impl Recording {
    fn parts(&self) -> Parts {
        Parts {
            method: self.request.method.clone(),
            target: self.request.url.clone(),
            headers: self.request.headers.clone(),
            body: self.request.body.clone().into_bytes(),
        }
    }

    fn header(&self, name: &str) -> &str {
        let mut found =
            self.request.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.as_str()).unwrap()
    }

    /// What a server with this one access key does with these parts, when they were sent.
    fn authenticate(&self, parts: &Parts) -> Result<AuthenticatedRequest, ApiError> {
        let now = Timestamp::from_basic(self.header("x-amz-date")).unwrap();
        let RecordedCredentials { access_key_id, secret_access_key, .. } = &self.credentials;
        parts.authenticate((access_key_id, secret_access_key), now)
    }

    fn command(&self) -> Option<Result<Command, ApiError>> {
        let request = self.authenticate(&self.parts()).unwrap();
        let action = request.action().ok()?;
        Some(request.command(action, &Dialect::Aws.limits(Default::default())))
    }
}

#[test]
fn there_are_107_recordings_to_kms_and_6_to_sts() {
    let sts = all().iter().filter(|recording| recording.service == "sts").count();
    assert_eq!((to_kms().count(), sts), (107, 6));
}

#[test]
fn every_recorded_request_to_kms_verifies_and_names_its_action() {
    for recording in to_kms() {
        let name = &recording.name;
        let request = recording
            .authenticate(&recording.parts())
            .unwrap_or_else(|error| panic!("{name}: {error}: {}", error.message()));
        assert_eq!(request.dialect(), Dialect::Aws, "{name}");
        let token = request.security_token().map(|token| token.expose_secret());
        assert_eq!(token, recording.credentials.session_token.as_deref(), "{name}");
        let served = ["cn-beijing", "cn-hangzhou"].map(|name| name.parse().unwrap());
        assert_eq!(request.region(&served).unwrap().as_str(), "cn-hangzhou", "{name}");
        assert!(request.region(&served[..1]).is_err(), "{name}");
        let guard = request.replay_guard();
        assert!(guard.may_repeat && guard.token == recording.signature.sent_signature, "{name}");
        match ActionName::of_aws(Product::Kms, &recording.action).next() {
            Some(action) => assert_eq!(request.action(), Ok(action), "{name}"),
            None => {
                let error = request.action().unwrap_err();
                assert_eq!(error.code(), ErrorCode::UnsupportedOperation, "{name}");
                assert!(error.message().contains(&recording.action), "{name}");
            }
        }
    }
}

#[test]
fn every_one_byte_change_of_a_signed_part_fails() {
    let mut tried = 0_usize;
    for recording in to_kms() {
        let signed = signed_names(recording.header("authorization"));
        let is_signed = |name: &str| name == "authorization" || signed.contains(&name);
        for mutated in recording.parts().one_byte_changes(is_signed) {
            tried += 1;
            let outcome = recording.authenticate(&mutated);
            assert!(outcome.is_err(), "{}: {mutated:?}", recording.name);
        }
    }
    assert!(tried > 60_000, "{tried}");
}

#[test]
fn a_change_of_only_the_signature_or_the_secret_is_a_mismatch() {
    for mut recording in to_kms() {
        let sent = recording.signature.sent_signature.clone();
        let mut altered = sent.clone();
        flip(&mut altered, 0);
        let parts = recording.parts().with(|parts| {
            let value = parts.header("authorization");
            *value = value.replace(&sent, &altered);
        });
        let error = recording.authenticate(&parts).unwrap_err();
        assert_eq!(error.code(), ErrorCode::SignatureDoesNotMatch, "{}", recording.name);
        recording.credentials.secret_access_key.push('x');
        let error = recording.authenticate(&recording.parts()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::SignatureDoesNotMatch, "{}", recording.name);
    }
}

fn credentials(recorded: &RecordedCredentials) -> Credentials {
    Credentials {
        access_key_id: recorded.access_key_id.clone(),
        access_key_secret: AccessKeySecret::new(&*recorded.secret_access_key),
        security_token: recorded.session_token.as_deref().map(SecurityToken::new),
    }
}

#[test]
fn our_authorization_headers_equal_the_recorded_ones() {
    for recording in all() {
        let headers: BTreeMap<String, String> = signed_names(recording.header("authorization"))
            .into_iter()
            .map(|name| (name.to_owned(), recording.header(name).to_owned()))
            .collect();
        let date = recording.header("x-amz-date");
        let scope = sigv4::Scope { date, region: "cn-hangzhou", service: &recording.service };
        let body = recording.request.body.as_bytes();
        let ours =
            sigv4::authorization(&scope, &headers, body, &credentials(&recording.credentials));
        assert_eq!(ours.unwrap(), recording.header("authorization"), "{}", recording.name);
    }
}

#[test]
fn what_our_client_signs_equals_what_was_recorded() {
    const ALWAYS: [&str; 5] =
        ["content-type", "host", "x-amz-content-sha256", "x-amz-date", "x-amz-target"];
    let mut compared = 0;
    for recording in to_kms() {
        let signed = signed_names(recording.header("authorization"));
        // boto3 leaves out the body's hash, aws-sdk 2 the body's type: ours signs both.
        if !ALWAYS.iter().all(|name| signed.contains(name)) {
            continue;
        }
        compared += 1;
        let headers: Vec<(&str, &str)> = signed
            .into_iter()
            .filter(|name| !ALWAYS.contains(name) && *name != "x-amz-security-token")
            .map(|name| (name, recording.header(name)))
            .collect();
        let unsigned = sigv4::Unsigned {
            host: recording.header("host"),
            region: "cn-hangzhou",
            action: &recording.action,
            body: recording.request.body.as_bytes(),
            date: recording.header("x-amz-date"),
            headers: &headers,
        };
        for (name, ours) in sigv4::sign(&unsigned, &credentials(&recording.credentials)).unwrap() {
            assert_eq!(ours, recording.header(&name), "{}: {name}", recording.name);
        }
    }
    assert_eq!(compared, 46);
}

#[test]
fn every_recorded_request_to_sts_verifies_and_is_a_typed_command() {
    for recording in all().iter().filter(|recording| recording.service == "sts") {
        let name = &recording.name;
        let request = recording.authenticate(&recording.parts()).unwrap();
        let token = request.security_token().map(|token| token.expose_secret());
        assert_eq!(token, recording.credentials.session_token.as_deref(), "{name}");
        // Whichever region the client names, it is the same service.
        let served = ["cn-beijing".parse().unwrap()];
        assert_eq!(request.region(&served).unwrap().as_str(), "cn-beijing", "{name}");
        assert_eq!(request.action().unwrap().as_str(), recording.action, "{name}");
        match recording.command().unwrap() {
            Ok(Command::AssumeRole(command)) => {
                assert_eq!(command.role_arn.to_string(), "acs:ram::1234567890123456:role/r");
                assert_eq!(command.role_session_name.as_str(), "page");
                assert_eq!(command.duration_seconds.map(|secs| secs.get()), Some(900));
            }
            Ok(command) => assert!(matches!(command, Command::GetCallerIdentity(_)), "{name}"),
            // A policy without statements.
            Err(error) => {
                assert_eq!(error.code(), ErrorCode::MalformedSessionPolicy, "{name}");
                assert!(recording.request.body.contains("Statement%22%3A%5B%5D"), "{name}");
            }
        }
    }
}

/// What the typed commands make of what the SDKs sent: all are taken but those that ask for what
/// this server does not offer.
#[test]
fn recorded_requests_are_typed_commands() {
    let mut taken = BTreeMap::new();
    for recording in to_kms() {
        let Some(outcome) = recording.command() else { continue };
        let stem = recording.name.trim_end_matches(".json");
        let expected = match stem {
            // Policies without what one needs.
            _ if stem.ends_with("CreateKey-3") || stem.ends_with("PutKeyPolicy") => {
                Err(ErrorCode::MalformedPolicy)
            }
            // A grant's token.
            _ if stem.ends_with("Decrypt-2") => Err(ErrorCode::UnsupportedOperation),
            // A digest of 51 bytes.
            _ if stem.ends_with("-Sign") => Err(ErrorCode::InvalidParameter),
            // Its marker is one that nobody gave out.
            _ if stem.ends_with("ListKeys-2") => Err(ErrorCode::InvalidMarker),
            _ => Ok(recording.action.clone()),
        };
        let outcome = outcome.map(|command| command.action().row().aws_name.to_owned());
        assert_eq!(outcome.map_err(|error| error.code()), expected, "{stem}");
        *taken.entry(recording.action).or_insert(0) += 1;
    }
    let ours = ActionName::of(Product::Kms).map(|action| action.row());
    let ours = ours.filter(|row| row.clouds != Clouds::Aliyun).map(|row| row.aws_name);
    let missing: BTreeSet<_> = ours.filter(|name| !taken.contains_key(*name)).collect();
    // It takes what GenerateDataKeyPair takes.
    assert_eq!(missing, ["GenerateDataKeyPairWithoutPlaintext"].into(), "{taken:?}");
}

/// The commands that the SDKs sent in files whose names end so.
fn commands(end: &str) -> Vec<Command> {
    let end = format!("{end}.json");
    let found: Vec<_> = to_kms()
        .filter(|recording| recording.name.ends_with(&end))
        .map(|recording| recording.command().unwrap().unwrap())
        .collect();
    assert!(found.len() >= 2, "{end}");
    found
}

#[test]
fn the_fields_are_what_the_sdks_meant() {
    let bytes: Vec<u8> = (0..52).map(|n| n * 5).collect();
    for command in commands("-Encrypt") {
        let Command::Encrypt(command) = command else { panic!() };
        assert_eq!(command.key.to_string(), "alias/photos");
        assert_eq!(command.plaintext.expose_secret(), bytes);
        let pairs: Vec<_> = command.context.iter().collect();
        assert_eq!(pairs, [("a", "中文 &="), ("b", "2")]);
        assert!(!command.dry_run);
    }
    for command in commands("-Decrypt") {
        let Command::Decrypt(command) = command else { panic!() };
        assert_eq!((command.ciphertext_blob.0, command.under), (bytes.clone(), None));
        assert_eq!(command.context.iter().collect::<Vec<_>>(), [("a", "1")]);
    }
    for command in commands("-GenerateDataKey") {
        let Command::GenerateDataKey(command) = command else { panic!() };
        assert_eq!((command.key.to_string().as_str(), command.len()), ("alias/photos", Ok(32)));
    }
    for command in commands("-GenerateDataKey-2") {
        let Command::GenerateDataKey(command) = command else { panic!() };
        assert_eq!((command.key.to_string().as_str(), command.len()), ("k", Ok(64)));
    }
    for command in commands("-GenerateDataKeyWithoutPlaintext") {
        let Command::GenerateDataKeyWithoutPlaintext(command) = command else { panic!() };
        assert_eq!(command.len(), Ok(16));
    }
    for command in commands("-CreateAlias") {
        let Command::CreateAlias(command) = command else { panic!() };
        assert_eq!((command.alias_name.as_str(), &*command.key.to_string()), ("alias/photos", "k"));
    }
    for command in commands("-ScheduleKeyDeletion") {
        let Command::ScheduleKeyDeletion(command) = command else { panic!() };
        assert_eq!((command.pending_window_in_days.get(), command.dated), (7, true));
    }
    for command in commands("-UpdateKeyDescription") {
        let Command::UpdateKeyDescription(command) = command else { panic!() };
        assert_eq!(command.description.as_str(), "");
    }
    for command in commands("-ListKeys") {
        let Command::ListKeys(command) = command else { panic!() };
        assert_eq!(command.cursor, Some(Cursor { after: None, limit: 100 }));
    }
    for command in commands("-ListAliases-2") {
        let Command::ListAliases(command) = command else { panic!() };
        assert_eq!(command.of.unwrap().to_string(), "k");
    }
    for command in commands("-GenerateRandom") {
        let Command::GenerateRandom(command) = command else { panic!() };
        assert_eq!(command.number_of_bytes.get(), 32);
    }
}
