// SPDX-License-Identifier: Apache-2.0
//! The actions: one table, a row each.
//!
//! A row names the action's contract ([`crate::kms`]) and its rule (in the service), and says all that
//! is alike for every action: where it is carried out, what it touches, how a key may be named, which
//! permission it needs, whether it is audited, how it is throttled, whether a client may repeat it,
//! and which clouds have it. Dispatch, authorisation, audit, the JavaScript client, the reference and
//! the OpenAPI document read the table; nothing else knows the actions' names.
//!
//! CONTRIBUTING.md shows how to add one.

mod row;
mod table;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::account::{Entity, IdentityToken};
use crate::context::EncryptionContext;
use crate::error::ApiError;
use crate::id::{AccountId, AliasName, KeyId, KeyVersionId};
use crate::key::algorithm::EncryptionAlgorithm;
use crate::key::offer::OfferPolicy;
use crate::key::tag::TagRules;
use crate::key::{KeyReference, ProtectionLevel};
use crate::product::Product;

pub use self::row::{ActionKind, Clouds, KeyNames, Proof, Repeat, Row, Scope, Throttle};

/// How a key is used, as far as a policy can ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used<'a> {
    /// With which encryption context.
    pub context: Option<&'a EncryptionContext>,
    /// With which algorithm: `SYMMETRIC_DEFAULT`, or one of a public key.
    pub algorithm: Option<&'static str>,
}

impl<'a> Used<'a> {
    /// A symmetric key's.
    #[must_use]
    pub const fn symmetric(context: &'a EncryptionContext) -> Self {
        Self { context: Some(context), algorithm: Some("SYMMETRIC_DEFAULT") }
    }

    /// A pair's.
    #[must_use]
    pub const fn pair(algorithm: EncryptionAlgorithm) -> Self {
        Self { context: None, algorithm: Some(algorithm.as_str()) }
    }
}

/// One action's contract: what a caller may ask. The type is the command.
pub trait Action: Serialize + DeserializeOwned {
    /// Its row in the table.
    const NAME: ActionName;
    /// What the caller gets, besides the request id.
    type Reply: Serialize + DeserializeOwned;
    /// Documented parameters of Alibaba's that nothing made here can have.
    const NOT_OFFERED: &'static [&'static str] = &[];
    /// The parameter that names its key.
    const KEY: &'static str = "KeyId";

    /// The key that it names, if it does.
    fn key(&self) -> Option<&KeyReference> {
        None
    }

    /// The key that it reads from and names as `SourceKeyId`, if it does.
    fn source_key(&self) -> Option<&KeyReference> {
        None
    }

    /// The alias that it names besides, if it does.
    fn alias(&self) -> Option<&AliasName> {
        None
    }

    /// The keys that it names as its resources, if it takes several.
    fn resources(&self) -> &[KeyId] {
        &[]
    }

    /// What a condition of a policy may ask of the use of its key.
    fn used(&self) -> Used<'_> {
        Used::default()
    }

    /// The same of the key that it reads from besides.
    fn source_used(&self) -> Used<'_> {
        self.used()
    }

    /// What it names of its account: users, groups, roles, policies.
    fn entities(&self) -> Vec<Entity<'_>> {
        Vec::new()
    }

    /// The account that it is about, if that is another than the caller's: the operator's actions alone.
    fn account(&self) -> Option<&AccountId> {
        None
    }

    /// What proves its caller, if no signature does.
    fn identity_token(&self) -> Option<IdentityToken<'_>> {
        None
    }

    /// Whether the caller wants only to know if it would be done.
    fn dry_run(&self) -> bool {
        false
    }

    /// Whether it keeps to limits that no field's type states.
    ///
    /// # Errors
    /// An error that names the parameter and says what to send instead.
    fn check(&self, limits: &Limits) -> Result<(), ApiError> {
        let _ = limits;
        Ok(())
    }
}

/// The limits that an operator may set, and those in which clouds differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest plaintext that Encrypt takes, in bytes before base64. Alibaba's manual says 4 KB
    /// in one edition and 6,144 bytes in another; AWS says 4,096.
    pub plaintext_max_len: usize,
    /// What the tags of one request must be.
    pub tags: TagRules,
    /// Whether callers name the version of an asymmetric key. AWS's keys have one, and no name for it.
    pub versions_named: bool,
    /// What can guard a key in this deployment.
    pub protection_levels: &'static [ProtectionLevel],
    /// Which kinds of key this deployment makes.
    pub offer: OfferPolicy,
}

impl Limits {
    /// Whether an asymmetric key's version is named where it must be.
    ///
    /// # Errors
    /// `MissingParameter` naming `KeyVersionId`.
    pub fn check_version(&self, version: Option<&KeyVersionId>) -> Result<(), ApiError> {
        if self.versions_named && version.is_none() {
            return Err(ApiError::missing_parameter("KeyVersionId"));
        }
        Ok(())
    }
}

macro_rules! permission {
    (permission trail $name:ident) => {
        Some(concat!("actiontrail:", stringify!($name)))
    };
    // Policies call the actions of IMS by RAM's name.
    (permission ims $name:ident) => {
        Some(concat!("ram:", stringify!($name)))
    };
    (token $product:ident $name:ident) => {
        permission!(permission $product $name)
    };
    (permission $product:ident $name:ident) => {
        Some(concat!(stringify!($product), ":", stringify!($name)))
    };
    (operator $product:ident $name:ident) => {
        Some(concat!("edgekms:", stringify!($name)))
    };
    (from_to $product:ident $name:ident) => {
        Some(concat!(stringify!($product), ":", stringify!($name), "To"))
    };
    (free $product:ident $name:ident) => {
        None
    };
}

macro_rules! product {
    (kms) => {
        Product::Kms
    };
    (ram) => {
        Product::Ram
    };
    (sts) => {
        Product::Sts
    };
    (ims) => {
        Product::Ims
    };
    (trail) => {
        Product::Trail
    };
}

macro_rules! proof {
    (token) => {
        Proof::Token
    };
    ($other:ident) => {
        Proof::Signature
    };
}

macro_rules! operators {
    (operator) => {
        true
    };
    ($other:ident) => {
        false
    };
}

macro_rules! source_permission {
    (from_to $product:ident $name:ident) => {
        Some(concat!(stringify!($product), ":", stringify!($name), "From"))
    };
    ($permission:ident $product:ident $name:ident) => {
        None
    };
}

macro_rules! audited {
    (audited) => {
        true
    };
    (unaudited) => {
        false
    };
}

macro_rules! clouds {
    (Both) => {
        Clouds::Both
    };
    (Aliyun) => {
        Clouds::Aliyun
    };
    (Aws) => {
        Clouds::Aws
    };
    ($aws:ident) => {
        Clouds::Both
    };
}

macro_rules! aws_name {
    (Both $name:ident) => {
        stringify!($name)
    };
    (Aliyun $name:ident) => {
        stringify!($name)
    };
    (Aws $name:ident) => {
        stringify!($name)
    };
    ($aws:ident $name:ident) => {
        stringify!($aws)
    };
}

macro_rules! define {
    ($($product:ident $family:ident { $(
        $name:ident $module:ident $kind:ident $scope:ident $key:ident $permission:ident
        $audited:ident $throttle:ident $repeat:ident $clouds:ident;
    )+ })+) => {
        $($(pub use crate::$product::$module::$name;)+)+

        /// The name of an action.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ActionName {
            $($(#[doc = concat!("[`crate::", stringify!($product), "::", stringify!($module), "`]")] $name,)+)+
        }

        impl ActionName {
            /// Every action, in the order of the table.
            pub const ALL: &'static [Self] = &[$($(Self::$name),+),+];

            /// The action's row.
            #[must_use]
            pub const fn row(self) -> Row {
                match self {
                    $($(Self::$name => Row {
                        name: stringify!($name),
                        product: product!($product),
                        aws_name: aws_name!($clouds $name),
                        family: stringify!($family),
                        kind: ActionKind::$kind,
                        scope: Scope::$scope,
                        key: KeyNames::$key,
                        permission: permission!($permission $product $name),
                        is_operators: operators!($permission),
                        proof: proof!($permission),
                        source_permission: source_permission!($permission $product $name),
                        audited: audited!($audited),
                        throttle: Throttle::$throttle,
                        repeat: Repeat::$repeat,
                        clouds: clouds!($clouds),
                    },)+)+
                }
            }
        }

        /// What somebody asks for: the action and all that its caller said, read and checked. It is
        /// also what is sent to a keyring.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Command {
            $($(#[doc = concat!("[`crate::", stringify!($product), "::", stringify!($module), "`]")] $name($name),)+)+
        }

        impl Command {
            /// Its action.
            #[must_use]
            pub const fn action(&self) -> ActionName {
                match self { $($(Self::$name(_) => ActionName::$name,)+)+ }
            }

            /// The key that it names, if it does.
            #[must_use]
            pub fn key(&self) -> Option<&KeyReference> {
                match self { $($(Self::$name(command) => command.key(),)+)+ }
            }

            /// The key that it reads from and names as `SourceKeyId`, if it does.
            #[must_use]
            pub fn source_key(&self) -> Option<&KeyReference> {
                match self { $($(Self::$name(command) => command.source_key(),)+)+ }
            }

            /// The alias that it names besides, if it does.
            #[must_use]
            pub fn alias(&self) -> Option<&AliasName> {
                match self { $($(Self::$name(command) => command.alias(),)+)+ }
            }

            /// The keys that it names as its resources, if it takes several.
            #[must_use]
            pub fn resources(&self) -> &[KeyId] {
                match self { $($(Self::$name(command) => command.resources(),)+)+ }
            }

            /// What a condition of a policy may ask of the use of its key.
            #[must_use]
            pub fn used(&self) -> Used<'_> {
                match self { $($(Self::$name(command) => command.used(),)+)+ }
            }

            /// The same of the key that it reads from besides.
            #[must_use]
            pub fn source_used(&self) -> Used<'_> {
                match self { $($(Self::$name(command) => command.source_used(),)+)+ }
            }

            /// Whether a ciphertext says which key it is about.
            #[must_use]
            pub const fn reads_a_blob(&self) -> bool {
                matches!(self, Self::Decrypt(_) | Self::ExportDataKey(_) | Self::ReEncrypt(_))
            }

            /// What it names of its account: users, groups, roles, policies.
            #[must_use]
            pub fn entities(&self) -> Vec<Entity<'_>> {
                match self { $($(Self::$name(command) => command.entities(),)+)+ }
            }

            /// The account that it is about, if that is another than the caller's.
            #[must_use]
            pub fn account(&self) -> Option<&AccountId> {
                match self { $($(Self::$name(command) => command.account(),)+)+ }
            }

            /// What proves its caller, if no signature does.
            #[must_use]
            pub fn identity_token(&self) -> Option<IdentityToken<'_>> {
                match self { $($(Self::$name(command) => command.identity_token(),)+)+ }
            }

            /// Whether the caller wants only to know if it would be done.
            #[must_use]
            pub fn dry_run(&self) -> bool {
                match self { $($(Self::$name(command) => command.dry_run(),)+)+ }
            }
        }

        /// What a caller gets, besides the request id.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Reply {
            $($(#[doc = concat!("Of [`crate::", stringify!($product), "::", stringify!($module), "`]")]
                $name(<$name as Action>::Reply),)+)+
        }

        impl Reply {
            /// The action that it is the reply of.
            #[must_use]
            pub const fn action(&self) -> ActionName {
                match self { $($(Self::$name(_) => ActionName::$name,)+)+ }
            }
        }
    };
}

crate::with_actions!(define);

impl ActionName {
    /// The name in Alibaba's dialect, in policies and in events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.row().name
    }

    /// The action of a product with this name.
    #[must_use]
    pub fn find(product: Product, name: &str) -> Option<Self> {
        let is_it = |row: Row| row.product == product && row.name == name;
        Self::ALL.iter().copied().find(|action| is_it(action.row()))
    }

    /// The actions of a product, in the order of the table.
    pub fn of(product: Product) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |action| action.row().product == product)
    }

    /// The actions of a product that have this name in AWS's dialect, in the order of the table.
    #[must_use]
    pub fn of_aws(product: Product, name: &str) -> impl DoubleEndedIterator<Item = Self> + use<'_> {
        let is_it = move |row: Row| {
            row.product == product && row.clouds != Clouds::Aliyun && row.aws_name == name
        };
        Self::ALL.iter().copied().filter(move |action| is_it(action.row()))
    }

    /// Whether a keyring decides it.
    #[must_use]
    pub const fn is_for_the_keyring(self) -> bool {
        matches!(self.row().kind, ActionKind::Change | ActionKind::Read)
    }

    /// Whether it changes the keyring.
    #[must_use]
    pub const fn changes(self) -> bool {
        matches!(self.row().kind, ActionKind::Change)
    }
}

/// The reply of actions that give nothing but the request id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Empty {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_found_by_its_exact_name() {
        for &action in ActionName::ALL {
            assert_eq!(ActionName::find(action.row().product, action.as_str()), Some(action));
        }
        for name in ["encrypt", "", "Encrypt ", "Sign"] {
            assert_eq!(ActionName::find(Product::Kms, name), None);
        }
    }

    #[test]
    fn what_changes_is_audited_and_needs_a_permission() {
        assert_eq!(ActionName::Encrypt.row().permission, Some("kms:Encrypt"));
        let both = ActionName::ReEncrypt.row();
        assert_eq!(both.permission, Some("kms:ReEncryptTo"));
        assert_eq!(both.source_permission, Some("kms:ReEncryptFrom"));
        for action in ActionName::ALL.iter().filter(|action| action.changes()) {
            let row = action.row();
            assert!(row.audited && row.permission.is_some(), "{action:?}");
        }
        let is_free = |action: &&ActionName| action.row().permission.is_none();
        let free: Vec<_> = ActionName::ALL.iter().filter(is_free).collect();
        assert_eq!(free, [&ActionName::DescribeRegions, &ActionName::GetCallerIdentity]);
    }

    #[test]
    fn one_action_is_proven_by_a_token() {
        let proven = |action: &&ActionName| action.row().proof == Proof::Token;
        let by_token: Vec<_> = ActionName::ALL.iter().filter(proven).collect();
        assert_eq!(by_token, [&ActionName::AssumeRoleWithOIDC]);
        assert_eq!(ActionName::CreateOIDCProvider.row().permission, Some("ram:CreateOIDCProvider"));
    }
}
