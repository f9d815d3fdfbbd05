// SPDX-License-Identifier: Apache-2.0
//! Identity, session and trust policies.

use super::*;

const IDENTITY: &str = r#"{"Version":"1","Statement":[
    {"Effect":"Allow","Action":"*","Resource":"*"},
    {"Sid":"x","Effect":"Deny","Action":["kms:*","ram:Get*","oss:GetObject","KMS:encrypt","?ms:x/y.z_1"],
     "Resource":["acs:kms:*:*:key/*","acs:kms:cn-hangzhou:1234567890123456:key/0b5c1a2d-3e4f",
        "acs:ram::1234567890123456:role/web","acs:*:cn-*:12345678901234??:*","acs:oss:*:*:bucket/a:b"],
     "Condition":{"NumericLessThan":{"kms:tag/size":"10"},"NotIpAddress":{"acs:SourceIp":["::/0","10.0.0.0/8"]},
        "DateGreaterThan":{"acs:CurrentTime":"2030-01-01T08:00:00+08:00"},"Bool":{"acs:MFAPresent":"True"}}}]}"#;

const TRUST: &str = r#"{"Version":"1","Statement":[
    {"Effect":"Allow","Action":["sts:AssumeRole","sts:*"],
     "Principal":{"RAM":"acs:ram::1234567890123456:root","Service":["ecs.aliyuncs.com"],
        "Federated":["acs:ram::1234567890123456:oidc-provider/login"]},
     "Condition":{"StringEquals":{"oidc:aud":["a","b"]}}},
    {"Effect":"Deny","Action":"sts:AssumeRoleWithOIDC","Resource":"*",
     "Principal":{"RAM":["acs:ram::1234567890123456:user/a"]}}]}"#;

#[test]
fn each_kind_takes_its_own_documents_and_no_other_s() {
    let takes = |kind: PolicyKind, text: &str| kind.read(text);
    let identity = takes(PolicyKind::Identity, IDENTITY).unwrap();
    assert_eq!(identity, takes(PolicyKind::Session, IDENTITY).unwrap());
    assert_eq!(identity.statements.len(), 2);
    let second = &identity.statements[1];
    assert_eq!((second.sid.as_deref(), second.effect), (Some("x"), document::Effect::Deny));
    assert_eq!((second.actions.len(), second.resources.len(), second.conditions.len()), (5, 5, 4));
    let trust = takes(PolicyKind::Trust, TRUST).unwrap();
    let classes: Vec<_> =
        trust.statements[0].principals.iter().map(|one| one.class.as_str()).collect();
    assert_eq!(classes, ["RAM", "Federated", "Service"]);
    assert!(trust.statements[0].resources.is_empty());
    takes(PolicyKind::Key, ALIBABA).unwrap();
    for (document, kinds) in [
        (IDENTITY, &[PolicyKind::Trust, PolicyKind::Key][..]),
        (TRUST, &[PolicyKind::Identity, PolicyKind::Session, PolicyKind::Key]),
        (ALIBABA, &[PolicyKind::Identity, PolicyKind::Session, PolicyKind::Trust]),
        (AWS, PolicyKind::ALL),
    ] {
        for &kind in kinds {
            takes(kind, document).unwrap_err();
        }
    }
}

type Damage = (&'static str, &'static str, &'static str);

/// Where something else is put (a text of JSON, or nothing), and what the refusal says.
#[rustfmt::skip]
const BAD_IDENTITY: &[Damage] = &[
    ("/Statement/0/Principal", r#"{"RAM":"s3cret"}"#, "Statement 1: It must have no other elements"),
    ("/Statement/0/NotAction", r#""s3cret""#, "no other elements"),
    ("/Statement/1/Action", r#""s3cret""#, "Statement 2: Action must be"),
    ("/Statement/1/Action", r#"["kms:*","a:"]"#, "ram:Get*"),
    ("/Statement/1/Resource", "null", "Statement 2: Resource must be"),
    ("/Statement/1/Resource", r#""s3cret""#, "acs:kms:<region>:<account>:key/<id>"),
    ("/Statement/1/Resource", r#""acs:kms:*:*""#, "ARNs such as"),
    ("/Statement/1/Resource", r#""acs:kms:*""#, "ARNs such as"),
    ("/Statement/1/Resource", r#""acs:k*:*:*:key/x""#, "ARNs such as"),
    ("/Statement/1/Resource", r#"["*","arn:aws:kms:::x"]"#, "ARNs such as"),
    ("/Statement/1/Condition/Bool", r#"{"acs:x":"s3cret"}"#, "each value of Bool must be true or false"),
    ("/Statement/1/Condition/IpAddress", r#"{"acs:x":["::1","10.0.0.0/33"]}"#, "192.0.2.0/24"),
    ("/Statement/1/Condition/DateEquals", r#"{"acs:x":"2030-01-01"}"#, "2030-01-01T00:00:00Z"),
    ("/Statement/1/Condition/NumericEquals", r#"{"acs:x":"NaN"}"#, "decimal number"),
    ("/Statement/1/Condition/Bool", r#"{"acs:x":true}"#, "a text or a list of texts"),
];

#[rustfmt::skip]
const BAD_TRUST: &[Damage] = &[
    ("/Statement/0/Action", r#""kms:s3cret""#, "sts:AssumeRole"),
    ("/Statement/0/Principal", "null", "Principal must say"),
    ("/Statement/0/Principal", "{}", "RAM or Federated or Service"),
    ("/Statement/0/Principal/Federated", r#""acs:ram::1:oidc-provider/s3cret""#, "OIDC identity providers"),
    ("/Statement/0/Principal/Service", r#""s3cret""#, "ecs.aliyuncs.com"),
    ("/Statement/0/Resource", r#""acs:ram::*:role/s3cret""#, "Resource must be \"*\""),
];

#[test]
fn what_a_kind_cannot_have_is_refused_with_the_statement_the_element_and_the_remedy() {
    for (kind, document, damages) in [
        (PolicyKind::Identity, IDENTITY, BAD_IDENTITY),
        (PolicyKind::Session, IDENTITY, BAD_IDENTITY),
        (PolicyKind::Trust, TRUST, BAD_TRUST),
    ] {
        for (path, value, named) in damages {
            let damaged = with(document, path, serde_json::from_str(value).unwrap());
            let refused = kind.read(&damaged).unwrap_err().to_string();
            assert!(refused.contains(named) && !refused.contains("s3cret"), "{path}: {refused}");
        }
    }
}

#[test]
fn a_kind_s_limit_is_for_what_is_set_and_not_for_what_is_stored() {
    for &kind in &[PolicyKind::Identity, PolicyKind::Session] {
        let padded = |len: usize| format!("{IDENTITY}{}", " ".repeat(len - IDENTITY.len()));
        kind.read(&padded(kind.max_len())).unwrap();
        let fault = kind.read(&padded(kind.max_len() + 1)).unwrap_err();
        assert_eq!(fault, PolicyFault::TooLong { max_len: kind.max_len() });
        kind.read_stored(&padded(POLICY_MAX_LEN)).unwrap();
        kind.read_stored(&padded(POLICY_MAX_LEN + 1)).unwrap_err();
    }
    assert_eq!(PolicyKind::Session.max_len(), 2_048);
}
