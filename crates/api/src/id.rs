// SPDX-License-Identifier: Apache-2.0
//! Identifiers (wire reference, section 2.1). Each is its own type; none is a bare string.

use crate::error::{ApiError, ErrorCode};
use crate::text::checked_text;

/// Length of a UUID as text, bytes.
pub const UUID_TEXT_LEN: usize = 36;

checked_text!(
    /// A CMK's id: 1 to 64 ASCII letters, digits, `-` or `_`. Ids made here are lowercase UUIDs and
    /// those of a KMS instance begin with `key-`; any other word is an id too, of a key that does
    /// not exist, so that the answer to it is `Forbidden.KeyNotFound`.
    KeyId, is_key_id,
    "It must be a key id such as 0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d."
);

checked_text!(
    /// A key version's id: a lowercase UUID, so always 36 ASCII bytes.
    KeyVersionId, is_uuid, "It must be a key version id: a lowercase UUID."
);

checked_text!(
    /// An alias, with its prefix: `alias/` and 1 to 255 letters, digits, `_`, `-` or `/`.
    AliasName, is_alias_name,
    "It must be alias/ followed by 1 to 255 letters, digits, '_', '-' or '/'."
);

checked_text!(
    /// An account: 16 decimal digits. One in a resource name may be AWS's, of 12: see
    /// [`AccountId::of_arn`].
    AccountId, is_account_id, "It must be an account id: 16 digits."
);

checked_text!(
    /// A region, such as `cn-hangzhou`: 1 to 64 lowercase letters, digits or `-`.
    Region, is_region,
    "It must be a region id such as cn-hangzhou: lowercase letters, digits and '-'."
);

checked_text!(
    /// A request's id, in the answer and in the audit record: a lowercase UUID.
    RequestId, is_uuid, "It must be a request id: a lowercase UUID."
);

checked_text!(
    /// An access key's id; a temporary one begins with `STS.`.
    AccessKeyId, is_access_key_id,
    "It must be an access key id: 1 to 128 ASCII letters, digits, '.', '_' or '-'."
);

checked_text!(
    /// The name of a root key version in the secret `ROOT_KEYS`.
    RootKeyVersion, is_root_key_version,
    "It must be the name of a root key version: 1 to 32 ASCII letters, digits, '-' or '_'."
);

impl AliasName {
    /// Aliases that begin so belong to service keys and cannot be made by a user.
    pub const RESERVED_PREFIX: &'static str = "alias/acs";

    /// Whether the name is kept for service keys.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        self.as_str().starts_with(Self::RESERVED_PREFIX)
    }

    /// Refuses a name that no user may give.
    ///
    /// # Errors
    /// `InvalidParameter` naming `AliasName` (AWS: `InvalidAliasNameException`).
    pub fn not_reserved(&self) -> Result<(), ApiError> {
        if self.is_reserved() {
            return Err(ApiError::with_message(
                ErrorCode::InvalidAliasName,
                "The specified parameter \"AliasName\" is not valid. Names that begin with alias/acs \
                 belong to service keys.",
            ));
        }
        Ok(())
    }
}

impl AccountId {
    /// The account in a resource name, which may be one of AWS's own, of 12 digits: callers who come
    /// from there have such names in their settings and in their stored messages. It owns nothing here,
    /// so that whoever names it is refused like everybody who names another's key.
    #[must_use]
    pub fn of_arn(text: &str) -> Option<Self> {
        (is_account_id(text) || is_decimal(text, 12)).then(|| Self(text.into()))
    }
}

macro_rules! made_of_random_bytes {
    ($($name:ident),+) => {$(
        impl $name {
            /// A version 4 UUID of 16 bytes that the caller drew at random.
            #[must_use]
            pub fn from_random_bytes(bytes: [u8; 16]) -> Self {
                let uuid = uuid::Builder::from_random_bytes(bytes).into_uuid();
                Self((*uuid.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer())).into())
            }
        }
    )+};
}

made_of_random_bytes!(KeyId, KeyVersionId, RequestId);

fn is_uuid(text: &str) -> bool {
    text.len() == UUID_TEXT_LEN
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

fn is_key_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn is_root_key_version(text: &str) -> bool {
    text.len() <= 32 && is_key_id(text)
}

fn is_alias_name(text: &str) -> bool {
    text.strip_prefix("alias/").is_some_and(|name| {
        (1..=255).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-/".contains(&byte))
    })
}

fn is_access_key_id(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

fn is_account_id(text: &str) -> bool {
    is_decimal(text, 16)
}

fn is_decimal(text: &str, len: usize) -> bool {
    text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_region(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d";

    #[test]
    fn key_ids_are_single_words() {
        assert_eq!(UUID.parse::<KeyId>().unwrap().as_str(), UUID);
        for good in ["key-hzz630494463ejqjx1234", "no-such-key", &UUID.to_uppercase()] {
            assert!(good.parse::<KeyId>().is_ok(), "{good}");
        }
        for bad in ["", "alias/a", "key a", "key\u{e9}", "../x", "acs:kms", &"x".repeat(65)] {
            assert!(bad.parse::<KeyId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn alias_names_carry_their_prefix_and_keep_to_the_alphabet() {
        for good in ["alias/a", "alias/A_b-c/9", &format!("alias/{}", "x".repeat(255))] {
            assert!(good.parse::<AliasName>().is_ok(), "{good}");
        }
        for bad in [
            "a",
            "alias/",
            "Alias/a",
            "alias/a b",
            "alias/é",
            &format!("alias/{}", "x".repeat(256)),
        ] {
            assert!(bad.parse::<AliasName>().is_err(), "{bad}");
        }
        assert!("alias/acs/oss".parse::<AliasName>().unwrap().is_reserved());
        assert!(!"alias/a".parse::<AliasName>().unwrap().is_reserved());
    }

    #[test]
    fn ids_made_of_random_bytes_are_version_4_and_parse() {
        let id = KeyId::from_random_bytes([0xff; 16]);
        assert_eq!(id.as_str(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(id.as_str().parse::<KeyId>().unwrap(), id);
        assert_eq!(KeyVersionId::from_random_bytes([0; 16]).as_str().len(), UUID_TEXT_LEN);
    }

    #[test]
    fn accounts_are_sixteen_digits_and_regions_are_plain_words() {
        assert!("1234567890123456".parse::<AccountId>().is_ok());
        for bad in ["123456789012345", "123456789012", "12345678901234567", "123456789012345a"] {
            assert!(bad.parse::<AccountId>().is_err(), "{bad}");
        }
        assert!("cn-hangzhou".parse::<Region>().is_ok());
        assert!("cn hangzhou".parse::<Region>().is_err());
        assert!("".parse::<Region>().is_err());
    }

    #[test]
    fn ids_survive_json() {
        let id: KeyId = UUID.parse().unwrap();
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{UUID}\""));
        assert_eq!(serde_json::from_str::<KeyId>(&json).unwrap(), id);
        assert!(serde_json::from_str::<KeyId>("\"x y\"").is_err());
    }
}
