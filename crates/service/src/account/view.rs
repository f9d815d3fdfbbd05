// SPDX-License-Identifier: Apache-2.0
//! What isolates know of an account: enough to find out who calls and what it may do, without the account
//! itself. A view tells what one thing has; what that says in turn is in a view of its own, so that a
//! change of a policy is one view, however many have it.

use std::cell::OnceCell;

use edgekms_api::{
    account::{AccessKeyStatus, EntityId, RoleName, UserName},
    dialect::signature::AccessKeySecret,
    error::{ApiError, ErrorCode},
    id::AccountId,
};
use edgekms_policy::LazyPolicy;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    holder::Holder,
    oidc::OidcProviderRecord,
    record::{
        AccessKeyRecord, GroupRecord, Owner, PolicyRecord, PolicyRef, Record, RoleRecord,
        UserRecord, VersionRecord,
    },
    secret,
    store::{AccountStore, Change, Kind, LinkKind, Row},
    system,
};
use crate::object::name::EntityName;
use crate::{
    material::{hierarchy::HierarchyError, root_keys::RootKeys},
    port::PortError,
};

/// An access key, with its secret unwrapped when it is first asked for.
#[derive(Debug)]
pub struct AccessKeyView {
    record: AccessKeyRecord,
    secret: OnceCell<AccessKeySecret>,
}

impl AccessKeyView {
    fn read(text: &str) -> Result<Self, PortError> {
        Ok(Self { record: AccessKeyRecord::decode(text)?, secret: OnceCell::new() })
    }

    /// Whether requests may be signed with it.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.record.status == AccessKeyStatus::Active
    }

    /// Whom it stands for.
    #[must_use]
    pub const fn owner(&self) -> &Owner {
        &self.record.owner
    }

    /// What requests are signed with.
    ///
    /// # Errors
    /// [`HierarchyError`] if these root keys did not wrap it for this account.
    pub fn secret(
        &self,
        account: &AccountId,
        roots: &RootKeys,
    ) -> Result<AccessKeySecret, HierarchyError> {
        if let Some(secret) = self.secret.get() {
            return Ok(secret.clone());
        }
        let secret = secret::open(roots, account, &self.record)?;
        Ok(self.secret.get_or_init(|| secret).clone())
    }
}

/// What a user has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserView {
    /// Its name.
    pub name: UserName,
    /// The groups that it is in, by their ids.
    pub groups: Vec<EntityId>,
    /// The policies that are attached to it.
    pub policies: Vec<PolicyRef>,
}

/// What the members of a group have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupView {
    /// The policies that are attached to it.
    pub policies: Vec<PolicyRef>,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleView {
    /// Its id.
    pub role_id: String,
    /// Its name.
    pub name: RoleName,
    /// Who may take it on.
    pub trust: LazyPolicy,
    /// The longest session, in seconds.
    pub max_session_secs: u32,
    /// Sessions of another generation are over.
    pub generation: u32,
    /// The policies that are attached to it.
    pub policies: Vec<PolicyRef>,
}

/// What a policy says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyView {
    /// The version that counts.
    pub document: LazyPolicy,
}

/// A view, read.
#[derive(Debug)]
pub enum EntityView {
    /// An access key.
    AccessKey(AccessKeyView),
    /// A user.
    User(UserView),
    /// A group.
    Group(GroupView),
    /// A role.
    Role(RoleView),
    /// A policy.
    Policy(PolicyView),
    /// An account of the deployment: that it is there.
    Account,
    /// An identity provider.
    OidcProvider(OidcProviderRecord),
}

impl EntityView {
    /// Reads a text as what `name` says it is.
    ///
    /// # Errors
    /// [`PortError`] for one that this release did not write.
    pub fn read(name: &EntityName, text: &str) -> Result<Self, PortError> {
        Ok(match name {
            EntityName::AccessKey(_) => Self::AccessKey(AccessKeyView::read(text)?),
            EntityName::User(_) => Self::User(read(text)?),
            EntityName::Group(_) => Self::Group(read(text)?),
            EntityName::Role(_) => Self::Role(read(text)?),
            EntityName::Policy(_) => Self::Policy(read(text)?),
            EntityName::Account(_) => Self::Account,
            EntityName::OidcProvider(_) => Self::OidcProvider(OidcProviderRecord::decode(text)?),
        })
    }
}

impl EntityView {
    /// The role that it is.
    #[must_use]
    pub const fn as_role(&self) -> Option<&RoleView> {
        match self {
            Self::Role(role) => Some(role),
            _ => None,
        }
    }
}

fn read<V: DeserializeOwned>(text: &str) -> Result<V, PortError> {
    serde_json::from_str(text).map_err(|_| PortError::new("a view of an account does not parse"))
}

fn write<V: Serialize>(view: &V) -> Result<String, PortError> {
    serde_json::to_string(view).map_err(|error| PortError(error.to_string()))
}

fn record<R: Record>(row: Option<Row>) -> Result<Option<R>, PortError> {
    row.map(|row| R::decode(&row.record)).transpose()
}

fn policies(store: &dyn AccountStore, holder: &Holder) -> Result<Vec<PolicyRef>, PortError> {
    let links = store.links_from(LinkKind::Attached, &holder.key())?;
    Ok(links.iter().filter_map(|link| PolicyRef::of_key(&link.end)).collect())
}

/// The text of a view as the truth has it now; `None` if there is no such thing (any more).
///
/// # Errors
/// A store's failure.
pub fn view(store: &dyn AccountStore, name: &EntityName) -> Result<Option<String>, PortError> {
    match name {
        EntityName::Account(id) => {
            Ok(store.by_id(Kind::Account, id.as_str())?.map(|row| row.record))
        }
        EntityName::AccessKey(id) => {
            Ok(store.by_id(Kind::AccessKey, id.as_str())?.map(|row| row.record))
        }
        EntityName::User(id) => {
            let user: Option<UserRecord> = record(store.by_id(Kind::User, id.as_str())?)?;
            let Some(user) = user else { return Ok(None) };
            let groups = store.links_from(LinkKind::Member, id.as_str())?;
            let view = UserView {
                name: user.name,
                groups: groups.iter().filter_map(|link| link.end.parse().ok()).collect(),
                policies: policies(store, &Holder::User(user.user_id))?,
            };
            write(&view).map(Some)
        }
        EntityName::Group(id) => {
            let group: Option<GroupRecord> = record(store.by_id(Kind::Group, id.as_str())?)?;
            let Some(group) = group else { return Ok(None) };
            let policies = policies(store, &Holder::Group(group.group_id))?;
            write(&GroupView { policies }).map(Some)
        }
        EntityName::Role(name) => {
            let role: Option<RoleRecord> = record(store.by_name(Kind::Role, name.as_str())?)?;
            let Some(role) = role else { return Ok(None) };
            let view = RoleView {
                policies: policies(store, &Holder::Role(role.role_id.clone()))?,
                role_id: role.role_id,
                name: role.name,
                trust: LazyPolicy::new(role.trust),
                max_session_secs: role.max_session_secs,
                generation: role.generation,
            };
            write(&view).map(Some)
        }
        EntityName::Policy(name) => {
            let policy: Option<PolicyRecord> = record(store.by_id(Kind::Policy, name.as_str())?)?;
            let counting = policy.as_ref().and_then(PolicyRecord::counting);
            let document = |version: &VersionRecord| LazyPolicy::new(version.document.as_str());
            let view = counting.map(|version| PolicyView { document: document(version) });
            view.as_ref().map(write).transpose()
        }
        EntityName::OidcProvider(name) => {
            Ok(store.by_id(Kind::OidcProvider, name.as_str())?.map(|row| row.record))
        }
    }
}

/// The views that changes alter.
///
/// # Errors
/// A store's failure.
pub fn altered(store: &dyn AccountStore, changes: &[Change]) -> Result<Vec<EntityName>, PortError> {
    let mut names = Vec::new();
    for change in changes {
        match change {
            Change::Put(kind, row) => names.extend(name_of(*kind, &row.id, &row.name)),
            Change::Remove(kind, id) => {
                let row = store.by_id(*kind, id)?;
                names.extend(row.and_then(|row| name_of(*kind, &row.id, &row.name)));
            }
            Change::Link(LinkKind::Member, user, ..)
            | Change::Unlink(LinkKind::Member, user, _) => {
                names.extend(user.parse().ok().map(EntityName::User));
            }
            Change::Link(LinkKind::Attached, holder, ..)
            | Change::Unlink(LinkKind::Attached, holder, _) => {
                names.extend(holder_name(store, holder)?);
            }
            // An access key's own record says whose it is.
            Change::Link(LinkKind::Key, ..) | Change::Unlink(LinkKind::Key, ..) => {}
            Change::NoteNonce(_) | Change::ForgetNonces(_) | Change::NoteRoot { .. } => {}
        }
    }
    names.dedup();
    Ok(names)
}

fn name_of(kind: Kind, id: &str, name: &str) -> Option<EntityName> {
    match kind {
        Kind::AccessKey => id.parse().ok().map(EntityName::AccessKey),
        Kind::User => id.parse().ok().map(EntityName::User),
        Kind::Group => id.parse().ok().map(EntityName::Group),
        Kind::Role => name.parse().ok().map(EntityName::Role),
        Kind::Policy => id.parse().ok().map(EntityName::Policy),
        Kind::Account => id.parse().ok().map(EntityName::Account),
        Kind::OidcProvider => id.parse().ok().map(EntityName::OidcProvider),
    }
}

fn holder_name(store: &dyn AccountStore, holder: &str) -> Result<Option<EntityName>, PortError> {
    let Some((kind, id)) = holder.split_once('/') else { return Ok(None) };
    Ok(match kind {
        "user" => id.parse().ok().map(EntityName::User),
        "group" => id.parse().ok().map(EntityName::Group),
        // Roles are looked up by name.
        "role" => {
            let row = store.by_id(Kind::Role, id)?;
            row.and_then(|row| row.name.parse().ok().map(EntityName::Role))
        }
        _ => None,
    })
}

/// Every kind of view, in the order of the text in front of its names.
const IN_ORDER: [(&str, Kind); 7] = [
    ("access-key/", Kind::AccessKey),
    ("account/", Kind::Account),
    ("group/", Kind::Group),
    ("oidc-provider/", Kind::OidcProvider),
    ("policy/", Kind::Policy),
    ("role/", Kind::Role),
    ("user/", Kind::User),
];

/// Names of views, at most `limit`, after the text `after`: kind by kind, each in the order of what its
/// records are called.
///
/// # Errors
/// A store's failure.
pub fn view_names(
    store: &dyn AccountStore,
    after: &str,
    limit: u64,
) -> Result<Vec<EntityName>, PortError> {
    let mut names = Vec::new();
    for (before, kind) in IN_ORDER {
        let left = limit.saturating_sub(u64::try_from(names.len()).unwrap_or(u64::MAX));
        let begun = after.strip_prefix(before);
        if left == 0 || (begun.is_none() && after > before) {
            continue;
        }
        // Users and groups are published by their ids and kept in the order of their names.
        let id = begun.unwrap_or_default();
        let after = match kind {
            Kind::User | Kind::Group => {
                store.by_id(kind, id)?.map_or_else(String::new, |row| row.name)
            }
            Kind::AccessKey | Kind::Account | Kind::OidcProvider | Kind::Policy | Kind::Role => {
                id.to_owned()
            }
        };
        let rows = store.page(kind, &after, left)?;
        names.extend(rows.iter().filter_map(|row| name_of(kind, &row.id, &row.name)));
    }
    Ok(names)
}

/// What a system policy says.
///
/// # Errors
/// `EntityNotExist.Policy`.
pub fn system_policy(policy: &PolicyRef) -> Result<String, ApiError> {
    let record = system::find(&policy.name);
    let counting = record.as_ref().and_then(PolicyRecord::counting);
    Ok(counting.map(|version| version.document.clone()).ok_or(ErrorCode::PolicyNotExist)?)
}
