// SPDX-License-Identifier: Apache-2.0
//! Bodies to commands.

use super::*;
use crate::action::{
    CancelKeyDeletion, Clouds, CreateAlias, CreateKey, DeleteAlias, DescribeKey, DisableKey,
    EnableKey, GenerateRandom, ListAliases, ListKeys, ScheduleKeyDeletion, UpdateAlias,
    UpdateKeyDescription,
};
use crate::key::{KeySpec, KeyUsage};
use crate::kms::cancel_key_deletion::Becomes;
use crate::number::Whole;
use crate::page::Cursor;

fn key(text: &str) -> KeyReference {
    text.parse().unwrap()
}

#[test]
fn each_action_reads_its_fields_and_passes_over_others() {
    let k = || key("k");
    let alias = || "alias/a".parse().unwrap();
    for (body, command) in [
        ("{}", Command::CreateKey(CreateKey::default())),
        (r#"{"KeyId":"k"}"#, Command::DescribeKey(DescribeKey { key: k() })),
        (r#"{"KeyId":"k"}"#, Command::EnableKey(EnableKey { key: k() })),
        (r#"{"KeyId":"k"}"#, Command::DisableKey(DisableKey { key: k() })),
        (
            r#"{"KeyId":"k"}"#,
            Command::CancelKeyDeletion(CancelKeyDeletion { key: k(), becomes: Becomes::Disabled }),
        ),
        (
            r#"{"KeyId":"k","PendingWindowInDays":7}"#,
            Command::ScheduleKeyDeletion(ScheduleKeyDeletion {
                key: k(),
                pending_window_in_days: Whole::new(7).unwrap(),
                dated: true,
            }),
        ),
        (
            r#"{"AliasName":"alias/a","TargetKeyId":"k"}"#,
            Command::CreateAlias(CreateAlias { key: k(), alias_name: alias() }),
        ),
        (
            r#"{"AliasName":"alias/a","TargetKeyId":"k"}"#,
            Command::UpdateAlias(UpdateAlias { key: k(), alias_name: alias() }),
        ),
        (r#"{"AliasName":"alias/a"}"#, Command::DeleteAlias(DeleteAlias { alias_name: alias() })),
        (
            r#"{"KeyId":"k","Description":"é"}"#,
            Command::UpdateKeyDescription(UpdateKeyDescription {
                key: k(),
                description: "é".parse().unwrap(),
            }),
        ),
        (
            r#"{"NumberOfBytes":1024}"#,
            Command::GenerateRandom(GenerateRandom { number_of_bytes: Whole::new(1024).unwrap() }),
        ),
        (
            r#"{"Limit":1000,"Marker":"MTph"}"#,
            Command::ListKeys(ListKeys {
                cursor: Some(Cursor { after: Some("a".to_owned()), limit: 1000 }),
                ..ListKeys::default()
            }),
        ),
        (
            r#"{"KeyId":"k","Limit":1}"#,
            Command::ListAliases(ListAliases {
                cursor: Some(Cursor { after: None, limit: 1 }),
                of: Some(k()),
                ..ListAliases::default()
            }),
        ),
    ] {
        let action = command.action();
        assert_eq!(read_body(action, body).unwrap(), command, "{action:?}");
        let others =
            body.replacen('{', r#"{"becomes":"enabled","cursor":{"limit":9},"X":[{}],"#, 1);
        let others = others.replace(",}", "}");
        assert_eq!(read_body(action, &others).unwrap(), command, "{action:?}");
    }
}

#[test]
fn what_is_absent_or_null_has_its_default() {
    let schedule = |body| {
        let command = read_body(ActionName::ScheduleKeyDeletion, body).unwrap();
        let Command::ScheduleKeyDeletion(command) = command else { panic!() };
        command.pending_window_in_days.get()
    };
    assert_eq!(schedule(r#"{"KeyId":"k"}"#), 30);
    assert_eq!(schedule(r#"{"KeyId":"k","PendingWindowInDays":null}"#), 30);
    for (action, limit) in [(ActionName::ListKeys, 100), (ActionName::ListAliases, 50)] {
        let expected = Some(Cursor { after: None, limit });
        for body in ["{}", r#"{"Limit":null,"Marker":null,"KeyId":null}"#] {
            match read_body(action, body).unwrap() {
                Command::ListKeys(command) => assert_eq!(command.cursor, expected),
                Command::ListAliases(command) => {
                    assert_eq!((command.cursor, command.of), (expected.clone(), None));
                }
                other => panic!("{other:?}"),
            }
        }
    }
    let body = r#"{"KeyId":"k","Plaintext":"aGVsbG8=","EncryptionContext":null,"DryRun":null,
                   "GrantTokens":[],"EncryptionAlgorithm":"SYMMETRIC_DEFAULT"}"#;
    let Command::Encrypt(command) = read_body(ActionName::Encrypt, body).unwrap() else { panic!() };
    assert!(command.context.is_empty() && !command.dry_run);
    let body = r#"{"Description":null,"Tags":null,"KeySpec":null,"MultiRegion":false,"Policy":""}"#;
    let made = read_body(ActionName::CreateKey, body).unwrap();
    assert_eq!(made, Command::CreateKey(CreateKey::default()));
    assert_eq!(name(ActionName::DescribeKey, r#"{"KeyId":null}"#), "ValidationException");
}

#[test]
fn a_key_is_made_as_it_is_asked_for() {
    let body = r#"{"Description":"d","CustomerMasterKeySpec":"SYMMETRIC_DEFAULT","Origin":"AWS_KMS",
                   "KeyUsage":"ENCRYPT_DECRYPT","Tags":[{"TagKey":"a b","TagValue":"é"}]}"#;
    let Command::CreateKey(command) = read_body(ActionName::CreateKey, body).unwrap() else {
        panic!()
    };
    assert_eq!(command.key_spec, Some(KeySpec::Aes256));
    assert_eq!(command.key_usage, Some(KeyUsage::EncryptDecrypt));
    assert_eq!((command.tags.0[0].key.as_str(), command.tags.0[0].value.as_str()), ("a b", "é"));
    let many = |count: usize| {
        let tags: Vec<_> = (0..count).map(|n| format!(r#"{{"TagKey":"k{n}"}}"#)).collect();
        format!(r#"{{"Tags":[{}]}}"#, tags.join(","))
    };
    assert!(read_body(ActionName::CreateKey, &many(50)).is_ok());
    for (body, expected) in [
        (&*many(51), "TagException"),
        (r#"{"Tags":[{"TagKey":"aws:x","TagValue":""}]}"#, "TagException"),
        (r#"{"Tags":[{"TagValue":"v"}]}"#, "TagException"),
        (r#"{"Tags":[{"TagKey":"a"},{"TagKey":"a"}]}"#, "TagException"),
        (r#"{"Tags":[{"TagKey":1}]}"#, "SerializationException"),
        (r#"{"Tags":"a"}"#, "SerializationException"),
        (r#"{"KeySpec":"SYMMETRIC_DEFAULT","CustomerMasterKeySpec":"SM2"}"#, "ValidationException"),
        (r#"{"KeySpec":"Aliyun_AES_256"}"#, "ValidationException"),
        (r#"{"KeySpec":"HMAC_256"}"#, "ValidationException"),
        (r#"{"KeySpec":"ECC_NIST_P256"}"#, "ValidationException"),
        (r#"{"KeySpec":"ML_KEM_512"}"#, "UnsupportedOperationException"),
        (r#"{"KeySpec":"ECC_NIST_P521"}"#, "ValidationException"),
        (
            r#"{"KeySpec":"ECC_NIST_P521","KeyUsage":"SIGN_VERIFY"}"#,
            "UnsupportedOperationException",
        ),
        (r#"{"KeySpec":"ECC_SECG_P256K1","KeyUsage":"ENCRYPT_DECRYPT"}"#, "ValidationException"),
        (r#"{"KeySpec":"ECC_NIST_P256","KeyUsage":"ENCRYPT_DECRYPT"}"#, "ValidationException"),
        (r#"{"KeyUsage":"SIGN_VERIFY"}"#, "ValidationException"),
        (r#"{"KeySpec":"HMAC_SM3","KeyUsage":"GENERATE_VERIFY_MAC"}"#, "ValidationException"),
        (r#"{"KeyUsage":"GENERATE_VERIFY_MAC"}"#, "ValidationException"),
        (r#"{"KeyUsage":"ENCRYPT/DECRYPT"}"#, "ValidationException"),
        (r#"{"Origin":"AWS_CLOUDHSM"}"#, "UnsupportedOperationException"),
        (r#"{"Origin":"Aliyun_KMS"}"#, "ValidationException"),
        (r#"{"MultiRegion":true}"#, "UnsupportedOperationException"),
        (r#"{"Policy":"{}"}"#, "MalformedPolicyDocumentException"),
        (r#"{"Policy":{}}"#, "SerializationException"),
        (r#"{"Description":"a\u0001"}"#, "ValidationException"),
    ] {
        assert_eq!(name(ActionName::CreateKey, body), expected, "{body}");
    }
}

#[test]
fn a_data_key_s_length_is_given_in_exactly_one_way() {
    for action in [ActionName::GenerateDataKey, ActionName::GenerateDataKeyWithoutPlaintext] {
        let len =
            |fields: &str| match read_body(action, &format!(r#"{{"KeyId":"alias/a"{fields}}}"#))? {
                Command::GenerateDataKey(command) => command.len(),
                Command::GenerateDataKeyWithoutPlaintext(command) => command.len(),
                other => panic!("{other:?}"),
            };
        assert_eq!(len(r#","KeySpec":"AES_128""#).unwrap(), 16);
        assert_eq!(len(r#","KeySpec":"AES_256","NumberOfBytes":null"#).unwrap(), 32);
        assert_eq!(len(r#","NumberOfBytes":1024"#).unwrap(), 1024);
        for bad in [
            "",
            r#","KeySpec":"AES_128","NumberOfBytes":16"#,
            r#","KeySpec":"AES_192""#,
            r#","NumberOfBytes":0"#,
            r#","NumberOfBytes":1025"#,
            r#","NumberOfBytes":-1"#,
            r#","NumberOfBytes":18446744073709551615"#,
        ] {
            assert_eq!(len(bad).unwrap_err().code(), ErrorCode::InvalidParameter, "{bad}");
        }
        for bad in [r#","NumberOfBytes":"16""#, r#","NumberOfBytes":16.5"#, r#","KeySpec":1"#] {
            assert_eq!(len(bad).unwrap_err().code(), ErrorCode::MalformedBody, "{bad}");
        }
    }
}

#[test]
fn the_table_says_how_a_key_may_be_named() {
    const PLACE: &str = "arn:aws:kms:us-east-1:1234567890123456";
    let rest = r#""AliasName":"alias/b","Plaintext":"aGVsbG8=","CiphertextBlob":"aGVsbG8=",
                  "Description":"","NumberOfBytes":16,"Tags":[],"TagKeys":[],"Message":"aGVsbG8=",
                  "SigningAlgorithm":"ECDSA_SHA_256","Signature":"AAAA",
                  "MacAlgorithm":"HMAC_SHA_256","Mac":"AAAA","KeyPairSpec":"RSA_2048",
                  "WrappingAlgorithm":"RSAES_OAEP_SHA_256","WrappingKeySpec":"RSA_2048",
                  "EncryptedKeyMaterial":"AAAA","ImportToken":"AAAA","ValidTo":1.5,
                  "Policy":"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",
                    \"Principal\":\"*\",\"Action\":\"kms:*\",\"Resource\":\"*\"}}""#;
    let rest = rest.replace('\n', "");
    let aws = ActionName::of(Product::Kms).filter(|action| action.row().clouds != Clouds::Aliyun);
    for action in aws {
        let read = |text: &str| {
            let encrypts =
                matches!(action, ActionName::AsymmetricEncrypt | ActionName::AsymmetricDecrypt);
            let algorithm =
                if encrypts { r#","EncryptionAlgorithm":"RSAES_OAEP_SHA_1""# } else { "" };
            let keys = format!(
                r#""KeyId":"{text}","TargetKeyId":"{text}","DestinationKeyId":"{text}",
                   "SourceKeyId":"{text}""#
            );
            read_body(action, &format!("{{{rest},{keys}{algorithm}}}"))
        };
        for good in [
            "k",
            "mrk-0b5c1a2d3e4f4a5b8c6d7e8f9a0b1c2d",
            &format!("{PLACE}:key/k"),
            "arn:aws:kms:us-east-1:123456789012:key/mrk-0b5c1a2d3e4f4a5b8c6d7e8f9a0b1c2d",
        ] {
            assert!(read(good).is_ok(), "{action:?} {good}");
        }
        for alias in ["alias/a", "alias/aws/ebs", &format!("{PLACE}:alias/a")] {
            let outcome = read(alias).map(|_| ()).map_err(|error| error.code());
            let expected = match action.row().key {
                KeyNames::Key | KeyNames::First | KeyNames::Arn => Err(ErrorCode::UnsupportedAlias),
                KeyNames::Any | KeyNames::None => Ok(()),
            };
            assert_eq!(outcome, expected, "{action:?} {alias}");
        }
        let arns = ["arn:aws:kms:x", "a b", "acs:kms:cn-hangzhou:1234567890123456:key/k", "alias/"];
        for bad in arns {
            let outcome = read(bad).map(|_| ()).map_err(|error| error.code());
            let has_key = action.row().key != KeyNames::None
                || matches!(action, ActionName::Decrypt | ActionName::ListAliases);
            let expected = if has_key { Err(ErrorCode::InvalidArn) } else { Ok(()) };
            assert_eq!(outcome, expected, "{action:?} {bad}");
        }
    }
}

#[test]
fn a_pair_is_of_a_spec_that_has_pairs() {
    for action in [ActionName::GenerateDataKeyPair, ActionName::GenerateDataKeyPairWithoutPlaintext]
    {
        let body = |spec: &str| format!(r#"{{"KeyId":"k","KeyPairSpec":"{spec}"}}"#);
        for good in ["RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384"] {
            assert!(read_body(action, &body(good)).is_ok(), "{good}");
        }
        for (bad, expected) in [
            ("SYMMETRIC_DEFAULT", "ValidationException"),
            ("EC_P256", "ValidationException"),
            ("", "ValidationException"),
            ("ECC_NIST_P521", "UnsupportedOperationException"),
        ] {
            assert_eq!(name(action, &body(bad)), expected, "{bad}");
        }
        assert_eq!(name(action, r#"{"KeyId":"k"}"#), "ValidationException");
    }
}

#[test]
fn a_ciphertext_is_moved_by_the_algorithms_that_are_named() {
    let read = |rest: &str| {
        let body = format!(r#"{{"CiphertextBlob":"AAAA","DestinationKeyId":"alias/a"{rest}}}"#);
        match read_body(ActionName::ReEncrypt, &body)? {
            Command::ReEncrypt(command) => {
                Ok::<_, ApiError>((command.source_algorithm, command.destination_algorithm))
            }
            other => panic!("{other:?}"),
        }
    };
    let default = r#","SourceEncryptionAlgorithm":"SYMMETRIC_DEFAULT","DestinationEncryptionAlgorithm":"SYMMETRIC_DEFAULT""#;
    for plain in ["", default] {
        assert_eq!(read(plain).unwrap(), (None, None));
    }
    let both = r#","SourceKeyId":"k","SourceEncryptionAlgorithm":"RSAES_OAEP_SHA_1","DestinationEncryptionAlgorithm":"RSAES_OAEP_SHA_256""#;
    let (one, other) = (EncryptionAlgorithm::RsaOaepSha1, EncryptionAlgorithm::RsaOaepSha256);
    assert_eq!(read(both).unwrap(), (Some(one), Some(other)));
    for (bad, code) in [
        (r#","SourceEncryptionAlgorithm":"RSAES_OAEP_SHA_1""#, ErrorCode::MissingParameter),
        (r#","DestinationEncryptionAlgorithm":"AES""#, ErrorCode::InvalidParameter),
        (r#","GrantTokens":["a"]"#, ErrorCode::UnsupportedOperation),
        (
            r#","DestinationEncryptionAlgorithm":"RSAES_OAEP_SHA_1","DestinationEncryptionContext":{"a":"b"}"#,
            ErrorCode::InvalidParameter,
        ),
        (
            r#","SourceKeyId":"k","SourceEncryptionAlgorithm":"RSAES_OAEP_SHA_1","SourceEncryptionContext":{"a":"b"}"#,
            ErrorCode::InvalidParameter,
        ),
    ] {
        assert_eq!(read(bad).unwrap_err().code(), code, "{bad}");
    }
}

/// Actions, bodies, the names of the errors that they get, and what the messages say.
const FAULTS: &[(ActionName, &str, &str, &str)] = &[
    (ActionName::Encrypt, r#"{"KeyId":"k"}"#, "ValidationException", "\"Plaintext\""),
    (
        ActionName::Encrypt,
        r#"{"KeyId":"k","Plaintext":""}"#,
        "ValidationException",
        "\"Plaintext\"",
    ),
    (
        ActionName::Encrypt,
        r#"{"KeyId":"k","Plaintext":"s3cret!"}"#,
        "ValidationException",
        "standard base64",
    ),
    (
        ActionName::Encrypt,
        r#"{"KeyId":"k","Plaintext":"s3_-"}"#,
        "ValidationException",
        "standard base64",
    ),
    (
        ActionName::Encrypt,
        r#"{"KeyId":"k","Plaintext":["s3cret"]}"#,
        "SerializationException",
        "\"Plaintext\"",
    ),
    (ActionName::Encrypt, r#"{"KeyId":12345}"#, "SerializationException", "\"KeyId\""),
    (ActionName::Encrypt, r#"{"KeyId":"k","KeyId":"s3cret"}"#, "InvalidArnException", "once"),
    (
        ActionName::Encrypt,
        r#"{"KeyId":"k","Plaintext":"aA==","Plaintext":null}"#,
        "ValidationException",
        "once",
    ),
    (ActionName::Encrypt, r#"{"KeyId":"k s3cret"}"#, "InvalidArnException", "a key ARN"),
    (
        ActionName::Encrypt,
        r#"{"KeyId":"k","Plaintext":"aA==","DryRun":"s3cret"}"#,
        "SerializationException",
        "\"DryRun\"",
    ),
    (
        ActionName::Encrypt,
        r#"{"KeyId":"k","Plaintext":"aA==","GrantTokens":["s3cret"]}"#,
        "UnsupportedOperationException",
        "GrantTokens",
    ),
    (
        ActionName::Encrypt,
        r#"{"KeyId":"k","Plaintext":"aA==","EncryptionAlgorithm":"s3cret"}"#,
        "ValidationException",
        "SYMMETRIC_DEFAULT",
    ),
    (
        ActionName::AsymmetricEncrypt,
        r#"{"KeyId":"k","Plaintext":"aA==","EncryptionAlgorithm":"SM2PKE","EncryptionContext":{"a":"b"}}"#,
        "ValidationException",
        "\"EncryptionContext\"",
    ),
    (
        ActionName::Encrypt,
        r#"{"KeyId":"k","Plaintext":"aA==","EncryptionAlgorithm":"RSA"}"#,
        "ValidationException",
        "RSAES_OAEP_SHA_256",
    ),
    (
        ActionName::AsymmetricEncrypt,
        r#"{"KeyId":"k","Plaintext":"aA==","EncryptionAlgorithm":"RSAES_OAEP_SHA_1",
            "EncryptionContext":{"a":"b"}}"#,
        "ValidationException",
        "\"EncryptionContext\"",
    ),
    (
        ActionName::AsymmetricSign,
        r#"{"KeyId":"k","Message":"aA==","MessageType":"DIGEST","SigningAlgorithm":"ECDSA_SHA_256"}"#,
        "ValidationException",
        "32 bytes",
    ),
    (
        ActionName::AsymmetricSign,
        r#"{"KeyId":"k","Message":"aA==","MessageType":"DIGEST","SigningAlgorithm":"ED25519_SHA_512"}"#,
        "ValidationException",
        "With ED25519_SHA_512 it must be RAW.",
    ),
    (
        ActionName::AsymmetricSign,
        r#"{"KeyId":"k","Message":"aA==","SigningAlgorithm":"ED25519_PH_SHA_512"}"#,
        "ValidationException",
        "With ED25519_PH_SHA_512 it must be DIGEST.",
    ),
    (
        ActionName::AsymmetricSign,
        r#"{"KeyId":"k","Message":"aA==","MessageType":"EXTERNAL_MU","SigningAlgorithm":"ML_DSA_SHAKE_256"}"#,
        "ValidationException",
        "mu of 64 bytes",
    ),
    (
        ActionName::AsymmetricSign,
        r#"{"KeyId":"k","Message":"aA==","MessageType":"s3cret","SigningAlgorithm":"RSASSA_PSS_SHA_256"}"#,
        "ValidationException",
        "With RSASSA_PSS_SHA_256 it must be RAW or DIGEST.",
    ),
    (
        ActionName::GenerateMac,
        r#"{"KeyId":"k","Message":"aA==","MacAlgorithm":"HMAC_SM3"}"#,
        "ValidationException",
        "HMAC_SHA_256",
    ),
    (
        ActionName::VerifyMac,
        r#"{"KeyId":"k","Message":"aA==","MacAlgorithm":"HMAC_SHA_256"}"#,
        "ValidationException",
        "\"Mac\"",
    ),
    (
        ActionName::Encrypt,
        r#"{"KeyId":"k","Plaintext":"aA==","EncryptionContext":{"s3cret":1}}"#,
        "ValidationException",
        "\"EncryptionContext\"",
    ),
    (
        ActionName::Encrypt,
        r#"{"KeyId":"k","Plaintext":"aA==","EncryptionContext":{"s3cret":"","s3cret":""}}"#,
        "ValidationException",
        "repeated keys",
    ),
    (
        ActionName::Encrypt,
        r#"{"KeyId":"k","Plaintext":"aA==","EncryptionContext":"{}"}"#,
        "SerializationException",
        "\"EncryptionContext\"",
    ),
    (ActionName::Decrypt, "{}", "ValidationException", "\"CiphertextBlob\""),
    (
        ActionName::Decrypt,
        r#"{"CiphertextBlob":"aA==","Recipient":{"s3cret":1}}"#,
        "UnsupportedOperationException",
        "Recipient",
    ),
    (
        ActionName::ScheduleKeyDeletion,
        r#"{"KeyId":"k","PendingWindowInDays":6}"#,
        "ValidationException",
        "from 7 to 30",
    ),
    (
        ActionName::ScheduleKeyDeletion,
        r#"{"KeyId":"k","PendingWindowInDays":31}"#,
        "ValidationException",
        "from 7 to 30",
    ),
    (
        ActionName::ScheduleKeyDeletion,
        r#"{"KeyId":"k","PendingWindowInDays":"7"}"#,
        "SerializationException",
        "from 7 to 30",
    ),
    (ActionName::CreateAlias, r#"{"TargetKeyId":"k"}"#, "ValidationException", "\"AliasName\""),
    (
        ActionName::CreateAlias,
        r#"{"TargetKeyId":"k","AliasName":"s3cret"}"#,
        "InvalidAliasNameException",
        "alias/",
    ),
    (
        ActionName::CreateAlias,
        r#"{"TargetKeyId":"k","AliasName":"alias/aws/s3cret"}"#,
        "InvalidAliasNameException",
        "alias/aws/",
    ),
    (
        ActionName::CreateAlias,
        r#"{"AliasName":"alias/a","TargetKeyId":"s3 cret"}"#,
        "InvalidArnException",
        "\"TargetKeyId\"",
    ),
    (ActionName::ListKeys, r#"{"Limit":0}"#, "ValidationException", "from 1 to 1000"),
    (ActionName::ListKeys, r#"{"Limit":1001}"#, "ValidationException", "from 1 to 1000"),
    (ActionName::ListKeys, r#"{"Marker":"s3cret!"}"#, "InvalidMarkerException", "NextMarker"),
    (ActionName::ListKeys, r#"{"Marker":1}"#, "SerializationException", "\"Marker\""),
    (ActionName::GenerateRandom, "{}", "ValidationException", "\"NumberOfBytes\""),
    (
        ActionName::GenerateRandom,
        r#"{"NumberOfBytes":1025}"#,
        "ValidationException",
        "from 1 to 1024",
    ),
    (
        ActionName::GenerateRandom,
        r#"{"NumberOfBytes":1,"CustomKeyStoreId":"s3cret"}"#,
        "UnsupportedOperationException",
        "CustomKeyStoreId",
    ),
];

#[test]
fn errors_name_the_field_and_the_remedy_and_repeat_no_value() {
    for &(action, body, expected, remedy) in FAULTS {
        let error = read_body(action, body).unwrap_err();
        assert_eq!(name(action, body), expected, "{body}: {}", error.message());
        assert!(error.message().contains(remedy), "{body}: {}", error.message());
        for value in ["s3cret", "12345"] {
            assert!(!error.message().contains(value), "{body}: {}", error.message());
        }
    }
}

#[test]
fn a_plaintext_has_at_most_4096_bytes() {
    use base64::Engine as _;
    let outcome = |len: usize| {
        let text = base64::engine::general_purpose::STANDARD.encode(vec![0; len]);
        let body = format!(r#"{{"KeyId":"k","Plaintext":"{text}"}}"#);
        read_body(ActionName::Encrypt, &body).map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!(outcome(4096), Ok(()));
    assert_eq!(outcome(4097), Err(ErrorCode::InvalidParameter));
    assert_eq!(outcome(7000), Err(ErrorCode::InvalidParameter));
}

#[test]
fn decrypt_may_say_which_key_must_have_encrypted() {
    let body = r#"{"CiphertextBlob":"aGVsbG8=","KeyId":"alias/a","EncryptionContext":{"a":"b"},"DryRun":true}"#;
    let Command::Decrypt(command) = read_body(ActionName::Decrypt, body).unwrap() else { panic!() };
    assert_eq!(command.under, Some(key("alias/a")));
    assert_eq!((command.ciphertext_blob.0.as_slice(), command.dry_run), (&b"hello"[..], true));
    assert_eq!(command.context.iter().collect::<Vec<_>>(), [("a", "b")]);
}
