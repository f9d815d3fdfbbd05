// SPDX-License-Identifier: Apache-2.0
//! Import tokens. A token holds all that unwrapping needs, the private wrapping key too, so that nothing of
//! it has to be kept here; whoever carries it can read nothing of it, and change nothing.
//!
//! ```text
//! token    = 0x01 || u8(len root version) || root version || sealed
//! sealed   = nonce(24) || XAES-256-GCM(import key, nonce, AAD, contents) || tag(16)
//! AAD      = framed("edgekms/v1/import-token", root version, account, region, key id)
//! contents = i64be(expiry, s) || u8(len algorithm) || algorithm || u8(len key spec) || key spec || PKCS#8
//! ```

use edgekms_api::{
    id::KeyId,
    key::import::{ImportAlgorithm, ImportKeySpec, ImportToken},
    place::Place,
};
use zeroize::Zeroizing;

use crate::{
    encoding::framed,
    material::{
        hierarchy::{HierarchyError, derive_import_key, open, seal},
        root_keys::RootKeys,
    },
    port::{Entropy, key_store::KeyMaterial},
};
use edgekms_api::bytes::Octets;

/// How long a token is good for, in seconds (wire reference, section 2.2).
pub const LIVES_SECS: i64 = 24 * 60 * 60;

const FORM: u8 = 1;
const LABEL: &[u8] = b"edgekms/v1/import-token";

/// What a token says.
pub struct Token {
    /// Seconds since 1970 when it is good no more.
    pub expires: i64,
    /// How the material is wrapped.
    pub algorithm: ImportAlgorithm,
    /// Under which kind of pair.
    pub spec: ImportKeySpec,
    /// PKCS#8 of the pair's private key.
    pub private_key: KeyMaterial,
}

fn additional_data(root_version: &str, place: &Place, key_id: &KeyId) -> Vec<u8> {
    let (account, region) = (place.account.as_str(), place.region.as_str());
    let fields = [root_version, account, region, key_id.as_str()].map(str::as_bytes);
    framed(&[&[LABEL], &fields[..]].concat())
}

fn put_word(bytes: &mut Vec<u8>, word: &str) {
    // Words and version names are of a few letters.
    bytes.push(u8::try_from(word.len()).unwrap_or(u8::MAX));
    bytes.extend_from_slice(word.as_bytes());
}

fn take_word(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (len, rest) = bytes.split_first()?;
    let (word, rest) = rest.split_at_checked(usize::from(*len))?;
    Some((std::str::from_utf8(word).ok()?, rest))
}

impl Token {
    /// Seals it for a key, under the current root key.
    ///
    /// # Errors
    /// [`HierarchyError::Entropy`]; the other variants only if the root keys are inconsistent.
    pub fn seal(
        &self,
        roots: &RootKeys,
        place: &Place,
        key_id: &KeyId,
        entropy: &dyn Entropy,
    ) -> Result<ImportToken, HierarchyError> {
        let root = roots.current();
        let (account, region) = (place.account.as_str(), place.region.as_str());
        let key = derive_import_key(roots, root, account, region)?;
        // As long as it gets, so that no copy of the private key is left behind by growing.
        let private_key = self.private_key.expose_secret();
        let mut contents = Zeroizing::new(Vec::with_capacity(private_key.len() + 256));
        contents.extend_from_slice(&self.expires.to_be_bytes());
        put_word(&mut contents, self.algorithm.as_str());
        put_word(&mut contents, self.spec.as_str());
        contents.extend_from_slice(private_key);
        let aad = additional_data(root, place, key_id);
        let sealed = seal(key.expose_secret(), &aad, &contents, entropy)?;
        let mut token = vec![FORM];
        put_word(&mut token, root);
        token.extend_from_slice(&sealed);
        Ok(Octets(token))
    }

    /// Opens a token of this key; `None` for anything else, whatever the reason.
    #[must_use]
    pub fn open(
        token: &ImportToken,
        roots: &RootKeys,
        place: &Place,
        key_id: &KeyId,
    ) -> Option<Self> {
        let (root, sealed) = take_word(token.0.strip_prefix(&[FORM])?)?;
        let (account, region) = (place.account.as_str(), place.region.as_str());
        let key = derive_import_key(roots, root, account, region).ok()?;
        let aad = additional_data(root, place, key_id);
        let contents = Zeroizing::new(open(key.expose_secret(), &aad, sealed).ok()?);
        let (expires, rest) = contents.split_first_chunk::<8>()?;
        let (algorithm, rest) = take_word(rest)?;
        let (spec, private_key) = take_word(rest)?;
        Some(Self {
            expires: i64::from_be_bytes(*expires),
            algorithm: algorithm.parse().ok()?,
            spec: spec.parse().ok()?,
            private_key: KeyMaterial::from(private_key.to_vec()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{CountingEntropy, key_record, place, root_keys};

    fn token() -> Token {
        Token {
            expires: 1_700_086_400,
            algorithm: ImportAlgorithm::RsaOaepSha256,
            spec: ImportKeySpec::Rsa2048,
            private_key: KeyMaterial::from(vec![7; 2_400]),
        }
    }

    fn sealed() -> ImportToken {
        let entropy = CountingEntropy::default();
        token().seal(&root_keys(), &place(), &key_record().key_id, &entropy).unwrap()
    }

    #[test]
    fn a_token_opens_for_its_key_and_fits_the_wire() {
        let (sealed, key_id) = (sealed(), key_record().key_id);
        assert!(sealed.0.len().div_ceil(3) * 4 <= 6_144, "the longest private key's");
        let opened = Token::open(&sealed, &root_keys(), &place(), &key_id).unwrap();
        assert_eq!(opened.expires, token().expires);
        assert_eq!((opened.algorithm, opened.spec), (token().algorithm, token().spec));
        assert_eq!(opened.private_key.expose_secret(), token().private_key.expose_secret());
        let other = "33333333-3333-4333-8333-333333333333".parse().unwrap();
        assert!(Token::open(&sealed, &root_keys(), &place(), &other).is_none());
        let elsewhere = Place { region: "cn-beijing".parse().unwrap(), ..place() };
        assert!(Token::open(&sealed, &root_keys(), &elsewhere, &key_id).is_none());
    }

    #[test]
    fn every_changed_byte_and_every_cut_is_noticed() {
        let (sealed, key_id) = (sealed(), key_record().key_id);
        let opens =
            |bytes: Vec<u8>| Token::open(&Octets(bytes), &root_keys(), &place(), &key_id).is_some();
        for index in 0..sealed.0.len() {
            let mut changed = sealed.0.clone();
            changed[index] ^= 1;
            assert!(!opens(changed), "byte {index}");
            assert!(!opens(sealed.0[..index].to_vec()), "the first {index}");
        }
        assert!(!opens([&sealed.0[..], &[0]].concat()));
        assert!(opens(sealed.0));
    }

    /// A token of the last day is read by the release after it.
    #[test]
    fn the_form_is_pinned() {
        let token = Token { private_key: KeyMaterial::from(vec![7; 2]), ..token() };
        let (entropy, key_id) = (CountingEntropy::default(), key_record().key_id);
        let sealed = token.seal(&root_keys(), &place(), &key_id, &entropy).unwrap();
        assert_eq!(hex::encode(&sealed.0), PINNED);
    }

    const PINNED: &str = "0101310000000000000001000000000000000200000000000000036fb1749e02373debd437d6bbde4d60\
        751ffb34fae371bff6c56508c620602a21aea1470da2fc50277e9e106ba2ddefeebee76d3ea223";
}
