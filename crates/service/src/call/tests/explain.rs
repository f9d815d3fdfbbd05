// SPDX-License-Identifier: Apache-2.0
//! What ExplainPermission says is what calls come to.

use edgekms_api::product::Product;
use serde_json::json;

use super::accounts::{ACCOUNT, Signer, allow};
use super::*;

const DENY: &str = r#"{"Effect":"Deny","Action":"kms:Decrypt","Resource":"*","Sid":"office",
    "Condition":{"NotIpAddress":{"acs:SourceIp":"203.0.113.0/24"}}}"#;

impl Service {
    fn explained(&self, params: &[(&str, &str)]) -> Value {
        self.ram("ExplainPermission", params)
    }

    fn explain_refused(&self, signer: &Signer, params: &[(&str, &str)]) -> (String, String) {
        let (status, value) = self.asked(Product::Ram, signer, "ExplainPermission", params);
        assert_ne!(status, 200, "{value}");
        (code(&value), value["Message"].as_str().unwrap().to_owned())
    }
}

fn arn(key: &str) -> String {
    format!("acs:kms:cn-hangzhou:{ACCOUNT}:key/{key}")
}

#[test]
fn a_user_s_own_and_its_groups_policies_are_weighed_as_calls_weigh_them() {
    let service = Service::new();
    let key = service.new_key();
    let arn = arn(&key);
    let alice = service.user("alice");
    service.ram("CreateGroup", &[("GroupName", "staff")]);
    service.ram("AddUserToGroup", &[("UserName", "alice"), ("GroupName", "staff")]);
    service.new_policy("uses", &format!("{},{}", allow("kms:Sign", "*"), allow("kms:*", &arn)));
    service.new_policy("stays", DENY);
    service.attach("uses", "Group", "staff");
    service.attach("stays", "User", "alice");
    service.world.pass(60_000);
    let ask = |permission: &str, more: &[(&str, &str)]| {
        let who = [("UserName", "alice"), ("Permission", permission), ("Resource", &*arn)];
        service.explained(&[&who, more].concat())
    };

    let allowed = ask("kms:Encrypt", &[]);
    let encrypt = [("KeyId", &*key), ("Plaintext", "aGVsbG8=")];
    assert_eq!(service.outcome(&alice, "Encrypt", &encrypt), "OK");
    assert_eq!((&allowed["Decision"], &allowed["Reason"]), (&json!("Allow"), &json!("Allowed")));
    let by = json!([{ "PolicyKind": "identity", "PolicyName": "uses", "Number": 2 }]);
    assert_eq!(allowed["Deciding"]["Statement"], by);

    let denied = ask("kms:decrypt", &[]);
    let blob = service.call("Encrypt", &encrypt)["CiphertextBlob"].clone();
    let decrypt = [("CiphertextBlob", blob.as_str().unwrap())];
    assert_eq!(service.outcome(&alice, "Decrypt", &decrypt), "Forbidden.NoPermission");
    assert_eq!(denied["Decision"], "ExplicitDeny");
    let by =
        json!([{ "PolicyKind": "identity", "PolicyName": "stays", "Number": 1, "Sid": "office" }]);
    assert_eq!(denied["Deciding"]["Statement"], by);

    let inside = ask("kms:Decrypt", &[("SourceIp", "203.0.113.7")]);
    assert_eq!(inside["Decision"], "Allow", "{inside}");
    let policies = inside["Policies"]["Policy"].as_array().unwrap();
    let stays = policies.iter().find(|policy| policy["PolicyName"] == "stays").unwrap();
    let stop = json!({ "Number": 1, "Sid": "office", "Effect": "Deny", "StopsAt": "Condition",
        "Operator": "NotIpAddress", "ConditionKey": "acs:SourceIp" });
    assert_eq!(stays["Statements"]["Statement"], json!([stop]));

    let other = service.explained(&[
        ("UserName", "alice"),
        ("Permission", "kms:Encrypt"),
        ("Resource", &format!("acs:kms:cn-hangzhou:{ACCOUNT}:key/other")),
    ]);
    assert_eq!(
        (&other["Decision"], &other["Reason"], &other["Missing"]),
        (&json!("ImplicitDeny"), &json!("Nothing"), &json!("IdentityOrResource"))
    );
}

#[test]
fn a_session_has_what_role_session_and_key_leave_it() {
    let service = Service::new();
    let arn = arn("k");
    let trust = format!(
        r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"RAM":["acs:ram::{ACCOUNT}:user/alice"]}}}}]}}"#
    );
    service.ram("CreateRole", &[("RoleName", "Page"), ("AssumeRolePolicyDocument", &trust)]);
    service.new_policy("page", &allow("kms:*", &arn));
    service.attach("page", "Role", "Page");
    let context = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*",
        "Condition":{"StringEquals":{"kms:EncryptionContext:user":"alice"}}}]}"#;
    let ask = |more: &[(&str, &str)]| {
        let who = [
            ("RoleName", "page"),
            ("Permission", "kms:Decrypt"),
            ("Resource", &*arn),
            ("SessionPolicy", context),
        ];
        service.explained(&[&who, more].concat())
    };
    let without = ask(&[]);
    assert_eq!(
        (&without["Decision"], &without["Missing"]),
        (&json!("ImplicitDeny"), &json!("Session"))
    );
    let with = ask(&[("EncryptionContext", r#"{"user":"alice"}"#)]);
    let kinds: Vec<_> = with["Deciding"]["Statement"].as_array().unwrap().iter().collect();
    assert_eq!(
        kinds.iter().map(|one| &one["PolicyKind"]).collect::<Vec<_>>(),
        ["identity", "session"]
    );
    let denies = format!(
        r#"{{"Version":"1","Statement":[{{"Effect":"Deny","Action":"kms:Decrypt","Principal":{{"RAM":["acs:ram::{ACCOUNT}:role/page"]}},"Resource":"*"}}]}}"#
    );
    let denied = ask(&[("EncryptionContext", r#"{"user":"alice"}"#), ("ResourcePolicy", &denies)]);
    assert_eq!(denied["Deciding"]["Statement"][0]["PolicyKind"], "key");

    // Who may take the role on is the role's to say, and known.
    service.user("alice");
    service.new_policy("assumes", &allow("sts:AssumeRole", "*"));
    service.attach("assumes", "User", "alice");
    let role = format!("acs:ram::{ACCOUNT}:role/Page");
    let ask = [("UserName", "alice"), ("Permission", "sts:AssumeRole"), ("Resource", &*role)];
    let assumed = service.explained(&ask);
    assert_eq!(assumed["Decision"], "Allow", "{assumed}");
    assert_eq!(assumed["Deciding"]["Statement"][1]["PolicyKind"], "trust");
    let (code, _) = service
        .explain_refused(&Signer::root(), &[&ask[..], &[("ResourcePolicy", &*denies)]].concat());
    assert_eq!(code, "InvalidParameter");
}

#[test]
fn what_cannot_be_explained_is_refused_by_name() {
    let service = Service::new();
    let alice = service.user("alice");
    let arn = arn("k");
    let asked = [("Permission", "kms:Decrypt"), ("Resource", &*arn)];
    let refused = |params: &[(&str, &str)]| service.explain_refused(&Signer::root(), params);
    for (params, code, part) in [
        (vec![], "MissingParameter", "UserName"),
        (vec![("UserName", "alice"), ("RoleName", "page")], "InvalidParameter", "RoleName"),
        (vec![("UserName", "nobody")], "EntityNotExist.User", "user"),
        (vec![("RoleName", "nobody")], "EntityNotExist.Role", "role"),
        (vec![("UserName", "alice"), ("SourceIp", "somewhere")], "InvalidParameter", "SourceIp"),
        (vec![("UserName", "alice"), ("ResourcePolicy", "{}")], "InvalidParameter", "Policy"),
    ] {
        let (told, message) = refused(&[&params[..], &asked].concat());
        assert_eq!(told, code, "{params:?}: {message}");
        assert!(message.to_lowercase().contains(&part.to_lowercase()), "{params:?}: {message}");
    }
    for (permission, resource, part) in [
        ("kms:*", &*arn, "Permission"),
        ("kms:Fly", &*arn, "Permission"),
        ("kms:Decrypt", "*", "Resource"),
    ] {
        let who = [("UserName", "alice"), ("Permission", permission), ("Resource", resource)];
        let (told, message) = refused(&who);
        assert_eq!(told, "InvalidParameter", "{permission} {resource}");
        assert!(message.contains(part), "{message}");
    }
    // What somebody may is not for everybody to ask.
    let own = [&[("UserName", "alice")], &asked[..]].concat();
    assert_eq!(service.explain_refused(&alice, &own).0, "NoPermission");
    service.new_policy("asks", &allow("ram:ExplainPermission", "*"));
    service.attach("asks", "User", "alice");
    service.world.pass(60_000);
    let (status, _) = service.asked(Product::Ram, &alice, "ExplainPermission", &own);
    assert_eq!(status, 200);
}
