// SPDX-License-Identifier: Apache-2.0
//! Documents there and back, row by row of the tables, and what has no translation.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::action::{KEPT, NAMES};
use super::condition::{KEYS, NULL, NULLS};
use super::*;
use crate::error::ErrorCode;
use crate::policy::operator::Operator;

mod drawn;
mod refused;

const ACCOUNT: &str = "1234567890123456";

/// A key's policy with one statement, in which `element` is something else.
fn document(element: &str, value: Value) -> Value {
    let mut document = json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "kms:*", "Resource": "*" } });
    document["Statement"][element] = value;
    document
}

/// A session's.
fn session(element: &str, value: Value) -> Value {
    let mut document = document("Sid", json!("s"));
    document["Statement"].as_object_mut().unwrap().remove("Principal");
    document["Statement"][element] = value;
    document
}

/// The element `element` of the only statement, after translation.
fn own(kind: PolicyKind, document: &Value, element: &str) -> Value {
    let own = to_own(kind, &document.to_string()).unwrap();
    let own: Value = serde_json::from_str(&own).unwrap();
    let version = if kind == PolicyKind::Key { "2012-10-17" } else { "1" };
    assert_eq!(own["Version"], version);
    own["Statement"][0][element].clone()
}

fn key_own(element: &str, value: Value) -> Value {
    own(PolicyKind::Key, &document(element, value), element)
}

/// The same translated back.
fn back(document: &Value) -> Value {
    let own = to_own(PolicyKind::Key, &document.to_string()).unwrap();
    serde_json::from_str(&told(own)).unwrap()
}

fn told(own: String) -> String {
    to_aws(own, &ACCOUNT.parse().unwrap())
}

/// What AWS's console gives a new key that has an administrator and a user.
const CONSOLE: &str = r#"{"Id":"key-consolepolicy-3","Version":"2012-10-17","Statement":[
    {"Sid":"Enable IAM User Permissions","Effect":"Allow",
     "Principal":{"AWS":"arn:aws:iam::1234567890123456:root"},"Action":"kms:*","Resource":"*"},
    {"Sid":"Allow access for Key Administrators","Effect":"Allow",
     "Principal":{"AWS":"arn:aws:iam::1234567890123456:role/Admin"},
     "Action":["kms:Create*","kms:Describe*","kms:Enable*","kms:List*","kms:Put*","kms:Update*",
        "kms:Revoke*","kms:Disable*","kms:Get*","kms:Delete*","kms:TagResource","kms:UntagResource",
        "kms:ScheduleKeyDeletion","kms:CancelKeyDeletion","kms:RotateKeyOnDemand"],"Resource":"*"},
    {"Sid":"Allow use of the key","Effect":"Allow",
     "Principal":{"AWS":["arn:aws:iam::1234567890123456:user/alice","arn:aws:iam::6543210987654321:root"]},
     "Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*","kms:DescribeKey"],
     "Resource":"*"},
    {"Sid":"Allow attachment of persistent resources","Effect":"Allow",
     "Principal":{"AWS":"arn:aws:iam::1234567890123456:user/alice"},
     "Action":["kms:CreateGrant","kms:ListGrants","kms:RevokeGrant"],"Resource":"*",
     "Condition":{"Bool":{"kms:GrantIsForAWSResource":"true"}}}]}"#;

#[test]
fn the_policy_that_aws_s_console_writes_comes_back_as_it_was() {
    let mut expected: Value = serde_json::from_str(CONSOLE).unwrap();
    // Of what a wildcard stands for by other names with us, the names are told.
    let actions = expected["Statement"][1]["Action"].as_array_mut().unwrap();
    for (pattern, names) in [("kms:Put*", "kms:PutKeyPolicy"), ("kms:Revoke*", "kms:RevokeGrant")] {
        *actions.iter_mut().find(|one| *one == pattern).unwrap() = names.into();
    }
    let told = back(&serde_json::from_str(CONSOLE).unwrap());
    assert_eq!(told, expected);
    assert_eq!(back(&told), told);
}

#[test]
fn each_name_of_a_permission_means_what_the_table_says() {
    for name in NAMES.iter() {
        let kind = match name.own.starts_with("kms:") {
            true => PolicyKind::Key,
            false => PolicyKind::Session,
        };
        let written = match kind {
            PolicyKind::Key => document("Action", json!([name.aws.to_uppercase()])),
            _ => session("Action", json!([name.aws.to_uppercase()])),
        };
        let same: Vec<_> =
            NAMES.iter().filter(|one| one.aws == name.aws).map(|one| &one.own).collect();
        let expected = if same.len() == 1 { json!(same[0]) } else { json!(same) };
        assert!(same.contains(&&name.own));
        assert_eq!(own(kind, &written, "Action"), expected, "{name:?}");
        if kind == PolicyKind::Key {
            assert_eq!(back(&written)["Statement"][0]["Action"], name.aws.as_str());
        }
    }
    for (aws, own) in [
        ("kms:Encrypt", json!(["kms:Encrypt", "kms:AsymmetricEncrypt"])),
        ("kms:Decrypt", json!(["kms:Decrypt", "kms:AsymmetricDecrypt"])),
        ("kms:Sign", json!("kms:AsymmetricSign")),
        ("kms:PutKeyPolicy", json!("kms:SetKeyPolicy")),
        ("kms:DeleteImportedKeyMaterial", json!("kms:DeleteKeyMaterial")),
        ("kms:ReEncryptFrom", json!("kms:ReEncryptFrom")),
    ] {
        assert_eq!(key_own("Action", json!(aws)), own);
    }
    for kept in KEPT.iter().filter(|name| name.starts_with("kms:")) {
        assert_eq!(key_own("Action", json!(kept)), json!(kept));
        assert_eq!(back(&document("Action", json!(kept)))["Statement"][0]["Action"], json!(kept));
    }
}

#[test]
fn a_wildcard_means_what_it_stands_for_in_aws_s_names() {
    for (aws, own) in [
        ("*", json!("kms:*")),
        ("kms:*", json!("kms:*")),
        ("kms:ReEncrypt*", json!("kms:ReEncrypt*")),
        ("kms:GenerateDataKey*", json!("kms:GenerateDataKey*")),
        ("KMS:describe*", json!("kms:describe*")),
        ("kms:Encr*", json!(["kms:Encrypt", "kms:AsymmetricEncrypt"])),
        ("kms:Si?n", json!("kms:AsymmetricSign")),
        ("kms:Put*", json!("kms:SetKeyPolicy")),
        ("kms:Revoke*", json!("kms:RevokeGrant")),
    ] {
        assert_eq!(key_own("Action", json!(aws)), own, "{aws}");
    }
    assert_eq!(own(PolicyKind::Session, &session("Action", json!("*")), "Action"), json!("*"));
}

#[test]
fn each_way_to_name_somebody_has_one_of_ours() {
    for (aws, own, told) in [
        ("*", "*", "*"),
        (ACCOUNT, "acs:ram::A:root", "arn:aws:iam::A:root"),
        ("arn:aws:iam::A:root", "acs:ram::A:root", "arn:aws:iam::A:root"),
        ("arn:aws:iam::A:user/a.b@c", "acs:ram::A:user/a.b@c", "arn:aws:iam::A:user/a.b@c"),
        ("arn:aws:iam::A:role/Web", "acs:ram::A:role/Web", "arn:aws:iam::A:role/Web"),
    ] {
        let [aws, own, told] =
            [aws, own, told].map(|text| text.replace(":A:", &format!(":{ACCOUNT}:")));
        let principal = json!({ "AWS": aws });
        assert_eq!(key_own("Principal", principal.clone()), json!({ "RAM": own }));
        let back = back(&document("Principal", principal));
        assert_eq!(back["Statement"][0]["Principal"], json!({ "AWS": told }));
    }
    assert_eq!(key_own("Principal", json!("*")), json!({ "RAM": "*" }));
}

#[test]
fn each_kind_of_resource_has_one_of_ours() {
    for (aws, own) in [
        ("*", "*"),
        ("arn:aws:kms:cn-hangzhou:1:key/K", "acs:kms:cn-hangzhou:1:key/K"),
        ("arn:aws:kms:*:*:alias/A-*", "acs:kms:*:*:alias/A-*"),
        ("arn:aws:iam::1:role/Web", "acs:ram::1:role/web"),
    ] {
        let told =
            super::tests::own(PolicyKind::Session, &session("Resource", json!(aws)), "Resource");
        assert_eq!(told, json!(own));
    }
}

#[test]
fn each_key_and_each_operator_of_conditions_has_one_of_ours() {
    for key in KEYS {
        let name = if key.aws.ends_with([':', '/']) { "Name-1" } else { "" };
        let [aws, own] = [key.aws, key.own].map(|start| format!("{start}{name}"));
        let condition = json!({ "StringNotEqualsIfExists": { &aws: "x" } });
        assert_eq!(
            key_own("Condition", condition.clone()),
            json!({ "StringNotEquals": { &own: "x" } })
        );
        let told = back(&document("Condition", condition));
        let expected = json!({ "StringNotEquals": { &aws: "x" } });
        assert_eq!(told["Statement"][0]["Condition"], expected);
        let upper = key.aws.to_uppercase() + name;
        let condition = json!({ "StringEquals": { upper: "x" } });
        assert_eq!(key_own("Condition", condition), json!({ "StringEquals": { &own: "x" } }));
    }
    for operator in Operator::ALL {
        let value = match operator.meaning().family {
            crate::policy::operator::Family::Text => "x",
            crate::policy::operator::Family::Number => "10",
            crate::policy::operator::Family::Date => "2030-01-01T00:00:00Z",
            crate::policy::operator::Family::Bool => "true",
            crate::policy::operator::Family::Address => "10.0.0.0/8",
        };
        let condition = json!({ operator.as_str(): { "kms:EncryptionContext:a": value } });
        assert_eq!(key_own("Condition", condition.clone()), condition);
        let told = back(&document("Condition", condition.clone()));
        assert_eq!(told["Statement"][0]["Condition"], condition);
    }
    for (word, operator) in NULLS {
        let condition = json!({ NULL: { "kms:EncryptionContext:a": word } });
        let expected = json!({ operator.as_str(): { "kms:EncryptionContext:a": "*" } });
        assert_eq!(key_own("Condition", condition), expected);
    }
    // Where every request has a value, one need not ask whether it exists.
    let condition = json!({ "BoolIfExists": { "aws:SecureTransport": true } });
    assert_eq!(
        key_own("Condition", condition),
        json!({ "Bool": { "acs:SecureTransport": "true" } })
    );
}

#[test]
fn moments_are_written_as_ours() {
    for (aws, own) in [
        (json!("2030-01-01T08:00:00+08:00"), "2030-01-01T08:00:00+08:00"),
        (json!("2030-01-01"), "2030-01-01T00:00:00Z"),
        (json!(1_893_456_000), "2030-01-01T00:00:00Z"),
        (json!("1893456000"), "2030-01-01T00:00:00Z"),
    ] {
        let condition = json!({ "DateLessThan": { "aws:CurrentTime": aws } });
        let expected = json!({ "DateLessThan": { "acs:CurrentTime": own } });
        assert_eq!(key_own("Condition", condition), expected);
    }
}

#[test]
fn what_aws_has_no_words_for_is_told_in_ours() {
    let with = |action: Value, key: &str| {
        json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": action,
            "Principal": { "RAM": "acs:ram::1234567890123456:*" }, "Resource": "*",
            "Condition": { "StringEquals": { key: "x" } } }] })
    };
    for own in [
        // AWS's kms:Encrypt is about key pairs too.
        with(json!("kms:Encrypt"), "kms:tag/a"),
        with(json!("kms:Encr*"), "kms:tag/a"),
        with(json!("kms:NoSuchAction"), "kms:tag/a"),
        with(json!("kms:*"), "acs:MFAPresent"),
        with(json!("kms:*"), "oidc:sub"),
    ] {
        assert_eq!(told(own.to_string()), own.to_string());
    }
    // A document of an earlier version of the service, which kept what it was given.
    let old = document("Action", json!("kms:Sign")).to_string();
    assert_eq!(told(old.clone()), old);
    let both = json!(["kms:AsymmetricEncrypt", "kms:Encrypt", "kms:ListKeyVersions", "kms:Set*"]);
    let told: Value = serde_json::from_str(&told(with(both, "kms:tag/a").to_string())).unwrap();
    assert_eq!(told["Version"], "2012-10-17");
    let statement = &told["Statement"][0];
    assert_eq!(
        statement["Action"],
        json!([
            "kms:Encrypt",
            "kms:ListKeyVersions",
            "kms:SetDeletionProtection",
            "kms:PutKeyPolicy"
        ])
    );
    assert_eq!(statement["Principal"], json!({ "AWS": "arn:aws:iam::1234567890123456:root" }));
    assert_eq!(statement["Condition"], json!({ "StringEquals": { "aws:ResourceTag/a": "x" } }));
}

#[test]
fn alibaba_s_rule_that_the_account_s_policies_count_is_told_by_a_statement_or_not_at_all() {
    let with = |who: &str, action: &str| {
        json!({ "Version": "1", "Statement": [
            { "Effect": "Allow", "Principal": { "RAM": who }, "Action": action, "Resource": "*" },
            { "Effect": "Deny", "Principal": { "RAM": "acs:ram::1234567890123456:user/bob" },
              "Action": "kms:*", "Resource": "*" }] })
        .to_string()
    };
    for who in ["acs:ram::1234567890123456:*", "acs:ram::1234567890123456:root"] {
        let own = with(who, "kms:*");
        let aws = told(own.clone());
        assert!(aws != own && aws.contains("arn:aws:iam::1234567890123456:root"), "{aws}");
    }
    for (who, action) in [
        ("acs:ram::6543210987654321:*", "kms:*"),
        ("acs:ram::1234567890123456:user/alice", "kms:*"),
        ("acs:ram::1234567890123456:*", "kms:D*"),
    ] {
        assert_eq!(told(with(who, action)), with(who, action));
    }
}

#[test]
fn a_dollar_sign_stays_a_text_where_it_was_one() {
    let condition = json!({ "StringEquals": { "kms:EncryptionContext:a": "${aws:username}" } });
    let mut old = document("Condition", condition);
    old["Version"] = "2008-10-17".into();
    let told = back(&old);
    assert_eq!(told["Version"], "2008-10-17");
    assert_eq!(told["Statement"][0]["Condition"], old["Statement"]["Condition"]);
}
