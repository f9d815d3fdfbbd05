// SPDX-License-Identifier: Apache-2.0
//! Signed requests of our own in AWS's dialect: what verifies, and the name that each fault gets.

use std::collections::BTreeMap;

use edgekms_api::action::{ActionName, Command};
use edgekms_api::dialect::aws::sigv4;
use edgekms_api::dialect::response::ResponseForm;
use edgekms_api::dialect::signature::{AccessKeySecret, Credentials, SecurityToken};
use edgekms_api::dialect::{AuthenticatedRequest, Dialect};
use edgekms_api::error::{ApiError, ErrorCode};
use edgekms_api::id::RequestId;
use edgekms_api::time::Timestamp;
use proptest::prelude::*;

use crate::support::Parts;

const DATE: &str = "20261122T120000Z";
const HOST: &str = "kms.us-east-1.example.com:8080";

fn now() -> Timestamp {
    Timestamp::from_basic(DATE).unwrap()
}

fn credentials(token: Option<&str>) -> Credentials {
    Credentials {
        access_key_id: "AKIDEXAMPLE".to_owned(),
        access_key_secret: AccessKeySecret::new("testsecret"),
        security_token: token.map(SecurityToken::new),
    }
}

fn signed(action: &str, body: &str, token: Option<&str>, extra: &[(&str, &str)]) -> Parts {
    let unsigned = sigv4::Unsigned {
        host: HOST,
        region: "us-east-1",
        action,
        body: body.as_bytes(),
        date: DATE,
        headers: extra,
    };
    let mut headers = sigv4::sign(&unsigned, &credentials(token)).unwrap();
    headers.push(("Host".to_owned(), HOST.to_owned()));
    Parts {
        method: "POST".to_owned(),
        target: "/".to_owned(),
        headers,
        body: body.as_bytes().to_vec(),
    }
}

fn verify(parts: &Parts) -> Result<AuthenticatedRequest, ApiError> {
    parts.verify("testsecret", now())
}

fn command(action: &str, body: &str) -> Result<Command, ApiError> {
    let request = verify(&signed(action, body, None, &[]))?;
    request.command(request.action()?, &Dialect::Aws.limits(Default::default()))
}

/// What a client is told of a refused request: the name of the error.
fn name_of(parts: &Parts, error: &ApiError) -> String {
    let id: RequestId = "4bd560a1-729e-45f1-a3d9-b2a33d61046b".parse().unwrap();
    let answer = parts.raw(|raw| ResponseForm::of(&raw, id)).failure(HOST, error);
    assert_eq!((answer.status, answer.content_type), (400, "application/x-amz-json-1.1"));
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let name = body["__type"].as_str().unwrap().to_owned();
    assert_eq!(body["message"], error.message());
    assert!(!error.message().contains("Alibaba"), "{}", error.message());
    assert!(answer.headers.contains(&("x-amzn-errortype", name.clone())));
    assert!(answer.headers.iter().any(|(name, _)| *name == "x-amzn-requestid"));
    name
}

fn fault(parts: &Parts) -> String {
    name_of(parts, &verify(parts).unwrap_err())
}

#[test]
fn an_authenticated_request_tells_all_that_the_service_needs() {
    let body = r#"{"Limit":5,"Marker":null,"Other":[1]}"#;
    let request = verify(&signed("ListKeys", body, Some("tok+/=en"), &[])).unwrap();
    assert_eq!(request.action(), Ok(ActionName::ListKeys));
    assert_eq!(request.dialect(), Dialect::Aws);
    assert_eq!(request.access_key_id().as_str(), "AKIDEXAMPLE");
    assert_eq!(request.security_token().unwrap().expose_secret(), "tok+/=en");
    let told = request.parameters(&["Limit", "Marker", "Other", "KeyId"]);
    assert_eq!(told, [("Limit", "5".to_owned())]);
    assert_eq!(request.timestamp(), now());
    let guard = request.replay_guard();
    assert_eq!((guard.token.len(), guard.may_repeat), (64, true));
    assert_eq!(guard.expires.to_string(), "2026-11-22T12:15:01Z");
}

#[test]
fn the_window_is_fifteen_minutes_both_ways() {
    let at = |secs: i64| {
        let moment = Timestamp::from_unix_secs(now().unix_secs() + secs);
        let parts = signed("ListKeys", "{}", None, &[]);
        parts.verify("testsecret", moment).map(|_| ()).map_err(|error| name_of(&parts, &error))
    };
    for good in [-900, 0, 900] {
        assert_eq!(at(good), Ok(()), "{good}");
    }
    for bad in [-901, 901] {
        assert_eq!(at(bad).unwrap_err(), "InvalidSignatureException", "{bad}");
    }
}

#[test]
fn requests_that_are_not_well_formed_have_their_names() {
    let good = signed("ListKeys", "{}", Some("token"), &[]);
    assert!(verify(&good).is_ok());
    let authorization = |from: &'static str, to: &'static str| {
        good.with(|parts| {
            let value = parts.header("authorization");
            assert!(value.contains(from), "{value}");
            *value = value.replace(from, to);
        })
    };
    let without = |name: &str| good.with(|parts| parts.headers.retain(|(held, _)| held != name));
    let with = |name: &str, value: &str| good.with(|parts| value.clone_into(parts.header(name)));
    let presigned = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261122";
    for (index, (parts, name)) in [
        (without("authorization"), "MissingAuthenticationTokenException"),
        (with("authorization", "Bearer token"), "InvalidSignatureException"),
        (with("authorization", "AWS4-HMAC-SHA256"), "IncompleteSignatureException"),
        (with("authorization", ""), "InvalidSignatureException"),
        (authorization("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"), "InvalidSignatureException"),
        (authorization("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256"), "InvalidSignatureException"),
        (authorization(", Signature=", ", Signed="), "IncompleteSignatureException"),
        (authorization("AKIDEXAMPLE/", "AKID,EXAMPLE/"), "IncompleteSignatureException"),
        (authorization("AKIDEXAMPLE/", "A!/"), "UnrecognizedClientException"),
        (authorization("AKIDEXAMPLE/20261122", "AKIDEXAMPLE"), "IncompleteSignatureException"),
        (authorization("/aws4_request", "/aws5_request"), "IncompleteSignatureException"),
        (authorization("/aws4_request", "/aws4_request/"), "IncompleteSignatureException"),
        (authorization("/us-east-1/kms/", "//us-east-1/kms/"), "IncompleteSignatureException"),
        (authorization("/20261122/", "/20261123/"), "InvalidSignatureException"),
        (authorization("/20261122/", "/2026/"), "InvalidSignatureException"),
        (authorization("/20261122/", "//"), "InvalidSignatureException"),
        (authorization("/us-east-1/", "/us-west-1/"), "InvalidSignatureException"),
        (authorization("/kms/", "/sts/"), "InvalidSignatureException"),
        (authorization("host;", ""), "IncompleteSignatureException"),
        (authorization("host;", "host;host;"), "IncompleteSignatureException"),
        (authorization("host;", "host;not-sent;"), "IncompleteSignatureException"),
        (authorization("host;", "Host;"), "IncompleteSignatureException"),
        (authorization("x-amz-date;", ""), "IncompleteSignatureException"),
        (authorization(";x-amz-target", ""), "IncompleteSignatureException"),
        (authorization("x-amz-security-token;", ""), "IncompleteSignatureException"),
        (authorization("x-amz-content-sha256;", ""), "IncompleteSignatureException"),
        (authorization("content-type;", ""), "InvalidSignatureException"),
        (without("x-amz-security-token"), "IncompleteSignatureException"),
        (with("x-amz-date", "2026-11-22T12:00:00Z"), "IncompleteSignatureException"),
        (with("x-amz-date", "20261122T120000Z, 20261122T120000Z"), "IncompleteSignatureException"),
        (with("x-amz-content-sha256", "UNSIGNED-PAYLOAD"), "InvalidSignatureException"),
        (with("content-type", "application/json"), "SerializationException"),
        (without("content-type"), "IncompleteSignatureException"),
        (good.with(|parts| parts.body = b"{ }".to_vec()), "InvalidSignatureException"),
        (good.with(|parts| parts.method = "GET".to_owned()), "UnknownOperationException"),
        (good.with(|parts| parts.method = "PUT".to_owned()), "UnknownOperationException"),
        (good.with(|parts| parts.target = "/keys".to_owned()), "UnknownOperationException"),
        (good.with(|parts| parts.target = "/?a=b".to_owned()), "IncompleteSignatureException"),
        (
            good.with(|parts| {
                presigned.clone_into(&mut parts.target);
                parts.headers.retain(|(name, _)| name == "Host");
            }),
            "IncompleteSignatureException",
        ),
        (good.with(|parts| parts.body = vec![b' '; 200 * 1024]), "SerializationException"),
        (
            good.with(|parts| (0..300).for_each(|n| parts.add_header(&format!("a{n}"), ""))),
            "SerializationException",
        ),
        (good.with(|parts| parts.add_header("X-Amz-Target", "x")), "IncompleteSignatureException"),
        (good.with(|parts| parts.add_header("Authorization", "x")), "IncompleteSignatureException"),
        (good.with(|parts| parts.add_header("x-acs-action", "x")), "IncompleteSignatureException"),
        (
            good.with(|parts| parts.add_header("X-Acs-Security-Token", "x")),
            "IncompleteSignatureException",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(fault(&parts), name, "case {index}: {parts:?}");
    }
}

#[test]
fn a_token_that_nobody_signed_must_not_be_added() {
    let good = signed("ListKeys", "{}", None, &[]);
    assert!(verify(&good.with(|parts| parts.add_header("User-Agent", "x"))).is_ok());
    let added = good.with(|parts| parts.add_header("x-amz-security-token", "stolen"));
    assert_eq!(fault(&added), "IncompleteSignatureException");
}

/// A good signature over these headers and this scope.
fn with_scope(scope: &sigv4::Scope<'_>) -> Parts {
    let headers: BTreeMap<String, String> =
        [("host", HOST), ("x-amz-date", DATE), ("x-amz-target", "TrentService.ListKeys")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
    let authorization = sigv4::authorization(scope, &headers, b"{}", &credentials(None)).unwrap();
    let mut headers: Vec<_> = headers.into_iter().collect();
    headers.push(("Authorization".to_owned(), authorization));
    headers
        .push(("Content-Type".to_owned(), "application/x-amz-json-1.1; charset=utf-8".to_owned()));
    Parts { method: "POST".to_owned(), target: "/".to_owned(), headers, body: b"{}".to_vec() }
}

#[test]
fn a_good_signature_for_another_service_or_region_is_none_for_this_one() {
    let scope = sigv4::Scope { date: DATE, region: "us-east-1", service: "kms" };
    let served = ["us-east-1", "cn-hangzhou"].map(|name| name.parse().unwrap());
    let request = verify(&with_scope(&scope)).unwrap();
    assert_eq!(request.region(&served).unwrap().as_str(), "us-east-1");
    for region in ["eu-west-1", "US-EAST-1", ""] {
        let parts = with_scope(&sigv4::Scope { region, ..scope });
        let error = verify(&parts).unwrap().region(&served).unwrap_err();
        assert_eq!(name_of(&parts, &error), "InvalidSignatureException", "{region}");
    }
    for service in ["sts", "KMS", ""] {
        let parts = with_scope(&sigv4::Scope { service, ..scope });
        assert_eq!(fault(&parts), "InvalidSignatureException", "{service}");
    }
}

#[test]
fn a_hash_that_is_not_the_body_s_is_refused_though_it_is_signed() {
    for hash in ["UNSIGNED-PAYLOAD", "", &"0".repeat(64)] {
        let parts = signed("ListKeys", "{}", None, &[("x-amz-content-sha256", hash)]);
        assert_eq!(fault(&parts), "InvalidSignatureException", "{hash}");
    }
}

#[test]
fn an_action_that_is_none_is_told_from_one_that_is_not_offered() {
    for (target, name) in [
        ("CreateGrant", "UnsupportedOperationException"),
        // Alibaba's names for what has another here.
        ("AsymmetricSign", "UnknownOperationException"),
        // Alibaba's alone.
        ("DescribeRegions", "UnknownOperationException"),
        ("ExportDataKey", "UnknownOperationException"),
        ("encrypt", "UnknownOperationException"),
        ("", "UnknownOperationException"),
    ] {
        let parts = signed(target, "{}", None, &[]);
        let error = verify(&parts).unwrap().action().unwrap_err();
        assert_eq!(name_of(&parts, &error), name, "{target}");
    }
}

#[test]
fn a_body_is_one_object_that_is_neither_deep_nor_wide() {
    let deep = format!(r#"{{"KeyId":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let wide = |count: usize| {
        let fields: Vec<_> = (0..count).map(|n| format!(r#""f{n}":1"#)).collect();
        format!("{{{}}}", fields.join(","))
    };
    assert!(command("ListKeys", &wide(256)).is_ok());
    for body in ["", "null", "[]", "{", r#"{"Limit":1} x"#, "{'Limit':1}", &deep, &wide(257)] {
        let error = command("ListKeys", body).unwrap_err();
        assert_eq!(error.code(), ErrorCode::MalformedBody, "{body:.40}");
    }
    let parts = signed("ListKeys", "[]", None, &[]);
    let request = verify(&parts).unwrap();
    assert_eq!(request.action(), Ok(ActionName::ListKeys), "the record of the call needs it");
    assert!(request.parameters(&["KeyId"]).is_empty());
    let parts = parts.with(|parts| parts.body = b"[]\xff".to_vec());
    assert_eq!(fault(&parts), "InvalidSignatureException", "the signature is looked at first");
}

#[test]
fn a_header_that_came_twice_verifies_however_the_runtime_gives_it() {
    let sent = |signed_as: &str, values: &[&str]| {
        let parts = signed("ListKeys", "{}", None, &[("x-extra", signed_as)]).with(|parts| {
            parts.headers.retain(|(name, _)| name != "x-extra");
            values.iter().for_each(|value| parts.add_header("X-Extra", value));
        });
        verify(&parts).is_ok()
    };
    // In their order, joined by commas; the white space in each folded.
    assert!(sent("b,a", &["b", "a"]));
    assert!(sent("b,a", &["b, a"]));
    assert!(sent("b, a", &["b, a"]));
    assert!(sent("a b", &["  a   b "]));
    assert!(!sent("a,b", &["b", "a"]));
    assert!(!sent("a b", &["ab"]));
}

proptest! {
    #[test]
    fn what_we_sign_we_verify(
        description in "\\PC{0,40}",
        token in prop::option::of("[ -~]{1,20}"),
        extra in "[!-~][ -~]{0,20}",
    ) {
        let token = token.map(|token| format!("t{}t", token.trim()));
        let body = serde_json::json!({ "Description": description, "KeyId": "k" }).to_string();
        let parts =
            signed("UpdateKeyDescription", &body, token.as_deref(), &[("x-extra", extra.trim())]);
        let request = verify(&parts).unwrap();
        // White space is folded in what is signed: a token with two spaces in a row is none.
        prop_assert_eq!(request.parameters(&["Description"]), [("Description", description)]);
    }
}
