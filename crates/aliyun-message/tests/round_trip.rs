// SPDX-License-Identifier: Apache-2.0
//! Any message that is written is read, and none that was changed is.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use edgekms_aliyun_message::{
    algorithm::ALGORITHMS,
    context::EncryptionContext,
    header::{Fields, Limits},
    key::EncryptedDataKey,
    layout::Layout,
    message::{Message, Unauthenticated},
    seal::seal,
};
use proptest::prelude::*;
use support::key;

#[derive(Debug, Clone)]
struct Case {
    fields: Fields,
    layout: Layout,
    plaintext: Vec<u8>,
    data_key: Vec<u8>,
}

impl Case {
    fn seal(&self) -> Vec<u8> {
        let (key, fields) = (key(&self.data_key), self.fields.clone());
        seal(&self.plaintext, &key, fields, self.layout, &mut getrandom::SysRng).unwrap()
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let algorithms = prop::sample::select(vec![ALGORITHMS[0], ALGORITHMS[1], ALGORITHMS[8]]);
    let context = prop::collection::btree_map(".{1,20}", ".{0,150}", 0..6);
    let keys = prop::collection::btree_map(
        "acs:kms:[a-z]{1,9}:[0-9]{1,16}:key/[a-z0-9-]{1,40}",
        prop::collection::vec(any::<u8>(), 0..300),
        1..6,
    );
    let layout = prop_oneof![Just(Layout::Der), Just(Layout::Stream)];
    let plaintext = prop::collection::vec(any::<u8>(), 0..600);
    (algorithms, context, keys, layout, plaintext, any::<[u8; 32]>()).prop_map(
        |(algorithm, context, keys, layout, plaintext, key)| {
            let keys = keys
                .into_iter()
                .map(|(key_arn, ciphertext_blob)| EncryptedDataKey { key_arn, ciphertext_blob });
            let context = EncryptionContext::from_pairs(context).unwrap();
            let fields = Fields::new(algorithm, keys.collect(), context).unwrap();
            Case { fields, layout, plaintext, data_key: key[..algorithm.key_len()].to_vec() }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_written_is_read(case in cases()) {
        let bytes = case.seal();
        let message = Message::parse(&bytes, Limits::default()).unwrap();
        prop_assert_eq!(message.fields(), &case.fields);
        let opened = message.open(&key(&case.data_key), Unauthenticated::Refuse).unwrap();
        prop_assert_eq!(&*opened, &case.plaintext);
    }

    /// Pieces cut out, put in, or copied from elsewhere.
    #[test]
    fn what_was_changed_is_refused(
        case in cases(),
        at in any::<prop::sample::Index>(),
        cut in 0_usize..8,
        put in prop::collection::vec(any::<u8>(), 0..8),
    ) {
        let bytes = case.seal();
        let at = at.index(bytes.len() + 1);
        let end = (at + cut).min(bytes.len());
        let changed = [&bytes[..at], &put[..], &bytes[end..]].concat();
        prop_assume!(changed != bytes);
        prop_assert!(support::open(&changed, &case.data_key).is_err());
    }

    /// Same lengths, same data key: what is taken from one header does not fit the other.
    #[test]
    fn a_header_fits_its_own_message_alone(case in cases(), context in "[a-z]{1,9}") {
        let other = EncryptionContext::from_pairs([(context, "")]).unwrap();
        prop_assume!(&other != case.fields.context());
        let keys = case.fields.encrypted_data_keys().to_vec();
        let fields = Fields::new(case.fields.algorithm(), keys, other).unwrap();
        let swapped = Case { fields, layout: Layout::Stream, ..case.clone() }.seal();
        let ours = Case { layout: Layout::Stream, ..case.clone() }.seal();
        let body = 16 + case.plaintext.len() + 16;
        let mixed = [&swapped[..swapped.len() - body], &ours[ours.len() - body..]].concat();
        prop_assert_eq!(support::code(&mixed, &case.data_key), "FrameNotAuthentic");
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), first in 0_u8..3) {
        let mut bytes = bytes;
        if let Some(byte) = bytes.first_mut() {
            *byte = [0x30, 0x00, 0x31][usize::from(first)];
        }
        prop_assert!(support::open(&bytes, &[7; 32]).is_err());
    }
}
