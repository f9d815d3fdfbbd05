// SPDX-License-Identifier: Apache-2.0
//! What must hold for any bytes that are taken for a request. The fuzz targets run it, and so do the
//! tests of crates/api over the targets' corpora and over bytes of their own.
#![allow(dead_code, reason = "each target runs one of these")]

use edgekms_api::action::{ActionName, Command, Proof};
use edgekms_api::dialect::alibaba::acs;
use edgekms_api::dialect::alibaba::params::Params;
use edgekms_api::dialect::aws::sigv4;
use edgekms_api::dialect::request::{RawRequest, RequestLimits};
use edgekms_api::dialect::response::ResponseForm;
use edgekms_api::dialect::signature::{AccessKeySecret, Credentials};
use edgekms_api::dialect::{AuthenticatedRequest, Dialect};
use edgekms_api::error::ErrorCode;
use edgekms_api::id::RequestId;
use edgekms_api::time::Timestamp;

/// 2026-11-22T12:00:00Z.
const NOW: i64 = 1_795_348_800;
const HOST: &str = "kms.cn-hangzhou.example.com";

/// A request as these checks' inputs have it: a line with method and target, a line a header, an empty
/// line, the body.
struct Parts<'a> {
    method: &'a str,
    target: &'a str,
    headers: Vec<(&'a str, &'a str)>,
    body: &'a [u8],
}

fn parts(bytes: &[u8]) -> Option<Parts<'_>> {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n")?;
    let (head, body) = (bytes.get(..end)?, bytes.get(end + 2..)?);
    let mut lines = std::str::from_utf8(head).ok()?.split('\n');
    let (method, target) = lines.next()?.split_once(' ')?;
    let headers = lines.map(|line| line.split_once(':').unwrap_or((line, ""))).collect();
    Some(Parts { method, target, headers, body })
}

/// Reads a request that nobody signed with the secret: it may be refused in any way, and is.
fn refused(parts: &Parts<'_>) -> Dialect {
    let raw = RawRequest {
        method: parts.method,
        target: parts.target,
        headers: &parts.headers,
        body: parts.body,
    };
    let dialect = Dialect::of(&raw);
    unsigned(raw);
    let error = match raw.claim(&RequestLimits::default()).and_then(|claimed| claimed.parse()) {
        Err(error) => error,
        Ok(signed) => {
            let outcome =
                signed.verify(&AccessKeySecret::new("nobody's"), Timestamp::from_unix_secs(NOW));
            outcome.expect_err("nobody signed it with this secret")
        }
    };
    assert_ne!(error.code(), ErrorCode::InternalFailure, "{error}");
    let id = RequestId::from_random_bytes([0; 16]);
    let answer = ResponseForm::of(&raw, id).failure(HOST, &error);
    assert!((400..500).contains(&answer.status), "{}", answer.status);
    // An answer repeats a few kilobytes of the request, each of at most six as JSON.
    assert!(answer.body.len() < 64 * 1024, "{}", answer.body.len());
    dialect
}

/// Reads what nobody need sign: it is of such an action, whatever else is wrong with it.
fn unsigned(raw: RawRequest<'_>) {
    let read = raw.unsigned(&RequestLimits::default()).and_then(|asked| {
        let Some(asked) = asked else { return Ok(()) };
        let action = asked.action()?;
        assert_eq!(action.row().proof, Proof::Token, "{action:?}");
        asked.command(action, &asked.dialect().limits(Default::default())).map(|_| ())
    });
    if let Err(error) = read {
        assert_ne!(error.code(), ErrorCode::InternalFailure, "{error}");
    }
}

fn credentials() -> Credentials {
    Credentials {
        access_key_id: "testid".to_owned(),
        access_key_secret: AccessKeySecret::new("testsecret"),
        security_token: None,
    }
}

/// Verifies what [`credentials`] signed.
fn verified(headers: &[(String, String)], body: &[u8]) -> Option<AuthenticatedRequest> {
    let mut all = vec![("host", HOST)];
    all.extend(headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let raw = RawRequest { method: "POST", target: "/", headers: &all, body };
    let signed = raw.claim(&RequestLimits::default()).ok()?.parse().ok()?;
    let now = Timestamp::from_unix_secs(NOW);
    Some(signed.verify(&AccessKeySecret::new("testsecret"), now).expect("it was signed just now"))
}

/// Every command that the request's content is, whatever action it names.
fn commands(request: &AuthenticatedRequest) -> Vec<Command> {
    let limits = request.dialect().limits(Default::default());
    let found = ActionName::ALL.iter().filter_map(|&action| {
        let command = request.command(action, &limits).ok()?;
        // AWS has one name for some actions, which what is said tells apart.
        assert_eq!(command.action().row().aws_name, action.row().aws_name);
        Some(command)
    });
    let found = found.collect();
    let _ = request.parameters(&["KeyId", "Plaintext", "Limit"]);
    found
}

fn sign_alibaba(params: &Params) -> Option<AuthenticatedRequest> {
    let body = params.encode().into_bytes();
    let unsigned = acs::Unsigned {
        method: "POST",
        host: HOST,
        action: "ListKeys",
        version: "2016-01-20",
        query: &Params::new(),
        body: &body,
        date: "2026-11-22T12:00:00Z",
        nonce: "n",
        headers: &[],
    };
    verified(&acs::sign(&unsigned, &credentials()).expect("it can be signed"), &body)
}

/// What decodes also encodes back, and is a command or not of each action.
pub(crate) fn params(bytes: &[u8]) -> usize {
    let Ok(params) = Params::decode(bytes) else { return 0 };
    assert_eq!(Params::decode(params.encode().as_bytes()).ok().as_ref(), Some(&params));
    let Some(request) = sign_alibaba(&params) else { return 0 };
    let found = commands(&request);
    for command in &found {
        // What a keyring is sent is what was read.
        let text =
            serde_json::to_string(command).expect("a command is fields of texts and numbers");
        assert_eq!(&serde_json::from_str::<Command>(&text).expect("it reads back"), command);
    }
    found.len()
}

/// A request of Alibaba's dialect, or of none: how many commands its parameters are.
pub(crate) fn alibaba(bytes: &[u8]) -> usize {
    let Some(parts) = parts(bytes) else { return 0 };
    refused(&parts);
    let query = parts.target.split_once('?').map_or("", |(_, query)| query);
    params(query.as_bytes()) + params(parts.body)
}

/// A request of AWS's dialect, or of none: how many commands its body is.
pub(crate) fn aws(bytes: &[u8]) -> usize {
    let Some(parts) = parts(bytes) else { return 0 };
    refused(&parts);
    let unsigned = sigv4::Unsigned {
        host: HOST,
        region: "cn-hangzhou",
        action: "ListKeys",
        body: parts.body,
        date: "20261122T120000Z",
        headers: &[],
    };
    let headers = sigv4::sign(&unsigned, &credentials()).expect("it can be signed");
    verified(&headers, parts.body).map_or(0, |request| commands(&request).len())
}
