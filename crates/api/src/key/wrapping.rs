// SPDX-License-Identifier: Apache-2.0
//! Somebody else's public key that a data key is handed out under (ExportDataKey).

use super::KeySpec;
use super::algorithm::EncryptionAlgorithm;
use crate::error::ApiError;
use crate::text::words;

/// Longest public key that is read, in bytes of its DER: one of 2,048 bits has 294.
pub const PUBLIC_KEY_MAX_LEN: usize = 1_024;

words! {
    /// The kind of a public key that data keys are exported under.
    WrappingKeySpec, "It must be RSA_2048 or EC_SM2.";
    /// RSA, 2048 bits.
    Rsa2048 = "RSA_2048",
    /// SM2.
    EcSm2 = "EC_SM2",
}

words! {
    /// How a data key is encrypted under it.
    WrappingAlgorithm,
    "It must be RSAES_OAEP_SHA_256 or RSAES_OAEP_SHA_1 with RSA_2048, or SM2PKE with EC_SM2.";
    /// RSAES-OAEP with SHA-256.
    RsaOaepSha256 = "RSAES_OAEP_SHA_256",
    /// RSAES-OAEP with SHA-1.
    RsaOaepSha1 = "RSAES_OAEP_SHA_1",
    /// SM2's public-key encryption.
    Sm2Pke = "SM2PKE",
}

/// What wraps: the two words, and what they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row(WrappingKeySpec, WrappingAlgorithm, KeySpec, EncryptionAlgorithm);

/// Every documented pair.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    Row(WrappingKeySpec::Rsa2048, WrappingAlgorithm::RsaOaepSha256, KeySpec::Rsa2048, EncryptionAlgorithm::RsaOaepSha256),
    Row(WrappingKeySpec::Rsa2048, WrappingAlgorithm::RsaOaepSha1,   KeySpec::Rsa2048, EncryptionAlgorithm::RsaOaepSha1),
    Row(WrappingKeySpec::EcSm2,   WrappingAlgorithm::Sm2Pke,        KeySpec::EcSm2,   EncryptionAlgorithm::Sm2Pke),
];

/// A kind of public key and how it encrypts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrapping {
    /// Algorithm and size of the key.
    pub spec: KeySpec,
    /// How it encrypts.
    pub algorithm: EncryptionAlgorithm,
}

impl Wrapping {
    /// What the two words of a request mean together.
    ///
    /// # Errors
    /// `InvalidParameter` naming `WrappingAlgorithm` if keys of the spec do not have it.
    pub fn of(spec: WrappingKeySpec, algorithm: WrappingAlgorithm) -> Result<Self, ApiError> {
        let Some(row) = ROWS.iter().find(|row| row.0 == spec && row.1 == algorithm) else {
            let fits = ROWS.iter().filter(|row| row.0 == spec).map(|row| row.1.as_str());
            let fits: Vec<_> = fits.collect();
            let remedy = format!("With WrappingKeySpec {spec} it must be {}.", fits.join(" or "));
            return Err(ApiError::invalid_parameter("WrappingAlgorithm", remedy));
        };
        Ok(Self { spec: row.2, algorithm: row.3 })
    }

    /// Refuses a data key that is too long to be encrypted so. `parameter` is what made it as long.
    ///
    /// # Errors
    /// `InvalidParameter` naming `parameter` and the most bytes.
    pub fn check_len(&self, parameter: &str, len: usize) -> Result<(), ApiError> {
        let max = self.algorithm.plaintext_max_len(self.spec);
        if len <= max {
            return Ok(());
        }
        let remedy = format!(
            "A data key has at most {max} bytes to be exported under a key of spec {} with {}.",
            self.spec, self.algorithm
        );
        Err(ApiError::invalid_parameter(parameter, remedy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    use WrappingAlgorithm::{RsaOaepSha1, RsaOaepSha256, Sm2Pke};
    use WrappingKeySpec::{EcSm2, Rsa2048};

    #[test]
    fn an_algorithm_is_one_of_its_spec() {
        for (algorithm, max) in [(RsaOaepSha256, 190), (RsaOaepSha1, 214)] {
            let wrapping = Wrapping::of(Rsa2048, algorithm).unwrap();
            assert!(wrapping.check_len("NumberOfBytes", max).is_ok());
            let error = wrapping.check_len("NumberOfBytes", max + 1).unwrap_err();
            assert!(error.message().contains(&max.to_string()), "{}", error.message());
            assert!(error.message().contains("\"NumberOfBytes\""), "{}", error.message());
        }
        for (spec, algorithm, code) in [
            (Rsa2048, Sm2Pke, ErrorCode::InvalidParameter),
            (EcSm2, RsaOaepSha1, ErrorCode::InvalidParameter),
        ] {
            let error = Wrapping::of(spec, algorithm).unwrap_err();
            assert_eq!(error.code(), code, "{spec} {algorithm}: {}", error.message());
        }
    }
}
