// SPDX-License-Identifier: Apache-2.0
//! Secret keys, one type for each role.
//!
//! Each lies in one boxed allocation that is wiped when dropped, prints nothing, and cannot be
//! compared or copied by accident. The bytes leave only through `expose_secret`.

use alloc::{boxed::Box, vec};

use core::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::Error;
use crate::reason::Reason;

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Zeroize, ZeroizeOnDrop)]
        pub struct $name(Box<[u8]>);

        impl $name {
            /// Takes over bytes that are already where they will stay.
            #[must_use]
            pub fn from_box(bytes: Box<[u8]>) -> Self {
                Self(bytes)
            }

            /// The secret bytes.
            ///
            /// # Security
            /// Whoever copies them must wipe the copy.
            #[must_use]
            pub fn expose_secret(&self) -> &[u8] {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

secret! {
    /// The key that a keyring wraps and unwraps; one for each message.
    DataKey
}
secret! {
    /// The AES-GCM key of one message's header and frames, derived from its data key.
    ///
    /// Only an authenticated or freshly sealed header gives one out.
    PayloadKey
}
secret! {
    /// The key of a raw AES keyring: 16, 24 or 32 bytes.
    WrappingKey
}

impl DataKey {
    /// A new key of `len` bytes from `random`.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`] if the source fails.
    pub fn make(len: usize, random: &mut dyn Randomness) -> Result<Self, Error> {
        let mut key = Self(vec![0; len].into_boxed_slice());
        random.fill(&mut key.0)?;
        Ok(key)
    }
}

impl WrappingKey {
    /// Copies the bytes of a wrapping key.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if there are not 16, 24 or 32 of them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        match bytes.len() {
            16 | 24 | 32 => Ok(Self(bytes.into())),
            _ => Err(Error::InvalidArgument { reason: Reason::WrappingKeyLength }),
        }
    }
}

/// A cryptographic source of random bytes, as an object.
///
/// Every [`rand_core::TryCryptoRng`] is one.
pub trait Randomness {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`] if the source fails.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error>;
}

impl<R: rand_core::TryCryptoRng> Randomness for R {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.try_fill_bytes(bytes).map_err(|_| Error::RandomnessUnavailable)
    }
}

#[cfg(test)]
mod tests {
    use alloc::{format, vec};

    use super::*;

    #[test]
    fn keys_do_not_print_their_bytes() {
        let key = DataKey::from_box(vec![0x41; 32].into());
        assert_eq!(format!("{key:?}"), "DataKey(..)");
        let key = WrappingKey::from_bytes(&[0x41; 16]).unwrap();
        assert_eq!(format!("{key:?}"), "WrappingKey(..)");
        let key = PayloadKey::from_box(vec![0x41; 32].into());
        assert_eq!(format!("{key:?}"), "PayloadKey(..)");
    }

    #[test]
    fn a_wrapping_key_of_another_length_is_refused() {
        for len in [0, 15, 17, 31, 33] {
            assert_eq!(
                WrappingKey::from_bytes(&vec![0; len]).unwrap_err().code(),
                "InvalidArgument"
            );
        }
    }
}
