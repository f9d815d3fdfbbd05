// SPDX-License-Identifier: Apache-2.0
//! The look-up key, from which each field's key comes.

use std::fmt;

use hkdf::Hkdf;
use sha2::Sha512;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

pub use crate::field::KEY_LEN;
use crate::{error::Error, field::FieldCipher};

/// Says what the derived keys are for; another use or version has another label.
const LABEL: &str = "edgekms/v1/lookup";

/// The longest namespace or field, in bytes. Far above any column's name.
const MAX_NAME: usize = 1024;

/// 64 random bytes. Wiped when dropped, and never printed.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct LookupKey(Box<[u8; KEY_LEN]>);

impl LookupKey {
    /// Copies the bytes of a key.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if there are not [`KEY_LEN`] of them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut key = Box::new([0; KEY_LEN]);
        if bytes.len() != KEY_LEN {
            return Err(Error::InvalidArgument { reason: "a look-up key has 64 bytes" });
        }
        key.copy_from_slice(bytes);
        Ok(Self(key))
    }

    /// The cipher of one field. A namespace keeps fields of the same name apart; it may be empty.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if the field has no name, or a name is longer than 1,024 bytes.
    pub fn field(&self, namespace: &str, field: &str) -> Result<FieldCipher, Error> {
        if field.is_empty() {
            return Err(Error::InvalidArgument { reason: "field must not be empty" });
        }
        let mut info = Vec::new();
        for part in [LABEL, namespace, field] {
            let len = u32::try_from(part.len()).ok().filter(|_| part.len() <= MAX_NAME);
            let len = len.ok_or(Error::InvalidArgument {
                reason: "namespace and field have at most 1,024 bytes of UTF-8 each",
            })?;
            info.extend_from_slice(&len.to_be_bytes());
            info.extend_from_slice(part.as_bytes());
        }
        let mut key = Zeroizing::new([0; KEY_LEN]);
        // Never seen: 64 bytes are one hash of SHA-512.
        let too_long = |_| Error::InvalidArgument { reason: "the field's key is too long" };
        Hkdf::<Sha512>::new(None, &*self.0).expand(&info, &mut *key).map_err(too_long)?;
        Ok(FieldCipher::new(&key))
    }
}

impl fmt::Debug for LookupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LookupKey(..)")
    }
}
