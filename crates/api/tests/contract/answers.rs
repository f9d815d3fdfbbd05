// SPDX-License-Identifier: Apache-2.0
//! Golden answers, JSON and XML, byte for byte.

use edgekms_api::action::{Command, DescribeRegions, Empty, Reply};
use edgekms_api::bytes::{CiphertextBlob, SecretBytes};
use edgekms_api::dialect::request::RawRequest;
use edgekms_api::dialect::response::{Response, ResponseForm};
use edgekms_api::error::{ApiError, ErrorCode};
use edgekms_api::id::{KeyId, KeyVersionId, RequestId};
use edgekms_api::key::metadata::DeletionProtection;
use edgekms_api::key::{
    AutomaticRotation, KeyMetadata, KeySpec, KeyState, KeyUsage, Origin, ProtectionLevel,
};
use edgekms_api::kms::create_key::CreateKeyReply;
use edgekms_api::kms::decrypt::DecryptReply;
use edgekms_api::kms::describe_key::DescribeKeyReply;
use edgekms_api::kms::describe_regions::{DescribeRegionsReply, RegionRow};
use edgekms_api::kms::encrypt::EncryptReply;
use edgekms_api::kms::generate_data_key::GenerateDataKeyReply;
use edgekms_api::kms::generate_data_key_without_plaintext::GenerateDataKeyWithoutPlaintextReply;
use edgekms_api::kms::list_aliases::{AliasRow, ListAliasesReply};
use edgekms_api::kms::list_keys::{KeyRow, ListKeysReply};
use edgekms_api::kms::schedule_key_deletion::ScheduleKeyDeletionReply;
use edgekms_api::list::List;
use edgekms_api::place::Place;
use edgekms_api::time::Timestamp;
use zeroize::Zeroizing;

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
        description: "a < b & \"c\" é".parse().unwrap(),
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

/// How to answer a request whose parameters are `query`.
fn form(query: &str) -> ResponseForm {
    let target = format!("/?{query}");
    let raw = RawRequest { method: "POST", target: &target, headers: &[], body: b"" };
    ResponseForm::of(&raw, request_id())
}

/// The answer in JSON or XML. What was asked is not in it.
fn success(query: &str, reply: Reply) -> Response {
    let place = Place {
        account: "1234567890123456".parse().unwrap(),
        region: "cn-hangzhou".parse().unwrap(),
    };
    let asked = Command::DescribeRegions(DescribeRegions {});
    let response = form(query).success(&asked, reply, &place).unwrap();
    assert_eq!(response.headers, [("x-acs-request-id", request_id().to_string())]);
    response
}

/// Checks the body in both forms, without the parts that all answers share.
fn golden(reply: Reply, json: &str, xml: &str) {
    let name = reply.action().as_str();
    let answer = success("", reply.clone());
    assert_eq!((answer.status, answer.content_type), (200, "application/json;charset=utf-8"));
    let comma = if json.is_empty() { "" } else { "," };
    let expected =
        format!("{{\"RequestId\":\"4bd560a1-729e-45f1-a3d9-b2a33d61046b\"{comma}{json}}}");
    assert_eq!(answer.body, expected, "{name}");
    let value: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert!(value.get("Code").is_none(), "{name}: an SDK takes a Code for a failure");

    let answer = success("Format=XML", reply);
    assert_eq!((answer.status, answer.content_type), (200, "text/xml;charset=utf-8"));
    let expected = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><{name}Response>\
         <RequestId>4bd560a1-729e-45f1-a3d9-b2a33d61046b</RequestId>{xml}</{name}Response>"
    );
    assert_eq!(answer.body, expected, "{name}");
}

fn keys(total_count: u64, rows: Vec<KeyRow>) -> Reply {
    Reply::ListKeys(ListKeysReply {
        keys: List(rows),
        total_count,
        page_number: 1,
        page_size: 10,
        next: None,
    })
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
    golden(Reply::CreateKey(CreateKeyReply { key_metadata: metadata() }), &json, &xml);
    let mut dying = metadata();
    dying.key_state = KeyState::PendingDeletion;
    dying.delete_date = Some("2026-11-29T12:00:00Z".parse().unwrap());
    golden(
        Reply::DescribeKey(DescribeKeyReply { key_metadata: dying }),
        &json
            .replace("\"Enabled\"", "\"PendingDeletion\"")
            .replace("\"DeleteDate\":\"\"", "\"DeleteDate\":\"2026-11-29T12:00:00Z\""),
        &xml.replace(">Enabled<", ">PendingDeletion<")
            .replace("<DeleteDate/>", "<DeleteDate>2026-11-29T12:00:00Z</DeleteDate>"),
    );
    let mut described = metadata();
    described.deletion_protection = Some(DeletionProtection::Disabled);
    golden(
        Reply::DescribeKey(DescribeKeyReply { key_metadata: described }),
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
    golden(
        keys(12, vec![row]),
        &format!(
            "\"Keys\":{{\"Key\":[{{\"KeyId\":\"0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d\",\"KeyArn\":\"{ARN}\"}}]}},\
             \"TotalCount\":12,\"PageNumber\":1,\"PageSize\":10"
        ),
        &format!(
            "<Keys><Key><KeyId>0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d</KeyId><KeyArn>{ARN}</KeyArn></Key></Keys>\
             <TotalCount>12</TotalCount><PageNumber>1</PageNumber><PageSize>10</PageSize>"
        ),
    );
    golden(
        keys(0, Vec::new()),
        "\"Keys\":{\"Key\":[]},\"TotalCount\":0,\"PageNumber\":1,\"PageSize\":10",
        "<Keys/><TotalCount>0</TotalCount><PageNumber>1</PageNumber><PageSize>10</PageSize>",
    );
    let alias_arn = "acs:kms:cn-hangzhou:1234567890123456:alias/a";
    let row = AliasRow {
        key_id: key_id(),
        alias_name: "alias/a".parse().unwrap(),
        alias_arn: alias_arn.parse().unwrap(),
        created: None,
    };
    let aliases = ListAliasesReply {
        aliases: List(vec![row]),
        total_count: 1,
        page_number: 1,
        page_size: 10,
        next: None,
    };
    golden(
        Reply::ListAliases(aliases),
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
    let regions = ["cn-hangzhou", "cn-beijing"]
        .map(|name| RegionRow { region_id: name.parse().unwrap() })
        .into_iter()
        .collect();
    golden(
        Reply::DescribeRegions(DescribeRegionsReply { regions }),
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
    golden(
        Reply::Encrypt(EncryptReply {
            key_id: key_id.clone(),
            key_version_id: key_version_id.clone(),
            ciphertext_blob: blob(),
        }),
        &json_blob,
        &xml_blob,
    );
    golden(
        Reply::GenerateDataKeyWithoutPlaintext(GenerateDataKeyWithoutPlaintextReply {
            key_id: key_id.clone(),
            key_version_id: key_version_id.clone(),
            ciphertext_blob: blob(),
        }),
        &json_blob,
        &xml_blob,
    );
    golden(
        Reply::GenerateDataKey(GenerateDataKeyReply {
            key_id: key_id.clone(),
            key_version_id: key_version_id.clone(),
            ciphertext_blob: blob(),
            plaintext: secret(),
        }),
        &format!("{json_blob},\"Plaintext\":\"aGVsbG8=\""),
        &format!("{xml_blob}<Plaintext>aGVsbG8=</Plaintext>"),
    );
    golden(
        Reply::Decrypt(DecryptReply { key_id, key_version_id, plaintext: secret() }),
        &format!("{json},\"Plaintext\":\"aGVsbG8=\""),
        &format!("{xml}<Plaintext>aGVsbG8=</Plaintext>"),
    );
}

#[test]
fn actions_without_a_body_answer_the_request_id_alone() {
    golden(Reply::EnableKey(Empty {}), "", "");
    golden(Reply::ScheduleKeyDeletion(ScheduleKeyDeletionReply { delete_date: None }), "", "");
    golden(Reply::CancelKeyDeletion(Empty {}), "", "");
    golden(Reply::CreateAlias(Empty {}), "", "");
    golden(Reply::UpdateAlias(Empty {}), "", "");
}

#[test]
fn errors_have_alibaba_s_shape_and_keep_their_detail() {
    let error = ApiError::new(ErrorCode::KeyNotFound).with_detail("shard 7");
    let host = "kms.cn-hangzhou.aliyuncs.com";
    let answer = form("").failure(host, &error);
    assert_eq!((answer.status, answer.content_type), (404, "application/json;charset=utf-8"));
    assert_eq!(
        answer.body,
        "{\"RequestId\":\"4bd560a1-729e-45f1-a3d9-b2a33d61046b\",\"HostId\":\"kms.cn-hangzhou.aliyuncs.com\",\
         \"Code\":\"Forbidden.KeyNotFound\",\"Message\":\"The specified Key is not found.\"}"
    );
    let answer = form("Format=XML").failure(host, &error);
    assert_eq!((answer.status, answer.content_type), (404, "text/xml;charset=utf-8"));
    assert_eq!(
        answer.body,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><RequestId>4bd560a1-729e-45f1-a3d9-b2a33d61046b</RequestId>\
         <HostId>kms.cn-hangzhou.aliyuncs.com</HostId><Code>Forbidden.KeyNotFound</Code>\
         <Message>The specified Key is not found.</Message></Error>"
    );
}
