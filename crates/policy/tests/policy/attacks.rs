// SPDX-License-Identifier: Apache-2.0
//! Policies and requests that are made to cost time.
#![allow(clippy::disallowed_methods, reason = "tests run on the host, which has a clock")]

use std::time::{Duration, Instant};

use edgekms_api::policy::{POLICY_MAX_LEN, PolicyKind};
use edgekms_policy::{CompiledPolicy, decide};
use serde_json::{Value, json};

use crate::world::{Compiled, VOCABULARY, ask};

/// Far more than any of these needs, even unoptimised on a busy machine, and far less than what goes back
/// and forth would: the product of both lengths is a thousand million.
const BOUND: Duration = Duration::from_secs(20);

const A: &str = "1111111111111111";

fn request(resource: &str, values: Value) -> Value {
    json!({ "subject": { "user": "alice", "account": A }, "action": "kms:Encrypt", "resource": resource,
            "values": values })
}

fn statement(resource: Value, condition: Value) -> Value {
    json!({ "Version": "1", "Statement": [{ "Effect": "Allow", "Action": "kms:*", "Resource": resource,
            "Condition": condition }] })
}

fn decided(document: &Value, request: &Value) -> String {
    let started = Instant::now();
    let case = json!({ "identity": [document], "request": request });
    let compiled = Compiled::new(&case);
    let verdict = ask(request, |request| {
        compiled.with(|policies| format!("{:?}", decide(request, policies).verdict))
    });
    assert!(started.elapsed() < BOUND, "{:?}", started.elapsed());
    verdict
}

/// As long as a document may be with one such text in it.
fn filled(unit: &str, end: &str) -> String {
    unit.repeat((POLICY_MAX_LEN - 400 - end.len()) / unit.len()) + end
}

/// Patterns of which nearly all fit a text of one letter, until the end.
fn patterns() -> Vec<String> {
    ["*", "?", "*?", "?*", "*a", "a*", "*a?", "a?a*", "*aa?aa"]
        .map(|unit| filled(unit, "b"))
        .to_vec()
}

#[test]
fn a_policy_of_wildcards_takes_bounded_time_against_the_longest_names_and_values() {
    let name = format!("key/{}", "a".repeat(1_000));
    let resource = format!("acs:kms:cn-hangzhou:{A}:{name}");
    let context = json!({ "context": { "k": "a".repeat(8_000) } });
    for pattern in patterns() {
        let arn = format!("acs:kms:*:*:{pattern}");
        assert_eq!(
            decided(&statement(json!(arn), json!({})), &request(&resource, json!({}))),
            "ImplicitDeny"
        );
        let like = json!({ "StringLike": { "kms:EncryptionContext:k": pattern } });
        assert_eq!(
            decided(&statement(json!("*"), like), &request(&resource, context.clone())),
            "ImplicitDeny"
        );
    }
}

#[test]
fn a_policy_of_many_small_patterns_takes_bounded_time() {
    let context = json!({ "context": { "k": "a".repeat(8_000) } });
    let resource = format!("acs:kms:cn-hangzhou:{A}:key/k");
    for pattern in ["*b*", "*?b", "?*b*?", "*a*b*"] {
        let count = (POLICY_MAX_LEN - 400) / (pattern.len() + 3);
        let like = json!({ "StringLike": { "kms:EncryptionContext:k": vec![pattern; count] } });
        assert_eq!(
            decided(&statement(json!("*"), like), &request(&resource, context.clone())),
            "ImplicitDeny"
        );
    }
}

#[test]
fn a_name_or_a_value_of_a_million_characters_is_refused_whatever_policies_say() {
    let long = "a".repeat(1_000_000);
    let everything = statement(json!("*"), json!({}));
    let resource = format!("acs:kms:cn-hangzhou:{A}:key/k");
    assert_eq!(decided(&everything, &request(&resource, json!({}))), "Allow");
    for request in [
        request(&format!("acs:kms:cn-hangzhou:{A}:key/{long}"), json!({})),
        request(&format!("acs:kms:{long}:{A}:key/k"), json!({})),
        request(&resource, json!({ "acs:SourceIp": long })),
        request(&resource, json!({ "sts:ExternalId": long })),
        request(&resource, json!({ "oidc": { "iss": "a", "aud": [long], "sub": "a" } })),
    ] {
        assert_eq!(decided(&everything, &request), "ImplicitDeny");
    }
}

#[test]
fn what_is_nested_too_deep_too_long_or_twice_is_refused() {
    let compile = |kind, text: &str| CompiledPolicy::compile(kind, text, &VOCABULARY).map(drop);
    let whole = r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#;
    for &kind in &[PolicyKind::Identity, PolicyKind::Session] {
        compile(kind, whole).unwrap();
        for deep in ["[", r#"{"Version":"#, r#"{"Statement":["#] {
            let text = deep.repeat(POLICY_MAX_LEN / deep.len());
            assert!(compile(kind, &text).unwrap_err().to_string().contains("JSON"));
        }
        let closed = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        compile(kind, &whole.replace("\"*\"}", &format!("{closed}}}"))).unwrap_err();
        let padded = format!("{whole}{}", " ".repeat(POLICY_MAX_LEN));
        assert!(compile(kind, &padded).unwrap_err().to_string().contains("32768"));
        for (once, twice) in [
            (r#""Effect":"Deny""#, r#""Effect":"Deny","Effect":"Allow""#),
            (r#""Action":"*""#, r#""Action":"oss:Get*","Action":"*""#),
            (r#""Version":"1""#, r#""Version":"1","Version":"1""#),
        ] {
            let refused = compile(kind, &whole.replace(once, twice)).unwrap_err().to_string();
            assert!(refused.contains("once"), "{refused}");
        }
    }
}
