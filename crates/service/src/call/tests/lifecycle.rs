// SPDX-License-Identifier: Apache-2.0
//! Every action in every state of its key: the table of the wire reference, section 2.4, cell by cell.

use edgekms_api::{key::KeyState, product::Product};

use super::{policy::POLICY, *};
use crate::{
    keyring::store::{Change, KeyringStore},
    object::{Batch, ObjectStore},
};

/// What the wire reference says: by action, in Enabled, Disabled, PendingDeletion and PendingImport. The
/// running worker is held to the same file (tests/worker/lifecycle.test.mjs).
fn table() -> Vec<(String, [String; 4])> {
    let file: Value =
        serde_json::from_str(include_str!("../../../../../tests/vectors/states.json")).unwrap();
    let rows = file["actions"].as_object().unwrap();
    let cell = |cell: &Value| cell.as_str().unwrap().to_owned();
    let row = |cells: &Value| {
        let cells: Vec<_> = cells.as_array().unwrap().iter().map(cell).collect();
        cells.try_into().unwrap()
    };
    rows.iter().map(|(action, cells)| (action.clone(), row(cells))).collect()
}

const OK: &str = "ok";
const MODIFIED: &str = "Rejected.StateModifiedFailed";
const DIGEST: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// A key for an action, with what its call names.
struct Subject {
    key: String,
    version: String,
    made: String,
    /// Token and wrapped material, of a key whose material is imported.
    import: (String, String),
}

fn subject(service: &Service, action: &str) -> Subject {
    let spec = match action {
        "AsymmetricSign" | "AsymmetricVerify" | "GetPublicKey" | "CreateKeyVersion" => "EC_P256",
        "GenerateMac" | "VerifyMac" => "HMAC_256",
        _ => "Aliyun_AES_256",
    };
    let (key, import) = if ActionName::find(Product::Kms, action).unwrap().row().family == "import"
    {
        service.imported_key()
    } else {
        let made = service.call("CreateKey", &[("KeySpec", spec)]);
        (made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned(), Default::default())
    };
    let versions = service.call("ListKeyVersions", &[("KeyId", &key)]);
    let version = versions["KeyVersions"]["KeyVersion"][0]["KeyVersionId"].as_str().unwrap();
    let made = match spec {
        "Aliyun_AES_256" => {
            let sealed = service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8=")]);
            blob(&sealed).to_owned()
        }
        _ => "AAAA".to_owned(),
    };
    Subject { version: version.to_owned(), key, made, import }
}

/// DER of an RSA key's public half, in base64.
fn public_key(service: &Service) -> String {
    let usage = ("KeyUsage", "ENCRYPT/DECRYPT");
    let made = service.call("CreateKey", &[("KeySpec", "RSA_2048"), usage]);
    let key = made["KeyMetadata"]["KeyId"].as_str().unwrap();
    let versions = service.call("ListKeyVersions", &[("KeyId", key)]);
    let version = versions["KeyVersions"]["KeyVersion"][0]["KeyVersionId"].as_str().unwrap();
    let told = service.call("GetPublicKey", &[("KeyId", key), ("KeyVersionId", version)]);
    let pem = told["PublicKey"].as_str().unwrap();
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}

/// Puts a key into a state, whatever was before.
pub(super) fn put_into(service: &Service, key: &str, state: KeyState) {
    let store = service.world.store(&place());
    let record = store.key(&key.parse().unwrap()).unwrap().unwrap();
    let record = record.changed(|key| {
        key.state = state;
        key.delete_at = (state == KeyState::PendingDeletion).then_some(NOW_SECS + 604_800);
    });
    let changes = vec![Change::PutKey(Box::new(record))];
    let altered = vec![format!("key/{key}")];
    store.commit(&Batch { changes, altered, ..Batch::default() }, 0).unwrap();
}

#[test]
fn every_action_in_every_state_answers_as_the_table_says() {
    let mut service = Service::with(&[("MAX_KEYS", "1000")]);
    let other = service.new_key();
    let wrapping_key = public_key(&service);
    for (action, cells) in &table() {
        for (&state, expected) in KeyState::ALL.iter().zip(cells) {
            let (action, expected) = (action.as_str(), expected.as_str());
            let Subject { key, version, made, import: (token, wrapped) } =
                subject(&service, action);
            let alias = format!("alias/{action}-{state}");
            if action.ends_with("Alias") && action != "CreateAlias" {
                let held = if action == "UpdateAlias" { &other } else { &key };
                service.call("CreateAlias", &[("KeyId", held), ("AliasName", &alias)]);
            }
            // Versions of asymmetric keys are a week apart; an import token is good for a day.
            if token.is_empty() {
                service.world.pass(7 * 24 * 60 * 60 * 1000);
            }
            put_into(&service, &key, state);
            service.new_isolate();
            let algorithm = if action.ends_with("Mac") { "HMAC_SHA_256" } else { "ECDSA_SHA_256" };
            let params = [
                ("KeyId", key.as_str()),
                ("DestinationKeyId", &key),
                ("PublicKeyBlob", &wrapping_key),
                ("WrappingKeySpec", "RSA_2048"),
                ("WrappingAlgorithm", "RSAES_OAEP_SHA_256"),
                ("KeyVersionId", &version),
                ("ImportToken", &token),
                ("EncryptedKeyMaterial", &wrapped),
                ("AliasName", &alias),
                ("CiphertextBlob", &made),
                ("Plaintext", "aGVsbG8="),
                ("Message", "aGVsbG8="),
                ("Mac", "AAAA"),
                ("Algorithm", algorithm),
                ("Digest", DIGEST),
                ("Value", "AAAA"),
                ("Description", "d"),
                ("PendingWindowInDays", "7"),
                ("EnableAutomaticRotation", "true"),
                ("RotationInterval", "365d"),
                ("EnableDeletionProtection", "true"),
                ("Tags", r#"[{"TagKey":"a"}]"#),
                ("TagKeys", r#"["a"]"#),
                ("ResourceType", "key"),
                ("ResourceId.1", &key),
                ("Tag.1.Key", "a"),
                ("TagKey.1", "a"),
                ("Policy", POLICY),
            ];
            let (status, told) = service.signed(action, &params, &service.nonce());
            let outcome = if status == 200 { OK.to_owned() } else { code(&told) };
            assert_eq!(outcome, expected, "{action} in {state}: {told}");
            assert!(status == 200 || status == 409, "{action} in {state}: {status}");
        }
    }
}

/// Which of the table's actions name no key: they have no row. All others have one.
#[test]
fn no_action_is_left_out_of_the_table() {
    let table = table();
    let without = |action: &ActionName| {
        let row = action.row();
        row.clouds != edgekms_api::action::Clouds::Aws
            && !row.is_operators
            && !table.iter().any(|(name, _)| name == row.name)
    };
    let left_out: Vec<_> =
        ActionName::of(Product::Kms).filter(without).map(|a| a.as_str()).collect();
    assert_eq!(
        left_out,
        // No key yet; none that is kept; and tested by state where their keys are at hand.
        [
            "CreateKey",
            "AsymmetricEncrypt",
            "AsymmetricDecrypt",
            "DescribeRegions",
            "DescribeAccountKmsStatus",
            "OpenKmsService",
            "DescribeService",
            "GetDefaultKmsInstance",
            "ListKeyUsage"
        ]
    );
}

#[test]
fn a_protected_key_cannot_be_scheduled_for_deletion() {
    let service = Service::new();
    let key = service.new_key();
    let arn = format!("acs:kms:cn-hangzhou:1234567890123456:key/{key}");
    let protect = |on: &str| {
        let why = ("DeletionProtectionDescription", "prod");
        service.call(
            "SetDeletionProtection",
            &[("ProtectedResourceArn", &arn), ("EnableDeletionProtection", on), why],
        );
    };
    protect("true");
    let told = service.call("DescribeKey", &[("KeyId", &key)])["KeyMetadata"].clone();
    assert_eq!(told["DeletionProtection"], "Enabled");
    assert_eq!(told["DeletionProtectionDescription"], "prod");
    let schedule = [("KeyId", key.as_str()), ("PendingWindowInDays", "7")];
    let (status, refused) = service.signed("ScheduleKeyDeletion", &schedule, &service.nonce());
    assert_eq!((status, &*code(&refused)), (409, MODIFIED));
    assert!(refused["Message"].as_str().unwrap().contains("SetDeletionProtection"));
    let aws = serde_json::json!({ "KeyId": key });
    assert_eq!(service.aws_refused("ScheduleKeyDeletion", &aws), "KMSInvalidStateException");
    service.call("GenerateDataKey", &[("KeyId", &key)]);
    protect("false");
    let told = service.call("DescribeKey", &[("KeyId", &key)])["KeyMetadata"].clone();
    assert_eq!(told["DeletionProtection"], "Disabled");
    assert_eq!(told["DeletionProtectionDescription"], "");
    service.call("ScheduleKeyDeletion", &schedule);
    for bad in [
        vec![],
        vec![("KeyId", key.as_str()), ("ProtectedResourceArn", &arn)],
        vec![("ProtectedResourceArn", "alias/a")],
        vec![("KeyId", "alias/a")],
    ] {
        let mut params = bad;
        params.push(("EnableDeletionProtection", "true"));
        let (status, refused) = service.signed("SetDeletionProtection", &params, &service.nonce());
        assert_eq!(status, 400, "{params:?}: {refused}");
    }
}
