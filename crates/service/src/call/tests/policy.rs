// SPDX-License-Identifier: Apache-2.0
//! Key policies: kept in one form, told to both clouds' clients in their own words.

use serde_json::json;

use super::{aws::arn, *};

/// A policy in Alibaba's form.
pub(super) const POLICY: &str = r#"{"Version":"1", "Statement":[{"Effect":"Allow",
    "Principal":{"RAM":["acs:ram::1234567890123456:user/alice"]},"Action":"kms:*","Resource":"*"}]}"#;
/// Nearly the same in AWS's: there, the account's own policies give nothing besides.
pub(super) const AWS_POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1234567890123456:user/alice"},"Action":"kms:*","Resource":"*"}]}"#;
/// What that is in Alibaba's form.
const AWS_POLICY_HERE: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"RAM":"acs:ram::1234567890123456:user/alice"},"Action":"kms:*","Resource":"*"}]}"#;

impl Service {
    fn policy(&self, key: &str) -> String {
        let told = self.call("GetKeyPolicy", &[("KeyId", key), ("PolicyName", "default")]);
        told["Policy"].as_str().unwrap().to_owned()
    }

    fn aws_policy(&self, key: &str) -> String {
        let told = self.aws_call("GetKeyPolicy", &json!({ "KeyId": key }));
        assert_eq!(told["PolicyName"], "default");
        told["Policy"].as_str().unwrap().to_owned()
    }
}

#[test]
fn a_policy_is_told_to_either_cloud_s_clients_in_words_that_mean_what_was_set() {
    let service = Service::new();
    let key = service.new_key();
    let own = format!("acs:kms:cn-hangzhou:1234567890123456:key/{key}");
    service.call("SetKeyPolicy", &[("KeyId", &own), ("Policy", POLICY)]);
    assert_eq!(service.policy(&key), POLICY);
    assert_eq!(service.policy(&own), POLICY);
    assert_eq!(service.aws_policy(&key), POLICY, "AWS has no words for its rule");
    let put = json!({ "KeyId": arn(&format!("key/{key}")), "Policy": AWS_POLICY,
        "PolicyName": "default", "BypassPolicyLockoutSafetyCheck": true });
    service.aws_call("PutKeyPolicy", &put);
    assert_eq!(service.aws_policy(&key), AWS_POLICY);
    assert_eq!(service.policy(&key), AWS_POLICY_HERE);
    service.world.end_keyrings();
    assert_eq!(service.policy(&key), AWS_POLICY_HERE);
    // By either cloud's protocol it can be set as it is told.
    service.call("SetKeyPolicy", &[("KeyId", &key), ("Policy", AWS_POLICY_HERE)]);
    assert_eq!(service.aws_policy(&key), AWS_POLICY);
}

#[test]
fn what_has_no_translation_is_named_to_whoever_sets_it() {
    let service = Service::new();
    let key = service.new_key();
    for (from, to, named) in [
        (
            "\"kms:*\"",
            "\"kms:Encript\"",
            "Statement 1: Action \"kms:Encript\" has no meaning here.",
        ),
        ("user/alice", "role/a/b", "\"arn:aws:iam::1234567890123456:role/a/b\" is nobody here"),
        ("\"Action\"", "\"NotAction\"", "Statement 1: NotAction has no translation."),
        (
            "\"Effect\"",
            r#""Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-x"}},"Effect""#,
            "Condition: the key \"aws:PrincipalOrgID\" has no meaning here.",
        ),
    ] {
        assert!(AWS_POLICY.contains(from));
        let policy = AWS_POLICY.replacen(from, to, 1);
        for body in [json!({ "KeyId": key, "Policy": policy }), json!({ "Policy": policy })] {
            let action = if body["KeyId"].is_null() { "CreateKey" } else { "PutKeyPolicy" };
            let answer = service.aws(action, &body);
            assert_eq!(answer.error.as_deref(), Some("MalformedPolicyDocumentException"));
            assert!(answer.message().contains(named), "{}", answer.message());
        }
    }
}

#[test]
fn a_key_without_a_policy_of_its_own_has_one_by_which_its_account_may_do_everything() {
    let service = Service::new();
    let key = service.new_key();
    for (told, version, account) in [
        (service.policy(&key), "1", "acs:ram::1234567890123456:*"),
        (service.aws_policy(&key), "2012-10-17", "arn:aws:iam::1234567890123456:root"),
    ] {
        let policy: Value = serde_json::from_str(&told).unwrap();
        assert_eq!(policy["Version"], version);
        assert!(told.contains(account), "{told}");
    }
    // What was told can be set again.
    let default = service.policy(&key);
    service.call("SetKeyPolicy", &[("KeyId", &key), ("Policy", &default)]);
    let body = json!({ "KeyId": key, "Policy": service.aws("GetKeyPolicy",
        &json!({ "KeyId": service.new_key() })).body["Policy"] });
    service.aws_call("PutKeyPolicy", &body);
}

#[test]
fn a_key_is_made_with_its_policy() {
    let service = Service::new();
    let made = service.call("CreateKey", &[("Policy", POLICY)]);
    assert_eq!(service.policy(made["KeyMetadata"]["KeyId"].as_str().unwrap()), POLICY);
    let made = service.aws_call("CreateKey", &json!({ "Policy": AWS_POLICY }));
    assert_eq!(service.aws_policy(made["KeyMetadata"]["KeyId"].as_str().unwrap()), AWS_POLICY);
    assert_eq!(service.refused("CreateKey", &[("Policy", AWS_POLICY)]), "InvalidParameter");
    let refused = service.aws_refused("CreateKey", &json!({ "Policy": POLICY }));
    assert_eq!(refused, "MalformedPolicyDocumentException");
    assert_eq!(service.call("ListKeys", &[])["TotalCount"], 2);
}

#[test]
fn a_policy_that_is_refused_changes_nothing() {
    let service = Service::new();
    let key = service.new_key();
    service.call("SetKeyPolicy", &[("KeyId", &key), ("Policy", POLICY)]);
    let bad = POLICY.replace("Allow", "Permit");
    let params = [("KeyId", key.as_str()), ("Policy", bad.as_str())];
    let (_, refused) = service.signed("SetKeyPolicy", &params, &service.nonce());
    assert_eq!(code(&refused), "InvalidParameter");
    assert!(refused["Message"].as_str().unwrap().contains("Effect must be Allow or Deny"));
    let put = service.aws("PutKeyPolicy", &json!({ "KeyId": key, "Policy": bad }));
    assert_eq!(put.error.as_deref(), Some("MalformedPolicyDocumentException"));
    assert_eq!(service.policy(&key), POLICY);
    // A key that is to be deleted keeps what it has.
    service.call("ScheduleKeyDeletion", &[("KeyId", &key), ("PendingWindowInDays", "7")]);
    let params = [("KeyId", key.as_str()), ("Policy", POLICY)];
    assert_eq!(service.refused("SetKeyPolicy", &params), "Rejected.PendingDeletion");
    assert_eq!(service.policy(&key), POLICY);
    for (action, params) in [
        ("GetKeyPolicy", &[("KeyId", "no-such-key")][..]),
        ("SetKeyPolicy", &[("KeyId", "no-such-key"), ("Policy", POLICY)]),
    ] {
        assert_eq!(service.refused(action, params), "Forbidden.KeyNotFound");
    }
}

#[test]
fn a_key_has_one_policy_by_name() {
    let service = Service::new();
    let key = service.new_aws_key();
    let listed = service.aws_call("ListKeyPolicies", &json!({ "KeyId": key, "Limit": 1 }));
    assert_eq!(listed, json!({ "PolicyNames": ["default"], "Truncated": false }));
    let refused = service.aws_refused("ListKeyPolicies", &json!({ "KeyId": "no-such-key" }));
    assert_eq!(refused, "NotFoundException");
    assert_eq!(service.refused("ListKeyPolicies", &[("KeyId", &key)]), "InvalidApi.NotFound");
}
