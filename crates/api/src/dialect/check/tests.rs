// SPDX-License-Identifier: Apache-2.0
use super::*;

fn outcome(dialect: Dialect, action: &str, request: &str) -> Result<(), (&'static str, String)> {
    let request = serde_json::from_str(request).unwrap();
    check_request(dialect, action, &request).map_err(|refusal| (refusal.code, refusal.message))
}

fn refused(dialect: Dialect, action: &str, request: &str) -> (&'static str, String) {
    outcome(dialect, action, request).unwrap_err()
}

#[test]
fn each_dialect_has_its_codes_and_names_the_field() {
    for (dialect, missing, invalid) in [
        (Dialect::Alibaba, "MissingParameter", "InvalidParameter"),
        (Dialect::Aws, "ValidationException", "ValidationException"),
    ] {
        let (code, message) = refused(dialect, "ScheduleKeyDeletion", "{}");
        assert_eq!(code, missing);
        assert!(message.contains("\"KeyId\""), "{message}");
        let long = r#"{"KeyId":"k","PendingWindowInDays":4000}"#;
        let (code, message) = refused(dialect, "ScheduleKeyDeletion", long);
        assert_eq!(code, invalid);
        assert!(message.contains("\"PendingWindowInDays\""), "{message}");
        let good = r#"{"KeyId":"k","PendingWindowInDays":7}"#;
        assert_eq!(outcome(dialect, "ScheduleKeyDeletion", good), Ok(()));
    }
}

#[test]
fn a_field_that_the_action_does_not_have_is_named_with_those_that_it_has() {
    for dialect in [Dialect::Alibaba, Dialect::Aws] {
        let (code, message) = refused(dialect, "DescribeKey", r#"{"KeyID":"alias/a"}"#);
        assert_eq!(code, "InvalidArgument");
        assert!(message.starts_with("DescribeKey has no field KeyID. It has KeyId"), "{message}");
    }
    let (code, message) = refused(Dialect::Alibaba, "DescribeRegions", r#"{"Place":"here"}"#);
    assert_eq!(
        (code, &*message),
        ("InvalidArgument", "DescribeRegions has no field Place: it has none.",)
    );
}

#[test]
fn a_documented_field_that_is_not_offered_has_the_server_s_code() {
    let request = r#"{"DKMSInstanceId":"kst-1"}"#;
    assert_eq!(refused(Dialect::Alibaba, "CreateKey", request).0, "UnsupportedOperation");
    let request = r#"{"MultiRegion":true}"#;
    assert_eq!(refused(Dialect::Aws, "CreateKey", request).0, "UnsupportedOperationException");
}

#[test]
fn lists_and_objects_are_read_as_either_dialect_has_them() {
    for request in [
        r#"{"KeyId":"k","Tags":[{"TagKey":"a","TagValue":"b"}]}"#,
        r#"{"KeyId":"k","Tags":"[{\"TagKey\":\"a\",\"TagValue\":\"b\"}]"}"#,
    ] {
        assert_eq!(outcome(Dialect::Alibaba, "TagResource", request), Ok(()), "{request}");
    }
    let typed = r#"{"KeyId":"k","Tags":[{"TagKey":"a","TagValue":"b"}]}"#;
    assert_eq!(outcome(Dialect::Aws, "TagResource", typed), Ok(()));
    let untyped = r#"{"KeyId":"k","Tags":"a"}"#;
    assert_eq!(refused(Dialect::Aws, "TagResource", untyped).0, "SerializationException");
    let dotted = r#"{"ResourceType":"key","ResourceId.1":"k","Tag.1.Key":"a"}"#;
    assert_eq!(outcome(Dialect::Alibaba, "TagResources", dotted), Ok(()));
}

#[test]
fn a_number_without_a_fraction_is_whole() {
    let days = |text: &str| format!(r#"{{"KeyId":"k","PendingWindowInDays":{text}}}"#);
    for dialect in [Dialect::Alibaba, Dialect::Aws] {
        assert_eq!(outcome(dialect, "ScheduleKeyDeletion", &days("7.0")), Ok(()));
        assert!(outcome(dialect, "ScheduleKeyDeletion", &days("7.5")).is_err());
        assert!(outcome(dialect, "ScheduleKeyDeletion", &days("-7.0")).is_err());
    }
    let large = refused(Dialect::Aws, "ScheduleKeyDeletion", &days("1e19"));
    let written = refused(Dialect::Aws, "ScheduleKeyDeletion", &days("10000000000000000000"));
    assert_eq!(large, written);
}

#[test]
fn an_action_of_the_other_cloud_is_none() {
    assert_eq!(refused(Dialect::Alibaba, "RotateKeyOnDemand", "{}").0, "InvalidApi.NotFound");
    assert_eq!(refused(Dialect::Aws, "OpenKmsService", "{}").0, "UnknownOperationException");
    assert_eq!(refused(Dialect::Alibaba, "CreateUser", "{}").0, "InvalidApi.NotFound");
}

#[test]
fn what_only_some_deployments_offer_passes() {
    for row in crate::key::offer::OFFERED {
        let (spec, usage) = (row.spec, row.usage);
        let request = format!(r#"{{"KeySpec":"{spec}","KeyUsage":"{usage}"}}"#);
        assert_eq!(outcome(Dialect::Alibaba, "CreateKey", &request), Ok(()), "{request}");
    }
    let hsm = r#"{"ProtectionLevel":"HSM"}"#;
    assert_eq!(outcome(Dialect::Alibaba, "CreateKey", hsm), Ok(()));
    let other = r#"{"KeySpec":"RSA_2048","KeyUsage":"GENERATE_VERIFY_MAC"}"#;
    assert_eq!(refused(Dialect::Alibaba, "CreateKey", other).0, "InvalidParameter");
}

fn told(dialect: Dialect, action: &str, answer: &str) -> Result<(), String> {
    check_answer(dialect, action, &serde_json::from_str(answer).unwrap())
}

#[test]
fn an_answer_has_what_its_type_needs() {
    let key = r#""KeyId":"k","KeyArn":"acs:kms:cn-hangzhou:1234567890123456:key/k""#;
    let page = |row: &str| {
        format!(
            r#"{{"Keys":{{"Key":[{row}]}},"TotalCount":1,"PageNumber":1,"PageSize":10,"RequestId":"r"}}"#
        )
    };
    let (dialect, action) = (Dialect::Alibaba, "ListKeys");
    assert_eq!(told(dialect, action, &page(&format!("{{{key}}}"))), Ok(()));
    let missing = told(dialect, action, &page(&format!(r#"{{{key}}},{{"KeyId":"k"}}"#)));
    assert_eq!(missing.unwrap_err(), "the answer of ListKeys has no Keys.Key[1].KeyArn");
    let other = told(dialect, action, &page(r#"{"KeyId":7}"#)).unwrap_err();
    assert_eq!(other, "Keys.Key[0].KeyId in the answer of ListKeys must be a string");
    let none = told(dialect, action, r#"{"Keys":null}"#).unwrap_err();
    assert!(none.starts_with("Keys in the answer of ListKeys must be an object"), "{none}");
    assert_eq!(told(dialect, action, "{}").unwrap_err(), "the answer of ListKeys has no Keys");

    let (dialect, action) = (Dialect::Aws, "GenerateMac");
    let mac = r#"{"Mac":"AAAA","MacAlgorithm":"HMAC_SHA_256","KeyId":"arn:aws:kms:a:1:key/k"}"#;
    assert_eq!(told(dialect, action, mac), Ok(()));
    let lacking = told(dialect, action, r#"{"Mac":"AAAA","KeyId":"k"}"#).unwrap_err();
    assert_eq!(lacking, "the answer of GenerateMac has no MacAlgorithm");
    assert!(told(dialect, action, &mac.replace(r#""AAAA""#, "[1]")).is_err());
    // These have no body.
    assert_eq!(told(dialect, "EnableKey", "{}"), Ok(()));
    assert_eq!(told(dialect, "PutKeyPolicy", r#"{"Later":true}"#), Ok(()));
}

#[test]
fn what_a_later_release_answers_passes() {
    let later =
        r#"{"Mac":"AAAA","MacAlgorithm":"HMAC_SHA3_256","KeyId":"k","Attested":[{"By":1}]}"#;
    assert_eq!(told(Dialect::Aws, "GenerateMac", later), Ok(()));
    let version = r#""KeyVersionId":"v2-of-another-form","CreationDate":"tomorrow","Sealed":{}"#;
    let later = format!(r#"{{"KeyVersion":{{"KeyId":"k",{version}}},"Later":null}}"#);
    assert_eq!(told(Dialect::Alibaba, "DescribeKeyVersion", &later), Ok(()));
    assert_eq!(told(Dialect::Alibaba, "AskTheOracle", r#"{"Answer":42}"#), Ok(()));
    // The control: a word that is known does not hide what is missing.
    let known = r#"{"KeyVersion":{"KeyId":"k","CreationDate":"2016-03-28T03:13:08Z"}}"#;
    let missing = told(Dialect::Alibaba, "DescribeKeyVersion", known).unwrap_err();
    assert_eq!(missing, "the answer of DescribeKeyVersion has no KeyVersion.KeyVersionId");
}

#[test]
fn fields_are_wiped() {
    let text = |value: &str| Tree::Text(value.to_owned());
    let mut tree = Tree::Object(vec![
        ("a".to_owned(), text("secret")),
        ("b".to_owned(), Tree::List(vec![text("secret"), Tree::Whole(1)])),
    ]);
    wipe(&mut tree);
    let wiped = Tree::Object(vec![
        ("a".to_owned(), text("")),
        ("b".to_owned(), Tree::List(vec![text(""), Tree::Whole(1)])),
    ]);
    assert!(tree == wiped);
}
