// SPDX-License-Identifier: Apache-2.0
//! Randomness.

use rand_core::{TryCryptoRng, TryRng};

/// The platform gave no random bytes; nothing may be encrypted without them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The platform gave no random bytes")]
pub struct EntropyError;

/// A cryptographically secure source of random bytes, as an object.
pub trait Entropy {
    /// Fills all of `bytes`.
    ///
    /// # Errors
    /// [`EntropyError`]; `bytes` must then not be used.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError>;
}

/// The same source in the form in which RustCrypto's crates take one.
pub(crate) struct Draws<'a>(pub(crate) &'a dyn Entropy);

impl TryRng for Draws<'_> {
    type Error = EntropyError;

    fn try_next_u32(&mut self) -> Result<u32, EntropyError> {
        random_bytes(self.0).map(u32::from_le_bytes)
    }

    fn try_next_u64(&mut self) -> Result<u64, EntropyError> {
        random_bytes(self.0).map(u64::from_le_bytes)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        self.0.fill(bytes)
    }
}

impl TryCryptoRng for Draws<'_> {}

/// `N` random bytes that are no secret, such as a nonce or an id; secrets are filled where they stay.
///
/// # Errors
/// [`EntropyError`].
pub(crate) fn random_bytes<const N: usize>(entropy: &dyn Entropy) -> Result<[u8; N], EntropyError> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}
