// SPDX-License-Identifier: Apache-2.0
//! What has no translation, and by which name it is told.

use super::*;

fn refusal(kind: PolicyKind, text: &str) -> (ErrorCode, String) {
    let error = translate(kind, &text.parse().unwrap()).unwrap_err();
    (error.code(), error.message().to_owned())
}

#[test]
fn what_has_no_translation_is_refused_by_its_name() {
    for (element, value, named) in [
        ("NotAction", json!("kms:Encrypt"), "NotAction has no translation"),
        ("NotPrincipal", json!({ "AWS": "*" }), "NotPrincipal has no translation"),
        ("NotResource", json!("*"), "NotResource has no translation"),
        ("Action", json!("s3:GetObject"), "Action \"s3:GetObject\" has no meaning here"),
        ("Action", json!(["kms:*", "kms:Encript"]), "Action \"kms:Encript\""),
        ("Action", json!("kms:AsymmetricSign"), "Action \"kms:AsymmetricSign\""),
        ("Action", json!("kms:Zz*"), "Action \"kms:Zz*\""),
        ("Action", json!("k*:Encrypt"), "Action \"k*:Encrypt\""),
        ("Action", json!("sts:AssumeRole"), "Action \"sts:AssumeRole\""),
        ("Action", json!("kms"), "Action \"kms\""),
        ("Action", json!([]), "Action must be"),
        (
            "Principal",
            json!({ "Service": "logs.amazonaws.com" }),
            "Service: \"logs.amazonaws.com\"",
        ),
        ("Principal", json!({ "Federated": "cognito-identity.amazonaws.com" }), "AWS, Service"),
        ("Principal", json!({ "CanonicalUser": "x" }), "AWS, Service"),
        ("Principal", json!({ "AWS": "123456789012" }), "\"123456789012\" is nobody here"),
        ("Principal", json!({ "AWS": "arn:aws:iam::123456789012:root" }), "is nobody here"),
        ("Principal", json!({ "AWS": "arn:aws:iam::1234567890123456:role/path/x" }), "role/path/x"),
        ("Principal", json!({ "AWS": "arn:aws:iam::1234567890123456:user/a+b" }), "user/a+b"),
        ("Principal", json!({ "AWS": "arn:aws-cn:iam::1234567890123456:root" }), "arn:aws-cn:iam"),
        (
            "Principal",
            json!({ "AWS": "arn:aws:sts::1234567890123456:assumed-role/Web/alice" }),
            "\"arn:aws:sts::1234567890123456:assumed-role/Web/alice\" is nobody here",
        ),
        ("Principal", json!({ "AWS": "arn:aws:iam::1234567890123456:group/g" }), "AWS must hold"),
        ("Resource", json!("arn:aws:kms:x:1234567890123456:key/k"), "Resource must be"),
        ("Condition", json!({ "ArnLike": { "aws:SecureTransport": "x" } }), "operator ArnLike"),
        ("Condition", json!({ "BinaryEquals": { "kms:ViaService": "eA==" } }), "BinaryEquals"),
        (
            "Condition",
            json!({ "StringEquals": { "aws:PrincipalArn": "x" } }),
            "\"aws:PrincipalArn\"",
        ),
        (
            "Condition",
            json!({ "StringEquals": { "kms:CallerAccount": ACCOUNT } }),
            "kms:CallerAccount",
        ),
        ("Condition", json!({ "Bool": { "aws:MultiFactorAuthPresent": true } }), "aws:MultiFactor"),
        ("Condition", json!({ "StringEquals": { "kms:EncryptionContext:": "x" } }), "the key"),
        (
            "Condition",
            json!({ "StringEqualsIfExists": { "kms:EncryptionContext:a": "x" } }),
            "operator StringEqualsIfExists has no translation",
        ),
        (
            "Condition",
            json!({ "ForAnyValue:StringEquals": { "kms:EncryptionContext:a": "x" } }),
            "operator ForAnyValue:StringEquals",
        ),
        ("Condition", json!({ "Null": { "kms:EncryptionContext:a": ["true", "false"] } }), "Null"),
        ("Condition", json!({ "IpAddress": { "aws:SourceIp": "x" } }), "192.0.2.0/24"),
        ("Condition", json!({ "DateLessThan": { "aws:CurrentTime": "soon" } }), "DateLessThan"),
        (
            "Condition",
            json!({ "StringNotEquals": { "aws:SourceIp": "a" },
                "StringNotEqualsIfExists": { "aws:SourceIp": "b" } }),
            "comes twice under StringNotEquals",
        ),
        (
            "Condition",
            json!({ "StringEquals": { "kms:EncryptionContext:a": "${aws:username}" } }),
            "policy variables such as \"${aws:username}\"",
        ),
    ] {
        let mut bad = document(element, value);
        if let Some(other) = element.strip_prefix("Not") {
            bad["Statement"].as_object_mut().unwrap().remove(other);
        }
        let (code, message) = refusal(PolicyKind::Key, &bad.to_string());
        assert_eq!(code, ErrorCode::MalformedPolicy);
        let statement = message.contains("\"Policy\"") && message.contains("Statement 1: ");
        assert!(statement && message.contains(named), "{named}: {message}");
    }
}

#[test]
fn of_sessions_too() {
    for (element, value, named) in [
        ("Action", json!("iam:CreateUser"), "\"iam:CreateUser\""),
        ("Action", json!("ram:*"), "\"ram:*\""),
        ("Resource", json!("arn:aws:s3:::b"), "Resource \"arn:aws:s3:::b\" is nothing here"),
        ("Resource", json!("arn:aws:kms:*"), "Resource"),
        ("Resource", json!("arn:aws:iam::1234567890123456:user/x"), "user/x"),
        ("Resource", json!("arn:aws:kms:*:*:key/${aws:username}"), "policy variables"),
        ("Principal", json!({ "AWS": "*" }), "no other elements"),
    ] {
        let (code, message) = refusal(PolicyKind::Session, &session(element, value).to_string());
        assert_eq!(code, ErrorCode::MalformedSessionPolicy);
        assert!(message.contains(named), "{named}: {message}");
    }
    let many = json!(vec!["arn:aws:kms:cn-hangzhou:1234567890123456:key/x"; 50]);
    let (code, _) = refusal(PolicyKind::Session, &session("Resource", many).to_string());
    assert_eq!(code, ErrorCode::SessionPolicyTooLong);
}

#[test]
fn our_own_documents_are_none_of_aws_s_and_long_ones_are_refused_soon() {
    let own = to_own(PolicyKind::Key, &document("Action", json!("kms:*")).to_string()).unwrap();
    let (_, message) = refusal(PolicyKind::Key, &own);
    assert!(message.contains("AWS, Service"), "{message}");
    // Each statement's wildcard stands for every name, and cannot stand as it is.
    let statement = r#"{"Effect":"Deny","Principal":"*","Action":["kms:?e*"],"Resource":"*"}"#;
    let many = vec![statement; 430].join(",");
    let long = format!(r#"{{"Version":"2012-10-17","Statement":[{many}]}}"#);
    assert!(long.len() < crate::policy::POLICY_MAX_LEN);
    let (code, message) = refusal(PolicyKind::Key, &long);
    assert_eq!(code, ErrorCode::MalformedPolicy);
    assert!(message.contains("32768"), "{message}");
    let bare = r#""kms:*a*a*a*a*a*a*a*b""#;
    let action = vec![bare; 1_300].join(",");
    let deep = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Principal":"*","Action":[{action}],"Resource":"*"}}}}"#
    );
    let (_, message) = refusal(PolicyKind::Key, &deep);
    assert!(message.contains("Action \"kms:*a*a"), "{message}");
}
