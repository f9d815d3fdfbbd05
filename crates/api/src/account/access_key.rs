// SPDX-License-Identifier: Apache-2.0
//! An access key, as it is told: with its secret once, when it is made, and never again.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::id::AccessKeyId;
use crate::list::Row;
use crate::text::words;
use crate::time::Timestamp;

words! {
    /// Whether requests may be signed with an access key.
    AccessKeyStatus, "It must be Active or Inactive.";
    /// They may.
    Active = "Active",
    /// They are refused.
    Inactive = "Inactive",
}

/// A secret on its way to its owner. Wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct SecretText(String);

impl SecretText {
    /// Takes the text.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, to be used and not kept.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(..)")
    }
}

/// An access key that has just been made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct NewAccessKey {
    /// Its id.
    pub access_key_id: AccessKeyId,
    /// What requests are signed with.
    pub access_key_secret: SecretText,
    /// Whether requests may be signed with it: they may.
    pub status: AccessKeyStatus,
    /// When it was made.
    pub create_date: Timestamp,
}

/// An access key in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AccessKeyRow {
    /// Its id.
    pub access_key_id: AccessKeyId,
    /// Whether requests may be signed with it.
    pub status: AccessKeyStatus,
    /// When it was made.
    pub create_date: Timestamp,
}

impl Row for AccessKeyRow {
    const NAME: &'static str = "AccessKey";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        assert_eq!(format!("{:?}", SecretText::new("s3cret".to_owned())), "SecretText(..)");
    }
}
