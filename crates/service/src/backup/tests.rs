// SPDX-License-Identifier: Apache-2.0
//! The bytes of a file: what one release writes, every later one reads.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    contents::{self, Row},
    part::{FileKey, Head, file_roots, tag_of},
};
use crate::{
    material::{secret::BackupKey, stores::StoredMaterial},
    testing::{CountingEntropy, key_record, place},
};

/// A file of one part. Python made it from the formulas of [`super::part`], of the key hierarchy and of
/// C2SP's XAES-256-GCM, with `hmac` and `cryptography`, not this code. It may never be regenerated.
const FILE: &str = include_str!("golden/one-key.txt");

fn backup_key() -> BackupKey {
    BackupKey::from_slice(&(1..=32).collect::<Vec<u8>>()).unwrap()
}

const FILE_ID: [u8; 16] = *b"\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f";

#[test]
fn a_file_is_pinned() {
    let (backup, place) = (backup_key(), place());
    let part = STANDARD.decode(FILE.trim()).unwrap();
    let head = Head::read(&part).unwrap();
    assert_eq!(head, Head { file: FILE_ID, number: 0, ends_page: true, ends_file: true });
    let key = FileKey::new(&backup, &FILE_ID, &place).unwrap();
    let page = key.open(&part, None).unwrap();
    assert_eq!(key.open(&part, tag_of(&part).as_ref()), None, "it is the first");
    let rows = contents::decode(&page).unwrap();
    let [
        Row::Key(record),
        Row::Version(version),
        Row::Alias(alias),
        Row::Gone(gone),
        Row::End(end),
    ] = &rows[..]
    else {
        panic!("{rows:?}")
    };
    assert_eq!(**record, key_record());
    assert_eq!((alias.name.as_str(), gone.local().as_str()), ("alias/a", "alias/b"));
    assert_eq!((end.rows, end.revision), (4, 9));
    assert!(version.unwraps(&place, &file_roots(&backup, &FILE_ID).unwrap()));
    assert!(
        matches!(&version.material, StoredMaterial::Wrapped(held) if held.root_version == "backup")
    );
    // And written so.
    assert_eq!(contents::encode(&rows), page);
    let sealed = key.seal(&head, None, &page, &CountingEntropy::default()).unwrap();
    assert_eq!(sealed, part);
}

#[test]
fn what_is_no_head_is_none() {
    let part = STANDARD.decode(FILE.trim()).unwrap();
    for (at, byte) in [(0, b'E'), (15, b'2'), (36, 0), (36, 4), (36, 0xff)] {
        let mut other = part.clone();
        other[at] = byte;
        let known = (at, byte) == (36, 0);
        assert_eq!(Head::read(&other).is_some(), known, "byte {at} is {byte}");
    }
    let mut page_less = part.clone();
    page_less[36] = 2;
    assert_eq!(Head::read(&page_less), None, "a file ends with a page");
    assert_eq!(Head::read(&part[..36]), None);
    assert_eq!(Head::read(b""), None);
}

#[test]
fn a_page_with_another_s_record_or_an_unknown_name_is_refused() {
    let page = |fields: &[&str]| {
        let fields: Vec<_> = fields.iter().map(|field| field.as_bytes()).collect();
        contents::decode(&crate::encoding::framed(&fields))
    };
    let key = key_record();
    let (name, text) = (format!("key/{}", key.key_id), key.encode());
    assert_eq!(page(&[&name, &text]).unwrap(), [Row::Key(Box::new(key))]);
    let newer = text.replace("\"v\":3", "\"v\":9");
    for bad in [
        &["key/other", &*text][..],
        &["alias/a", &text],
        &["nonsense", &text],
        &[&name, &newer],
        &[&name, "{}"],
        &["end", "{}"],
        &[&name],
    ] {
        assert!(page(bad).is_err(), "{bad:?}");
    }
}
