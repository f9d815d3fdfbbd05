// SPDX-License-Identifier: Apache-2.0
//! Users, roles and sessions: what each may, by whole calls.

use edgekms_api::{dialect::signature::SecurityToken, place::Place, product::Product};

use super::*;

pub(super) const ACCOUNT: &str = "1234567890123456";

/// Somebody who signs.
#[derive(Clone)]
pub(super) struct Signer {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) token: Option<String>,
}

impl Signer {
    pub(super) fn credentials(&self) -> Credentials {
        Credentials {
            access_key_id: self.id.clone(),
            access_key_secret: AccessKeySecret::new(self.secret.as_str()),
            security_token: self.token.as_deref().map(SecurityToken::new),
        }
    }

    pub(super) fn root() -> Self {
        Self { id: "testid".to_owned(), secret: SECRET.to_owned(), token: None }
    }

    pub(super) fn of(told: &Value) -> Self {
        let text = |name: &str| told[name].as_str().map(str::to_owned);
        Self {
            id: text("AccessKeyId").unwrap(),
            secret: text("AccessKeySecret").unwrap(),
            token: text("SecurityToken"),
        }
    }
}

impl Service {
    pub(super) fn asked(
        &self,
        product: Product,
        signer: &Signer,
        action: &str,
        params: &[(&str, &str)],
    ) -> (u16, Value) {
        let mut query = Params::new();
        for (name, value) in params {
            query.insert(*name, *value).unwrap();
        }
        let unsigned = acs::Unsigned {
            method: "POST",
            host: "localhost",
            action,
            version: product.row().version,
            query: &query,
            body: b"",
            date: &Timestamp::from_unix_secs(self.world.clock.0.get() / 1000).to_string(),
            nonce: &self.nonce(),
            headers: &[],
        };
        let mut headers = acs::sign(&unsigned, &signer.credentials()).unwrap();
        headers.push(("host".to_owned(), "localhost".to_owned()));
        self.send(&format!("/?{}", query.encode()), &headers, b"")
    }

    pub(super) fn ram(&self, action: &str, params: &[(&str, &str)]) -> Value {
        let (status, value) = self.asked(Product::Ram, &Signer::root(), action, params);
        assert_eq!(status, 200, "{action}: {value}");
        value
    }

    fn ram_refused(&self, action: &str, params: &[(&str, &str)]) -> String {
        let (status, value) = self.asked(Product::Ram, &Signer::root(), action, params);
        assert_ne!(status, 200, "{action}: {value}");
        code(&value)
    }

    /// A new user with one access key.
    pub(super) fn user(&self, name: &str) -> Signer {
        self.ram("CreateUser", &[("UserName", name)]);
        Signer::of(&self.ram("CreateAccessKey", &[("UserName", name)])["AccessKey"])
    }

    pub(super) fn new_policy(&self, name: &str, statements: &str) {
        let document = format!(r#"{{"Version":"1","Statement":[{statements}]}}"#);
        self.ram("CreatePolicy", &[("PolicyName", name), ("PolicyDocument", &document)]);
    }

    pub(super) fn attach(&self, policy: &str, to: &str, name: &str) {
        let (action, field) = (format!("AttachPolicyTo{to}"), format!("{to}Name"));
        let params = [("PolicyType", "Custom"), ("PolicyName", policy), (&*field, name)];
        self.ram(&action, &params);
    }

    /// What a call comes to: `OK`, or its code.
    fn outcome(&self, signer: &Signer, action: &str, params: &[(&str, &str)]) -> String {
        let (status, value) = self.asked(Product::Kms, signer, action, params);
        if status == 200 { "OK".to_owned() } else { code(&value) }
    }
}

pub(super) fn allow(action: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"{resource}"}}"#)
}

const NO: &str = "Forbidden.NoPermission";

#[test]
fn a_user_may_what_its_policies_say_and_nothing_before() {
    let service = Service::new();
    let (key, other) = (service.new_key(), service.new_key());
    let alice = service.user("alice");
    let plaintext = ("Plaintext", "aGVsbG8=");
    let encrypt = |key: &str| service.outcome(&alice, "Encrypt", &[("KeyId", key), plaintext]);
    assert_eq!(encrypt(&key), NO);
    let arn = format!("acs:kms:*:{ACCOUNT}:key/{key}");
    service.new_policy("encrypts", &allow("kms:Encrypt", &arn));
    service.attach("encrypts", "User", "alice");
    service.world.pass(60_000);
    assert_eq!(encrypt(&key), "OK");
    assert_eq!(encrypt(&other), NO, "another key");
    assert_eq!(encrypt("00000000-0000-4000-8000-00000000dead"), NO, "nor that there is none");
    assert_eq!(service.outcome(&alice, "DescribeKey", &[("KeyId", &key)]), NO, "another action");
    service.ram(
        "DetachPolicyFromUser",
        &[("PolicyType", "Custom"), ("PolicyName", "encrypts"), ("UserName", "alice")],
    );
    service.world.pass(60_000);
    assert_eq!(encrypt(&key), NO);
}

#[test]
fn a_group_s_policies_are_its_members_and_a_denial_wins() {
    let service = Service::new();
    let key = service.new_key();
    let alice = service.user("alice");
    service.ram("CreateGroup", &[("GroupName", "readers")]);
    let read_only = [
        ("PolicyType", "System"),
        ("PolicyName", "AliyunKMSReadOnlyAccess"),
        ("GroupName", "readers"),
    ];
    service.ram("AttachPolicyToGroup", &read_only);
    let membership = [("UserName", "alice"), ("GroupName", "readers")];
    service.ram("AddUserToGroup", &membership);
    let describe = || service.outcome(&alice, "DescribeKey", &[("KeyId", &key)]);
    assert_eq!(describe(), "OK");
    service
        .new_policy("no-looking", r#"{"Effect":"Deny","Action":"kms:Describe*","Resource":"*"}"#);
    service.attach("no-looking", "User", "alice");
    service.world.pass(60_000);
    assert_eq!(describe(), NO);
    service.ram("RemoveUserFromGroup", &membership);
    service.world.pass(60_000);
    assert_eq!(service.outcome(&alice, "ListKeys", &[]), NO);
}

#[test]
fn a_session_may_what_its_role_and_its_own_policy_both_say() {
    let service = Service::new();
    let key = service.new_key();
    let broker = service.user("broker");
    let trust = format!(
        r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"RAM":["acs:ram::{ACCOUNT}:user/broker"]}}}}]}}"#
    );
    service.ram("CreateRole", &[("RoleName", "Browser"), ("AssumeRolePolicyDocument", &trust)]);
    service.new_policy("page", &allow("kms:*", &format!("acs:kms:*:{ACCOUNT}:key/*")));
    service.attach("page", "Role", "Browser");
    let role = format!("acs:ram::{ACCOUNT}:role/browser");
    let only_data_keys = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["kms:GenerateDataKey","kms:Decrypt"],"Resource":"*","Condition":{"StringEquals":{"kms:EncryptionContext:user":"alice"}}}]}"#;
    let params = [
        ("RoleArn", role.as_str()),
        ("RoleSessionName", "alice@example"),
        ("DurationSeconds", "900"),
        ("Policy", only_data_keys),
    ];
    let assume = || service.asked(Product::Sts, &broker, "AssumeRole", &params);
    assert_eq!(code(&assume().1), "NoPermission", "the trust of the role is not enough");
    service.new_policy(
        "may-assume",
        &allow("sts:AssumeRole", &format!("acs:ram::{ACCOUNT}:role/browser")),
    );
    service.attach("may-assume", "User", "broker");
    service.world.pass(60_000);
    let (status, told) = assume();
    assert_eq!(status, 200, "{told}");
    let arn = format!("acs:ram::{ACCOUNT}:role/browser/alice@example");
    assert_eq!(told["AssumedRoleUser"]["Arn"], arn.as_str());
    let session = Signer::of(&told["Credentials"]);
    assert!(session.id.starts_with("STS."));

    let context = ("EncryptionContext", r#"{"user":"alice"}"#);
    let bob = ("EncryptionContext", r#"{"user":"bob"}"#);
    let key_id = ("KeyId", key.as_str());
    let (status, data) =
        service.asked(Product::Kms, &session, "GenerateDataKey", &[key_id, context]);
    assert_eq!(status, 200, "{data}");
    let blob = ("CiphertextBlob", blob(&data));
    assert_eq!(service.outcome(&session, "Decrypt", &[blob, context]), "OK");
    for (action, params) in [
        ("GenerateDataKey", vec![key_id]),
        ("GenerateDataKey", vec![key_id, bob]),
        ("Encrypt", vec![key_id, ("Plaintext", "aGVsbG8="), context]),
        ("Decrypt", vec![blob, bob]),
        ("DescribeKey", vec![key_id]),
        ("ListKeys", vec![]),
        ("CreateKey", vec![]),
        ("ScheduleKeyDeletion", vec![key_id, ("PendingWindowInDays", "7")]),
    ] {
        assert_eq!(service.outcome(&session, action, &params), NO, "{action} {params:?}");
    }
    let (_, who) = service.asked(Product::Sts, &session, "GetCallerIdentity", &[]);
    assert_eq!(who["IdentityType"], "AssumedRoleUser");

    service.world.pass(900_000);
    let expired = service.outcome(&session, "GenerateDataKey", &[key_id, context]);
    assert_eq!(expired, "InvalidSecurityToken.Expired");
}

#[test]
fn what_is_switched_off_or_gone_is_refused_within_the_bound() {
    let service = Service::new();
    let alice = service.user("alice");
    service.new_policy("looks", &allow("kms:ListKeys", "*"));
    service.attach("looks", "User", "alice");
    let list = || service.outcome(&alice, "ListKeys", &[]);
    assert_eq!(list(), "OK");
    let key = [("UserName", "alice"), ("UserAccessKeyId", alice.id.as_str())];
    let switch = |status| service.ram("UpdateAccessKey", &[key[0], key[1], ("Status", status)]);
    switch("Inactive");
    assert_eq!(list(), "InvalidAccessKeyId.Inactive");
    switch("Active");
    assert_eq!(list(), "OK");
    service.ram("DeleteAccessKey", &key);
    assert_eq!(list(), "InvalidAccessKeyId.NotFound");
    assert_eq!(service.ram_refused("DeleteAccessKey", &key), "EntityNotExist.User.AccessKey");
}

#[test]
fn a_root_has_two_keys_so_that_one_can_be_changed() {
    let service = Service::new();
    let first = Signer::of(&service.ram("CreateAccessKey", &[])["AccessKey"]);
    let second = Signer::of(&service.ram("CreateAccessKey", &[])["AccessKey"]);
    assert_eq!(service.ram_refused("CreateAccessKey", &[]), "LimitExceeded");
    for signer in [&first, &second] {
        assert_eq!(service.outcome(signer, "ListKeys", &[]), "OK");
    }
    let (_, listed) = service.asked(Product::Ram, &second, "ListAccessKeys", &[]);
    assert_eq!(listed["AccessKeys"]["AccessKey"].as_array().unwrap().len(), 2);
    assert!(!listed.to_string().contains("Secret"));
}

#[test]
fn what_others_hang_on_is_not_deleted() {
    let service = Service::new();
    service.user("alice");
    assert_eq!(
        service.ram_refused("DeleteUser", &[("UserName", "alice")]),
        "DeleteConflict.User.AccessKey"
    );
    service.new_policy("p", &allow("kms:ListKeys", "*"));
    service.attach("p", "User", "alice");
    let own = ("PolicyName", "p");
    assert_eq!(service.ram_refused("DeletePolicy", &[own]), "DeleteConflict.Policy.User");
    let document = r#"{"Version":"1","Statement":[]}"#;
    let malformed =
        service.ram_refused("CreatePolicyVersion", &[own, ("PolicyDocument", document)]);
    assert_eq!(malformed, "MalformedPolicyDocument");
    assert_eq!(
        service.ram_refused("CreateUser", &[("UserName", "alice")]),
        "EntityAlreadyExists.User"
    );
    assert_eq!(service.ram_refused("GetUser", &[("UserName", "bob")]), "EntityNotExist.User");
}

#[test]
fn no_secret_lies_in_the_clear_anywhere() {
    let service = Service::new();
    let alice = service.user("alice");
    let place = Place::global(ACCOUNT.parse().unwrap()).unwrap();
    service.world.work(&place);
    let kept = service.world.kv.texts.borrow();
    assert!(kept.keys().any(|key| key.contains(&alice.id)), "the key's view is published");
    assert!(kept.values().all(|text| !text.contains(&alice.secret)));
    let lines = service.world.audit.lines.borrow();
    assert!(lines.iter().any(|line| line.contains("CreateAccessKey")));
    assert!(lines.iter().all(|line| !line.contains(&alice.secret)));
}
