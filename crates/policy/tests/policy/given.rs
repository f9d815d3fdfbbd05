// SPDX-License-Identifier: Apache-2.0
//! Questions that bring their policies: each decision of the matrix, and what is refused.

use edgekms_api::dialect::check::{Fields, Refusal, read};
use edgekms_api::policy::PolicyKind;
use edgekms_api::ram::explain_permission::{ExplainPermissionReply, StatementElement};
use edgekms_policy::{GivenPolicy, explain_given};
use serde_json::{Value, json};

use crate::matrix::cases;
use crate::world::NOW;

/// As a client asks.
fn asked(policies: &[Value], request: &Value) -> Result<ExplainPermissionReply, Refusal> {
    let fields = |value: &Value| -> Fields { serde_json::from_value(value.clone()).unwrap() };
    let each = policies.iter().enumerate();
    let policies: Vec<GivenPolicy> = each
        .map(|(at, policy)| read(&format!("policies[{at}]"), &fields(policy)))
        .collect::<Result<_, _>>()?;
    explain_given(&policies, &read("request", &fields(request))?)
}

fn policy(kind: PolicyKind, document: &Value) -> Value {
    json!({ "policyKind": kind, "policyName": format!("the {kind} one"), "document": document.to_string() })
}

/// A case of the matrix in a client's words.
fn question(case: &Value) -> (Vec<Value>, Value) {
    let (request, values) = (&case["request"], &case["request"]["values"]);
    let mut policies: Vec<_> = (case["identity"].as_array().into_iter().flatten())
        .map(|document| policy(PolicyKind::Identity, document))
        .collect();
    let of_resource =
        if request["rule"] == "AssumeRole" { PolicyKind::Trust } else { PolicyKind::Key };
    for (kind, document) in
        [(PolicyKind::Session, &case["session"]), (of_resource, &case["resource"])]
    {
        policies.extend((!document.is_null()).then(|| policy(kind, document)));
    }
    let subject = &request["subject"];
    let account = subject["account"].as_str().unwrap_or_default();
    let named =
        |class: &str| Some(format!("acs:ram::{account}:{class}/{}", subject[class].as_str()?));
    let whole = |class: &str| subject[class].as_str().map(str::to_owned);
    let principal = named("user")
        .or_else(|| named("role"))
        .or_else(|| whole("federated"))
        .or_else(|| whole("service"))
        .unwrap_or_else(|| format!("acs:ram::{account}:root"));
    let tags = values["tags"].as_object().map(|tags| {
        let each = tags.iter().map(|(key, value)| json!({ "TagKey": key, "TagValue": value }));
        each.collect::<Value>()
    });
    let oidc = values["oidc"].as_object().map(|claims| {
        json!({ "issuer": claims["iss"], "audience": claims["aud"], "subject": claims["sub"] })
    });
    let all = json!({
        "principal": principal,
        "permission": request["action"],
        "resource": request["resource"],
        "staysHome": request["rule"] == "StaysHome",
        "tags": tags,
        "encryptionContext": values["context"],
        "encryptionAlgorithm": values["kms:EncryptionAlgorithm"],
        "sourceIp": values["acs:SourceIp"],
        "secureTransport": values["acs:SecureTransport"],
        "mfaPresent": values["acs:MFAPresent"],
        "currentTime": values["acs:CurrentTime"].as_str().unwrap_or(NOW),
        "externalId": values["sts:ExternalId"],
        "oidc": oidc,
    });
    (policies, all)
}

#[test]
fn each_decision_of_the_matrix_is_the_same() {
    for case in cases() {
        let (policies, request) = question(&case);
        let reply = asked(&policies, &request).unwrap_or_else(|error| panic!("{error:?} {case:#}"));
        assert_eq!(reply.decision.as_str(), case["expected"], "{}", case["name"]);
    }
}

const KEY: &str = "acs:kms:cn-hangzhou:1111111111111111:key/k1";

fn allow(action: &str) -> Value {
    let statement = json!({ "Sid": "it", "Effect": "Allow", "Action": action, "Resource": "*" });
    policy(PolicyKind::Identity, &json!({ "Version": "1", "Statement": [statement] }))
}

fn decrypt() -> Value {
    json!({ "principal": "acs:ram::1111111111111111:user/alice", "permission": "kms:Decrypt",
        "resource": KEY, "currentTime": NOW })
}

#[test]
fn an_answer_names_the_statement_and_why_others_did_not_apply() {
    let reply = asked(&[allow("kms:Encrypt"), allow("kms:*")], &decrypt()).unwrap();
    let deciding = &reply.deciding.0[0];
    assert_eq!(
        (deciding.policy_name.as_str(), deciding.sid.as_deref()),
        ("the identity one", Some("it"))
    );
    assert_eq!(reply.policies.0[0].statements.0[0].stops_at, Some(StatementElement::Action));
    assert_eq!(reply.policies.0[1].statements.0[0].stops_at, None);
}

#[test]
fn a_policy_in_aws_s_words_is_translated() {
    let statement = json!({ "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*",
        "Principal": { "AWS": "arn:aws:iam::1111111111111111:user/alice" } });
    let document = json!({ "Version": "2012-10-17", "Statement": [statement] });
    let mut key = policy(PolicyKind::Key, &document);
    let own = asked(&[key.clone()], &decrypt()).unwrap_err();
    assert_eq!(own.code, "InvalidParameter", "{}", own.message);
    key["dialect"] = "aws".into();
    let mut request = decrypt();
    assert_eq!(asked(&[key.clone()], &request).unwrap().decision.as_str(), "Allow");
    request["resource"] = KEY.replace("acs:", "arn:aws:").into();
    request["principal"] = "arn:aws:iam::1111111111111111:user/bob".into();
    assert_eq!(asked(&[key.clone()], &request).unwrap().decision.as_str(), "ImplicitDeny");
    key["document"] =
        json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow" }] }).to_string().into();
    let refused = asked(&[key], &request).unwrap_err();
    assert_eq!(refused.code, "MalformedPolicyDocumentException");
    assert!(refused.message.starts_with("the key one: "), "{}", refused.message);
}

#[test]
fn what_cannot_be_asked_is_refused_by_its_name() {
    let with = |name: &str, value: Value| {
        let mut request = decrypt();
        request[name] = value;
        request
    };
    for (request, start) in [
        (with("permission", "kms:Fly".into()), "request.permission: There is no such"),
        (with("permission", "kms:*".into()), "request.permission: It must be <service>:<action>"),
        (
            with("principal", "alice".into()),
            "request.principal: It must be an ARN such as acs:ram::",
        ),
        (with("principal", Value::Null), "request.principal is missing"),
        (with("resource", "*".into()), "request.resource: It must be an ARN: acs:<service>:"),
        (
            with("resource", "arn:aws:s3:::b".into()),
            "request.resource: It must be an ARN: arn:aws:kms:",
        ),
        (with("sourceIp", "s3cret".into()), "request.sourceIp: It must be an address"),
        (with("currentTime", "today".into()), "request.currentTime: It must be a UTC time"),
        (with("tags", json!([{ "TagValue": "a" }])), "request.tags: Each entry needs TagKey"),
        (with("secureTransport", "yes".into()), "request.secureTransport: It must be a boolean"),
        (
            with("encryptioncontext", json!({})),
            "request has no field encryptioncontext. It has principal, ",
        ),
    ] {
        let refused = asked(&[allow("*")], &request).unwrap_err();
        assert_eq!(refused.code, "InvalidArgument");
        assert!(refused.message.starts_with(start), "{}", refused.message);
        assert!(!refused.message.contains("s3cret"), "{}", refused.message);
    }
    let session = || {
        let mut session = allow("*");
        session["policyKind"] = "session".into();
        session
    };
    let trust = policy(
        PolicyKind::Trust,
        &json!({ "Version": "1", "Statement": [{ "Effect": "Allow",
        "Action": "sts:AssumeRole", "Principal": { "RAM": "acs:ram::1111111111111111:root" } }] }),
    );
    let mut nameless = allow("*");
    nameless["policyKind"] = "mine".into();
    for (policies, start) in [
        (vec![session(), session()], "policies: There is at most one of kind session."),
        (vec![trust], "policies: A trust policy (the trust one) has no say in kms:Decrypt."),
        (vec![allow("*"), nameless], "policies[1].policyKind: It must be identity, session, trust"),
    ] {
        let refused = asked(&policies, &decrypt()).unwrap_err();
        assert_eq!(refused.code, "InvalidArgument");
        assert!(refused.message.starts_with(start), "{}", refused.message);
    }
    let mut broken = allow("*");
    broken["document"] = r#"{"Version":"1","Statement":[{"Effect":"Perhaps"}]}"#.into();
    let refused = asked(&[broken], &decrypt()).unwrap_err();
    assert_eq!(refused.code, "MalformedPolicyDocument");
    assert!(refused.message.contains("Statement 1"), "{}", refused.message);
}
