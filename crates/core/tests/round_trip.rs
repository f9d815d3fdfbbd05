// SPDX-License-Identifier: Apache-2.0
//! open(seal(x)) = x, for every suite, any frame length and any chunking of input and output.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use edgekms_core::suite::SUITES;
use proptest::prelude::*;
use support::{open, open_chunks, options, seal, seal_chunks};

#[test]
fn every_suite_opens_what_it_sealed() {
    for suite in SUITES {
        for len in [0, 1, 9, 10, 11, 20, 25] {
            let plaintext = vec![len; usize::from(len)];
            let message = seal(&plaintext, options(suite, 10));
            assert_eq!(open(&message).unwrap(), plaintext, "{} {len}", suite.name);
        }
    }
}

#[test]
fn an_exact_multiple_ends_in_a_full_final_frame() {
    let message = seal(&[1; 20], options(&SUITES[0], 10));
    let body = &message[support::header_len(&message)..];
    // One regular frame (32 bytes of overhead) and one final frame (40), each with 10 bytes.
    assert_eq!(body.len(), (4 + 12 + 10 + 16) + (4 + 4 + 12 + 4 + 10 + 16));
    assert_eq!(open(&message).unwrap(), [1; 20]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_chunking_of_input_and_output_gives_the_plaintext_back(
        plaintext in prop::collection::vec(any::<u8>(), 0..300),
        suite in 0..SUITES.len(),
        frame_length in 1_u32..80,
        sealing in prop::collection::vec(0_usize..90, 0..8),
        opening in prop::collection::vec(0_usize..200, 0..8),
    ) {
        let message = seal_chunks(&plaintext, options(&SUITES[suite], frame_length), &sealing);
        let (opened, result) = open_chunks(&message, &opening);
        prop_assert!(result.is_ok(), "{:?}", result);
        prop_assert_eq!(opened, plaintext);
    }
}

#[test]
fn a_message_fed_byte_by_byte_opens() {
    for suite in SUITES {
        let message = seal(b"byte by byte", options(suite, 5));
        let (opened, result) = open_chunks(&message, &vec![1; message.len()]);
        result.unwrap();
        assert_eq!(opened, b"byte by byte", "{}", suite.name);
    }
}
