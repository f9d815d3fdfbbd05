// SPDX-License-Identifier: Apache-2.0
//! What is stored and published of versions, byte for byte.

use super::*;
use crate::{port::key_store::Handle, testing::version_record};

/// Any change here must come with a new `v` and a reader of the old one.
#[test]
fn stored_versions_are_pinned() {
    let version = r#"{"v":2,"version_id":"22222222-2222-4222-8222-222222222222","key_id":"11111111-1111-4111-8111-111111111111","spec":"Aliyun_AES_256","created":1700000000,"material":{"wrapped":{"root":"1","sealed":"AAAA"}}}"#;
    assert_eq!(version_record().encode(), version);
    assert_eq!(VersionRecord::decode(version).unwrap(), version_record());
    let first = r#"{"v":1,"version_id":"22222222-2222-4222-8222-222222222222","key_id":"11111111-1111-4111-8111-111111111111","spec":"Aliyun_AES_256","created":1700000000,"material":{"root":"1","sealed":"AAAA"}}"#;
    assert_eq!(VersionRecord::decode(first).unwrap(), version_record());
    assert_eq!(version_record().encode_v1().unwrap(), first);

    let asymmetric = version
        .replace("Aliyun_AES_256", "EC_P256")
        .replace("\"AAAA\"}}", "\"AAAA\"}},\"public_key\":\"MFkw\"");
    let record = VersionRecord {
        spec: KeySpec::EcP256,
        public_key: Some(Octets(b"0Y0".to_vec())),
        ..version_record()
    };
    assert_eq!(record.encode(), asymmetric);
    assert_eq!(VersionRecord::decode(&asymmetric).unwrap(), record);
    assert_eq!(record.encode_v1(), None);

    let held = version.replace(
        r#"{"wrapped":{"root":"1","sealed":"AAAA"}}"#,
        r#"{"held":{"store":"hsm","version_id":"22222222-2222-4222-8222-222222222222"}}"#,
    );
    let version_id = version_record().version_id;
    let handle = Handle { store: "hsm".to_owned(), version_id };
    let record = VersionRecord { material: StoredMaterial::Held(handle), ..version_record() };
    assert_eq!(record.encode(), held);
    assert_eq!(VersionRecord::decode(&held).unwrap(), record);
    assert_eq!(record.encode_v1(), None);

    let deleted = version.replace(r#"{"wrapped":{"root":"1","sealed":"AAAA"}}"#, r#""deleted""#);
    let record = version_record().without_material();
    assert_eq!(record.encode(), deleted);
    assert_eq!(VersionRecord::decode(&deleted).unwrap(), record);
    assert_eq!(record.encode_v1(), None);
}

#[test]
fn a_record_of_another_version_is_refused_not_guessed() {
    let newer = version_record().encode().replace("\"v\":2", "\"v\":3");
    assert!(VersionRecord::decode(&newer).unwrap_err().0.contains("version 3"));
}
