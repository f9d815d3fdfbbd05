// SPDX-License-Identifier: Apache-2.0
//! Replies to bodies, byte for byte.

use zeroize::Zeroizing;

use super::*;
use crate::action::Empty;
use crate::bytes::{CiphertextBlob, SecretBytes};
use crate::id::{KeyId, KeyVersionId};
use crate::key::{
    AutomaticRotation, KeyMetadata, KeySpec, KeyState, KeyUsage, Origin, ProtectionLevel,
};
use crate::kms::create_key::CreateKeyReply;
use crate::kms::decrypt::DecryptReply;
use crate::kms::describe_key::DescribeKeyReply;
use crate::kms::encrypt::EncryptReply;
use crate::kms::generate_data_key::GenerateDataKeyReply;
use crate::kms::generate_data_key_without_plaintext::GenerateDataKeyWithoutPlaintextReply;
use crate::kms::generate_random::GenerateRandomReply;
use crate::kms::list_aliases::{AliasRow, ListAliasesReply};
use crate::kms::list_keys::{KeyRow, ListKeysReply};
use crate::kms::re_encrypt::ReEncryptReply;
use crate::kms::schedule_key_deletion::ScheduleKeyDeletionReply;
use crate::list::List;
use crate::time::Timestamp;

const ID: &str = "0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d";
const ARN: &str = "arn:aws:kms:us-east-1:1234567890123456:key/0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d";
const MOMENT: i64 = 1_795_348_800;

fn place() -> Place {
    Place { account: "1234567890123456".parse().unwrap(), region: "us-east-1".parse().unwrap() }
}

fn key_id() -> KeyId {
    ID.parse().unwrap()
}

fn version() -> KeyVersionId {
    "2a3b4c5d-6e7f-4812-9a3b-4c5d6e7f8a9b".parse().unwrap()
}

fn blob() -> CiphertextBlob {
    CiphertextBlob(b"cipher>>?".to_vec())
}

fn secret() -> SecretBytes {
    SecretBytes::from(Zeroizing::new(b"hello".to_vec()))
}

fn metadata() -> KeyMetadata {
    let time = Timestamp::from_unix_secs(MOMENT);
    KeyMetadata {
        key_id: key_id(),
        arn: place().key_arn(&key_id()),
        creation_date: time,
        creator: "1234567890123456".parse().unwrap(),
        description: "a \"b\" é".parse().unwrap(),
        key_state: KeyState::Enabled,
        key_usage: KeyUsage::EncryptDecrypt,
        key_spec: KeySpec::Aes256,
        origin: Origin::AliyunKms,
        protection_level: ProtectionLevel::Software,
        primary_key_version: Some(version()),
        delete_date: None,
        material_expire_time: None,
        last_rotation_date: time,
        automatic_rotation: AutomaticRotation::Disabled,
        rotation_interval: None,
        next_rotation_date: None,
        deletion_protection: None,
        deletion_protection_description: None,
    }
}

/// The body that tells `reply` to whoever asked for `body`.
fn answer(body: &str, reply: Reply) -> String {
    let command = read_body(reply.action(), body).unwrap();
    success(&command, reply, &place()).unwrap()
}

#[test]
fn key_metadata_has_aws_s_words_and_times_as_numbers() {
    let json = format!(
        "{{\"KeyMetadata\":{{\"AWSAccountId\":\"1234567890123456\",\"KeyId\":\"{ID}\",\"Arn\":\"{ARN}\",\
         \"CreationDate\":{MOMENT},\"Enabled\":true,\"Description\":\"a \\\"b\\\" é\",\
         \"KeyUsage\":\"ENCRYPT_DECRYPT\",\"KeyState\":\"Enabled\",\"Origin\":\"AWS_KMS\",\
         \"KeyManager\":\"CUSTOMER\",\"CustomerMasterKeySpec\":\"SYMMETRIC_DEFAULT\",\
         \"KeySpec\":\"SYMMETRIC_DEFAULT\",\"EncryptionAlgorithms\":[\"SYMMETRIC_DEFAULT\"],\
         \"MultiRegion\":false}}}}"
    );
    let made = Reply::CreateKey(CreateKeyReply { key_metadata: metadata() });
    assert_eq!(answer("{}", made), json);
    let mut dying = metadata();
    dying.key_state = KeyState::PendingDeletion;
    dying.delete_date = Some(Timestamp::from_unix_secs(MOMENT + 1));
    let described = Reply::DescribeKey(DescribeKeyReply { key_metadata: dying });
    let json = json
        .replace("\"Enabled\":true", "\"Enabled\":false")
        .replace("\"Enabled\",", &format!("\"PendingDeletion\",\"DeletionDate\":{},", MOMENT + 1));
    assert_eq!(answer(r#"{"KeyId":"k"}"#, described), json);
}

#[test]
fn cryptography_answers_in_canonical_base64_and_with_the_key_s_arn() {
    let (key_id, key_version_id) = (key_id(), version());
    let encrypted = Reply::Encrypt(EncryptReply {
        key_id: key_id.clone(),
        key_version_id: key_version_id.clone(),
        ciphertext_blob: blob(),
    });
    assert_eq!(
        answer(r#"{"KeyId":"alias/a","Plaintext":"aGVsbG8="}"#, encrypted),
        format!(
            r#"{{"CiphertextBlob":"Y2lwaGVyPj4/","KeyId":"{ARN}","EncryptionAlgorithm":"SYMMETRIC_DEFAULT"}}"#
        )
    );
    let decrypted = Reply::Decrypt(DecryptReply {
        key_id: key_id.clone(),
        key_version_id: key_version_id.clone(),
        plaintext: secret(),
    });
    assert_eq!(
        answer(r#"{"CiphertextBlob":"aGVsbG8="}"#, decrypted),
        format!(
            r#"{{"KeyId":"{ARN}","Plaintext":"aGVsbG8=","EncryptionAlgorithm":"SYMMETRIC_DEFAULT"}}"#
        )
    );
    let made = Reply::GenerateDataKey(GenerateDataKeyReply {
        key_id: key_id.clone(),
        key_version_id: key_version_id.clone(),
        ciphertext_blob: blob(),
        plaintext: secret(),
    });
    let asked = r#"{"KeyId":"k","NumberOfBytes":5}"#;
    assert_eq!(
        answer(asked, made),
        format!(r#"{{"CiphertextBlob":"Y2lwaGVyPj4/","Plaintext":"aGVsbG8=","KeyId":"{ARN}"}}"#)
    );
    let made = Reply::GenerateDataKeyWithoutPlaintext(GenerateDataKeyWithoutPlaintextReply {
        key_id,
        key_version_id,
        ciphertext_blob: blob(),
    });
    assert_eq!(
        answer(asked, made),
        format!(r#"{{"CiphertextBlob":"Y2lwaGVyPj4/","KeyId":"{ARN}"}}"#)
    );
    let body = r#"{"CiphertextBlob":"AAAA","DestinationKeyId":"k"}"#;
    let moved = Reply::ReEncrypt(ReEncryptReply {
        ciphertext_blob: blob(),
        key_id: "k".parse().unwrap(),
        key_version_id: version(),
        destination: Some(self::key_id()),
        source_place: None,
    });
    let source = ARN.replace(ID, "k");
    assert_eq!(
        answer(body, moved),
        format!(
            r#"{{"CiphertextBlob":"Y2lwaGVyPj4/","SourceKeyId":"{source}","KeyId":"{ARN}","SourceEncryptionAlgorithm":"SYMMETRIC_DEFAULT","DestinationEncryptionAlgorithm":"SYMMETRIC_DEFAULT"}}"#
        )
    );
    let drawn = Reply::GenerateRandom(GenerateRandomReply { plaintext: secret() });
    assert_eq!(answer(r#"{"NumberOfBytes":5}"#, drawn), r#"{"Plaintext":"aGVsbG8="}"#);
}

#[test]
fn lists_say_whether_they_go_on() {
    let keys = |rows: Vec<KeyRow>, next: Option<&str>| {
        let reply = ListKeysReply {
            keys: List(rows),
            total_count: 9,
            page_number: 1,
            page_size: 1,
            next: next.map(str::to_owned),
        };
        answer("{}", Reply::ListKeys(reply))
    };
    let row = KeyRow { key_id: key_id(), key_arn: place().key_arn(&key_id()) };
    assert_eq!(
        keys(vec![row], Some("a")),
        format!(
            r#"{{"Keys":[{{"KeyId":"{ID}","KeyArn":"{ARN}"}}],"NextMarker":"MTph","Truncated":true}}"#
        )
    );
    assert_eq!(keys(Vec::new(), None), r#"{"Keys":[],"Truncated":false}"#);
    let row = AliasRow {
        key_id: key_id(),
        alias_name: "alias/a".parse().unwrap(),
        alias_arn: place().alias_arn(&"alias/a".parse().unwrap()),
        created: Some(Timestamp::from_unix_secs(MOMENT)),
    };
    let reply = ListAliasesReply {
        aliases: List(vec![row]),
        total_count: 1,
        page_number: 1,
        page_size: 1,
        next: None,
    };
    assert_eq!(
        answer("{}", Reply::ListAliases(reply)),
        format!(
            r#"{{"Aliases":[{{"AliasName":"alias/a","AliasArn":"arn:aws:kms:us-east-1:1234567890123456:alias/a","TargetKeyId":"{ID}","CreationDate":{MOMENT}}}],"Truncated":false}}"#
        )
    );
}

#[test]
fn a_deletion_tells_its_date_and_its_end_the_key() {
    let reply = ScheduleKeyDeletionReply { delete_date: Some(Timestamp::from_unix_secs(MOMENT)) };
    let body = format!(r#"{{"KeyId":"{ID}","PendingWindowInDays":7}}"#);
    assert_eq!(
        answer(&body, Reply::ScheduleKeyDeletion(reply)),
        format!(
            r#"{{"KeyId":"{ARN}","DeletionDate":{MOMENT},"KeyState":"PendingDeletion","PendingWindowInDays":7}}"#
        )
    );
    let reply = Reply::CancelKeyDeletion(Empty {});
    assert_eq!(
        answer(&format!(r#"{{"KeyId":"{ARN}"}}"#), reply),
        format!(r#"{{"KeyId":"{ARN}"}}"#)
    );
}

#[test]
fn the_other_actions_have_no_body() {
    let body = r#"{"KeyId":"k","TargetKeyId":"k","AliasName":"alias/a","Description":""}"#;
    for reply in [
        Reply::EnableKey(Empty {}),
        Reply::DisableKey(Empty {}),
        Reply::UpdateKeyDescription(Empty {}),
        Reply::CreateAlias(Empty {}),
        Reply::UpdateAlias(Empty {}),
        Reply::DeleteAlias(Empty {}),
    ] {
        assert_eq!(answer(body, reply), "");
    }
}

#[test]
fn a_reply_of_another_action_is_a_fault_of_the_server() {
    let command = read_body(ActionName::EnableKey, r#"{"KeyId":"k"}"#).unwrap();
    let error = success(&command, Reply::DisableKey(Empty {}), &place()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InternalFailure);
}
