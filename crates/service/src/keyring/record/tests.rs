// SPDX-License-Identifier: Apache-2.0
//! What is stored and published, byte for byte.

use super::*;
use crate::testing::key_record;

/// Any change here must come with a new `v` and a reader of the old one.
#[test]
fn stored_keys_are_pinned() {
    let key = r#"{"v":3,"key_id":"11111111-1111-4111-8111-111111111111","created":1700000000,"creator":"1234567890123456","description":"d","state":"Enabled","spec":"Aliyun_AES_256","usage":"ENCRYPT/DECRYPT","origin":"Aliyun_KMS","protection_level":"SOFTWARE","primary_version":"22222222-2222-4222-8222-222222222222","last_rotation":1700000000}"#;
    assert_eq!(key_record().encode(), key);
    assert_eq!(KeyRecord::decode(key).unwrap(), key_record());
    let doomed = key.replace("00}", "00,\"delete_at\":1700604800}");
    let record = key_record().changed(|key| key.delete_at = Some(1_700_604_800));
    assert_eq!(record.encode(), doomed);
    assert_eq!(KeyRecord::decode(&doomed).unwrap(), record);

    let rest = ",\"rotation_secs\":604800,\"deletion_protection\":\"why\",\"policy\":\"{}\"}";
    let whole = key.replace("00}", &format!("00{rest}"));
    let record = key_record().changed(|key| {
        key.rotation_secs = Some(604_800);
        key.deletion_protection = Some("why".to_owned());
        key.policy = Some(LazyPolicy::new("{}"));
    });
    assert_eq!(record.encode(), whole);
    assert_eq!(KeyRecord::decode(&whole).unwrap(), record);

    let kept = |kept: Kept| key_record().changed(|key| key.kept = kept);
    let service = kept(Kept::Service("oss".parse().unwrap()));
    let text = key.replace("00}", "00,\"kept\":{\"service\":\"oss\"}}");
    assert_eq!(service.encode(), text);
    assert_eq!(KeyRecord::decode(&text).unwrap(), service);
    let view = r#"{"v":2,"key_id":"11111111-1111-4111-8111-111111111111","state":"Enabled","spec":"Aliyun_AES_256","usage":"ENCRYPT/DECRYPT","primary_version":"22222222-2222-4222-8222-222222222222","kept":"default-master"}"#;
    assert_eq!(kept(Kept::DefaultMaster).view().encode(), view);
    assert_eq!(KeyView::decode(view).unwrap(), kept(Kept::DefaultMaster).view());
    let imported = ",\"imported\":{\"check\":\"ab\",\"expires\":1700604800,\"held\":true}}";
    let whole = key.replace("00}", &format!("00{imported}"));
    let material =
        ImportedMaterial { check: "ab".into(), expires: Some(1_700_604_800), held: true };
    let record = key_record().changed(|key| key.imported = Some(material));
    assert_eq!(record.encode(), whole);
    assert_eq!(KeyRecord::decode(&whole).unwrap(), record);
    let gone = whole.replace("\"expires\":1700604800,\"held\":true", "\"held\":false");
    assert!(!KeyRecord::decode(&gone).unwrap().imported.unwrap().held);

    // The two releases' before.
    let second = doomed.replace("\"v\":3", "\"v\":2");
    let read = KeyRecord::decode(&second).unwrap();
    assert_eq!(read.changed(|key| key.delete_at = None), key_record());
    let first = key.replace("\"v\":3", "\"v\":1").replace("00}", "00,\"revision\":3}");
    let read = KeyRecord::decode(&first).unwrap();
    assert_eq!(read.changed(|_| ()), key_record());

    let view = r#"{"v":1,"key_id":"11111111-1111-4111-8111-111111111111","state":"Enabled","spec":"Aliyun_AES_256","usage":"ENCRYPT/DECRYPT","primary_version":"22222222-2222-4222-8222-222222222222"}"#;
    assert_eq!(key_record().view().encode(), view);
    assert_eq!(KeyView::decode(view).unwrap(), key_record().view());

    let external = view.replace("\"}", "\",\"origin\":\"EXTERNAL\"}");
    let record = key_record().changed(|key| key.origin = Origin::External);
    assert_eq!(record.view().encode(), external);
    assert_eq!(KeyView::decode(&external).unwrap(), record.view());
}

/// As [`stored_keys_are_pinned`].
#[test]
fn stored_aliases_are_pinned() {
    let alias = r#"{"v":1,"name":"alias/a","key_id":"11111111-1111-4111-8111-111111111111","created":1700000000}"#;
    let record = AliasRecord::new("alias/a".parse().unwrap(), key_record().key_id, 1_700_000_000);
    assert_eq!(record.encode(), alias);
    assert_eq!(AliasRecord::decode(alias).unwrap(), record);
}

#[test]
fn a_record_of_another_version_is_refused_not_guessed() {
    let newer = key_record().encode().replace("\"v\":3", "\"v\":4");
    let error = KeyRecord::decode(&newer).unwrap_err();
    assert!(error.0.contains("version 4"), "{error}");
    assert!(KeyRecord::decode("{}").is_err());
}
