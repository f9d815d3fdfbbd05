// SPDX-License-Identifier: Apache-2.0
//! What is stored of each thing that an account holds: JSON, pinned by the tests below. A field that is
//! added later has a default; one of a later release is refused, so that no release writes over what it
//! does not know.

use edgekms_api::{
    account::{
        AccessKeyStatus, Account, Comments, DisplayName, Email, Group, GroupName, MobilePhone,
        Policy, PolicyName, PolicyType, PolicyVersion, PolicyVersionId, RamDescription, Role,
        RoleName, User, UserName,
    },
    error::ApiError,
    id::{AccessKeyId, AccountId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{holder::Holder, limit, store::Kind};
use crate::{material::hierarchy::WrappedMaterial, port::PortError};

/// One thing that an account holds.
pub trait Record: Serialize + DeserializeOwned {
    /// What it is.
    const KIND: Kind;

    /// What it is known by for as long as there is one.
    fn id(&self) -> &str;

    /// What it is called, in the form in which no two may be equal.
    fn name(&self) -> String;

    /// Its stored text.
    ///
    /// # Errors
    /// [`PortError`] if it has none, which no record of numbers and texts does.
    fn encode(&self) -> Result<String, PortError> {
        serde_json::to_string(self).map_err(|error| PortError(error.to_string()))
    }

    /// Reads a stored text.
    ///
    /// # Errors
    /// [`PortError`] for one that this release did not write.
    fn decode(text: &str) -> Result<Self, PortError> {
        // The text can hold a wrapped secret: it stays out of the error.
        serde_json::from_str(text)
            .map_err(|_| PortError(format!("a record of a {} does not parse", Self::KIND.as_str())))
    }
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserRecord {
    /// 18 digits.
    pub user_id: String,
    /// Its name.
    pub name: UserName,
    /// What people call it.
    pub display_name: Option<DisplayName>,
    /// Its mobile phone.
    pub mobile_phone: Option<MobilePhone>,
    /// Its email address.
    pub email: Option<Email>,
    /// Comments.
    pub comments: Option<Comments>,
    /// Seconds since 1970.
    pub created: i64,
    /// Seconds since 1970.
    pub updated: i64,
}

/// An access key, with its secret as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessKeyRecord {
    /// Its id.
    pub access_key_id: AccessKeyId,
    /// Whom it stands for.
    pub owner: Owner,
    /// The secret, wrapped under the root key for this id.
    pub secret: WrappedMaterial,
    /// Whether requests may be signed with it.
    pub status: AccessKeyStatus,
    /// Seconds since 1970.
    pub created: i64,
}

/// Whom an access key stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// The account itself.
    Root,
    /// The user of this id.
    User(String),
}

impl Owner {
    /// As it stands in links.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Root => "root".to_owned(),
            Self::User(id) => Holder::User(id.clone()).key(),
        }
    }
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRecord {
    /// `g-` and 16 hexadecimal digits.
    pub group_id: String,
    /// Its name.
    pub name: GroupName,
    /// Comments.
    pub comments: Option<Comments>,
    /// Seconds since 1970.
    pub created: i64,
    /// Seconds since 1970.
    pub updated: i64,
}

/// A policy of the account's own, with its versions, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRecord {
    /// Its name.
    pub name: PolicyName,
    /// What it is for.
    pub description: Option<RamDescription>,
    /// The version that counts.
    pub default_version: PolicyVersionId,
    /// The number of the version that comes next.
    pub next_version: u32,
    /// Seconds since 1970.
    pub created: i64,
    /// Seconds since 1970.
    pub updated: i64,
    /// The versions.
    pub versions: Vec<VersionRecord>,
}

/// A version of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionRecord {
    /// Its name.
    pub id: PolicyVersionId,
    /// What it allows and denies.
    pub document: String,
    /// Seconds since 1970.
    pub created: i64,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRecord {
    /// 18 digits.
    pub role_id: String,
    /// Its name.
    pub name: RoleName,
    /// What it is for.
    pub description: Option<RamDescription>,
    /// Who may assume it.
    pub trust: String,
    /// The longest session, in seconds.
    pub max_session_secs: u32,
    /// Sessions of another generation are over.
    pub generation: u32,
    /// Seconds since 1970.
    pub created: i64,
    /// Seconds since 1970.
    pub updated: i64,
}

/// An account that the operator has made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountRecord {
    /// 16 digits.
    pub account_id: AccountId,
    /// What people call it.
    pub display_name: Option<DisplayName>,
    /// Seconds since 1970.
    pub created: i64,
}

/// Where a policy is found: the service's or the account's own, and its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRef {
    /// Whose it is.
    #[serde(rename = "type")]
    pub kind: PolicyType,
    /// Its name.
    pub name: PolicyName,
}

impl PolicyRef {
    /// As it stands in the account's database, `Custom/<name>`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}", self.kind, self.name)
    }

    /// What [`Self::key`] made.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        let (kind, name) = key.split_once('/')?;
        Some(Self { kind: kind.parse().ok()?, name: name.parse().ok()? })
    }
}

impl Record for UserRecord {
    const KIND: Kind = Kind::User;

    fn id(&self) -> &str {
        &self.user_id
    }

    fn name(&self) -> String {
        self.name.to_string()
    }
}

impl Record for AccessKeyRecord {
    const KIND: Kind = Kind::AccessKey;

    fn id(&self) -> &str {
        self.access_key_id.as_str()
    }

    fn name(&self) -> String {
        self.access_key_id.to_string()
    }
}

impl Record for GroupRecord {
    const KIND: Kind = Kind::Group;

    fn id(&self) -> &str {
        &self.group_id
    }

    fn name(&self) -> String {
        self.name.to_string()
    }
}

impl Record for PolicyRecord {
    const KIND: Kind = Kind::Policy;

    fn id(&self) -> &str {
        self.name.as_str()
    }

    fn name(&self) -> String {
        self.name.to_string()
    }
}

impl Record for RoleRecord {
    const KIND: Kind = Kind::Role;

    fn id(&self) -> &str {
        &self.role_id
    }

    /// Roles are found by their ARNs, which are in lower case.
    fn name(&self) -> String {
        self.name.as_str().to_ascii_lowercase()
    }
}

impl Record for AccountRecord {
    const KIND: Kind = Kind::Account;

    fn id(&self) -> &str {
        self.account_id.as_str()
    }

    fn name(&self) -> String {
        self.account_id.to_string()
    }
}

impl AccountRecord {
    /// The account as it is told.
    #[must_use]
    pub fn told(self) -> Account {
        Account {
            account_id: self.account_id,
            display_name: self.display_name,
            create_date: time(self.created),
        }
    }
}

fn version_id(number: u32) -> Result<PolicyVersionId, ApiError> {
    format!("v{number}").parse().map_err(ApiError::internal)
}

const fn time(secs: i64) -> Timestamp {
    Timestamp::from_unix_secs(secs)
}

impl UserRecord {
    /// The user as it is told.
    #[must_use]
    pub fn told(self) -> User {
        User {
            user_id: self.user_id,
            user_name: self.name,
            display_name: self.display_name,
            mobile_phone: self.mobile_phone,
            email: self.email,
            comments: self.comments,
            create_date: time(self.created),
            update_date: time(self.updated),
        }
    }
}

impl GroupRecord {
    /// The group as it is told.
    #[must_use]
    pub fn told(self) -> Group {
        Group {
            group_id: self.group_id,
            group_name: self.name,
            comments: self.comments,
            create_date: time(self.created),
            update_date: time(self.updated),
        }
    }
}

impl RoleRecord {
    /// The role as it is told by itself.
    #[must_use]
    pub fn told(self, account: &AccountId) -> Role {
        let trust = Some(self.trust.clone());
        Role { assume_role_policy_document: trust, ..self.row(account) }
    }

    /// The role as it is told in a list.
    #[must_use]
    pub fn row(self, account: &AccountId) -> Role {
        Role {
            arn: format!("acs:ram::{account}:role/{}", Record::name(&self)),
            role_id: self.role_id,
            role_name: self.name,
            description: self.description,
            assume_role_policy_document: None,
            max_session_duration: self.max_session_secs,
            create_date: time(self.created),
            update_date: time(self.updated),
        }
    }
}

impl PolicyRecord {
    /// A new policy, whose first version counts.
    ///
    /// # Errors
    /// `InternalFailure` only if a version's name is none.
    pub fn new(
        name: PolicyName,
        description: Option<RamDescription>,
        document: String,
        now_secs: i64,
    ) -> Result<Self, ApiError> {
        let mut policy = Self {
            name,
            description,
            default_version: version_id(1)?,
            next_version: 1,
            created: now_secs,
            updated: now_secs,
            versions: Vec::new(),
        };
        policy.add_version(document, now_secs)?;
        Ok(policy)
    }

    /// Adds a version, which does not count.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn add_version(
        &mut self,
        document: String,
        now_secs: i64,
    ) -> Result<VersionRecord, ApiError> {
        let version =
            VersionRecord { id: version_id(self.next_version)?, document, created: now_secs };
        self.next_version = self.next_version.saturating_add(1);
        self.versions.push(version.clone());
        Ok(version)
    }

    /// Drops the oldest version that does not count, if there are as many as there can be.
    pub fn make_room(&mut self) {
        let most = usize::try_from(limit::POLICY_VERSIONS.most).unwrap_or(usize::MAX);
        let counts = |version: &VersionRecord| version.id == self.default_version;
        if self.versions.len() >= most
            && let Some(at) = self.versions.iter().position(|version| !counts(version))
        {
            self.versions.remove(at);
        }
    }

    /// The policy as it is told, attached to so many.
    #[must_use]
    pub fn told(&self, kind: PolicyType, attachment_count: u32) -> Policy {
        Policy {
            policy_name: self.name.clone(),
            policy_type: kind,
            description: self.description.clone(),
            default_version: self.default_version.clone(),
            attachment_count,
            create_date: time(self.created),
            update_date: time(self.updated),
        }
    }

    /// A version as it is told.
    #[must_use]
    pub fn told_version(&self, version: &VersionRecord) -> PolicyVersion {
        PolicyVersion {
            version_id: version.id.clone(),
            is_default_version: version.id == self.default_version,
            policy_document: version.document.clone(),
            create_date: time(version.created),
        }
    }

    /// The version of this name.
    #[must_use]
    pub fn version(&self, id: &PolicyVersionId) -> Option<&VersionRecord> {
        self.versions.iter().find(|version| version.id == *id)
    }

    /// The version that counts.
    #[must_use]
    pub fn counting(&self) -> Option<&VersionRecord> {
        self.version(&self.default_version)
    }
}
