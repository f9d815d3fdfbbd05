// SPDX-License-Identifier: Apache-2.0
//! Callers who may not: what they learn (nothing), what they cost (nothing but an event), and that the
//! keyring asks again.

use edgekms_api::{
    action::{Clouds, KeyNames},
    dialect::signature::SecurityToken,
    id::AccessKeyId,
    product::Product,
};
use serde_json::json;

use super::{
    aws::arn,
    policy::{AWS_POLICY, POLICY},
    *,
};
use crate::{
    identity::{Caller, Permissions},
    keyring::store::KeyringStore,
    object::ObjectStore,
    port::{LocalFuture, PortError},
    testing::caller,
};

const OTHER: &str = "6543210987654321";

/// Knows one access key, of somebody who may this.
struct Knows(Permissions);

impl Directory for Knows {
    fn find<'a>(
        &'a self,
        _: &'a AccessKeyId,
        _: Option<&'a SecurityToken>,
    ) -> LocalFuture<'a, Result<Rc<KnownKey>, ApiError>> {
        let caller = Caller { permissions: self.0.clone(), ..caller() };
        Box::pin(async { Ok(Rc::new(KnownKey { caller, secret: AccessKeySecret::new(SECRET) })) })
    }
}

/// Whether a cloud has the action.
fn is_in(action: ActionName, cloud: Clouds) -> bool {
    [Clouds::Both, cloud].contains(&action.row().clouds)
}

fn permitted_actions() -> impl Iterator<Item = ActionName> {
    ActionName::of(Product::Kms).filter(|action| action.row().permission.is_some())
}

/// An id that nothing has.
const NOBODY: &str = "00000000-0000-4000-8000-00000000dead";

/// What is named in a call.
#[derive(Clone)]
pub(super) struct Names {
    pub(super) key: String,
    pub(super) alias: String,
    pub(super) blob: String,
}

/// Parameters good for the action, in Alibaba's form; it passes over those that it has not.
pub(super) fn parameters(action: ActionName, names: &Names) -> Vec<(&str, &str)> {
    let algorithm = match action {
        ActionName::AsymmetricEncrypt | ActionName::AsymmetricDecrypt => "RSAES_OAEP_SHA_256",
        ActionName::GenerateMac | ActionName::VerifyMac => "HMAC_SHA_256",
        _ => "ECDSA_SHA_256",
    };
    vec![
        ("KeyId", &names.key),
        ("DestinationKeyId", &names.key),
        ("SourceKeyId", &names.key),
        ("PublicKeyBlob", "AAAA"),
        ("WrappingKeySpec", "RSA_2048"),
        ("WrappingAlgorithm", "RSAES_OAEP_SHA_256"),
        ("AliasName", &names.alias),
        ("CiphertextBlob", &names.blob),
        ("Plaintext", "aGVsbG8="),
        ("Description", "d"),
        ("PendingWindowInDays", "7"),
        ("NumberOfBytes", "16"),
        ("Tags", "[]"),
        ("TagKeys", "[]"),
        ("KeyVersionId", NOBODY),
        ("Algorithm", algorithm),
        ("Message", "aGVsbG8="),
        ("Mac", "AAAA"),
        ("Digest", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("Value", "AAAA"),
        ("EnableAutomaticRotation", "true"),
        ("RotationInterval", "365d"),
        ("EnableDeletionProtection", "true"),
        ("Quota", "Keys"),
        ("Number", "1"),
        ("ResourceType", "key"),
        ("ResourceId.1", &names.key),
        ("Tag.1.Key", "a"),
        ("TagKey.1", "a"),
        ("Policy", POLICY),
        ("EncryptedKeyMaterial", "AAAA"),
        ("ImportToken", "AAAA"),
        ("RootKeyVersion", "1"),
        ("AccountId", "1234567890123456"),
    ]
}

/// The same in AWS's form.
fn body(action: ActionName, names: &Names) -> Value {
    let mut body = json!({
        "KeyId": names.key,
        "TargetKeyId": names.key,
        "DestinationKeyId": names.key,
        "SourceKeyId": names.key,
        "KeyPairSpec": "RSA_2048",
        "AliasName": names.alias,
        "CiphertextBlob": names.blob,
        "Plaintext": "aGVsbG8=",
        "Description": "d",
        "PendingWindowInDays": 7,
        "NumberOfBytes": 16,
        "Tags": [],
        "TagKeys": ["a"],
        "Message": "aGVsbG8=",
        "SigningAlgorithm": "ECDSA_SHA_256",
        "Signature": "AAAA",
        "MacAlgorithm": "HMAC_SHA_256",
        "Mac": "AAAA",
        "Policy": AWS_POLICY,
        "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
        "WrappingKeySpec": "RSA_2048",
        "EncryptedKeyMaterial": "AAAA",
        "ImportToken": "AAAA",
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    });
    if matches!(action, ActionName::AsymmetricEncrypt | ActionName::AsymmetricDecrypt) {
        body["EncryptionAlgorithm"] = "RSAES_OAEP_SHA_256".into();
    }
    body
}

/// A key, an alias of it and a blob that it made; and names that stand for nothing.
fn there_and_not(service: &Service) -> [Names; 2] {
    let key = service.new_key();
    service.call("CreateAlias", &[("KeyId", &key), ("AliasName", "alias/there")]);
    let sealed = service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8=")]);
    let nobody = NOBODY.to_owned();
    [
        Names { key, alias: "alias/there".to_owned(), blob: blob(&sealed).to_owned() },
        Names { key: nobody, alias: "alias/none".to_owned(), blob: "AAAA".to_owned() },
    ]
}

/// Every way to name the key: by its id, and where an action takes them by alias and ARN.
fn ways(action: ActionName, names: &Names, cloud: Clouds) -> Vec<Names> {
    let named = |key: String| Names { key, alias: names.alias.clone(), blob: names.blob.clone() };
    let Names { key, alias, .. } = names;
    let acs = |resource: String| format!("acs:kms:cn-hangzhou:1234567890123456:{resource}");
    let mut ways = vec![named(key.clone())];
    match (action.row().key, cloud) {
        (KeyNames::Any, Clouds::Aws) => {
            ways.extend([alias.clone(), arn(&format!("key/{key}")), arn(alias)].map(named));
        }
        (KeyNames::Any, _) => {
            ways.extend([alias.clone(), acs(format!("key/{key}"))].map(named));
        }
        (KeyNames::Key | KeyNames::First | KeyNames::Arn, Clouds::Aws) => {
            ways.push(named(arn(&format!("key/{key}"))));
        }
        (KeyNames::Arn, _) => ways.push(named(acs(format!("key/{key}")))),
        _ => {}
    }
    ways
}

#[test]
fn who_may_nothing_learns_nothing_costs_nothing_and_is_recorded() {
    let mut service = Service::new();
    let [there, not] = there_and_not(&service);
    service.work();
    service.directory = Some(Box::new(Knows(Permissions::None)));
    // A warm isolate and a new one: neither looks anything up.
    for _ in ["warm", "new"] {
        for action in permitted_actions() {
            let mut told = Vec::new();
            for names in [&there, &not] {
                let name = action.as_str();
                for names in ways(action, names, Clouds::Aliyun) {
                    if is_in(action, Clouds::Aliyun) {
                        let nonce = service.nonce();
                        let refused = at_no_cost(&service, action, || {
                            service.signed(name, &parameters(action, &names), &nonce)
                        });
                        assert_eq!(code(&refused.1), "Forbidden.NoPermission", "{name}");
                        told.push(("Alibaba", refused.0, refused.1["Message"].clone()));
                    }
                }
                for names in ways(action, names, Clouds::Aws) {
                    if is_in(action, Clouds::Aws) {
                        let refused = at_no_cost(&service, action, || {
                            service.aws(action.row().aws_name, &body(action, &names))
                        });
                        assert_eq!(refused.error.as_deref(), Some("AccessDeniedException"));
                        told.push(("AWS", refused.status, refused.body["message"].clone()));
                    }
                }
            }
            told.dedup();
            told.sort_by_key(|(cloud, ..)| *cloud);
            told.dedup();
            assert!(told.len() <= 2, "{action:?}: one answer in each dialect: {told:?}");
        }
        service.new_isolate();
    }
    // What needs no permission is everybody's.
    service.call("DescribeRegions", &[]);
}

/// Whether a caller who may just this re-encrypts `sealed`, which `one` has made, to `to`.
fn may_move(service: &mut Service, may: &[(&'static str, &str)], sealed: &str, to: &str) -> bool {
    let may: Vec<_> = may.iter().map(|(name, key)| (*name, (*key).to_owned())).collect();
    service.directory = Some(Box::new(Knows(Permissions::Only(Vec::leak(may)))));
    let params = [("CiphertextBlob", sealed), ("DestinationKeyId", to)];
    let (status, answer) = service.signed("ReEncrypt", &params, &service.nonce());
    let body = json!({ "CiphertextBlob": sealed, "DestinationKeyId": to });
    let in_aws = service.aws("ReEncrypt", &body).error;
    service.directory = None;
    match (answer["Code"].as_str(), in_aws.as_deref()) {
        (None, None) => true,
        (Some("Forbidden.NoPermission"), Some("AccessDeniedException")) => false,
        other => panic!("{status} {other:?}"),
    }
}

#[test]
fn each_of_two_keys_is_allowed_under_its_own_name() {
    let mut service = Service::new();
    let (one, other) = (service.new_key(), service.new_key());
    service.call("CreateAlias", &[("KeyId", &other), ("AliasName", "alias/other")]);
    let sealed = service.call("Encrypt", &[("KeyId", &one), ("Plaintext", "aGVsbG8=")]);
    let sealed = blob(&sealed).to_owned();
    let (from, to) = ("kms:ReEncryptFrom", "kms:ReEncryptTo");
    let alias = (to, "alias/other");
    let both = [(from, &*one), (to, &*other), alias];
    for destination in [&*other, "alias/other"] {
        assert!(may_move(&mut service, &both, &sealed, destination));
        for less in [
            &[(from, &*one), alias][..],
            &[(to, &*other), alias],
            &[(from, &*other), (to, &*one), alias],
            &[(from, &*other), (to, &*other), alias],
            &[("kms:ReEncrypt", &*one), ("kms:ReEncrypt", &*other), alias],
            &[("kms:Decrypt", &*one), ("kms:Encrypt", &*other), alias],
        ] {
            assert!(!may_move(&mut service, less, &sealed, destination), "{less:?}");
        }
    }
    let no_alias = [(from, &*one), (to, &*other)];
    assert!(!may_move(&mut service, &no_alias, &sealed, "alias/other"));
}

/// Makes a call that is refused and looks at what it left: one event, and nothing that anybody was
/// asked or that was stored.
fn at_no_cost<T>(service: &Service, action: ActionName, call: impl FnOnce() -> T) -> T {
    let world = &service.world;
    let store = world.store(&place());
    let cost = || {
        let events = store.events(0, u64::MAX).unwrap().len();
        (world.messages.borrow().len(), world.kv.loads.get(), events, store.revision().unwrap())
    };
    let (before, lines) = (cost(), world.audit.lines.borrow().len());
    let answer = call();
    assert_eq!(cost(), before, "{action:?}");
    let written = world.audit.lines.borrow();
    assert_eq!(written.len(), lines + 1, "{action:?}");
    let event: Value = serde_json::from_str(&written[lines]).unwrap();
    assert_eq!(event["eventName"], action.as_str());
    assert_eq!(event["errorCode"], "Forbidden.NoPermission");
    answer
}

/// Keeps commands from the keyring, so that they can be sent to it with something changed.
struct Held<'a> {
    world: &'a World,
    commands: RefCell<Vec<String>>,
}

impl Objects for Held<'_> {
    fn send<'a>(
        &'a self,
        place: &'a Place,
        message: &'a str,
    ) -> LocalFuture<'a, Result<String, PortError>> {
        if message.contains(r#""ask":{"command""#) {
            self.commands.borrow_mut().push(message.to_owned());
            return Box::pin(async { Err(PortError::new("held back")) });
        }
        self.world.send(place, message)
    }
}

/// All that a keyring holds but its events and nonces.
fn truth(service: &Service) -> String {
    let store = service.world.store(&place());
    let keys: Vec<_> = store.keys(None, 0, u64::MAX).unwrap();
    let aliases = store.aliases(0, u64::MAX).unwrap();
    format!("{keys:?} {aliases:?} {:?}", store.revision().unwrap())
}

#[test]
fn the_keyring_asks_again_whatever_came_before() {
    let service = Service::new();
    let [there, _] = there_and_not(&service);
    let external = service.call("CreateKey", &[("Origin", "EXTERNAL")]);
    let external = external["KeyMetadata"]["KeyId"].as_str().unwrap();
    let external = Names { key: external.to_owned(), ..there.clone() };
    let before = truth(&service);
    let store = service.world.store(&place());
    let mut seen = 0;
    // What is the operator's has another caller: tests of its own.
    let users = permitted_actions().filter(|action| !action.row().is_operators);
    for action in users.filter(|action| action.is_for_the_keyring()) {
        let held = Held { world: &service.world, commands: RefCell::default() };
        // Whoever prepares an import asks what the key is before anything else.
        let named = if action.row().family == "import" { &external } else { &there };
        if is_in(action, Clouds::Aliyun) {
            service.signed_over(&held, action.as_str(), &parameters(action, named));
        } else {
            service.aws_over(&held, action.row().aws_name, &body(action, named));
        }
        let [message] = &held.commands.into_inner()[..] else { panic!("{action:?}") };
        for (field, value) in [("permissions", "none"), ("account", OTHER)] {
            let mut message: Value = serde_json::from_str(message).unwrap();
            let call = &mut message["ask"]["command"];
            call["caller"][field] = value.into();
            // One call of its own: the first of them uses up its nonce.
            let id = format!("00000000-0000-4000-8000-{seen:012}");
            call["request_id"] = id.clone().into();
            let nonce = format!("{seen:032x}");
            if action.changes() {
                call["nonce"]["digest"] = nonce.clone().into();
            }
            seen += 1;
            let reply = block_on(service.world.send(&place(), &message.to_string())).unwrap();
            let reply: Value = serde_json::from_str(&reply).unwrap();
            let refused = &reply["answer"]["refused"];
            assert_eq!(refused["code"], "ForbiddenNoPermission", "{action:?} {field}: {reply}");
            assert_eq!(refused["recorded"], action.changes());
            let events = store.events(0, u64::MAX).unwrap();
            let event = events.iter().find(|(_, line)| line.contains(&id));
            assert_eq!(event.is_some(), action.changes(), "{action:?}");
            if let Some((_, line)) = event {
                assert!(line.contains(r#""errorCode":"Forbidden.NoPermission""#), "{line}");
            }
            assert_eq!(truth(&service), before, "{action:?}");
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn the_keyring_hears_nothing_of_what_only_edges_do() {
    let service = Service::new();
    let [there, _] = there_and_not(&service);
    let message =
        service.world.messages.borrow().iter().rfind(|m| m.contains("\"CreateAlias\":")).cloned();
    let message = message.unwrap();
    for command in [
        json!({ "GenerateRandom": { "NumberOfBytes": 16 } }),
        json!({ "GenerateDataKey": { "KeyId": there.key } }),
        json!({ "Encrypt": { "KeyId": there.key, "Plaintext": "aGVsbG8=" } }),
        json!({ "Decrypt": { "CiphertextBlob": there.blob } }),
        json!({ "ReEncrypt": { "CiphertextBlob": there.blob, "DestinationKeyId": there.key } }),
    ] {
        let mut message: Value = serde_json::from_str(&message).unwrap();
        message["ask"]["command"]["command"] = command;
        message["ask"]["command"]["nonce"] = Value::Null;
        let reply = block_on(service.world.send(&place(), &message.to_string())).unwrap();
        let reply: Value = serde_json::from_str(&reply).unwrap();
        assert_eq!(reply["answer"]["refused"]["code"], "InvalidApiNotFound", "{reply}");
    }
}

#[test]
fn another_account_s_names_are_forbidden_whether_they_exist_or_not() {
    let service = Service::new();
    let [there, not] = there_and_not(&service);
    for Names { key, alias, blob } in [there, not] {
        for action in permitted_actions() {
            let name = action.as_str();
            let named = |key: String| Names { key, alias: alias.clone(), blob: blob.clone() };
            let in_other = |scheme: &str, resource: &str| {
                named(format!("{scheme}:kms:cn-hangzhou:{OTHER}:{resource}"))
            };
            let key_name = format!("key/{key}");
            if action.row().key == KeyNames::Any && is_in(action, Clouds::Aliyun) {
                let names = in_other("acs", &key_name);
                let nonce = service.nonce();
                let refused = at_no_cost(&service, action, || {
                    service.signed(name, &parameters(action, &names), &nonce)
                });
                assert_eq!(code(&refused.1), "Forbidden.NoPermission", "{name}");
            }
            // AWS's callers may name a key in two more actions.
            let may_name = action.row().key != KeyNames::None
                || matches!(action, ActionName::Decrypt | ActionName::ListAliases);
            if !may_name || !is_in(action, Clouds::Aws) {
                continue;
            }
            let by_id = [KeyNames::Key, KeyNames::First, KeyNames::Arn];
            let by_alias = !by_id.contains(&action.row().key);
            for resource in [Some(&key_name), by_alias.then_some(&alias)].into_iter().flatten() {
                let names = in_other("arn:aws", resource);
                let refused = at_no_cost(&service, action, || {
                    service.aws(action.row().aws_name, &body(action, &names))
                });
                assert_eq!(refused.error.as_deref(), Some("AccessDeniedException"), "{name}");
            }
        }
    }
}
