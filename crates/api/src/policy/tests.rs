// SPDX-License-Identifier: Apache-2.0
//! Documents that are policies, and documents that are not.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::error::ErrorCode;

mod kinds;

const ALIBABA: &str = r#"{"Version":"1","Statement":[
    {"Sid":"who/may_use+it=1.@-","Effect":"Allow",
     "Principal":{"RAM":["acs:ram::1234567890123456:root","acs:ram::1234567890123456:*",
        "acs:ram::6543210987654321:user/alice@example","acs:ram::1234567890123456:role/web-1"]},
     "Action":["kms:Encrypt","kms:Generate*","kms:???rypt"],"Resource":["*"],
     "Condition":{"StringEquals":{"kms:tag/team":["a","b"]},"IpAddress":{"acs:SourceIp":"10.0.0.0/8"},
        "Bool":{"acs:SecureTransport":"true"},"DateLessThan":{"acs:CurrentTime":"2030-01-01T00:00:00Z"}}},
    {"Effect":"Deny","Principal":{"RAM":"acs:ram::1234567890123456:user/bob"},"Action":"kms:*",
     "Resource":"*"}]}"#;

/// A document of AWS's, which is none of any kind here.
const AWS: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kms:*","Resource":"*",
    "Principal":{"AWS":"arn:aws:iam::1234567890123456:root"}}}"#;

fn check(text: &str) -> Result<(), String> {
    let text = text.parse::<PolicyText>().map_err(|error| error.to_string())?;
    PolicyKind::Key.check(&text).map_err(|error| {
        assert_eq!(error.code(), ErrorCode::MalformedPolicy);
        error.message().to_owned()
    })
}

#[test]
fn a_document_may_name_everybody_and_have_a_name_of_its_own() {
    check(ALIBABA).unwrap();
    let everybody = with(ALIBABA, "/Statement/0/Principal/RAM", json!(["*"]));
    check(&with(&everybody, "/Id", json!("key policy 1"))).unwrap();
    let read = PolicyKind::Key.read(&with(&everybody, "/Id", json!("key policy 1"))).unwrap();
    assert_eq!((read.version, read.id.as_deref()), ("1", Some("key policy 1")));
    // Only of keys: a role that everybody may assume is a mistake.
    let role = r#"{"Version":"1","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":"*"}}}"#;
    assert!(PolicyKind::Trust.read(role).is_err());
    for text in [AWS, &AWS.replace("2012-10-17", "1")] {
        assert!(check(text).is_err(), "{text}");
    }
}

#[test]
fn the_default_policy_can_be_set() {
    let account: AccountId = "1234567890123456".parse().unwrap();
    for &grammar in Grammar::ALL {
        let policy = grammar.default_policy(&account);
        assert!(policy.contains(account.as_str()) && policy.contains("kms:*"), "{policy}");
    }
    check(&Grammar::Alibaba.default_policy(&account)).unwrap();
}

/// A document with one value put somewhere else in it; null takes it out.
fn with(document: &str, path: &str, value: Value) -> String {
    let mut document: Value = serde_json::from_str(document).unwrap();
    let (parent, name) = path.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Value::Null => parent.remove(name),
        value => parent.insert(name.to_owned(), value),
    };
    document.to_string()
}

#[test]
fn a_document_that_cannot_be_is_refused_with_the_statement_and_the_element() {
    for (path, value, named) in [
        ("/Version", json!("2"), "Version must be 1"),
        ("/Version", json!(1), "Version must be 1"),
        ("/Version", Value::Null, "Version must be 1"),
        ("/s3cret", json!("x"), "Version, Id, Statement"),
        ("/Id", json!("s3cret!"), "Id must have"),
        ("/Statement", Value::Null, "Statement"),
        ("/Statement", json!([]), "Statement"),
        ("/Statement", json!("s3cret"), "Statement 1: It must be an object"),
        ("/Statement", json!([{}, 1]), "Statement 1"),
        ("/Statement/1/Effect", json!("allow"), "Statement 2: Effect"),
        ("/Statement/1/Effect", Value::Null, "Statement 2: Effect"),
        ("/Statement/1/NotAction", json!("kms:Encrypt"), "no other elements"),
        ("/Statement/0/Sid", json!("s3cret!"), "Statement 1: Sid"),
        ("/Statement/0/Sid", json!("x".repeat(129)), "Sid"),
        ("/Statement/0/Sid", json!(1), "Sid"),
        ("/Statement/0/Principal", Value::Null, "Principal"),
        ("/Statement/0/Principal", json!("*"), "Principal"),
        ("/Statement/0/Principal", json!({}), "Principal must have RAM"),
        ("/Statement/0/Principal", json!({ "AWS": "*" }), "Principal"),
        ("/Statement/0/Principal/RAM", json!([]), "RAM"),
        ("/Statement/0/Principal/RAM", json!(["acs:ram::1:root"]), "acs:ram::<account>:root"),
        ("/Statement/0/Principal/RAM", json!("acs:ram::1234567890123456:s3cret"), "role/<name>"),
        ("/Statement/0/Principal/RAM", json!("acs:ram::1234567890123456:user/"), "RAM"),
        ("/Statement/0/Principal/RAM", json!(["**"]), "RAM"),
        ("/Statement/0/Action", Value::Null, "Action"),
        ("/Statement/0/Action", json!([]), "Action"),
        ("/Statement/0/Action", json!(["kms:Encrypt", "oss:s3cret"]), "kms:Encrypt"),
        ("/Statement/0/Action", json!("kms:"), "Action"),
        ("/Statement/0/Action", json!({ "kms:Encrypt": 1 }), "Action"),
        ("/Statement/0/Resource", Value::Null, "Resource must be"),
        ("/Statement/0/Resource", json!("acs:kms:*:*:key/s3cret"), "Resource must be"),
        ("/Statement/0/Condition", json!([]), "Condition"),
        ("/Statement/0/Condition/s3cret", json!({}), "StringEquals"),
        ("/Statement/0/Condition/ArnLike", json!({ "acs:SourceIp": "x" }), "StringEquals"),
        ("/Statement/0/Condition/StringLikeIfExists", json!({ "acs:x": "x" }), "StringEquals"),
        ("/Statement/0/Condition/StringLike", json!("s3cret"), "StringLike must be an object"),
        ("/Statement/0/Condition/StringLike", json!({ "acs:SourceIp": [] }), "StringLike"),
        ("/Statement/0/Condition/StringLike", json!({ "acs:SourceIp": 1 }), "StringLike"),
        ("/Statement/0/Condition/StringLike", json!({ "s3cret": "x" }), "StringLike"),
    ] {
        let message = check(&with(ALIBABA, path, value)).unwrap_err();
        assert!(message.contains("\"Policy\"") && message.contains(named), "{path}: {message}");
        assert!(!message.contains("s3cret"), "{path}: {message}");
    }
}

#[test]
fn texts_that_are_no_json_twice_the_same_or_too_long_are_refused() {
    for bad in ["", "[]", "null", "{", r#"{"Version":"1","#, "s3cret"] {
        let message = check(bad).unwrap_err();
        assert!(!message.contains("s3cret"), "{message}");
    }
    // One reader would take the first, another the last.
    for (once, twice) in [
        (r#""Version":"1""#, r#""Version":"1","Version":"1""#),
        (r#""Effect":"Deny""#, r#""Effect":"Deny","Effect":"Allow""#),
        (r#""RAM":"acs"#, r#""RAM":"acs:ram::1234567890123456:root","RAM":"acs"#),
        (r#""IpAddress""#, r#""Bool":{"acs:x":"true"},"IpAddress""#),
        (r#""acs:SourceIp""#, r#""acs:SourceIp":"10.0.0.1","acs:SourceIp""#),
    ] {
        assert!(ALIBABA.contains(once));
        let message = check(&ALIBABA.replacen(once, twice, 1)).unwrap_err();
        assert!(message.contains("once"), "{twice}: {message}");
    }
    let padded = |len: usize| format!("{ALIBABA}{}", " ".repeat(len - ALIBABA.len()));
    check(&padded(POLICY_MAX_LEN)).unwrap();
    assert!(check(&padded(POLICY_MAX_LEN + 1)).unwrap_err().contains("32768"));
    assert!(check(&ALIBABA.replace("kms:*", "kms:\u{1}")).is_err());
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    assert!(check(&deep).unwrap_err().contains("JSON"));
}

/// JSON of the words that policies are made of, and of others.
fn document() -> impl Strategy<Value = Value> {
    let word = || {
        prop::sample::select(vec![
            "Version",
            "1",
            "2012-10-17",
            "Statement",
            "Effect",
            "Allow",
            "Principal",
            "RAM",
            "AWS",
            "acs:ram::1234567890123456:root",
            "Action",
            "kms:*",
            "Resource",
            "*",
            "Condition",
            "Bool",
            "acs:SecureTransport",
            "true",
            "Sid",
            "",
            "é",
        ])
    };
    let leaf = prop_oneof![
        word().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word(), inner), 0..6).prop_map(|fields| {
                fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_document_is_taken_or_refused_by_name(document in document(), text in "\\PC{0,40}") {
        for text in [document.to_string(), text] {
            if let Err(message) = check(&text) {
                prop_assert!(message.contains("\"Policy\"") && message.len() < 1_000);
            }
        }
        for &kind in PolicyKind::ALL {
            if let Err(fault) = kind.read(&document.to_string()) {
                prop_assert!(fault.to_string().len() < 1_000);
            }
        }
    }
}
