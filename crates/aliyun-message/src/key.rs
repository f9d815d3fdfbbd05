// SPDX-License-Identifier: Apache-2.0
//! Data keys: in clear, and wrapped by a CMK.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// A data key in clear, wiped when dropped. It prints nothing.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct DataKey(Box<[u8]>);

impl DataKey {
    /// Takes over bytes that are already where they will stay.
    #[must_use]
    pub fn from_box(bytes: Box<[u8]>) -> Self {
        Self(bytes)
    }

    pub(crate) fn expose_secret(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(..)")
    }
}

/// The message's data key, wrapped by one CMK.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptedDataKey {
    /// The CMK: `acs:kms:<region>:<account>:key/<id>`.
    pub key_arn: String,
    /// What the KMS answered, its base64 decoded.
    pub ciphertext_blob: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_key_does_not_print_its_bytes() {
        assert_eq!(format!("{:?}", DataKey::from_box(vec![0x41; 32].into())), "DataKey(..)");
    }
}
