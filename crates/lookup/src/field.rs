// SPDX-License-Identifier: Apache-2.0
//! AES-256-SIV under one field's key.

use std::fmt;

use aes_siv::{KeyInit, siv::Aes256Siv};
use zeroize::Zeroizing;

use crate::error::Error;

/// Bytes of a look-up key, and of each field's.
pub const KEY_LEN: usize = 64;

/// No header: what sets fields apart is in the key.
const NO_HEADERS: [&[u8]; 0] = [];

/// Encrypts and decrypts one field's values. Its key is wiped when dropped, and never printed.
pub struct FieldCipher(Aes256Siv);

impl FieldCipher {
    pub(crate) fn new(key: &[u8; KEY_LEN]) -> Self {
        Self(Aes256Siv::new(key.into()))
    }

    /// The value's ciphertext, always the same: 16 bytes more than the value has.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if the value is longer than memory.
    pub fn encrypt(&mut self, value: &[u8]) -> Result<Vec<u8>, Error> {
        let too_long = |_| Error::InvalidArgument { reason: "the value is too long" };
        self.0.encrypt(NO_HEADERS, value).map_err(too_long)
    }

    /// The value of a ciphertext.
    ///
    /// # Errors
    /// [`Error::ValueNotAuthentic`], with nothing of the value, if the ciphertext is not one of this cipher's.
    pub fn decrypt(&mut self, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let value = self.0.decrypt(NO_HEADERS, ciphertext);
        value.map(Zeroizing::new).map_err(|_| Error::ValueNotAuthentic)
    }
}

impl fmt::Debug for FieldCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FieldCipher(..)")
    }
}
