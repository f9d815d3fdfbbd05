// SPDX-License-Identifier: Apache-2.0
//! Digests as the messages that RSA signs (RFC 8017, section 9), which hold no secret; and private keys
//! as others write them.

use edgekms_api::key::{KeySpec, algorithm::Hash};
use rsa::{
    BoxedUint, PublicKey,
    pkcs1::RsaPrivateKeyRef,
    pkcs8::{EncodePublicKey, PrivateKeyInfoRef, der::Encode},
};
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::port::key_store::KeyMaterial;

/// 65,537, as DER has it.
const PUBLIC_EXPONENT: [u8; 3] = [1, 0, 1];

/// A PKCS#8 private key (RFC 5958) in its one form, without attributes, and DER of its
/// SubjectPublicKeyInfo; `None` unless it is one of `spec`. Nothing is computed with the private numbers.
pub(super) fn private_key(spec: KeySpec, given: &KeyMaterial) -> Option<(KeyMaterial, Vec<u8>)> {
    let info = PrivateKeyInfoRef::try_from(given.expose_secret()).ok()?;
    info.algorithm.assert_algorithm_oid(rsa::pkcs1::ALGORITHM_OID).ok()?;
    let numbers = RsaPrivateKeyRef::try_from(info.private_key.as_bytes()).ok()?;
    let modulus = numbers.modulus.as_bytes();
    let of_spec = modulus.len() == spec.size_bytes()
        && modulus.first().is_some_and(|byte| *byte >= 0x80)
        && modulus.last().is_some_and(|byte| byte % 2 == 1);
    if !of_spec
        || numbers.public_exponent.as_bytes() != PUBLIC_EXPONENT
        || numbers.other_prime_infos.is_some()
    {
        return None;
    }
    let bits = u32::try_from(modulus.len().saturating_mul(8)).ok()?;
    let public = PublicKey::new(
        BoxedUint::from_be_slice(modulus, bits).ok()?,
        BoxedUint::from_be_slice(&PUBLIC_EXPONENT, bits).ok()?,
    );
    let public_key = public.ok()?.to_public_key_der().ok()?.into_vec();
    let plain = PrivateKeyInfoRef::new(rsa::pkcs1::ALGORITHM_ID, info.private_key);
    Some((KeyMaterial::from(plain.to_der().ok()?), public_key))
}

/// DER of a DigestInfo up to its digest (RFC 8017, section 9.2, note 1).
const fn digest_info(hash: Hash) -> Option<&'static [u8]> {
    match hash {
        // RSA signs none of these.
        Hash::Sha1 | Hash::Sm3 | Hash::Shake256 => None,
        Hash::Sha256 => {
            Some(b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20")
        }
        Hash::Sha384 => {
            Some(b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30")
        }
        Hash::Sha512 => {
            Some(b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40")
        }
    }
}

/// EMSA-PKCS1-v1_5 in `len` bytes; `None` for a digest of another length than its hash's.
pub(super) fn pkcs1(hash: Hash, digest: &[u8], len: usize) -> Option<Vec<u8>> {
    let info = digest_info(hash)?;
    // Three bytes of frame and at least eight of padding.
    let padding = len.checked_sub(info.len() + digest.len() + 3).filter(|padding| *padding >= 8)?;
    (digest.len() == hash.len())
        .then(|| [b"\x00\x01", &*vec![0xff; padding], b"\x00", info, digest].concat())
}

/// EMSA-PSS in `len` bytes, for a modulus of all their bits, with MGF1 of the same hash; `None` for a
/// digest of another length than its hash's.
pub(super) fn pss(hash: Hash, digest: &[u8], salt: &[u8], len: usize) -> Option<Vec<u8>> {
    match hash {
        Hash::Sha1 | Hash::Sm3 | Hash::Shake256 => None,
        Hash::Sha256 => pss_with::<Sha256>(digest, salt, len),
        Hash::Sha384 => pss_with::<Sha384>(digest, salt, len),
        Hash::Sha512 => pss_with::<Sha512>(digest, salt, len),
    }
}

/// RFC 8017, section 9.1.1, with emBits = 8 * `len` - 1: the first bit is zero, and no byte before it.
fn pss_with<D: Digest>(digest: &[u8], salt: &[u8], len: usize) -> Option<Vec<u8>> {
    let hash_len = <D as Digest>::output_size();
    if digest.len() != hash_len {
        return None;
    }
    let padding = len.checked_sub(salt.len() + hash_len + 2)?;
    let hash = D::new().chain_update([0; 8]).chain_update(digest).chain_update(salt).finalize();
    let mut block = [&*vec![0; padding], b"\x01", salt].concat();
    let blocks = block.chunks_mut(hash_len).zip(0_u32..);
    // MGF1 (RFC 8017, appendix B.2.1).
    for (chunk, counter) in blocks {
        let mask = D::new().chain_update(&hash).chain_update(counter.to_be_bytes()).finalize();
        chunk.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
    }
    *block.first_mut()? &= 0x7f;
    Some([&*block, &*hash, b"\xbc"].concat())
}

#[cfg(test)]
mod tests {
    use rsa::{PrivateKey, pkcs8::DecodePrivateKey};

    use super::*;
    use crate::testing::rsa::TEST_KEY;

    const ALL: [Hash; 3] = [Hash::Sha256, Hash::Sha384, Hash::Sha512];

    fn power(encoded: &[u8]) -> Vec<u8> {
        crate::testing::rsa::sign_encoded(&TEST_KEY, encoded)
    }

    /// What is encoded here is what another implementation signs and accepts.
    #[test]
    fn the_encodings_are_those_of_another_implementation() {
        let key = PrivateKey::from_pkcs8_der(&TEST_KEY).unwrap();
        for hash in ALL {
            let digest: Vec<u8> = (0..=u8::MAX).take(hash.len()).collect();
            let signature = power(&pkcs1(hash, &digest, 256).unwrap());
            let scheme = match hash {
                Hash::Sha256 => rsa::pkcs1v15::Pkcs1v15Sign::new::<Sha256>(),
                Hash::Sha384 => rsa::pkcs1v15::Pkcs1v15Sign::new::<Sha384>(),
                _ => rsa::pkcs1v15::Pkcs1v15Sign::new::<Sha512>(),
            };
            assert_eq!(signature, key.sign(scheme, &digest).unwrap(), "{hash:?}");
            let salt = vec![0x5a; hash.len()];
            let signature = power(&pss(hash, &digest, &salt, 256).unwrap());
            let public = key.as_public_key();
            let verdict = match hash {
                Hash::Sha256 => public.pss_verify_prehash::<Sha256>(&digest, &signature),
                Hash::Sha384 => public.pss_verify_prehash::<Sha384>(&digest, &signature),
                _ => public.pss_verify_prehash::<Sha512>(&digest, &signature),
            };
            assert!(verdict.is_ok(), "{hash:?}");
        }
    }

    #[test]
    fn a_digest_of_another_length_has_no_encoding() {
        for hash in ALL {
            for len in [0, hash.len() - 1, hash.len() + 1] {
                assert_eq!(pkcs1(hash, &vec![0; len], 256), None);
                assert_eq!(pss(hash, &vec![0; len], &[0; 32], 256), None);
            }
        }
        assert_eq!(pkcs1(Hash::Sha512, &[0; 64], 64), None, "no room");
        assert_eq!(pss(Hash::Sha512, &[0; 64], &[0; 64], 128), None, "no room");
    }
}
