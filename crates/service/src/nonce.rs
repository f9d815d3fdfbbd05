// SPDX-License-Identifier: Apache-2.0
//! Signature nonces: a signed request is answered once.
//!
//! Two memories. [`NonceWindow`] is one isolate's, for every call: bounded, so a flood forgets the
//! oldest. The keyring's own table is for changes: a replayed change is refused wherever it lands,
//! since all changes of a place meet there. A timestamp is accepted 15 minutes either side, so a
//! nonce matters for 15 minutes after its request's timestamp.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::encoding::framed;

/// How long a nonce is kept: a request stamped 15 minutes ahead of us is good for another 30.
const KEPT_MILLIS: i64 = 2 * 15 * 60 * 1000 + 2_000;

/// How long a request without a nonce may come again. Signatures of AWS's clients differ by the second
/// and by what is asked: two equal calls in one second are equal requests, and both are meant. The rest
/// is what they may differ by on their way.
const REPEATS_FOR_MILLIS: i64 = 5_000;

/// Nonces that one isolate remembers: about 10 MB at the most.
pub const NONCE_CAPACITY: usize = 131_072;

/// A nonce of one access key, by digest, and the time after which it no longer matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NonceMark {
    /// Hex of the first 16 bytes of SHA-256 over access key id and nonce.
    pub digest: String,
    /// Milliseconds since 1970 when the request's timestamp leaves the window.
    pub until_millis: i64,
}

/// The digest of a nonce. 128 bits, so two honest nonces do not meet.
#[must_use]
pub fn digest(access_key_id: &str, nonce: &str) -> [u8; 16] {
    let hash = Sha256::digest(framed(&[access_key_id.as_bytes(), nonce.as_bytes()]));
    let mut digest = [0; 16];
    for (to, from) in digest.iter_mut().zip(hash) {
        *to = from;
    }
    digest
}

impl NonceMark {
    /// Whether the request that it marks may no longer be carried out, by this clock. The keyring
    /// forgets a mark only when this is so, so that no request is carried out twice, however long it
    /// was on the way.
    #[must_use]
    pub const fn has_expired(&self, now_millis: i64) -> bool {
        self.until_millis < now_millis
    }

    /// The mark of a nonce that matters until `until_millis`.
    #[must_use]
    pub fn new(digest: [u8; 16], until_millis: i64) -> Self {
        Self { digest: format!("{:032x}", u128::from_be_bytes(digest)), until_millis }
    }
}

/// The nonces that one isolate has seen of late.
#[derive(Debug)]
pub struct NonceWindow {
    /// When each was first seen.
    seen: HashMap<[u8; 16], i64>,
    order: VecDeque<([u8; 16], i64)>,
    capacity: usize,
}

impl NonceWindow {
    /// An empty window of at most `capacity` nonces.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { seen: HashMap::new(), order: VecDeque::new(), capacity }
    }

    /// Takes note of a nonce; `false` if it was seen before. It is kept for longer
    /// than any timestamp that was accepted with it.
    ///
    /// Where an honest client `may_repeat` a request, since its protocol has no nonce, the same one is
    /// let through again for `REPEATS_FOR_MILLIS` after it was first seen.
    pub fn admit(&mut self, digest: [u8; 16], may_repeat: bool, now_millis: i64) -> bool {
        while let Some(&(oldest, noted)) = self.order.front() {
            let expired = noted.saturating_add(KEPT_MILLIS) < now_millis;
            if !expired && self.order.len() < self.capacity {
                break;
            }
            self.order.pop_front();
            self.seen.remove(&oldest);
        }
        if let Some(first) = self.seen.get(&digest) {
            let since = now_millis.saturating_sub(*first);
            return may_repeat && (0..REPEATS_FOR_MILLIS).contains(&since);
        }
        self.seen.insert(digest, now_millis);
        self.order.push_back((digest, now_millis));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_admitted_once() {
        let mut window = NonceWindow::new(8);
        assert!(window.admit(digest("a", "n"), false, 0));
        assert!(!window.admit(digest("a", "n"), false, 1));
        assert!(window.admit(digest("b", "n"), false, 2), "another key's nonce is another nonce");
        assert_ne!(digest("ab", "c"), digest("a", "bc"));
    }

    #[test]
    fn a_nonce_outlives_every_timestamp_it_could_come_with() {
        let mut window = NonceWindow::new(8);
        let nonce = digest("a", "n");
        // Stamped 15 minutes ahead of us, so good for another 30.
        assert!(window.admit(nonce, false, 0));
        assert!(!window.admit(nonce, false, KEPT_MILLIS));
        assert!(window.admit(nonce, false, KEPT_MILLIS + 1));
    }

    #[test]
    fn where_there_is_no_nonce_a_request_may_come_again_for_a_moment() {
        let mut window = NonceWindow::new(8);
        let signature = digest("a", "s");
        for now in [0, 1, REPEATS_FOR_MILLIS - 1] {
            assert!(window.admit(signature, true, now), "{now}");
        }
        assert!(!window.admit(signature, true, REPEATS_FOR_MILLIS));
        assert!(!window.admit(signature, true, KEPT_MILLIS));
    }

    #[test]
    fn a_flood_forgets_the_oldest_and_stays_bounded() {
        let mut window = NonceWindow::new(4);
        for index in 0..100_u8 {
            assert!(window.admit([index; 16], false, 0));
        }
        assert_eq!(window.seen.len(), 4);
        assert_eq!(window.order.len(), 4);
        assert!(!window.admit([99; 16], false, 0));
    }

    #[test]
    fn marks_are_pinned() {
        let mark = NonceMark::new([0xab; 16], 901_000);
        assert_eq!(
            serde_json::to_string(&mark).unwrap(),
            r#"{"digest":"abababababababababababababababab","until_millis":901000}"#
        );
    }
}
