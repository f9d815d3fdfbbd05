// SPDX-License-Identifier: Apache-2.0
//! The provider information of an encrypted data key (layout: crate documentation).

use crate::parameters::Parameters;

/// Bytes of a commitment: as hard to hit twice as a hash of 256 bits.
pub(crate) const COMMITMENT_LEN: usize = 32;

/// The one layout that there is.
const VERSION: u8 = 1;
/// Bytes of a salt (RFC 9106, section 3.1 recommends 16).
pub(crate) const SALT_LEN: usize = 16;
/// Bytes of an AES-GCM IV.
pub(crate) const IV_LEN: usize = 12;
/// Longest name, in bytes: the provider information has at most 65,535.
pub(crate) const MAX_NAME: usize = 1024;

/// How a data key was wrapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderInfo {
    /// The cost of the derivation. It need not exist: the bytes are a stranger's.
    pub parameters: Parameters,
    /// The derivation's salt.
    pub salt: [u8; SALT_LEN],
    /// The wrapping's IV.
    pub iv: [u8; IV_LEN],
    /// What the right password's derivation gives besides the wrapping key.
    pub commitment: [u8; COMMITMENT_LEN],
    /// Whose password it is; may be empty.
    pub name: String,
}

impl ProviderInfo {
    /// The bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [
            &[VERSION][..],
            &self.parameters.memory_kib.to_be_bytes(),
            &self.parameters.iterations.to_be_bytes(),
            &[self.parameters.parallelism],
            &self.salt,
            &self.iv,
            &self.commitment,
            self.name.as_bytes(),
        ]
        .concat()
    }

    /// Reads the bytes; `None` if they have another layout.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (&[version], rest) = bytes.split_first_chunk()?;
        let (&memory_kib, rest) = rest.split_first_chunk()?;
        let (&iterations, rest) = rest.split_first_chunk()?;
        let (&[parallelism], rest) = rest.split_first_chunk()?;
        let (&salt, rest) = rest.split_first_chunk()?;
        let (&iv, rest) = rest.split_first_chunk()?;
        let (&commitment, name) = rest.split_first_chunk()?;
        if version != VERSION || name.len() > MAX_NAME {
            return None;
        }
        let parameters = Parameters {
            memory_kib: u32::from_be_bytes(memory_kib),
            iterations: u32::from_be_bytes(iterations),
            parallelism,
        };
        let name = std::str::from_utf8(name).ok()?.to_owned();
        Some(Self { parameters, salt, iv, commitment, name })
    }
}
