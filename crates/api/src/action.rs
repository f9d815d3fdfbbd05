// SPDX-License-Identifier: Apache-2.0
//! The actions: one module each, with the typed request and response, and one table of them.
//!
//! To add an action, add its module and its row in the table below. Everything that treats all
//! actions alike (routing, authorisation, documentation) reads the table.

pub mod fields;
pub mod page;

use serde::Serialize;

use crate::error::{ApiError, ErrorCode};
use crate::params::Params;

/// The API version of all actions.
pub const VERSION: &str = "2016-01-20";

/// One action: its name and the types of what goes in and out.
pub trait Action {
    /// Its row in the table.
    const NAME: ActionName;
    /// What a caller may ask.
    type Request: Request;
    /// What the caller gets, besides the request id.
    type Response: Serialize;
}

/// A typed request: all that a caller may say, checked.
pub trait Request: Sized {
    /// Reads the request. Parameters that the action does not know are ignored, as the SDKs send
    /// common ones with every call.
    ///
    /// # Errors
    /// An error that names the parameter and says what to send instead.
    fn from_params(params: &Params, limits: &Limits) -> Result<Self, ApiError>;
}

/// The limits that an operator may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest plaintext that Encrypt takes, in bytes before base64. Alibaba's manual says 4 KB
    /// in one edition and 6,144 bytes in another.
    pub plaintext_max_len: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { plaintext_max_len: 4096 }
    }
}

/// What an action does, which decides where it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// Changes the keyring: decided there, one at a time.
    KeyringChange,
    /// Reads the keyring itself.
    KeyringRead,
    /// Uses a key's material: from a copy of the key, far from the keyring.
    Crypto,
    /// Needs no keyring.
    Standalone,
}

/// What the action's `KeyId` parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyParameter {
    /// The action has none.
    None,
    /// The plain id alone ([`plain_key_id`](crate::key::reference::plain_key_id)).
    Id,
    /// An id, an alias or an ARN ([`KeyReference`](crate::key::KeyReference)).
    IdAliasOrArn,
}

/// A row of the table of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActionSpec {
    /// The name on the wire.
    pub name: &'static str,
    /// What `KeyId` may be.
    pub key: KeyParameter,
    /// What the action does.
    pub kind: ActionKind,
    /// The name that a RAM policy allows or denies; none if everyone with a signature may call.
    pub ram_action: Option<&'static str>,
}

macro_rules! actions {
    ($($name:ident in $module:ident: key $key:ident, $kind:ident, $permission:ident;)+) => {
        $(pub mod $module; #[doc(inline)] pub use self::$module::$name;)+

        /// The name of an action.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ActionName { $(#[doc = concat!("[`", stringify!($module), "`]")] $name,)+ }

        impl ActionName {
            /// Every action, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The action's row.
            #[must_use]
            pub const fn spec(self) -> ActionSpec {
                match self {
                    $(Self::$name => ActionSpec {
                        name: stringify!($name),
                        key: KeyParameter::$key,
                        kind: ActionKind::$kind,
                        ram_action: permission!($permission $name),
                    },)+
                }
            }

            /// Reads the parameters as a request of the action, and says whether they are one.
            ///
            /// # Errors
            /// What [`Request::from_params`] says.
            pub fn validate(self, params: &Params, limits: &Limits) -> Result<(), ApiError> {
                match self {
                    $(Self::$name => {
                        <$name as Action>::Request::from_params(params, limits).map(|_| ())
                    })+
                }
            }
        }
    };
}

macro_rules! permission {
    (ram $name:ident) => {
        Some(concat!("kms:", stringify!($name)))
    };
    (free $name:ident) => {
        None
    };
}

actions! {
    // Key life.
    CreateKey in create_key: key None, KeyringChange, ram;
    DescribeKey in describe_key: key IdAliasOrArn, KeyringRead, ram;
    ListKeys in list_keys: key None, KeyringRead, ram;
    UpdateKeyDescription in update_key_description: key Id, KeyringChange, ram;
    EnableKey in enable_key: key Id, KeyringChange, ram;
    DisableKey in disable_key: key Id, KeyringChange, ram;
    ScheduleKeyDeletion in schedule_key_deletion: key Id, KeyringChange, ram;
    CancelKeyDeletion in cancel_key_deletion: key Id, KeyringChange, ram;
    // Aliases.
    CreateAlias in create_alias: key Id, KeyringChange, ram;
    UpdateAlias in update_alias: key Id, KeyringChange, ram;
    DeleteAlias in delete_alias: key None, KeyringChange, ram;
    ListAliases in list_aliases: key None, KeyringRead, ram;
    // Cryptography.
    Encrypt in encrypt: key IdAliasOrArn, Crypto, ram;
    Decrypt in decrypt: key None, Crypto, ram;
    GenerateDataKey in generate_data_key: key IdAliasOrArn, Crypto, ram;
    GenerateDataKeyWithoutPlaintext in generate_data_key_without_plaintext: key IdAliasOrArn, Crypto, ram;
    // The service.
    DescribeRegions in describe_regions: key None, Standalone, free;
}

impl ActionName {
    /// The action that a request names.
    ///
    /// # Errors
    /// `InvalidApi.NotFound` if the version has no such action, or there is no such version.
    pub fn find(name: &str, version: &str) -> Result<Self, ApiError> {
        if version != VERSION {
            return Err(ApiError::with_message(
                ErrorCode::InvalidApiNotFound,
                "Specified api is not found. The version of this API is 2016-01-20.",
            ));
        }
        Self::ALL.iter().copied().find(|action| action.as_str() == name).ok_or_else(|| {
            ApiError::with_message(
                ErrorCode::InvalidApiNotFound,
                "Specified api is not found, please check your url and method. This server has no \
                 such action; names are case-sensitive.",
            )
        })
    }

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.spec().name
    }
}

/// The answer of actions that give nothing but the request id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Empty {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::KeyReference;

    #[test]
    fn an_action_is_found_by_its_exact_name_and_version() {
        for &action in ActionName::ALL {
            assert_eq!(ActionName::find(action.as_str(), VERSION).unwrap(), action);
        }
        for (name, version) in
            [("encrypt", VERSION), ("", VERSION), ("Encrypt", "2015-04-01"), ("Sign", VERSION)]
        {
            assert_eq!(
                ActionName::find(name, version).unwrap_err().code(),
                ErrorCode::InvalidApiNotFound
            );
        }
    }

    #[test]
    fn only_describe_regions_needs_no_permission() {
        assert_eq!(ActionName::Encrypt.spec().ram_action, Some("kms:Encrypt"));
        let free: Vec<_> =
            ActionName::ALL.iter().filter(|name| name.spec().ram_action.is_none()).collect();
        assert_eq!(free, [&ActionName::DescribeRegions]);
    }

    #[test]
    fn the_table_says_what_the_requests_accept_as_a_key() {
        let rest = "AliasName=alias/a&Plaintext=aGVsbG8=&CiphertextBlob=aGVsbG8=&Description=\
                    &PendingWindowInDays=7";
        let outcome = |action: ActionName, key: &str| {
            let params = Params::decode(format!("{rest}{key}").as_bytes()).unwrap();
            action.validate(&params, &Limits::default()).map_err(|error| error.code())
        };
        const ARN: &str = "&KeyId=acs:kms:cn-hangzhou:1234567890123456:key/k";
        for &action in ActionName::ALL {
            let (none, alias, arn) = match action.spec().key {
                KeyParameter::None => (Ok(()), Ok(()), Ok(())),
                KeyParameter::IdAliasOrArn => (Err(ErrorCode::MissingParameter), Ok(()), Ok(())),
                KeyParameter::Id => (
                    Err(ErrorCode::MissingParameter),
                    Err(ErrorCode::UnsupportedAlias),
                    Err(ErrorCode::InvalidParameter),
                ),
            };
            assert_eq!(outcome(action, "&KeyId=k"), Ok(()), "{action:?}");
            assert_eq!(outcome(action, ""), none, "{action:?}");
            assert_eq!(outcome(action, "&KeyId=alias/a"), alias, "{action:?}");
            assert_eq!(outcome(action, ARN), arn, "{action:?}");
        }
    }

    #[test]
    fn a_key_is_named_by_id_alias_or_arn() {
        assert!(matches!("alias/a".parse(), Ok(KeyReference::Alias(_))));
        assert!(matches!(
            "acs:kms:cn-hangzhou:1234567890123456:key/a".parse(),
            Ok(KeyReference::Arn(_))
        ));
        assert!(matches!("no-such-key".parse(), Ok(KeyReference::Id(_))));
        for bad in ["alias/a b", "acs:kms:x", "a b", "acs:kms:cn-hangzhou:1234567890123456:alias/a"]
        {
            assert!(bad.parse::<KeyReference>().is_err(), "{bad}");
        }
    }
}
