// SPDX-License-Identifier: Apache-2.0
//! Stand-ins for cryptography that is not the service's own: the arithmetic of `crypto.subtle`'s RSA, and
//! what a remote key store keeps and does. NO SECURITY: whoever sees a public key or a signature has the
//! private key. All that is asked of them is that another key or another message gives something else.

use std::{cell::RefCell, collections::BTreeMap};

use edgekms_api::id::KeyVersionId;

/// What keys are made of here.
pub type Secret = [u8; 32];

const PRIVATE: &[u8] = b"simulated PKCS#8 ";
const PUBLIC: &[u8] = b"simulated SubjectPublicKeyInfo ";
/// Bytes of a modulus of 2,048 bits.
const MODULUS_LEN: usize = 256;
/// A DigestInfo of SHA-256 up to its digest (RFC 8017, section 9.2, note 1).
const DIGEST_INFO: &[u8] =
    b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
/// What a blob has at least besides its plaintext, so what is sealed has it too.
const TAG_LEN: usize = 40;

/// What the remote store keeps. It outlives isolates and objects.
#[derive(Default)]
pub struct Remote(RefCell<BTreeMap<KeyVersionId, Secret>>);

impl Remote {
    /// A key, if it is there.
    #[must_use]
    pub fn secret(&self, version_id: &KeyVersionId) -> Option<Secret> {
        self.0.borrow().get(version_id).copied()
    }

    /// Keeps `secret`, or what it made for this version before; says which.
    pub(crate) fn keep(&self, version_id: &KeyVersionId, secret: Secret) -> Secret {
        *self.0.borrow_mut().entry(version_id.clone()).or_insert(secret)
    }

    /// Forgets a key; says whether it was there.
    pub(crate) fn forget(&self, version_id: &KeyVersionId) -> bool {
        self.0.borrow_mut().remove(version_id).is_some()
    }

    pub(crate) fn version_ids(&self) -> Vec<KeyVersionId> {
        self.0.borrow().keys().cloned().collect()
    }
}

/// The private key (its PKCS#8) and the public one of a secret.
pub(crate) fn rsa_pair(secret: &Secret) -> (Vec<u8>, Vec<u8>) {
    ([PRIVATE, secret].concat(), [PUBLIC, secret].concat())
}

/// The signature primitive: what is encoded, under a private key, if it is one of the stand-in's.
pub(crate) fn sign_encoded(pkcs8: &[u8], encoded: &[u8]) -> Option<Vec<u8>> {
    pkcs8.strip_prefix(PRIVATE).map(|secret| masked(secret, encoded))
}

/// The signature (PKCS #1 v1.5, SHA-256) of a digest with the private key to `public_key`, if that is one
/// of the stand-in's.
pub(crate) fn rsa_signature(public_key: &[u8], digest: &[u8]) -> Option<Vec<u8>> {
    let secret = public_key.strip_prefix(PUBLIC)?;
    let padding = MODULUS_LEN.checked_sub(DIGEST_INFO.len() + digest.len() + 3)?;
    let encoded = [b"\x00\x01", &*vec![0xff; padding], b"\x00", DIGEST_INFO, digest].concat();
    Some(masked(secret, &encoded))
}

/// `bytes` under a secret; the same again takes it off. A remote store's signature, too.
pub(crate) fn masked(secret: &[u8], bytes: &[u8]) -> Vec<u8> {
    bytes.iter().zip(secret.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect()
}

/// What a remote store seals.
pub(crate) fn seal(secret: &Secret, aad: &[u8], plaintext: &[u8]) -> Vec<u8> {
    [tag(secret, aad, plaintext), masked(secret, plaintext)].concat()
}

/// What it opens.
pub(crate) fn open(secret: &Secret, aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (told, hidden) = sealed.split_at_checked(TAG_LEN)?;
    let plaintext = masked(secret, hidden);
    (told == tag(secret, aad, &plaintext)).then_some(plaintext)
}

/// FNV-1a of all of it, five times over.
fn tag(secret: &Secret, aad: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let all = secret.iter().chain(aad).chain(plaintext);
    all.fold(0xcbf2_9ce4_8422_2325, fold).to_be_bytes().repeat(TAG_LEN / 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_key_context_or_text_is_noticed() {
        let (mine, other) = ([1; 32], [2; 32]);
        let sealed = seal(&mine, b"context", b"plaintext");
        assert_eq!(open(&mine, b"context", &sealed).as_deref(), Some(&b"plaintext"[..]));
        assert_eq!(open(&other, b"context", &sealed), None);
        assert_eq!(open(&mine, b"another", &sealed), None);
        assert_eq!(open(&mine, b"context", &masked(&[1], &sealed)), None);
        let signature = |secret: &Secret, digest: &[u8]| {
            rsa_signature(&[PUBLIC, secret].concat(), digest).unwrap()
        };
        assert_eq!(signature(&mine, &[7; 32]).len(), MODULUS_LEN);
        assert_ne!(signature(&mine, &[7; 32]), signature(&other, &[7; 32]));
        assert_ne!(signature(&mine, &[7; 32]), signature(&mine, &[8; 32]));
        assert_eq!(rsa_signature(b"of an elliptic curve", &[7; 32]), None);
    }
}
