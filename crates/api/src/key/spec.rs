// SPDX-License-Identifier: Apache-2.0
//! Key specs and usages (wire reference, section 2.3).

use crate::text::words;

words! {
    /// What a key may be used for. A key has one usage, for ever.
    KeyUsage, "It must be ENCRYPT/DECRYPT, SIGN/VERIFY or GENERATE_VERIFY_MAC.";
    /// Encrypt and decrypt, and make data keys if the key is symmetric.
    EncryptDecrypt = "ENCRYPT/DECRYPT",
    /// Sign and verify.
    SignVerify = "SIGN/VERIFY",
    /// Make and verify message authentication codes. Not in Alibaba's manual; AWS's word.
    GenerateVerifyMac = "GENERATE_VERIFY_MAC",
}

words! {
    /// The kind and size of a key, of all that are documented.
    KeySpec,
    "It must be a documented key spec such as Aliyun_AES_256.";
    /// AES, 256 bits.
    Aes256 = "Aliyun_AES_256",
    /// AES, 192 bits.
    Aes192 = "Aliyun_AES_192",
    /// AES, 128 bits.
    Aes128 = "Aliyun_AES_128",
    /// SM4, 128 bits.
    Sm4 = "Aliyun_SM4",
    /// RSA, 2048 bits.
    Rsa2048 = "RSA_2048",
    /// RSA, 3072 bits.
    Rsa3072 = "RSA_3072",
    /// RSA, 4096 bits.
    Rsa4096 = "RSA_4096",
    /// Curve secp256r1.
    EcP256 = "EC_P256",
    /// Curve secp384r1. Not in Alibaba's manual.
    EcP384 = "EC_P384",
    /// Curve secp256k1.
    EcP256k = "EC_P256K",
    /// SM2.
    EcSm2 = "EC_SM2",
    /// HMAC with SHA-224. The HMAC specs are not in Alibaba's manual: they have AWS's names.
    Hmac224 = "HMAC_224",
    /// HMAC with SHA-256.
    Hmac256 = "HMAC_256",
    /// HMAC with SHA-384.
    Hmac384 = "HMAC_384",
    /// HMAC with SHA-512.
    Hmac512 = "HMAC_512",
    /// HMAC with SM3. AWS has none, so the name is made after the others.
    HmacSm3 = "HMAC_SM3",
    /// Curve secp521r1. Not in Alibaba's manual; AWS's name.
    EcP521 = "ECC_NIST_P521",
    /// Ed25519. Not in Alibaba's manual; AWS's name.
    Ed25519 = "ECC_NIST_EDWARDS25519",
    /// ML-DSA of security category 2. Not in Alibaba's manual; AWS's name.
    MlDsa44 = "ML_DSA_44",
    /// ML-DSA of security category 3. Not in Alibaba's manual; AWS's name.
    MlDsa65 = "ML_DSA_65",
    /// ML-DSA of security category 5. Not in Alibaba's manual; AWS's name.
    MlDsa87 = "ML_DSA_87",
}

impl KeySpec {
    /// The usages that a key of this spec can have; the first is the default, which is to sign
    /// wherever the spec can.
    #[must_use]
    pub const fn usages(self) -> &'static [KeyUsage] {
        use KeyUsage::{EncryptDecrypt, GenerateVerifyMac, SignVerify};
        match self {
            Self::Aes256 | Self::Aes192 | Self::Aes128 | Self::Sm4 => &[EncryptDecrypt],
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 | Self::EcSm2 => {
                &[SignVerify, EncryptDecrypt]
            }
            Self::EcP256
            | Self::EcP384
            | Self::EcP256k
            | Self::EcP521
            | Self::Ed25519
            | Self::MlDsa44
            | Self::MlDsa65
            | Self::MlDsa87 => &[SignVerify],
            Self::Hmac224 | Self::Hmac256 | Self::Hmac384 | Self::Hmac512 | Self::HmacSm3 => {
                &[GenerateVerifyMac]
            }
        }
    }

    /// Whether a key of this spec is one secret, whose bytes are any.
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        match self {
            Self::Aes256 | Self::Aes192 | Self::Aes128 | Self::Sm4 => true,
            Self::Hmac224 | Self::Hmac256 | Self::Hmac384 | Self::Hmac512 | Self::HmacSm3 => true,
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => false,
            Self::EcP256 | Self::EcP384 | Self::EcP521 | Self::EcP256k | Self::EcSm2 => false,
            Self::Ed25519 | Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87 => false,
        }
    }

    /// Bytes of the key, of an RSA key's modulus, of a curve's field, or of the seed of ML-DSA. An HMAC key is as long as its
    /// hash's digest: less would weaken it, more would not strengthen it (RFC 2104, section 3).
    #[must_use]
    pub const fn size_bytes(self) -> usize {
        match self {
            Self::Aes128 | Self::Sm4 => 16,
            Self::Aes192 => 24,
            Self::Hmac224 => 28,
            Self::Aes256 | Self::EcP256 | Self::EcP256k | Self::EcSm2 | Self::Ed25519 => 32,
            Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87 => 32,
            Self::Hmac256 | Self::HmacSm3 => 32,
            Self::EcP384 | Self::Hmac384 => 48,
            Self::Hmac512 => 64,
            Self::EcP521 => 66,
            Self::Rsa2048 => 256,
            Self::Rsa3072 => 384,
            Self::Rsa4096 => 512,
        }
    }
}
