// SPDX-License-Identifier: Apache-2.0
//! Whatever bytes there are, reading them ends, and what was read does not open without its key.
#![no_main]
use edgekms_aliyun_message::{
    header::Limits,
    key::DataKey,
    message::{Message, Unauthenticated},
};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(message) = Message::parse(bytes, Limits::default()) else { return };
    let fields = message.fields();
    let keys = fields.encrypted_data_keys();
    assert!(!keys.is_empty() && keys.is_sorted_by(|one, other| one.key_arn < other.key_arn));
    let key = DataKey::from_box(vec![0xa5; fields.algorithm().key_len()].into());
    let refused = message.open(&key, Unauthenticated::Release).expect_err("another key");
    assert_eq!(refused.code(), "HeaderNotAuthentic");
});
