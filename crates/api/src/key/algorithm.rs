// SPDX-License-Identifier: Apache-2.0
//! What keys sign, encrypt and authenticate with (wire reference, section 2.3). The names are Alibaba's,
//! and made after them where Alibaba has none; AWS's stand beside them.

use super::KeySpec;
use crate::bytes::{SecretBytes, too_long_text};
use crate::error::{ApiError, ErrorCode};
use crate::text::words;

/// A hash function of FIPS 180-4, FIPS 202 or GB/T 32905.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// 20 bytes. Inside OAEP alone, where its collisions do no harm.
    Sha1,
    /// 32 bytes.
    Sha256,
    /// 48 bytes.
    Sha384,
    /// 64 bytes.
    Sha512,
    /// 32 bytes. What SM2 signs is its hash of more than the message.
    Sm3,
    /// 64 bytes are taken of it. What ML-DSA signs is its hash of more than the message.
    Shake256,
}

impl Hash {
    /// Bytes of a digest.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "no collection: never empty")]
    pub const fn len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 | Self::Sm3 => 32,
            Self::Sha384 => 48,
            Self::Sha512 | Self::Shake256 => 64,
        }
    }
}

/// How a signature is formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureScheme {
    /// RSASSA-PSS (RFC 8017, section 8.1): MGF1 with the same hash, a salt as long as the digest.
    RsaPss,
    /// RSASSA-PKCS1-v1_5 (RFC 8017, section 8.2).
    RsaPkcs1,
    /// ECDSA (FIPS 186-5), written in DER as RFC 3279 has it.
    Ecdsa,
    /// SM2 (GB/T 32918.2) for the user id `1234567812345678`, written in DER as ECDSA's.
    Sm2,
    /// Ed25519 (RFC 8032, section 5.1): of the message itself.
    Ed25519,
    /// Ed25519ph (the same), of a digest, with an empty context.
    Ed25519Ph,
    /// ML-DSA (FIPS 204), hedged, with an empty context.
    MlDsa,
}

words! {
    /// What signs.
    SigningAlgorithm,
    "It must be a documented signing algorithm such as RSA_PSS_SHA_256 or ECDSA_SHA_256.";
    /// RSASSA-PSS over SHA-256.
    RsaPssSha256 = "RSA_PSS_SHA_256",
    /// RSASSA-PSS over SHA-384. Not in Alibaba's manual.
    RsaPssSha384 = "RSA_PSS_SHA_384",
    /// RSASSA-PSS over SHA-512. Not in Alibaba's manual.
    RsaPssSha512 = "RSA_PSS_SHA_512",
    /// RSASSA-PKCS1-v1_5 over SHA-256.
    RsaPkcs1Sha256 = "RSA_PKCS1_SHA_256",
    /// RSASSA-PKCS1-v1_5 over SHA-384. Not in Alibaba's manual.
    RsaPkcs1Sha384 = "RSA_PKCS1_SHA_384",
    /// RSASSA-PKCS1-v1_5 over SHA-512. Not in Alibaba's manual.
    RsaPkcs1Sha512 = "RSA_PKCS1_SHA_512",
    /// ECDSA over SHA-256.
    EcdsaSha256 = "ECDSA_SHA_256",
    /// ECDSA over SHA-384. Not in Alibaba's manual.
    EcdsaSha384 = "ECDSA_SHA_384",
    /// ECDSA over SHA-512. Not in Alibaba's manual.
    EcdsaSha512 = "ECDSA_SHA_512",
    /// SM2 over SM3.
    Sm2Dsa = "SM2DSA",
    /// Ed25519, which takes no digest. Not in Alibaba's manual; AWS's name.
    Ed25519Sha512 = "ED25519_SHA_512",
    /// Ed25519ph over SHA-512. Not in Alibaba's manual; AWS's name.
    Ed25519PhSha512 = "ED25519_PH_SHA_512",
    /// ML-DSA. Not in Alibaba's manual; AWS's name.
    MlDsaShake256 = "ML_DSA_SHAKE_256",
}

impl SigningAlgorithm {
    /// Its scheme and hash.
    #[must_use]
    pub const fn parts(self) -> (SignatureScheme, Hash) {
        use SignatureScheme::{Ecdsa, Ed25519, Ed25519Ph, MlDsa, RsaPkcs1, RsaPss, Sm2};
        match self {
            Self::RsaPssSha256 => (RsaPss, Hash::Sha256),
            Self::RsaPssSha384 => (RsaPss, Hash::Sha384),
            Self::RsaPssSha512 => (RsaPss, Hash::Sha512),
            Self::RsaPkcs1Sha256 => (RsaPkcs1, Hash::Sha256),
            Self::RsaPkcs1Sha384 => (RsaPkcs1, Hash::Sha384),
            Self::RsaPkcs1Sha512 => (RsaPkcs1, Hash::Sha512),
            Self::EcdsaSha256 => (Ecdsa, Hash::Sha256),
            Self::EcdsaSha384 => (Ecdsa, Hash::Sha384),
            Self::EcdsaSha512 => (Ecdsa, Hash::Sha512),
            Self::Sm2Dsa => (Sm2, Hash::Sm3),
            Self::Ed25519Sha512 => (Ed25519, Hash::Sha512),
            Self::Ed25519PhSha512 => (Ed25519Ph, Hash::Sha512),
            Self::MlDsaShake256 => (MlDsa, Hash::Shake256),
        }
    }

    /// The hash of what is signed.
    #[must_use]
    pub const fn hash(self) -> Hash {
        self.parts().1
    }
}

words! {
    /// What encrypts under a public key.
    EncryptionAlgorithm, "It must be RSAES_OAEP_SHA_256, RSAES_OAEP_SHA_1 or SM2PKE.";
    /// RSAES-OAEP (RFC 8017, section 7.1) with SHA-256, MGF1 with the same, an empty label.
    RsaOaepSha256 = "RSAES_OAEP_SHA_256",
    /// The same with SHA-1.
    RsaOaepSha1 = "RSAES_OAEP_SHA_1",
    /// SM2 (GB/T 32918.4) with SM3: a point of 65 bytes, the hash, and as many bytes as the plaintext.
    Sm2Pke = "SM2PKE",
}

/// Longest plaintext that SM2 encrypts, in bytes: the manual's. The ciphertext, 97 bytes longer, has 6,144.
const SM2_PLAINTEXT_MAX_LEN: usize = 6_047;

impl EncryptionAlgorithm {
    /// Its hash.
    #[must_use]
    pub const fn hash(self) -> Hash {
        match self {
            Self::RsaOaepSha256 => Hash::Sha256,
            Self::RsaOaepSha1 => Hash::Sha1,
            Self::Sm2Pke => Hash::Sm3,
        }
    }

    /// Most bytes that a key of `spec` encrypts at once (RSA: RFC 8017, section 7.1.1).
    #[must_use]
    pub const fn plaintext_max_len(self, spec: KeySpec) -> usize {
        match self {
            Self::Sm2Pke => SM2_PLAINTEXT_MAX_LEN,
            Self::RsaOaepSha256 | Self::RsaOaepSha1 => {
                spec.size_bytes().saturating_sub(2 * self.hash().len() + 2)
            }
        }
    }
}

words! {
    /// What makes a message authentication code: HMAC (RFC 2104), not truncated. Not in Alibaba's manual.
    MacAlgorithm,
    "It must be HMAC_SHA_224, HMAC_SHA_256, HMAC_SHA_384, HMAC_SHA_512 or HMAC_SM3.";
    /// HMAC with SHA-224: 28 bytes.
    HmacSha224 = "HMAC_SHA_224",
    /// HMAC with SHA-256: 32 bytes.
    HmacSha256 = "HMAC_SHA_256",
    /// HMAC with SHA-384: 48 bytes.
    HmacSha384 = "HMAC_SHA_384",
    /// HMAC with SHA-512: 64 bytes.
    HmacSha512 = "HMAC_SHA_512",
    /// HMAC with SM3: 32 bytes. Not in AWS's dialect.
    HmacSm3 = "HMAC_SM3",
}

impl MacAlgorithm {
    /// Longest message of GenerateMac and VerifyMac, in bytes: AWS's limit.
    pub const MESSAGE_MAX_LEN: usize = 4_096;

    /// Refuses a message that is longer than [`MacAlgorithm::MESSAGE_MAX_LEN`].
    ///
    /// # Errors
    /// `InvalidParameter` naming `Message`.
    pub fn check_message(message: &SecretBytes) -> Result<(), ApiError> {
        if message.expose_secret().len() <= Self::MESSAGE_MAX_LEN {
            return Ok(());
        }
        Err(ApiError::invalid_parameter("Message", too_long_text(Self::MESSAGE_MAX_LEN)))
    }
}

/// What a kind of key can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithms {
    /// Blobs and data keys.
    Symmetric,
    /// Signatures.
    Signing(&'static [SigningAlgorithm]),
    /// Ciphertexts of a standard form.
    Encryption(&'static [EncryptionAlgorithm]),
    /// Message authentication codes.
    Mac(&'static [MacAlgorithm]),
}

/// What a call needs of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Blobs and data keys.
    Symmetric,
    /// A public key, whatever it is for.
    PublicKey,
    /// Signatures of this algorithm.
    Signing(SigningAlgorithm),
    /// Ciphertexts of this algorithm.
    Encryption(EncryptionAlgorithm),
    /// Message authentication codes of this algorithm.
    Mac(MacAlgorithm),
}

impl Algorithms {
    /// Whether a key with these has what a call needs.
    ///
    /// # Errors
    /// `UnsupportedKeyUsage` for a key that is for something else, `IncompatibleAlgorithm` for one
    /// that does the same by other means.
    pub fn have(self, need: Need) -> Result<(), ApiError> {
        let one_of = |names: &mut dyn Iterator<Item = &'static str>| {
            let names: Vec<_> = names.collect();
            let message =
                format!("The key does not have this algorithm. It has: {}.", names.join(", "));
            Err(ApiError::with_message(ErrorCode::IncompatibleAlgorithm, message))
        };
        match (self, need) {
            (Self::Symmetric, Need::Symmetric)
            | (Self::Signing(_) | Self::Encryption(_), Need::PublicKey) => Ok(()),
            (Self::Signing(all), Need::Signing(one)) if all.contains(&one) => Ok(()),
            (Self::Encryption(all), Need::Encryption(one)) if all.contains(&one) => Ok(()),
            (Self::Mac(all), Need::Mac(one)) if all.contains(&one) => Ok(()),
            (Self::Signing(all), Need::Signing(_)) => {
                one_of(&mut all.iter().map(|each| each.as_str()))
            }
            (Self::Encryption(all), Need::Encryption(_)) => {
                one_of(&mut all.iter().map(|each| each.as_str()))
            }
            (Self::Mac(all), Need::Mac(_)) => one_of(&mut all.iter().map(|each| each.as_str())),
            (held, _) => Err(ApiError::with_message(
                ErrorCode::UnsupportedKeyUsage,
                format!("The key is not for this use: it is {}.", held.purpose()),
            )),
        }
    }

    const fn purpose(self) -> &'static str {
        match self {
            Self::Symmetric => "symmetric, for Encrypt, Decrypt and data keys",
            Self::Signing(_) => "asymmetric, for signatures",
            Self::Encryption(_) => "asymmetric, for encryption under its public key",
            Self::Mac(_) => "symmetric, for GenerateMac and VerifyMac",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The wire reference, section 2.3.
    #[test]
    fn the_longest_plaintexts_are_the_manual_s() {
        use EncryptionAlgorithm::{RsaOaepSha1, RsaOaepSha256};
        for (spec, sha256, sha1) in [
            (KeySpec::Rsa2048, 190, 214),
            (KeySpec::Rsa3072, 318, 342),
            (KeySpec::Rsa4096, 446, 470),
        ] {
            assert_eq!(RsaOaepSha256.plaintext_max_len(spec), sha256);
            assert_eq!(RsaOaepSha1.plaintext_max_len(spec), sha1);
        }
        assert_eq!(EncryptionAlgorithm::Sm2Pke.plaintext_max_len(KeySpec::EcSm2), 6_047);
    }

    #[test]
    fn a_key_does_what_it_is_for_and_by_its_own_means() {
        let signing = Algorithms::Signing(&[SigningAlgorithm::EcdsaSha256]);
        let mac = Algorithms::Mac(&[MacAlgorithm::HmacSha256]);
        let code = |held: Algorithms, need| held.have(need).map_err(|error| error.code());
        assert_eq!(code(signing, Need::Signing(SigningAlgorithm::EcdsaSha256)), Ok(()));
        assert_eq!(code(signing, Need::PublicKey), Ok(()));
        assert_eq!(
            code(signing, Need::Signing(SigningAlgorithm::EcdsaSha384)),
            Err(ErrorCode::IncompatibleAlgorithm)
        );
        assert_eq!(code(mac, Need::Mac(MacAlgorithm::HmacSha256)), Ok(()));
        assert_eq!(
            code(mac, Need::Mac(MacAlgorithm::HmacSha224)),
            Err(ErrorCode::IncompatibleAlgorithm)
        );
        for (held, need) in [
            (signing, Need::Symmetric),
            (signing, Need::Encryption(EncryptionAlgorithm::RsaOaepSha1)),
            (Algorithms::Symmetric, Need::PublicKey),
            (mac, Need::Symmetric),
            (mac, Need::PublicKey),
            (Algorithms::Symmetric, Need::Mac(MacAlgorithm::HmacSha256)),
            (Algorithms::Symmetric, Need::Signing(SigningAlgorithm::EcdsaSha256)),
        ] {
            assert_eq!(code(held, need), Err(ErrorCode::UnsupportedKeyUsage), "{held:?} {need:?}");
        }
    }
}
