// SPDX-License-Identifier: Apache-2.0
//! Keys that one account lets another use: by ARN, and by a blob alone.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use edgekms_api::product::Product;

use serde_json::json;

use super::{
    accounts::{ACCOUNT, Signer, allow},
    root_keys::BOTH,
    *,
};
use crate::{copies::share::published_keys, testing::OPERATOR};

const NO: &str = "Forbidden.NoPermission";
const NO_BLOB: &str = "InvalidParameter";
const PLAINTEXT: (&str, &str) = ("Plaintext", "aGVsbG8=");

/// An account with a key, and a user of the deployment's own account who may use it.
struct Shared {
    service: Service,
    owner: Place,
    root: Signer,
    key: String,
    arn: String,
    alice: Signer,
}

/// A key's policy: its own account, and whom it lets use it.
fn policy(owner: &Place, lets: &[&str]) -> String {
    let account = &owner.account;
    let others: Vec<_> = lets
        .iter()
        .map(|who| {
            format!(
                r#",{{"Effect":"Allow","Action":["kms:Encrypt","kms:Decrypt","kms:GenerateDataKey","kms:ReEncryptFrom","kms:ReEncryptTo"],"Principal":{{"RAM":["{who}"]}},"Resource":["*"]}}"#
            )
        })
        .collect();
    let others = others.concat();
    format!(
        r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":["kms:*"],"Principal":{{"RAM":["acs:ram::{account}:*"]}},"Resource":["*"]}}{others}]}}"#
    )
}

fn everybody() -> String {
    format!("acs:ram::{ACCOUNT}:root")
}

impl Shared {
    fn new() -> Self {
        Self::with(&[])
    }

    fn with(variables: &[(&str, &str)]) -> Self {
        let service = Service::with(variables);
        let (id, root) = service.new_account("tenant");
        let owner = Place { account: id.parse().unwrap(), ..place() };
        let (key, arn) = new_key(&service, &root);
        let alice = service.user("alice");
        service.new_policy("uses", &allow("kms:*", &arn));
        service.attach("uses", "User", "alice");
        let shared = Self { service, owner, root, key, arn, alice };
        shared.share(&[&everybody()]);
        shared.service.world.pass(60_000);
        shared
    }

    /// Lets these use the key.
    fn share(&self, lets: &[&str]) {
        self.set(&policy(&self.owner, lets));
    }

    fn set(&self, policy: &str) {
        let params = [("KeyId", self.key.as_str()), ("Policy", policy)];
        assert_eq!(self.service.outcome(&self.root, "SetKeyPolicy", &params), "OK");
        self.service.world.work(&self.owner);
    }

    /// A blob that the owner has made.
    fn sealed(&self) -> String {
        let params = [("KeyId", self.key.as_str()), PLAINTEXT];
        let (status, sealed) = self.service.asked(Product::Kms, &self.root, "Encrypt", &params);
        assert_eq!(status, 200, "{sealed}");
        blob(&sealed).to_owned()
    }

    fn asked(&self, signer: &Signer, action: &str, params: &[(&str, &str)]) -> (u16, Value) {
        self.service.asked(Product::Kms, signer, action, params)
    }

    fn encrypts(&self, signer: &Signer) -> String {
        self.service.outcome(signer, "Encrypt", &[("KeyId", &self.arn), PLAINTEXT])
    }

    fn decrypts(&self, signer: &Signer, blob: &str) -> String {
        self.service.outcome(signer, "Decrypt", &[("CiphertextBlob", blob)])
    }

    /// Where the entry of the version that has made a blob is in KV.
    fn entry(blob: &str) -> String {
        let bytes = STANDARD.decode(blob).unwrap();
        let id = std::str::from_utf8(&bytes[..36]).unwrap().parse().unwrap();
        published_keys(&crate::testing::root_keys(), &id).unwrap().remove(0)
    }

    /// How many entries there are in KV.
    fn entries(&self) -> usize {
        let texts = self.service.world.kv.texts.borrow();
        texts.keys().filter(|name| name.starts_with("v2/shares/")).count()
    }
}

fn new_key(service: &Service, root: &Signer) -> (String, String) {
    let (status, made) = service.asked(Product::Kms, root, "CreateKey", &[]);
    assert_eq!(status, 200, "{made}");
    let text = |name: &str| made["KeyMetadata"][name].as_str().unwrap().to_owned();
    (text("KeyId"), text("Arn"))
}

/// An answer without what is another for each request.
fn told((status, mut value): (u16, Value)) -> (u16, Value) {
    value.as_object_mut().unwrap().remove("RequestId");
    (status, value)
}

#[test]
fn a_call_with_another_account_s_key_is_counted_as_one() {
    let shared = Shared::new();
    assert_eq!(shared.encrypts(&shared.alice), "OK");
    let points = shared.service.world.points.0.borrow();
    assert_eq!(points.last().unwrap(), "Encrypt OK other_account symmetric cn-hangzhou 0 200");
}

#[test]
fn a_key_is_used_by_another_account_by_arn_and_by_blob_alone() {
    let shared = Shared::new();
    assert_eq!(shared.entries(), 1);
    let (status, sealed) =
        shared.asked(&shared.alice, "Encrypt", &[("KeyId", &shared.arn), PLAINTEXT]);
    assert_eq!(status, 200, "{sealed}");
    assert_eq!(sealed["KeyId"], shared.key.as_str());
    for sealed in [blob(&sealed), &shared.sealed()] {
        for signer in [&shared.alice, &shared.root] {
            let (status, opened) = shared.asked(signer, "Decrypt", &[("CiphertextBlob", sealed)]);
            assert_eq!((status, &opened["Plaintext"]), (200, &"aGVsbG8=".into()), "{opened}");
            assert_eq!(opened["KeyId"], shared.key.as_str());
        }
        // The deployment's own root has no policies, so none that names the key.
        assert_eq!(shared.decrypts(&Signer::root(), sealed), NO_BLOB);
        // The key may be named besides.
        let named = [("CiphertextBlob", sealed), ("KeyId", shared.arn.as_str())];
        assert_eq!(shared.service.outcome(&shared.alice, "Decrypt", &named), "OK");
    }
    assert_eq!(shared.encrypts(&Signer::root()), NO);
    let data = shared.service.outcome(&shared.alice, "GenerateDataKey", &[("KeyId", &shared.arn)]);
    assert_eq!(data, "OK");
    // By its id or an alias it is a key of the caller's own; and nothing but use is shared.
    let by_id = [("KeyId", shared.key.as_str()), PLAINTEXT];
    assert_eq!(shared.service.outcome(&shared.alice, "Encrypt", &by_id), NO);
    for action in ["DescribeKey", "GetKeyPolicy", "ListKeyVersions"] {
        let refused = shared.service.outcome(&shared.alice, action, &[("KeyId", &shared.arn)]);
        assert_eq!(refused, NO, "{action}");
    }
}

#[test]
fn both_sides_must_let_it_and_a_wildcard_names_nobody_else_s_key() {
    let shared = Shared::new();
    let (service, sealed) = (&shared.service, shared.sealed());
    let bob = service.user("bob");
    let outcomes = |signer: &Signer| (shared.encrypts(signer), shared.decrypts(signer, &sealed));
    let both = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    assert_eq!(outcomes(&bob), both(NO, NO_BLOB), "no policy");
    for (name, resource) in [
        ("all", "*"),
        ("any-account", "acs:kms:*:*:key/*"),
        ("own", "acs:kms:*:1234567890123456:*"),
    ] {
        service.new_policy(name, &allow("kms:*", resource));
        service.attach(name, "User", "bob");
        service.world.pass(60_000);
        assert_eq!(outcomes(&bob), both(NO, NO_BLOB), "{resource}");
    }
    let account = &shared.owner.account;
    service.new_policy("theirs", &allow("kms:*", &format!("acs:kms:*:{account}:key/*")));
    service.attach("theirs", "User", "bob");
    service.world.pass(60_000);
    assert_eq!(outcomes(&bob), both("OK", "OK"));
    // One user alone, by the key's policy.
    shared.share(&[&format!("acs:ram::{ACCOUNT}:user/alice")]);
    service.world.pass(60_000);
    assert_eq!(outcomes(&bob), both(NO, NO_BLOB));
    assert_eq!(outcomes(&shared.alice), both("OK", "OK"));
    // A denial on either side ends it.
    let no = format!(r#"{{"Effect":"Deny","Action":"kms:Decrypt","Resource":"{}"}}"#, shared.arn);
    service.new_policy("no", &no);
    service.attach("no", "User", "alice");
    service.world.pass(60_000);
    assert_eq!(outcomes(&shared.alice), both("OK", NO_BLOB));
    let lets = policy(&shared.owner, &[&everybody()]);
    let denies = format!(
        r#",{{"Effect":"Deny","Action":["kms:Encrypt"],"Principal":{{"RAM":["acs:ram::{ACCOUNT}:user/bob"]}},"Resource":["*"]}}]}}"#
    );
    shared.set(&format!("{}{denies}", lets.strip_suffix("]}").unwrap()));
    service.world.pass(60_000);
    assert_eq!(outcomes(&bob), both(NO, "OK"));
}

#[test]
fn a_share_that_is_taken_back_is_refused_within_the_bound_whatever_lies_in_kv() {
    for (consistency, bound) in [("eventual", 60_000), ("strict", 5_000)] {
        let shared = Shared::with(&[("STATE_CONSISTENCY", consistency)]);
        let sealed = shared.sealed();
        assert_eq!(shared.decrypts(&shared.alice, &sealed), "OK");
        let entry = Shared::entry(&sealed);
        let kept = shared.service.world.kv.texts.borrow()[&entry].clone();
        // Another isolate of the owner's takes it back.
        let mut service = shared;
        let server = service.service.new_isolate();
        service.share(&[]);
        assert_eq!(service.entries(), 0);
        service.service.server = server;
        // Somebody puts the entry back.
        service.service.world.kv.texts.borrow_mut().insert(entry, kept);
        service.service.world.pass(bound);
        assert_eq!(service.decrypts(&service.alice, &sealed), NO_BLOB, "{consistency}");
        assert_eq!(service.encrypts(&service.alice), NO);
        service.service.new_isolate();
        assert_eq!(service.decrypts(&service.alice, &sealed), NO_BLOB);
        // And given again.
        service.share(&[&everybody()]);
        service.service.world.pass(bound);
        assert_eq!(service.decrypts(&service.alice, &sealed), "OK");
    }
}

/// What does not exist, what is not shared, what is shared with others and what was deleted.
#[test]
fn unknown_and_forbidden_are_one_answer() {
    let shared = Shared::new();
    let service = &shared.service;
    let account = &shared.owner.account;
    service.new_policy("theirs", &allow("kms:*", &format!("acs:kms:*:{account}:key/*")));
    service.attach("theirs", "User", "alice");
    let (hidden, hidden_arn) = new_key(service, &shared.root);
    let params = [("KeyId", hidden.as_str()), PLAINTEXT];
    let (_, not_shared) = shared.asked(&shared.root, "Encrypt", &params);
    let shared_blob = shared.sealed();
    shared.share(&["acs:ram::1234567890123456:user/carol"]);
    assert_eq!(shared.entries(), 1, "with others");
    service.world.pass(60_000);
    let mut unknown = STANDARD.decode(&shared_blob).unwrap();
    unknown[..36].copy_from_slice(b"01234567-89ab-cdef-0123-456789abcdef");
    let unknown = STANDARD.encode(unknown);
    let decrypt =
        |blob: &str| told(shared.asked(&shared.alice, "Decrypt", &[("CiphertextBlob", blob)]));
    let expected = decrypt(&unknown);
    assert_eq!(expected.1["Code"], NO_BLOB);
    for sealed in [blob(&not_shared), &shared_blob] {
        assert_eq!(decrypt(sealed), expected);
        assert_eq!(decrypt(sealed), expected, "nor the second time");
        // With its key named, and with another one.
        for arn in [&shared.arn, &hidden_arn] {
            let params = [("CiphertextBlob", sealed), ("KeyId", arn.as_str())];
            assert_eq!(told(shared.asked(&shared.alice, "Decrypt", &params)), expected);
        }
    }
    let encrypt =
        |arn: &str| told(shared.asked(&shared.alice, "Encrypt", &[("KeyId", arn), PLAINTEXT]));
    let nobody = format!("acs:kms:cn-hangzhou:{account}:key/01234567-89ab-cdef-0123-456789abcdef");
    let expected = encrypt(&nobody);
    assert_eq!(expected.1["Code"], NO);
    let elsewhere = shared.arn.replace("cn-hangzhou", "cn-beijing");
    let no_account = shared.arn.replace(account.as_str(), "9999999999999999");
    for arn in [&shared.arn, &hidden_arn, &elsewhere, &no_account] {
        assert_eq!(encrypt(arn), expected, "{arn}");
    }
    // The caller's own trail does not tell either.
    let lines = service.world.audit.lines.borrow();
    let all = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let by_blob: Vec<_> = all
        .filter(|event| {
            event["eventName"] == "Decrypt"
                && event["userIdentity"]["userName"] == "alice"
                && event["requestParameters"]["KeyId"].is_null()
        })
        .collect();
    assert_eq!(by_blob.len(), 5);
    assert!(by_blob.iter().all(|event| event["keyId"].is_null()), "{by_blob:?}");
}

#[test]
fn entries_that_are_forged_moved_or_old_lead_nowhere() {
    let shared = Shared::new();
    let service = &shared.service;
    let (other, _) = new_key(service, &shared.root);
    let params = [("KeyId", other.as_str()), PLAINTEXT];
    let (_, not_shared) = shared.asked(&shared.root, "Encrypt", &params);
    let not_shared = blob(&not_shared).to_owned();
    let sealed = shared.sealed();
    let entry = service.world.kv.texts.borrow()[&Shared::entry(&sealed)].clone();
    let put = |blob: &str, text: String| {
        service.world.kv.texts.borrow_mut().insert(Shared::entry(blob), text);
    };
    // Moved to another version; it would lead to the right account.
    put(&not_shared, entry.clone());
    let loads = service.world.asked("view");
    assert_eq!(shared.decrypts(&shared.alice, &not_shared), NO_BLOB);
    assert_eq!(service.world.asked("view"), loads + 1, "the caller's own keyring alone is asked");
    // Changed to name another account.
    let claims = entry.replace(shared.owner.account.as_str(), ACCOUNT);
    for text in [claims, entry[..entry.len() - 2].to_owned(), "{}".to_owned(), String::new()] {
        put(&sealed, text);
        assert_eq!(shared.decrypts(&shared.alice, &sealed), NO_BLOB);
    }
    put(&sealed, entry);
    assert_eq!(shared.decrypts(&shared.alice, &sealed), "OK");
    // Where KV cannot be read nobody can say that a blob is bad.
    service.world.kv.broken.set(true);
    assert_eq!(shared.decrypts(&shared.alice, &not_shared), "ServiceUnavailableTemporary");
    assert_eq!(shared.decrypts(&shared.alice, &sealed), "OK", "it is known where that is");
}

#[test]
fn new_versions_are_shared_and_a_deleted_key_is_gone() {
    let shared = Shared::new();
    let service = &shared.service;
    let old = shared.sealed();
    let named = [("KeyId", shared.key.as_str())];
    let rotation = [named[0], ("EnableAutomaticRotation", "true"), ("RotationInterval", "7d")];
    assert_eq!(service.outcome(&shared.root, "UpdateRotationPolicy", &rotation), "OK");
    service.world.pass(8 * 86_400_000);
    service.world.work(&shared.owner);
    let no_more = [named[0], ("EnableAutomaticRotation", "false")];
    assert_eq!(service.outcome(&shared.root, "UpdateRotationPolicy", &no_more), "OK");
    assert_eq!(shared.entries(), 2);
    service.world.pass(60_000);
    let new = shared.sealed();
    assert_ne!(Shared::entry(&old), Shared::entry(&new));
    for sealed in [&old, &new] {
        assert_eq!(shared.decrypts(&shared.alice, sealed), "OK");
    }
    // Published again before they grow too old.
    let sweep = || {
        for _ in 0..5 {
            service.world.work(&shared.owner);
            service.world.pass(2_000);
        }
    };
    sweep();
    service.world.kv.texts.borrow_mut().retain(|name, _| !name.starts_with("v2/shares/"));
    service.world.pass(16 * 3_600_000);
    sweep();
    assert_eq!(shared.entries(), 2);
    assert_eq!(service.outcome(&shared.root, "DisableKey", &named), "OK");
    assert_eq!(shared.decrypts(&shared.alice, &new), "Rejected.Disabled");
    let schedule = [("KeyId", shared.key.as_str()), ("PendingWindowInDays", "7")];
    assert_eq!(service.outcome(&shared.root, "ScheduleKeyDeletion", &schedule), "OK");
    assert_eq!(shared.decrypts(&shared.alice, &new), "Rejected.PendingDeletion");
    service.world.pass(7 * 86_400_000);
    service.world.work(&shared.owner);
    assert_eq!(shared.entries(), 0);
    assert_eq!(shared.decrypts(&shared.alice, &new), NO_BLOB);
    assert_eq!(shared.encrypts(&shared.alice), NO);
}

#[test]
fn a_key_is_made_shared_and_default_keys_never_are() {
    let shared = Shared::new();
    let service = &shared.service;
    let lets = policy(&shared.owner, &[&everybody()]);
    let made = service.outcome(&shared.root, "CreateKey", &[("Policy", &lets)]);
    assert_eq!(made, "OK");
    service.world.work(&shared.owner);
    assert_eq!(shared.entries(), 2);
    // The default master key, before any product needs it.
    let params = [
        ("KeyId", "alias/acs/default"),
        ("WrappingAlgorithm", "RSAES_OAEP_SHA_256"),
        ("WrappingKeySpec", "RSA_2048"),
    ];
    let (status, told) = shared.asked(&shared.root, "GetParametersForImport", &params);
    assert_eq!(status, 200, "{told}");
    let key = told["KeyId"].as_str().unwrap();
    let set = |policy: &str| {
        service.outcome(&shared.root, "SetKeyPolicy", &[("KeyId", key), ("Policy", policy)])
    };
    assert_eq!(set(&lets), "UnsupportedOperation");
    assert_eq!(set(&policy(&shared.owner, &["*"])), "UnsupportedOperation");
    assert_eq!(set(&policy(&shared.owner, &[])), "OK");
}

#[test]
fn the_trails_of_both_accounts_have_what_was_done_and_the_caller_s_alone_what_was_not() {
    let shared = Shared::new();
    let service = &shared.service;
    let sealed = shared.sealed();
    let lines = |action: &str| -> Vec<Value> {
        let lines = service.world.audit.lines.borrow();
        let all = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
        all.filter(|event| {
            event["eventName"] == action && event["userIdentity"]["userName"] == "alice"
        })
        .collect()
    };
    let (_, answer) = shared.asked(&shared.alice, "Decrypt", &[("CiphertextBlob", &sealed)]);
    let told = lines("Decrypt");
    let accounts: Vec<_> =
        told.iter().map(|event| event["recipientAccountId"].as_str().unwrap()).collect();
    assert_eq!(accounts, [ACCOUNT, shared.owner.account.as_str()]);
    for event in &told {
        assert_eq!(event["requestId"], answer["RequestId"]);
        assert_eq!(event["keyId"], shared.key.as_str());
        assert_eq!(event["userIdentity"]["accountId"], ACCOUNT);
    }
    assert_ne!(told[0]["eventId"], told[1]["eventId"]);
    // Each finds it in its own trail.
    for (signer, number) in [(&Signer::root(), 1), (&shared.root, 1)] {
        let params =
            [("LookupAttribute.1.Key", "EventName"), ("LookupAttribute.1.Value", "Decrypt")];
        let (status, found) = service.asked(Product::Trail, signer, "LookupEvents", &params);
        assert_eq!(status, 200, "{found}");
        assert_eq!(found["Events"].as_array().unwrap().len(), number, "{found}");
    }
    // A refusal by the key's state is told to both, one by a policy to the caller's account alone.
    service.outcome(&shared.root, "DisableKey", &[("KeyId", &shared.key)]);
    assert_eq!(shared.encrypts(&shared.alice), "Rejected.Disabled");
    assert_eq!(lines("Encrypt").len(), 2);
    shared.share(&[]);
    service.world.pass(60_000);
    assert_eq!(shared.encrypts(&shared.alice), NO);
    let told = lines("Encrypt");
    assert_eq!((told.len(), &told[2]["recipientAccountId"]), (3, &ACCOUNT.into()));
    // Nothing is answered that one of the trails does not have.
    shared.share(&[&everybody()]);
    service.outcome(&shared.root, "EnableKey", &[("KeyId", &shared.key)]);
    service.world.pass(60_000);
    service.world.audit.broken.set(true);
    assert_eq!(shared.encrypts(&shared.alice), "ServiceUnavailableTemporary");
}

#[test]
fn a_blob_moves_from_one_account_s_key_to_another_s() {
    let shared = Shared::new();
    let service = &shared.service;
    let own = service.new_key();
    let own_arn = format!("acs:kms:cn-hangzhou:{ACCOUNT}:key/{own}");
    service.new_policy("own", &allow("kms:*", &own_arn));
    service.attach("own", "User", "alice");
    service.world.pass(60_000);
    let sealed = shared.sealed();
    let params = [("CiphertextBlob", sealed.as_str()), ("DestinationKeyId", own_arn.as_str())];
    let (status, moved) = shared.asked(&shared.alice, "ReEncrypt", &params);
    assert_eq!(status, 200, "{moved}");
    assert_eq!(moved["KeyId"], shared.key.as_str());
    let moved = blob(&moved).to_owned();
    assert_eq!(shared.decrypts(&Signer::root(), &moved), "OK", "it is the caller's own");
    let params = [("CiphertextBlob", moved.as_str()), ("DestinationKeyId", shared.arn.as_str())];
    let (status, back) = shared.asked(&shared.alice, "ReEncrypt", &params);
    assert_eq!(status, 200, "{back}");
    assert_eq!(shared.decrypts(&shared.root, blob(&back)), "OK");
    // A destination that is not there tells nothing of a source that may not be used.
    shared.share(&[]);
    service.world.pass(60_000);
    let params = [("CiphertextBlob", sealed.as_str()), ("DestinationKeyId", own_arn.as_str())];
    assert_eq!(service.outcome(&shared.alice, "ReEncrypt", &params), NO_BLOB);
    // The owner's trail has its own key alone.
    let lines = service.world.audit.lines.borrow();
    let account = format!("\"recipientAccountId\":\"{}\"", shared.owner.account);
    let told: Vec<Value> = lines
        .iter()
        .filter(|line| line.contains("\"ReEncrypt\"") && line.contains(&account))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(told.len(), 2);
    assert_eq!(
        (&told[0]["sourceKeyId"], &told[0]["keyId"]),
        (&shared.key.as_str().into(), &Value::Null)
    );
    assert_eq!(
        (&told[1]["keyId"], &told[1]["sourceKeyId"]),
        (&shared.key.as_str().into(), &Value::Null)
    );
}

#[test]
fn the_caller_s_account_is_throttled_also_for_what_it_looks_for_in_vain() {
    let shared = Shared::with(&[("THROTTLE", "on")]);
    let service = &shared.service;
    let sealed = shared.sealed();
    shared.share(&[]);
    service.world.pass(60_000);
    for in_vain in [true, false] {
        service.world.pass(60_000);
        let refused = (0..200).find(|_| {
            let outcome = if in_vain {
                shared.decrypts(&shared.alice, &sealed)
            } else {
                shared.encrypts(&shared.alice)
            };
            outcome == "Rejected.Throttling"
        });
        assert!(refused.is_some());
    }
    // The owner's rate is its own.
    assert_eq!(shared.decrypts(&shared.root, &sealed), "OK");
}

/// AWS's clients are told a key's ARN, which has its owner's account.
#[test]
fn aws_s_answers_name_the_account_that_owns_each_key() {
    let shared = Shared::new();
    let service = &shared.service;
    let own = service.new_key();
    service.new_policy("own", &allow("kms:*", &format!("acs:kms:*:{ACCOUNT}:key/{own}")));
    service.attach("own", "User", "alice");
    service.world.pass(60_000);
    let arn = |account: &str, key: &str| format!("arn:aws:kms:cn-hangzhou:{account}:key/{key}");
    let (theirs, own) = (arn(shared.owner.account.as_str(), &shared.key), arn(ACCOUNT, &own));
    let call = |action: &str, body: Value| {
        let mut request = service.aws_request(action, &body);
        let Signer { id, secret, .. } = shared.alice.clone();
        request.credentials = (id.leak(), secret.leak());
        let answer = service.aws_answer(&request);
        assert_eq!(answer.error, None, "{action}: {}", answer.body);
        answer.body
    };
    let sealed = call("Encrypt", json!({ "KeyId": theirs, "Plaintext": "aGVsbG8=" }));
    assert_eq!(sealed["KeyId"], theirs.as_str());
    let sealed = blob(&sealed);
    assert_eq!(call("Decrypt", json!({ "CiphertextBlob": sealed }))["KeyId"], theirs.as_str());
    let moved = call("ReEncrypt", json!({ "CiphertextBlob": sealed, "DestinationKeyId": own }));
    assert_eq!((&moved["SourceKeyId"], &moved["KeyId"]), (&theirs.into(), &own.into()));
    // An alias is no name for another's key.
    let alias = format!("arn:aws:kms:cn-hangzhou:{}:alias/a", shared.owner.account);
    let mut request =
        service.aws_request("Encrypt", &json!({ "KeyId": alias, "Plaintext": "aGVsbG8=" }));
    let Signer { id, secret, .. } = shared.alice.clone();
    request.credentials = (id.leak(), secret.leak());
    let refused = service.aws_answer(&request);
    assert_eq!(refused.error.as_deref(), Some("AccessDeniedException"));
}

/// New root keys: entries go to their new names when material is wrapped anew, and are found until then.
#[test]
fn entries_follow_the_root_keys() {
    let mut service = Service::new();
    let (tenant, root) = service.new_account("tenant");
    let (key, arn) = new_key(&service, &Signer::root());
    let lets = policy(&place(), &[&format!("acs:ram::{tenant}:root")]);
    service.call("SetKeyPolicy", &[("KeyId", &key), ("Policy", &lets)]);
    service.work();
    let ram = |action: &str, params: &[(&str, &str)]| {
        let (status, told) = service.asked(Product::Ram, &root, action, params);
        assert_eq!(status, 200, "{told}");
        told
    };
    ram("CreateUser", &[("UserName", "carol")]);
    let carol = Signer::of(&ram("CreateAccessKey", &[("UserName", "carol")])["AccessKey"]);
    let document = format!(r#"{{"Version":"1","Statement":[{}]}}"#, allow("kms:*", &arn));
    ram("CreatePolicy", &[("PolicyName", "uses"), ("PolicyDocument", &document)]);
    let attached = [("PolicyType", "Custom"), ("PolicyName", "uses"), ("UserName", "carol")];
    ram("AttachPolicyToUser", &attached);
    service.world.pass(60_000);
    let sealed = service.call("Encrypt", &[("KeyId", &key), PLAINTEXT]);
    let sealed = [("CiphertextBlob", blob(&sealed))];
    assert_eq!(service.outcome(&carol, "Decrypt", &sealed), "OK");
    let entries = |service: &Service| {
        let texts = service.world.kv.texts.borrow();
        texts.keys().filter(|name| name.starts_with("v2/shares/")).cloned().collect::<Vec<_>>()
    };
    let old = entries(&service);
    assert_eq!(old.len(), 1);

    service.deploy(BOTH);
    assert_eq!(service.outcome(&carol, "Decrypt", &sealed), "OK", "under its old name");
    let operator = Signer::permanent(OPERATOR, SECRET);
    assert_eq!(service.outcome(&operator, "RewrapKeys", &[]), "OK");
    for _ in 0..5 {
        service.work();
        service.world.pass(2_000);
    }
    assert_eq!(entries(&service).len(), 2);
    service.world.kv.texts.borrow_mut().remove(&old[0]);
    service.deploy(BOTH);
    assert_eq!(service.outcome(&carol, "Decrypt", &sealed), "OK", "under its new name");
    service.call("SetKeyPolicy", &[("KeyId", &key), ("Policy", &policy(&place(), &[]))]);
    service.work();
    assert_eq!(entries(&service).len(), 0);
}

/// Every combination of what the caller's policy and the key's can say, against the rule of both sides.
#[test]
fn what_both_sides_say_decides_for_every_pair() {
    let shared = Shared::new();
    let (service, sealed) = (&shared.service, shared.sealed());
    let (account, arn) = (&shared.owner.account, &shared.arn);
    let denies = |resource: &str| {
        format!(
            r#"{},{{"Effect":"Deny","Action":"kms:*","Resource":"{resource}"}}"#,
            allow("kms:*", arn)
        )
    };
    // What the user's policy says, and whether that names the key and denies nothing.
    let own = [
        (allow("kms:*", arn), true),
        (allow("kms:*", &format!("acs:kms:*:{account}:*")), true),
        (allow("kms:*", &format!("acs:kms:cn-beijing:{account}:key/*")), false),
        (allow("kms:*", &format!("acs:kms:*:{account}:key/other")), false),
        (allow("kms:*", "*"), false),
        (allow("kms:*", &format!("acs:kms:*:{ACCOUNT}:key/*")), false),
        (allow("kms:*", "acs:kms:*:*:key/*"), false),
        (allow("kms:DescribeKey", arn), false),
        (denies("*"), false),
        (denies(arn), false),
        (denies("acs:kms:*:*:key/other"), true),
    ];
    // Whom the key's policy names, and whether that is the user.
    let theirs = [
        (vec![], false),
        (vec![everybody()], true),
        (vec![format!("acs:ram::{ACCOUNT}:*")], true),
        (vec!["*".to_owned()], true),
        (vec![format!("acs:ram::{ACCOUNT}:user/dave")], true),
        (vec![format!("acs:ram::{ACCOUNT}:user/alice")], false),
        (vec![format!("acs:ram::{ACCOUNT}:role/dave")], false),
        (vec![format!("acs:ram::{account}:user/dave")], false),
        (vec!["acs:ram::9999999999999999:root".to_owned()], false),
    ];
    let dave = service.user("dave");
    for (number, (statements, names_it)) in own.iter().enumerate() {
        let name = format!("dave-{number}");
        service.new_policy(&name, statements);
        service.attach(&name, "User", "dave");
        for (lets, is_let) in &theirs {
            shared.share(&lets.iter().map(String::as_str).collect::<Vec<_>>());
            service.world.pass(60_000);
            let expected = match (names_it, is_let) {
                (true, true) => ["OK", "OK"],
                // Who may decrypt nothing learns nothing of the blob.
                _ if *statements == denies("*") => [NO, NO],
                _ => [NO, NO_BLOB],
            };
            let told = [shared.encrypts(&dave), shared.decrypts(&dave, &sealed)];
            assert_eq!(told, expected, "{statements} {lets:?}");
        }
        let params = [("PolicyType", "Custom"), ("PolicyName", &*name), ("UserName", "dave")];
        service.ram("DetachPolicyFromUser", &params);
    }
}
