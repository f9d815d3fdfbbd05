// SPDX-License-Identifier: Apache-2.0
//! The twelve symmetric algorithms.

use crate::error::Error;

/// Bytes of a GCM tag: of the header, and of a body under GCM.
pub const TAG_LEN: usize = 16;
/// Bytes of GCM's initialisation vector.
pub const GCM_IV_LEN: usize = 12;
/// Bytes of a block of AES or SM4, and of the initialisation vector of CBC and CTR.
pub const BLOCK_LEN: usize = 16;

/// A block cipher with its key length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockCipher {
    /// AES with a key of 16 bytes (FIPS 197).
    Aes128,
    /// AES with a key of 32 bytes.
    Aes256,
    /// SM4, whose key has 16 bytes (GB/T 32907).
    Sm4,
}

impl BlockCipher {
    /// Bytes of a key.
    #[must_use]
    pub const fn key_len(self) -> usize {
        match self {
            Self::Aes128 | Self::Sm4 => 16,
            Self::Aes256 => 32,
        }
    }
}

/// What is done with the block cipher. Only GCM authenticates the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// GCM; the additional authenticated data are the encryption context (NIST SP 800-38D).
    Gcm,
    /// CBC of whole blocks (NIST SP 800-38A).
    CbcNoPadding,
    /// CBC with the padding of PKCS#7, which the SDKs call PKCS5.
    CbcPkcs5,
    /// CTR; the initialisation vector is the first counter, a number of 128 bits, most significant byte first.
    Ctr,
}

/// One row of the table of algorithms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Algorithm {
    /// The number in a message.
    pub id: u32,
    /// What the SDKs call it.
    pub name: &'static str,
    /// The block cipher.
    pub cipher: BlockCipher,
    /// What is done with it.
    pub mode: Mode,
}

const fn row(id: u32, name: &'static str, cipher: BlockCipher, mode: Mode) -> Algorithm {
    Algorithm { id, name, cipher, mode }
}

/// All algorithms, in the order of their numbers. Those from 9 on are the Java SDK's alone.
pub const ALGORITHMS: [Algorithm; 12] = [
    row(1, "AES_GCM_NOPADDING_128", BlockCipher::Aes128, Mode::Gcm),
    row(2, "AES_GCM_NOPADDING_256", BlockCipher::Aes256, Mode::Gcm),
    row(3, "AES_CBC_NOPADDING_128", BlockCipher::Aes128, Mode::CbcNoPadding),
    row(4, "AES_CBC_NOPADDING_256", BlockCipher::Aes256, Mode::CbcNoPadding),
    row(5, "AES_CBC_PKCS5_128", BlockCipher::Aes128, Mode::CbcPkcs5),
    row(6, "AES_CBC_PKCS5_256", BlockCipher::Aes256, Mode::CbcPkcs5),
    row(7, "AES_CTR_NOPADDING_128", BlockCipher::Aes128, Mode::Ctr),
    row(8, "AES_CTR_NOPADDING_256", BlockCipher::Aes256, Mode::Ctr),
    row(9, "SM4_GCM_NOPADDING_128", BlockCipher::Sm4, Mode::Gcm),
    row(10, "SM4_CBC_NOPADDING_128", BlockCipher::Sm4, Mode::CbcNoPadding),
    row(11, "SM4_CBC_PKCS5_128", BlockCipher::Sm4, Mode::CbcPkcs5),
    row(12, "SM4_CTR_NOPADDING_128", BlockCipher::Sm4, Mode::Ctr),
];

/// What the SDKs write unless told otherwise, and so do we.
pub const DEFAULT: Algorithm = ALGORITHMS[1];

impl Algorithm {
    /// The algorithm with this number.
    ///
    /// # Errors
    /// [`Error::UnsupportedSuite`] if there is none.
    pub fn from_id(id: u32) -> Result<Self, Error> {
        let found = ALGORITHMS.into_iter().find(|algorithm| algorithm.id == id);
        found.ok_or(Error::UnsupportedSuite { id })
    }

    /// The algorithm with this name.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if there is none.
    pub fn from_name(name: &str) -> Result<Self, Error> {
        let found = ALGORITHMS.into_iter().find(|algorithm| algorithm.name == name);
        found.ok_or(Error::InvalidArgument {
            reason: "algorithm must be one of the Alibaba Encryption SDK's, for example \
                     AES_GCM_NOPADDING_256",
        })
    }

    /// Whether a change of the content is noticed.
    #[must_use]
    pub const fn authenticates(self) -> bool {
        matches!(self.mode, Mode::Gcm)
    }

    /// Bytes of a data key.
    #[must_use]
    pub const fn key_len(self) -> usize {
        self.cipher.key_len()
    }

    /// Bytes of the body's initialisation vector.
    #[must_use]
    pub const fn iv_len(self) -> usize {
        if self.authenticates() { GCM_IV_LEN } else { BLOCK_LEN }
    }

    /// Bytes of the body's tag.
    #[must_use]
    pub const fn tag_len(self) -> usize {
        if self.authenticates() { TAG_LEN } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_find_their_rows() {
        for (index, algorithm) in ALGORITHMS.into_iter().enumerate() {
            assert_eq!(algorithm.id as usize, index + 1);
            assert_eq!(Algorithm::from_id(algorithm.id).unwrap(), algorithm);
            assert_eq!(Algorithm::from_name(algorithm.name).unwrap(), algorithm);
        }
        assert_eq!(Algorithm::from_id(0).unwrap_err().code(), "UnsupportedSuite");
        assert_eq!(Algorithm::from_id(13).unwrap_err().code(), "UnsupportedSuite");
        assert_eq!(Algorithm::from_name("AES").unwrap_err().code(), "InvalidArgument");
        assert_eq!(DEFAULT.name, "AES_GCM_NOPADDING_256");
    }
}
