// SPDX-License-Identifier: Apache-2.0
//! SM2 on its recommended curve (GB/T 32918.5): signatures (GB/T 32918.2) and encryption (GB/T 32918.4), with SM3
//! (GB/T 32905). Material is PKCS#8; a signature is DER of r and s, read strictly; a ciphertext is C1, C3 and C2
//! (GB/T 35276 orders them so), with C1 uncompressed, in raw bytes.
//!
//! The crate's own keys for one or the other are not wiped when they are dropped, so each lives for one operation,
//! and what stays is a [`SecretKey`], which is wiped.

use std::{future::ready, rc::Rc};

use edgekms_api::key::{
    KeySpec,
    algorithm::{EncryptionAlgorithm, SignatureScheme, SigningAlgorithm},
};
use sm2::{
    PublicKey, SecretKey,
    dsa::{
        Signature, SigningKey, VerifyingKey,
        signature::{
            Signer, Verifier,
            hazmat::{PrehashSigner, PrehashVerifier},
        },
    },
    elliptic_curve::Generate,
    pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePublicKey},
    pke::{Cipher, DecryptingKey, EncryptingKey, Mode},
};
use sm3::Sm3;
use zeroize::Zeroizing;

use super::{
    PublicKeyError,
    pair::{fault, made},
};
use crate::port::{
    Entropy,
    entropy::Draws,
    key_store::{KeyMaterial, Made, Signed, StoreError, Stored, UsableKey},
};

/// Who signs, for Z (GB/T 32918.2, section 5.5), unless parties agree on something else.
const USER_ID: &str = "1234567812345678";
/// The first byte of an uncompressed point (GB/T 32918.1, section 4.2.9).
const UNCOMPRESSED: u8 = 4;
/// C1 and C3, in bytes.
const OVERHEAD: usize = 65 + 32;

/// A new key.
pub(super) fn make(entropy: &dyn Entropy) -> Result<Made, StoreError> {
    let key = SecretKey::try_generate_from_rng(&mut Draws(entropy)).map_err(fault)?;
    made(&key, &key.public_key())
}

/// A private key that was made elsewhere, with no public key but its own.
pub(super) fn adopt(material: &KeyMaterial) -> Result<Made, StoreError> {
    let key = SecretKey::from_pkcs8_der(material.expose_secret());
    let key = key.map_err(|_| StoreError::Refused)?;
    made(&key, &key.public_key())
}

/// A stored key.
pub(super) fn load(
    material: &KeyMaterial,
    entropy: &Rc<dyn Entropy>,
) -> Result<Rc<dyn UsableKey>, StoreError> {
    let private = SecretKey::from_pkcs8_der(material.expose_secret());
    let private = private.map_err(|_| StoreError::NotOffered)?;
    Ok(Rc::new(Sm2Key::new(private, entropy.clone())?))
}

/// Whether somebody else's public key can be encrypted under.
pub(super) fn check_public_key(der: &[u8]) -> Result<(), PublicKeyError> {
    let key = PublicKey::from_public_key_der(der).ok();
    // In the one DER encoding, with the point uncompressed.
    let written = key.and_then(|key| key.to_public_key_der().ok());
    match written.is_some_and(|written| written.as_bytes() == der) {
        true => Ok(()),
        false => Err(PublicKeyError("It must be the SubjectPublicKeyInfo of an SM2 key.")),
    }
}

/// Encrypts under somebody else's public key.
pub(super) fn encrypt(
    public_key: &[u8],
    algorithm: EncryptionAlgorithm,
    plaintext: &[u8],
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, StoreError> {
    check_encryption(algorithm)?;
    let key = PublicKey::from_public_key_der(public_key).map_err(|_| StoreError::NotOffered)?;
    let key = EncryptingKey::new_with_mode(key, Mode::C1C3C2);
    key.encrypt(&mut Draws(entropy), plaintext).map_err(fault)
}

struct Sm2Key {
    private: SecretKey,
    verifying: VerifyingKey,
    encrypting: EncryptingKey,
    entropy: Rc<dyn Entropy>,
}

impl Sm2Key {
    fn new(private: SecretKey, entropy: Rc<dyn Entropy>) -> Result<Self, StoreError> {
        let public = private.public_key();
        let verifying = VerifyingKey::new(USER_ID, public).map_err(fault)?;
        let encrypting = EncryptingKey::new_with_mode(public, Mode::C1C3C2);
        Ok(Self { private, verifying, encrypting, entropy })
    }

    fn signed(
        &self,
        algorithm: SigningAlgorithm,
        signed: Signed<'_>,
    ) -> Result<Vec<u8>, StoreError> {
        check_signing(algorithm)?;
        let key = SigningKey::new(USER_ID, &self.private).map_err(fault)?;
        let signature = match signed {
            Signed::Message(message) => key.try_sign(message),
            Signed::Digest(digest) => key.sign_prehash(digest),
        };
        Ok(signature.map_err(fault)?.to_der().as_bytes().to_vec())
    }

    fn verified(
        &self,
        algorithm: SigningAlgorithm,
        signed: Signed<'_>,
        signature: &[u8],
    ) -> Result<bool, StoreError> {
        check_signing(algorithm)?;
        Ok(is_good(&self.verifying, signed, signature))
    }

    fn encrypted(
        &self,
        algorithm: EncryptionAlgorithm,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        check_encryption(algorithm)?;
        self.encrypting.encrypt(&mut Draws(&*self.entropy), plaintext).map_err(fault)
    }

    fn decrypted(
        &self,
        algorithm: EncryptionAlgorithm,
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        check_encryption(algorithm)?;
        let len = ciphertext.len().checked_sub(OVERHEAD).filter(|len| *len > 0);
        let max_len = algorithm.plaintext_max_len(KeySpec::EcSm2);
        let len = len.filter(|len| *len <= max_len).ok_or(StoreError::Refused)?;
        if ciphertext.first() != Some(&UNCOMPRESSED) {
            return Err(StoreError::Refused);
        }
        let cipher = Cipher::<sm2::Sm2, Sm3>::from_slice(ciphertext, Mode::C1C3C2);
        let cipher = cipher.map_err(|_| StoreError::Refused)?;
        let mut plaintext = Zeroizing::new(vec![0; len]);
        let key = DecryptingKey::new_with_mode(self.private.to_nonzero_scalar(), Mode::C1C3C2);
        match key.decrypt_cipher_with_buf(&cipher, &mut plaintext) {
            Ok(opened) if opened == len => Ok(plaintext),
            _ => Err(StoreError::Refused),
        }
    }
}

fn check_signing(algorithm: SigningAlgorithm) -> Result<(), StoreError> {
    let offered = algorithm.parts().0 == SignatureScheme::Sm2;
    if offered { Ok(()) } else { Err(StoreError::NotOffered) }
}

fn check_encryption(algorithm: EncryptionAlgorithm) -> Result<(), StoreError> {
    let offered = algorithm == EncryptionAlgorithm::Sm2Pke;
    if offered { Ok(()) } else { Err(StoreError::NotOffered) }
}

fn is_good(key: &VerifyingKey, signed: Signed<'_>, signature: &[u8]) -> bool {
    let signature = Signature::from_der(signature);
    signature.is_ok_and(|signature| match signed {
        Signed::Message(message) => key.verify(message, &signature).is_ok(),
        Signed::Digest(digest) => key.verify_prehash(digest, &signature).is_ok(),
    })
}

impl UsableKey for Sm2Key {
    fn sign<'a>(&'a self, algorithm: SigningAlgorithm, signed: Signed<'a>) -> Stored<'a, Vec<u8>> {
        Box::pin(ready(self.signed(algorithm, signed)))
    }

    fn verify<'a>(
        &'a self,
        algorithm: SigningAlgorithm,
        signed: Signed<'a>,
        signature: &'a [u8],
    ) -> Stored<'a, bool> {
        Box::pin(ready(self.verified(algorithm, signed, signature)))
    }

    fn encrypt<'a>(
        &'a self,
        algorithm: EncryptionAlgorithm,
        plaintext: &'a [u8],
    ) -> Stored<'a, Vec<u8>> {
        Box::pin(ready(self.encrypted(algorithm, plaintext)))
    }

    fn decrypt<'a>(
        &'a self,
        algorithm: EncryptionAlgorithm,
        ciphertext: &'a [u8],
    ) -> Stored<'a, Zeroizing<Vec<u8>>> {
        Box::pin(ready(self.decrypted(algorithm, ciphertext)))
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use sm2::{PublicKey, pkcs8::DecodePublicKey};
    use sm3::Digest;

    use super::*;
    use crate::{
        port::key_store::Material,
        testing::{CountingEntropy, FixedEntropy},
    };

    use EncryptionAlgorithm::Sm2Pke;
    use SigningAlgorithm::Sm2Dsa;

    fn hex(text: &str) -> Vec<u8> {
        hex::decode(text).unwrap()
    }

    /// d of GB/T 32918.5, annexes A.2 and C.2.
    const D: &str = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
    /// k of both.
    const K: &str = "59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21";
    /// The ciphertext's parts of annex C.2.
    const C1: &str = "0404ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73\
                      e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0";
    const C3: &str = "59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766";
    const C2: &str = "21886ca989ca9c7d58087307ca93092d651efa";

    fn key_with(entropy: impl Entropy + 'static) -> Sm2Key {
        let private = SecretKey::from_slice(&hex(D)).unwrap();
        Sm2Key::new(private, Rc::new(entropy)).unwrap()
    }

    fn key() -> Sm2Key {
        key_with(CountingEntropy::default())
    }

    /// GB/T 32905, annex A.
    #[test]
    fn sm3_is_the_standard_s() {
        for (message, digest) in [
            ("abc".to_owned(), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
            ("abcd".repeat(16), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
        ] {
            assert_eq!(hex::encode(Sm3::digest(message)), digest);
        }
    }

    /// GB/T 32918.5, annex A.2: of the message, and of e, which the standard has made of Z and the message.
    #[test]
    fn the_standard_s_signature_is_good() {
        let r = hex("f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3");
        let s = hex("b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa");
        let e = hex("f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640");
        // Both numbers have their first bit set.
        let der = [b"\x30\x46\x02\x21\x00", &*r, b"\x02\x21\x00", &*s].concat();
        let message = b"message digest";
        let good = |signed, der: &[u8]| key().verified(Sm2Dsa, signed, der).unwrap();
        assert!(good(Signed::Message(message), &der));
        assert!(good(Signed::Digest(&e), &der));
        assert!(!good(Signed::Message(b"message digesu"), &der));
        assert!(!good(Signed::Digest(&e[1..]), &der));
        let bad = [
            der[..der.len() - 1].to_vec(),
            [&der[..], &[0]].concat(),
            [&*r, &s].concat(),
            // A length in the long form, numbers that are negative, a zero too many.
            [b"\x30\x81", &der[1..]].concat(),
            [b"\x30\x44\x02\x20", &*r, b"\x02\x20", &*s].concat(),
            [b"\x30\x47\x02\x22\x00\x00", &*r, b"\x02\x21\x00", &*s].concat(),
            [b"\x30\x26\x02\x01\x00\x02\x21\x00", &*s].concat(),
        ];
        for der in bad {
            assert!(!good(Signed::Message(message), &der), "{}", hex::encode(der));
        }
    }

    /// GB/T 32918.5, annex C.2, in the order of GB/T 35276.
    #[test]
    fn the_standard_s_ciphertext_is_made_and_opened() {
        let plaintext = b"encryption standard";
        let ciphertext = [hex(C1), hex(C3), hex(C2)].concat();
        let key = key_with(FixedEntropy(hex(K)));
        assert_eq!(key.encrypted(Sm2Pke, plaintext).unwrap(), ciphertext);
        assert_eq!(*key.decrypted(Sm2Pke, &ciphertext).unwrap(), plaintext);
    }

    #[test]
    fn whatever_does_not_open_is_refused_alike() {
        let good = [hex(C1), hex(C3), hex(C2)].concat();
        let with = |at: usize, byte: u8| {
            let mut changed = good.clone();
            changed[at] = byte;
            changed
        };
        let compressed = [&[2], &good[1..33], &good[65..]].concat();
        let hybrid = with(0, 6);
        let other_order = [hex(C1), hex(C2), hex(C3)].concat();
        let mut bad = vec![vec![], vec![4], vec![0; 98], compressed, hybrid, other_order];
        bad.extend(
            [&good[..OVERHEAD], &good[..good.len() - 1], &[&good[..], &[0]].concat()]
                .map(<[u8]>::to_vec),
        );
        bad.extend([1, 64, 65, 96, 97, good.len() - 1].map(|at| with(at, good[at] ^ 1)));
        bad.push([&good[..], &[7; 6_145]].concat());
        for ciphertext in bad {
            let opened = key().decrypted(Sm2Pke, &ciphertext);
            assert_eq!(opened.unwrap_err(), StoreError::Refused, "{}", hex::encode(ciphertext));
        }
    }

    #[test]
    fn what_was_made_loads_signs_and_opens() {
        let made = make(&CountingEntropy::default()).unwrap();
        let Material::Bytes(material) = made.material else { panic!() };
        let entropy: Rc<dyn Entropy> = Rc::new(CountingEntropy::default());
        let key = load(&material, &entropy).unwrap();
        let public = PublicKey::from_public_key_der(&made.public_key.unwrap()).unwrap();
        let verifying = VerifyingKey::new(USER_ID, public).unwrap();
        for signed in [Signed::Message(b"hi"), Signed::Digest(&[0xff; 32])] {
            let signature = block_on(key.sign(Sm2Dsa, signed)).unwrap();
            assert!(is_good(&verifying, signed, &signature));
        }
        for len in [1, 31, 32, 33, 6_047] {
            let plaintext = vec![7; len];
            let sealed = block_on(key.encrypt(Sm2Pke, &plaintext)).unwrap();
            assert_eq!(sealed.len(), len + OVERHEAD);
            assert_eq!(*block_on(key.decrypt(Sm2Pke, &sealed)).unwrap(), plaintext);
        }
        let other = block_on(key.sign(SigningAlgorithm::EcdsaSha256, Signed::Digest(&[1; 32])));
        assert_eq!(other, Err(StoreError::NotOffered));
        let other = block_on(key.encrypt(EncryptionAlgorithm::RsaOaepSha256, b"a"));
        assert_eq!(other, Err(StoreError::NotOffered));
    }
}
