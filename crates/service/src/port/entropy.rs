// SPDX-License-Identifier: Apache-2.0
//! Randomness.

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

/// `N` random bytes that are no secret, such as a nonce or an id; secrets are filled where they stay.
///
/// # Errors
/// [`EntropyError`].
pub(crate) fn random_bytes<const N: usize>(entropy: &dyn Entropy) -> Result<[u8; N], EntropyError> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}
