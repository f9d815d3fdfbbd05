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

/// Where an action is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// By the keyring, which it changes: decided there, one at a time.
    Change,
    /// By the keyring, which it reads.
    Read,
    /// Anywhere, with a key's material from a copy of the key.
    Crypto,
    /// Anywhere, without a key.
    Edge,
    /// Anywhere, with a role from a copy of its account.
    Session,
    /// Anywhere, with what the objects say that hold the events of a place.
    Trail,
}

/// What an action touches that names neither a key nor an alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All keys of the place.
    Keys,
    /// All aliases of the place, also where it names a key.
    Aliases,
    /// Nothing that is kept.
    Nothing,
}

/// What an action's `KeyId` may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyNames {
    /// The action has none.
    None,
    /// The key itself. Alibaba: its id. AWS: its id or ARN.
    Key,
    /// As `Key`. Alibaba: also the default master key by its alias, as it has no id before its first need.
    First,
    /// The key itself, by its id or ARN.
    Arn,
    /// The key or one of its aliases. Alibaba: id, alias or key ARN. AWS: an alias's ARN too.
    Any,
}

/// Which calls share a rate (wire reference, section 2.2). Nothing here limits rates: the service does, by
/// these groups, at rates that an operator may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Throttle {
    /// 10 a second.
    CreateKey,
    /// 50 a second.
    Reads,
    /// 30 a second.
    Writes,
    /// 300 a second.
    TagReads,
    /// 1,000 a second.
    Symmetric,
    /// 200 a second.
    Asymmetric,
    /// 1 a second.
    Account,
}

/// Whether a client may send a call again when it does not know what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// The second time does no more than the first.
    Harmless,
    /// The second time would do more than the first, or report an error for what the first one did.
    Never,
}

/// What proves who makes a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The signature of an access key.
    Signature,
    /// A token that the command itself carries ([`Action::identity_token`]), whether anybody signs or not.
    Token,
}

/// The clouds that have an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clouds {
    /// Alibaba and AWS.
    Both,
    /// Alibaba alone.
    Aliyun,
    /// AWS alone.
    Aws,
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The name on the wire, and in policies and events.
    pub name: &'static str,
    /// Whose API it belongs to.
    pub product: Product,
    /// AWS's name. Several actions may share one: what a request says tells which it means.
    pub aws_name: &'static str,
    /// The folder of its rule, and its chapter in the reference.
    pub family: &'static str,
    /// Where it is carried out.
    pub kind: ActionKind,
    /// What it touches, if it names neither a key nor an alias.
    pub scope: Scope,
    /// What `KeyId` may be.
    pub key: KeyNames,
    /// The name that a policy allows or denies; none if every authenticated caller may.
    pub permission: Option<&'static str>,
    /// Whether it is for whoever runs the deployment, and for no account's users.
    pub is_operators: bool,
    /// What proves who calls.
    pub proof: Proof,
    /// The name for the key that it reads from, if that is another than the one that it works with.
    pub source_permission: Option<&'static str>,
    /// Whether a call leaves an event.
    pub audited: bool,
    /// Which calls it shares a rate with.
    pub throttle: Throttle,
    /// Whether a client may repeat it.
    pub repeat: Repeat,
    /// Which clouds have it.
    pub clouds: Clouds,
}

/// Hands the table to the macro `$with`: families, each with its [`Product`] in front, and with its rows.
///
/// A row: action, module of its contract and of its rule, [`ActionKind`], [`Scope`], [`KeyNames`], whether
/// it needs a `permission` (`from_to`: one for each of two keys), is the `operator`'s alone, `free`, or proven
/// by a `token` instead of a signature (a [`Proof`]), whether it is `audited`, [`Throttle`], [`Repeat`], and which [`Clouds`] have it: `Both`, `Aliyun`, `Aws`, or both
/// and AWS by the name that stands there.
#[macro_export]
macro_rules! with_actions {
    ($with:ident) => { $with! {
        kms key {
            CreateKey                       create_key                          Change Keys    None permission audited   CreateKey Never    Both;
            DescribeKey                     describe_key                        Read   Nothing Any  permission audited   Reads     Harmless Both;
            ListKeys                        list_keys                           Read   Keys    None permission audited   Reads     Harmless Both;
            UpdateKeyDescription            update_key_description              Change Nothing Key  permission audited   Writes    Harmless Both;
            EnableKey                       enable_key                          Change Nothing Key  permission audited   Writes    Harmless Both;
            DisableKey                      disable_key                         Change Nothing Key  permission audited   Writes    Harmless Both;
            ScheduleKeyDeletion             schedule_key_deletion               Change Nothing Key  permission audited   Writes    Never    Both;
            CancelKeyDeletion               cancel_key_deletion                 Change Nothing Key  permission audited   Writes    Never    Both;
            SetDeletionProtection           set_deletion_protection             Change Nothing Arn  permission audited   Writes    Harmless Aliyun;
            DescribeKeyVersion              describe_key_version                Read   Nothing Any  permission audited   Reads     Harmless Aliyun;
            ListKeyVersions                 list_key_versions                   Read   Nothing Any  permission audited   Reads     Harmless Aliyun;
        }
        kms rotation {
            UpdateRotationPolicy            update_rotation_policy              Change Nothing Key  permission audited   Writes    Harmless Aliyun;
            CreateKeyVersion                create_key_version                  Change Nothing Any  permission audited   Writes    Never    Aliyun;
            EnableKeyRotation               enable_key_rotation                 Change Nothing Key  permission audited   Writes    Harmless Aws;
            DisableKeyRotation              disable_key_rotation                Change Nothing Key  permission audited   Writes    Harmless Aws;
            GetKeyRotationStatus            get_key_rotation_status             Read   Nothing Key  permission audited   Reads     Harmless Aws;
            RotateKeyOnDemand               rotate_key_on_demand                Change Nothing Key  permission audited   Writes    Never    Aws;
            ListKeyRotations                list_key_rotations                  Read   Nothing Key  permission audited   Reads     Harmless Aws;
        }
        kms import {
            GetParametersForImport          get_parameters_for_import           Read   Nothing First permission audited   Writes    Harmless Both;
            ImportKeyMaterial               import_key_material                 Change Nothing Key  permission audited   Writes    Harmless Both;
            DeleteKeyMaterial               delete_key_material                 Change Nothing Key  permission audited   Writes    Harmless DeleteImportedKeyMaterial;
        }
        kms alias {
            CreateAlias                     create_alias                        Change Nothing Key  permission audited   Writes    Never    Both;
            UpdateAlias                     update_alias                        Change Nothing Key  permission audited   Writes    Harmless Both;
            DeleteAlias                     delete_alias                        Change Nothing None permission audited   Writes    Never    Both;
            ListAliases                     list_aliases                        Read   Aliases None permission audited   Reads     Harmless Both;
            ListAliasesByKeyId              list_aliases_by_key_id              Read   Nothing Key  permission audited   Reads     Harmless Aliyun;
        }
        kms tag {
            TagResource                     tag_resource                        Change Nothing Key  permission audited   Writes    Harmless Both;
            UntagResource                   untag_resource                      Change Nothing Key  permission audited   Writes    Harmless Both;
            ListResourceTags                list_resource_tags                  Read   Nothing Key  permission audited   TagReads  Harmless Both;
            TagResources                    tag_resources                       Change Nothing None permission audited   Writes    Harmless Aliyun;
            UntagResources                  untag_resources                     Change Nothing None permission audited   Writes    Harmless Aliyun;
            ListTagResources                list_tag_resources                  Read   Keys    None permission audited   TagReads  Harmless Aliyun;
        }
        kms policy {
            GetKeyPolicy                    get_key_policy                      Read   Nothing Arn  permission audited   Reads     Harmless Both;
            SetKeyPolicy                    set_key_policy                      Change Nothing Arn  permission audited   Writes    Harmless PutKeyPolicy;
            ListKeyPolicies                 list_key_policies                   Read   Nothing Arn  permission audited   Reads     Harmless Aws;
        }
        kms crypto {
            Encrypt                         encrypt                             Crypto Nothing Any  permission audited   Symmetric Harmless Both;
            Decrypt                         decrypt                             Crypto Nothing None permission audited   Symmetric Harmless Both;
            GenerateDataKey                 generate_data_key                   Crypto Nothing Any  permission audited   Symmetric Harmless Both;
            GenerateDataKeyWithoutPlaintext generate_data_key_without_plaintext Crypto Nothing Any  permission audited   Symmetric Harmless Both;
            ReEncrypt                       re_encrypt                          Crypto Nothing Any  from_to    audited   Symmetric Harmless Both;
            ExportDataKey                   export_data_key                     Crypto Nothing None permission audited   Symmetric Harmless Aliyun;
            GenerateAndExportDataKey        generate_and_export_data_key        Crypto Nothing Any  permission audited   Symmetric Harmless Aliyun;
            GenerateDataKeyPair             generate_data_key_pair              Crypto Nothing Any  permission audited   Symmetric Harmless Aws;
            GenerateDataKeyPairWithoutPlaintext generate_data_key_pair_without_plaintext Crypto Nothing Any  permission audited   Symmetric Harmless Aws;
            GenerateRandom                  generate_random                     Edge   Nothing None permission audited   Symmetric Harmless Aws;
            GenerateMac                     generate_mac                        Crypto Nothing Any  permission audited   Symmetric Harmless Both;
            VerifyMac                       verify_mac                          Crypto Nothing Any  permission audited   Symmetric Harmless Both;
        }
        kms asymmetric {
            AsymmetricSign                  asymmetric_sign                     Crypto Nothing Any  permission audited   Asymmetric Harmless Sign;
            AsymmetricVerify                asymmetric_verify                   Crypto Nothing Any  permission audited   Asymmetric Harmless Verify;
            AsymmetricEncrypt               asymmetric_encrypt                  Crypto Nothing Any  permission audited   Asymmetric Harmless Encrypt;
            AsymmetricDecrypt               asymmetric_decrypt                  Crypto Nothing Any  permission audited   Asymmetric Harmless Decrypt;
            GetPublicKey                    get_public_key                      Crypto Nothing Any  permission audited   Asymmetric Harmless Both;
        }
        kms service {
            DescribeRegions                 describe_regions                    Edge   Nothing None free       unaudited Reads     Harmless Aliyun;
            DescribeAccountKmsStatus        describe_account_kms_status         Edge   Nothing None permission audited   Account   Harmless Aliyun;
            OpenKmsService                  open_kms_service                    Edge   Nothing None permission audited   Account   Harmless Aliyun;
            DescribeService                 describe_service                    Edge   Nothing None permission audited   Reads     Harmless Aliyun;
            GetDefaultKmsInstance           get_default_kms_instance            Edge   Nothing None permission audited   Reads     Harmless Aliyun;
            ListKeyUsage                    list_key_usage                      Read   Keys    None permission audited   Reads     Harmless Aliyun;
        }
        kms operator {
            DescribeQuotas                  describe_quotas                     Read   Nothing None operator   audited   Reads     Harmless Aliyun;
            SetQuota                        set_quota                           Change Nothing None operator   audited   Writes    Harmless Aliyun;
            DescribeRootKeys                describe_root_keys                  Read   Nothing None operator   audited   Reads     Harmless Aliyun;
            RewrapKeys                      rewrap_keys                         Change Nothing None operator   audited   Writes    Harmless Aliyun;
            RetireRootKey                   retire_root_key                     Change Nothing None operator   audited   Writes    Never    Aliyun;
            BackupKeyring                   backup_keyring                      Change Nothing None operator   audited   Writes    Harmless Aliyun;
            RestoreKeyring                  restore_keyring                     Change Nothing None operator   audited   Writes    Harmless Aliyun;
            CloseKeyring                    close_keyring                       Change Nothing None operator   audited   Writes    Harmless Aliyun;
            ExportEvents                    export_events                       Trail  Nothing None operator   audited   Reads     Harmless Aliyun;
        }
        ram account {
            CreateAccount                   create_account                      Change Nothing None operator   audited   Writes    Never    Aliyun;
            ListAccounts                    list_accounts                       Read   Nothing None operator   audited   Reads     Harmless Aliyun;
            CreateAccountAccessKey          create_account_access_key           Change Nothing None operator   audited   Writes    Never    Aliyun;
            RewrapAccount                   rewrap_account                      Change Nothing None operator   audited   Writes    Harmless Aliyun;
            CloseAccount                    close_account                       Change Nothing None operator   audited   Writes    Harmless Aliyun;
            DeleteAccount                   delete_account                      Change Nothing None operator   audited   Writes    Never    Aliyun;
        }
        ram user {
            CreateUser                      create_user                         Change Nothing None permission audited   Writes    Never    Aliyun;
            GetUser                         get_user                            Read   Nothing None permission audited   Reads     Harmless Aliyun;
            ListUsers                       list_users                          Read   Nothing None permission audited   Reads     Harmless Aliyun;
            UpdateUser                      update_user                         Change Nothing None permission audited   Writes    Harmless Aliyun;
            DeleteUser                      delete_user                         Change Nothing None permission audited   Writes    Never    Aliyun;
        }
        ram access_key {
            CreateAccessKey                 create_access_key                   Change Nothing None permission audited   Writes    Never    Aliyun;
            ListAccessKeys                  list_access_keys                    Read   Nothing None permission audited   Reads     Harmless Aliyun;
            UpdateAccessKey                 update_access_key                   Change Nothing None permission audited   Writes    Harmless Aliyun;
            DeleteAccessKey                 delete_access_key                   Change Nothing None permission audited   Writes    Never    Aliyun;
        }
        ram group {
            CreateGroup                     create_group                        Change Nothing None permission audited   Writes    Never    Aliyun;
            GetGroup                        get_group                           Read   Nothing None permission audited   Reads     Harmless Aliyun;
            ListGroups                      list_groups                         Read   Nothing None permission audited   Reads     Harmless Aliyun;
            UpdateGroup                     update_group                        Change Nothing None permission audited   Writes    Harmless Aliyun;
            DeleteGroup                     delete_group                        Change Nothing None permission audited   Writes    Never    Aliyun;
            AddUserToGroup                  add_user_to_group                   Change Nothing None permission audited   Writes    Never    Aliyun;
            RemoveUserFromGroup             remove_user_from_group              Change Nothing None permission audited   Writes    Never    Aliyun;
            ListGroupsForUser               list_groups_for_user                Read   Nothing None permission audited   Reads     Harmless Aliyun;
            ListUsersForGroup               list_users_for_group                Read   Nothing None permission audited   Reads     Harmless Aliyun;
        }
        ram ram_policy {
            CreatePolicy                    create_policy                       Change Nothing None permission audited   Writes    Never    Aliyun;
            GetPolicy                       get_policy                          Read   Nothing None permission audited   Reads     Harmless Aliyun;
            ListPolicies                    list_policies                       Read   Nothing None permission audited   Reads     Harmless Aliyun;
            DeletePolicy                    delete_policy                       Change Nothing None permission audited   Writes    Never    Aliyun;
            CreatePolicyVersion             create_policy_version               Change Nothing None permission audited   Writes    Never    Aliyun;
            GetPolicyVersion                get_policy_version                  Read   Nothing None permission audited   Reads     Harmless Aliyun;
            ListPolicyVersions              list_policy_versions                Read   Nothing None permission audited   Reads     Harmless Aliyun;
            DeletePolicyVersion             delete_policy_version               Change Nothing None permission audited   Writes    Never    Aliyun;
            SetDefaultPolicyVersion         set_default_policy_version          Change Nothing None permission audited   Writes    Harmless Aliyun;
            ExplainPermission               explain_permission                  Read   Nothing None permission audited   Reads     Harmless Aliyun;
        }
        ram attachment {
            AttachPolicyToUser              attach_policy_to_user               Change Nothing None permission audited   Writes    Never    Aliyun;
            DetachPolicyFromUser            detach_policy_from_user             Change Nothing None permission audited   Writes    Never    Aliyun;
            ListPoliciesForUser             list_policies_for_user              Read   Nothing None permission audited   Reads     Harmless Aliyun;
            AttachPolicyToGroup             attach_policy_to_group              Change Nothing None permission audited   Writes    Never    Aliyun;
            DetachPolicyFromGroup           detach_policy_from_group            Change Nothing None permission audited   Writes    Never    Aliyun;
            ListPoliciesForGroup            list_policies_for_group             Read   Nothing None permission audited   Reads     Harmless Aliyun;
            AttachPolicyToRole              attach_policy_to_role               Change Nothing None permission audited   Writes    Never    Aliyun;
            DetachPolicyFromRole            detach_policy_from_role             Change Nothing None permission audited   Writes    Never    Aliyun;
            ListPoliciesForRole             list_policies_for_role              Read   Nothing None permission audited   Reads     Harmless Aliyun;
        }
        ram role {
            CreateRole                      create_role                         Change Nothing None permission audited   Writes    Never    Aliyun;
            GetRole                         get_role                            Read   Nothing None permission audited   Reads     Harmless Aliyun;
            ListRoles                       list_roles                          Read   Nothing None permission audited   Reads     Harmless Aliyun;
            UpdateRole                      update_role                         Change Nothing None permission audited   Writes    Harmless Aliyun;
            DeleteRole                      delete_role                         Change Nothing None permission audited   Writes    Never    Aliyun;
            RevokeRoleSessions              revoke_role_sessions                Change Nothing None permission audited   Writes    Harmless Aliyun;
        }
        ims oidc_provider {
            CreateOIDCProvider              create_oidc_provider                Change Nothing None permission audited   Writes    Never    Aliyun;
            GetOIDCProvider                 get_oidc_provider                   Read   Nothing None permission audited   Reads     Harmless Aliyun;
            ListOIDCProviders               list_oidc_providers                 Read   Nothing None permission audited   Reads     Harmless Aliyun;
            UpdateOIDCProvider              update_oidc_provider                Change Nothing None permission audited   Writes    Harmless Aliyun;
            DeleteOIDCProvider              delete_oidc_provider                Change Nothing None permission audited   Writes    Never    Aliyun;
            AddClientIdToOIDCProvider       add_client_id_to_oidc_provider      Change Nothing None permission audited   Writes    Harmless Aliyun;
            RemoveClientIdFromOIDCProvider  remove_client_id_from_oidc_provider Change Nothing None permission audited   Writes    Harmless Aliyun;
            AddFingerprintToOIDCProvider    add_fingerprint_to_oidc_provider    Change Nothing None permission audited   Writes    Harmless Aliyun;
            RemoveFingerprintFromOIDCProvider remove_fingerprint_from_oidc_provider Change Nothing None permission audited   Writes    Harmless Aliyun;
        }
        sts session {
            AssumeRole                      assume_role                         Session Nothing None permission audited   Writes    Harmless Both;
            AssumeRoleWithOIDC              assume_role_with_oidc               Session Nothing None token      audited   Writes    Harmless AssumeRoleWithWebIdentity;
            GetCallerIdentity               get_caller_identity                 Edge   Nothing None free       audited   Reads     Harmless Both;
        }
        trail trail {
            LookupEvents                    lookup_events                       Trail  Nothing None permission audited   Reads     Harmless Aliyun;
        }
    } };
}

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

with_actions!(define);

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
