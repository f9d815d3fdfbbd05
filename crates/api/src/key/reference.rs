// SPDX-License-Identifier: Apache-2.0
//! The ways to name a key in a `KeyId` parameter (wire reference, section 2.1).

use std::fmt;
use std::str::FromStr;

use crate::arn::{AliasArn, KeyArn};
use crate::error::ErrorCode;
use crate::id::{AliasName, KeyId};
use crate::place::Place;
use crate::text::TextError;

/// A key named by its id, one of its aliases, or an ARN of either.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KeyReference {
    /// The id of a key of the caller's account, in the region called.
    Id(KeyId),
    /// An alias of the caller's account, in the region called.
    Alias(AliasName),
    /// A key of any account and region.
    Arn(KeyArn),
    /// An alias of any account and region.
    AliasArn(AliasArn),
}

impl KeyReference {
    /// The key's id, unless an alias stands for it.
    #[must_use]
    pub const fn key_id(&self) -> Option<&KeyId> {
        match self {
            Self::Id(key_id) | Self::Arn(KeyArn { key_id, .. }) => Some(key_id),
            Self::Alias(_) | Self::AliasArn(_) => None,
        }
    }
}

/// What a reference means in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Local<'a> {
    /// A key of the place.
    Key(&'a KeyId),
    /// An alias of the place.
    Alias(&'a AliasName),
}

impl KeyReference {
    /// What it means in `place`.
    ///
    /// # Errors
    /// `Forbidden.KeyNotFound` or `Forbidden.AliasNotFound` for an ARN of another place.
    pub fn within(&self, place: &Place) -> Result<Local<'_>, ErrorCode> {
        match self {
            Self::Id(id) => Ok(Local::Key(id)),
            Self::Alias(name) => Ok(Local::Alias(name)),
            Self::Arn(arn) if *arn == place.key_arn(&arn.key_id) => Ok(Local::Key(&arn.key_id)),
            Self::Arn(_) => Err(ErrorCode::KeyNotFound),
            Self::AliasArn(arn) if *arn == place.alias_arn(&arn.name) => {
                Ok(Local::Alias(&arn.name))
            }
            Self::AliasArn(_) => Err(ErrorCode::AliasNotFound),
        }
    }
}

const FORM: TextError =
    TextError { expected: "It must be a key id, an alias (alias/<name>) or a key ARN." };

impl FromStr for KeyReference {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        if text.starts_with("alias/") {
            text.parse().map(Self::Alias)
        } else if text.starts_with("acs:") {
            let alias = || text.parse().map(Self::AliasArn);
            text.parse().map(Self::Arn).or_else(|error| alias().map_err(|_| error))
        } else {
            text.parse().map(Self::Id).map_err(|_| FORM)
        }
    }
}

impl fmt::Display for KeyReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Alias(name) => name.fmt(f),
            Self::Arn(arn) => arn.fmt(f),
            Self::AliasArn(arn) => arn.fmt(f),
        }
    }
}

crate::text::printed_text!(KeyReference);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_by_id_alias_or_arn_and_prints_as_it_was_read() {
        const PLACE: &str = "acs:kms:cn-hangzhou:1234567890123456";
        let read = |text: &str| text.parse::<KeyReference>().unwrap();
        let (key, alias) = (format!("{PLACE}:key/a"), format!("{PLACE}:alias/a"));
        assert!(matches!(read("alias/a"), KeyReference::Alias(_)));
        assert!(matches!(read(&key), KeyReference::Arn(_)));
        assert!(matches!(read(&alias), KeyReference::AliasArn(_)));
        assert!(matches!(read("no-such-key"), KeyReference::Id(_)));
        for text in ["alias/a", &key, &alias, "no-such-key"] {
            assert_eq!(read(text).to_string(), text);
        }
        for bad in ["alias/a b", "acs:kms:x", "a b", "acs:kms:cn-hangzhou:1:key/a"] {
            assert!(bad.parse::<KeyReference>().is_err(), "{bad}");
        }
    }
}
