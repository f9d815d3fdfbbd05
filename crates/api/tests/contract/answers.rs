// SPDX-License-Identifier: Apache-2.0
//! Golden answers, JSON and XML, byte for byte.

use edgekms_api::action::create_key::CreateKeyResponse;
use edgekms_api::action::decrypt::DecryptResponse;
use edgekms_api::action::describe_key::DescribeKeyResponse;
use edgekms_api::action::describe_regions::DescribeRegionsResponse;
use edgekms_api::action::encrypt::EncryptResponse;
use edgekms_api::action::fields::{CiphertextBlob, SecretBytes};
use edgekms_api::action::generate_data_key::GenerateDataKeyResponse;
use edgekms_api::action::generate_data_key_without_plaintext::GenerateDataKeyWithoutPlaintextResponse;
use edgekms_api::action::list_aliases::{AliasRow, ListAliasesResponse};
use edgekms_api::action::list_keys::{KeyRow, ListKeysResponse};
use edgekms_api::action::page::Page;
use edgekms_api::action::{
    Action, CancelKeyDeletion, CreateAlias, CreateKey, Decrypt, DescribeKey, DescribeRegions,
    Empty, EnableKey, Encrypt, GenerateDataKey, GenerateDataKeyWithoutPlaintext, ListAliases,
    ListKeys, ScheduleKeyDeletion, UpdateAlias,
};
use edgekms_api::answer::Answer;
use edgekms_api::error::{ApiError, ErrorCode};
use edgekms_api::id::{KeyId, KeyVersionId, RequestId};
use edgekms_api::key::metadata::DeletionProtection;
use edgekms_api::key::{
    AutomaticRotation, KeyMetadata, KeySpec, KeyState, KeyUsage, Origin, ProtectionLevel,
};
use edgekms_api::request::Format;
use edgekms_api::time::Timestamp;
use zeroize::Zeroizing;

const PAGE: Page = Page { number: 1, size: 10 };
const ARN: &str = "acs:kms:cn-hangzhou:1234567890123456:key/0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d";

fn request_id() -> RequestId {
    "4bd560a1-729e-45f1-a3d9-b2a33d61046b".parse().unwrap()
}

fn key_id() -> KeyId {
    "0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d".parse().unwrap()
}

fn key_version_id() -> KeyVersionId {
    "2a3b4c5d-6e7f-4812-9a3b-4c5d6e7f8a9b".parse().unwrap()
}

fn blob() -> CiphertextBlob {
    CiphertextBlob(b"cipher>>?".to_vec())
}

fn secret() -> SecretBytes {
    SecretBytes::from(Zeroizing::new(b"hello".to_vec()))
}

fn metadata() -> KeyMetadata {
    let time: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    KeyMetadata {
        key_id: key_id(),
        arn: ARN.parse().unwrap(),
        creation_date: time,
        creator: "1234567890123456".parse().unwrap(),
        description: "a < b & \"c\" é".to_owned(),
        key_state: KeyState::Enabled,
        key_usage: KeyUsage::EncryptDecrypt,
        key_spec: KeySpec::Aes256,
        origin: Origin::AliyunKms,
        protection_level: ProtectionLevel::Software,
        primary_key_version: Some(key_version_id()),
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

/// Checks the body in both forms, without the parts that all answers share.
fn golden<A: Action>(response: &A::Response, json: &str, xml: &str) {
    let name = A::NAME.as_str();
    let answer = Answer::success::<A>(Format::Json, &request_id(), response).unwrap();
    assert_eq!((answer.status, answer.content_type), (200, "application/json;charset=utf-8"));
    let comma = if json.is_empty() { "" } else { "," };
    let expected =
        format!("{{\"RequestId\":\"4bd560a1-729e-45f1-a3d9-b2a33d61046b\"{comma}{json}}}");
    assert_eq!(answer.body, expected, "{name}");
    let value: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert!(value.get("Code").is_none(), "{name}: an SDK takes a Code for a failure");

    let answer = Answer::success::<A>(Format::Xml, &request_id(), response).unwrap();
    assert_eq!((answer.status, answer.content_type), (200, "text/xml;charset=utf-8"));
    let expected = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><{name}Response>\
         <RequestId>4bd560a1-729e-45f1-a3d9-b2a33d61046b</RequestId>{xml}</{name}Response>"
    );
    assert_eq!(answer.body, expected, "{name}");
}

#[test]
fn key_metadata_is_strings_with_empty_dates() {
    let json = format!(
        "\"KeyMetadata\":{{\"KeyId\":\"0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d\",\"Arn\":\"{ARN}\",\
         \"CreationDate\":\"2026-11-22T12:00:00Z\",\"Creator\":\"1234567890123456\",\
         \"Description\":\"a < b & \\\"c\\\" é\",\"KeyState\":\"Enabled\",\"KeyUsage\":\"ENCRYPT/DECRYPT\",\
         \"KeySpec\":\"Aliyun_AES_256\",\"Origin\":\"Aliyun_KMS\",\"ProtectionLevel\":\"SOFTWARE\",\
         \"PrimaryKeyVersion\":\"2a3b4c5d-6e7f-4812-9a3b-4c5d6e7f8a9b\",\"DeleteDate\":\"\",\
         \"MaterialExpireTime\":\"\",\"LastRotationDate\":\"2026-11-22T12:00:00Z\",\
         \"AutomaticRotation\":\"Disabled\"}}"
    );
    let xml = format!(
        "<KeyMetadata><KeyId>0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d</KeyId><Arn>{ARN}</Arn>\
         <CreationDate>2026-11-22T12:00:00Z</CreationDate><Creator>1234567890123456</Creator>\
         <Description>a &lt; b &amp; \"c\" é</Description><KeyState>Enabled</KeyState>\
         <KeyUsage>ENCRYPT/DECRYPT</KeyUsage><KeySpec>Aliyun_AES_256</KeySpec><Origin>Aliyun_KMS</Origin>\
         <ProtectionLevel>SOFTWARE</ProtectionLevel>\
         <PrimaryKeyVersion>2a3b4c5d-6e7f-4812-9a3b-4c5d6e7f8a9b</PrimaryKeyVersion><DeleteDate/>\
         <MaterialExpireTime/><LastRotationDate>2026-11-22T12:00:00Z</LastRotationDate>\
         <AutomaticRotation>Disabled</AutomaticRotation></KeyMetadata>"
    );
    golden::<CreateKey>(&CreateKeyResponse { key_metadata: metadata() }, &json, &xml);
    let mut dying = metadata();
    dying.key_state = KeyState::PendingDeletion;
    dying.delete_date = Some("2026-11-29T12:00:00Z".parse().unwrap());
    golden::<DescribeKey>(
        &DescribeKeyResponse { key_metadata: dying },
        &json
            .replace("\"Enabled\"", "\"PendingDeletion\"")
            .replace("\"DeleteDate\":\"\"", "\"DeleteDate\":\"2026-11-29T12:00:00Z\""),
        &xml.replace(">Enabled<", ">PendingDeletion<")
            .replace("<DeleteDate/>", "<DeleteDate>2026-11-29T12:00:00Z</DeleteDate>"),
    );
    let mut described = metadata();
    described.deletion_protection = Some(DeletionProtection::Disabled);
    golden::<DescribeKey>(
        &DescribeKeyResponse { key_metadata: described },
        &json.replace("\"Disabled\"}", "\"Disabled\",\"DeletionProtection\":\"Disabled\"}"),
        &xml.replace(
            "</KeyMetadata>",
            "<DeletionProtection>Disabled</DeletionProtection></KeyMetadata>",
        ),
    );
}

#[test]
fn lists_are_nested_twice_and_empty_ones_too() {
    let row = KeyRow { key_id: key_id(), key_arn: ARN.parse().unwrap() };
    golden::<ListKeys>(
        &ListKeysResponse::new(PAGE, 12, vec![row]),
        &format!(
            "\"Keys\":{{\"Key\":[{{\"KeyId\":\"0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d\",\"KeyArn\":\"{ARN}\"}}]}},\
             \"TotalCount\":12,\"PageNumber\":1,\"PageSize\":10"
        ),
        &format!(
            "<Keys><Key><KeyId>0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d</KeyId><KeyArn>{ARN}</KeyArn></Key></Keys>\
             <TotalCount>12</TotalCount><PageNumber>1</PageNumber><PageSize>10</PageSize>"
        ),
    );
    golden::<ListKeys>(
        &ListKeysResponse::new(PAGE, 0, Vec::new()),
        "\"Keys\":{\"Key\":[]},\"TotalCount\":0,\"PageNumber\":1,\"PageSize\":10",
        "<Keys/><TotalCount>0</TotalCount><PageNumber>1</PageNumber><PageSize>10</PageSize>",
    );
    let alias_arn = "acs:kms:cn-hangzhou:1234567890123456:alias/a";
    let row = AliasRow {
        key_id: key_id(),
        alias_name: "alias/a".parse().unwrap(),
        alias_arn: alias_arn.parse().unwrap(),
    };
    golden::<ListAliases>(
        &ListAliasesResponse::new(PAGE, 1, vec![row]),
        &format!(
            "\"Aliases\":{{\"Alias\":[{{\"KeyId\":\"0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d\",\
             \"AliasName\":\"alias/a\",\"AliasArn\":\"{alias_arn}\"}}]}},\
             \"TotalCount\":1,\"PageNumber\":1,\"PageSize\":10"
        ),
        &format!(
            "<Aliases><Alias><KeyId>0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d</KeyId><AliasName>alias/a</AliasName>\
             <AliasArn>{alias_arn}</AliasArn></Alias></Aliases>\
             <TotalCount>1</TotalCount><PageNumber>1</PageNumber><PageSize>10</PageSize>"
        ),
    );
    let regions: DescribeRegionsResponse =
        ["cn-hangzhou", "cn-beijing"].iter().map(|name| name.parse().unwrap()).collect();
    golden::<DescribeRegions>(
        &regions,
        "\"Regions\":{\"Region\":[{\"RegionId\":\"cn-hangzhou\"},{\"RegionId\":\"cn-beijing\"}]}",
        "<Regions><Region><RegionId>cn-hangzhou</RegionId></Region>\
         <Region><RegionId>cn-beijing</RegionId></Region></Regions>",
    );
}

#[test]
fn cryptography_answers_in_canonical_base64() {
    let json = "\"KeyId\":\"0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d\",\"KeyVersionId\":\"2a3b4c5d-6e7f-4812-9a3b-4c5d6e7f8a9b\"";
    let xml = "<KeyId>0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d</KeyId><KeyVersionId>2a3b4c5d-6e7f-4812-9a3b-4c5d6e7f8a9b</KeyVersionId>";
    let (key_id, key_version_id) = (key_id(), key_version_id());
    let json_blob = format!("{json},\"CiphertextBlob\":\"Y2lwaGVyPj4/\"");
    let xml_blob = format!("{xml}<CiphertextBlob>Y2lwaGVyPj4/</CiphertextBlob>");
    golden::<Encrypt>(
        &EncryptResponse {
            key_id: key_id.clone(),
            key_version_id: key_version_id.clone(),
            ciphertext_blob: blob(),
        },
        &json_blob,
        &xml_blob,
    );
    golden::<GenerateDataKeyWithoutPlaintext>(
        &GenerateDataKeyWithoutPlaintextResponse {
            key_id: key_id.clone(),
            key_version_id: key_version_id.clone(),
            ciphertext_blob: blob(),
        },
        &json_blob,
        &xml_blob,
    );
    golden::<GenerateDataKey>(
        &GenerateDataKeyResponse {
            key_id: key_id.clone(),
            key_version_id: key_version_id.clone(),
            ciphertext_blob: blob(),
            plaintext: secret(),
        },
        &format!("{json_blob},\"Plaintext\":\"aGVsbG8=\""),
        &format!("{xml_blob}<Plaintext>aGVsbG8=</Plaintext>"),
    );
    golden::<Decrypt>(
        &DecryptResponse { key_id, key_version_id, plaintext: secret() },
        &format!("{json},\"Plaintext\":\"aGVsbG8=\""),
        &format!("{xml}<Plaintext>aGVsbG8=</Plaintext>"),
    );
}

#[test]
fn actions_without_a_body_answer_the_request_id_alone() {
    golden::<EnableKey>(&Empty {}, "", "");
    golden::<ScheduleKeyDeletion>(&Empty {}, "", "");
    golden::<CancelKeyDeletion>(&Empty {}, "", "");
    golden::<CreateAlias>(&Empty {}, "", "");
    golden::<UpdateAlias>(&Empty {}, "", "");
}

#[test]
fn errors_have_alibaba_s_shape_and_keep_their_detail() {
    let error = ApiError::new(ErrorCode::KeyNotFound).with_detail("shard 7");
    let host = "kms.cn-hangzhou.aliyuncs.com";
    let answer = Answer::failure(Format::Json, &request_id(), host, &error);
    assert_eq!((answer.status, answer.content_type), (404, "application/json;charset=utf-8"));
    assert_eq!(
        answer.body,
        "{\"RequestId\":\"4bd560a1-729e-45f1-a3d9-b2a33d61046b\",\"HostId\":\"kms.cn-hangzhou.aliyuncs.com\",\
         \"Code\":\"Forbidden.KeyNotFound\",\"Message\":\"The specified Key is not found.\"}"
    );
    let answer = Answer::failure(Format::Xml, &request_id(), host, &error);
    assert_eq!((answer.status, answer.content_type), (404, "text/xml;charset=utf-8"));
    assert_eq!(
        answer.body,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><RequestId>4bd560a1-729e-45f1-a3d9-b2a33d61046b</RequestId>\
         <HostId>kms.cn-hangzhou.aliyuncs.com</HostId><Code>Forbidden.KeyNotFound</Code>\
         <Message>The specified Key is not found.</Message></Error>"
    );
}
