// SPDX-License-Identifier: Apache-2.0
//! What a rule about an account decides with, and what it has decided.

use edgekms_api::{
    account::{Entity, GroupName, Marker, PolicyName, PolicyType, RoleName, UserName},
    error::{ApiError, ErrorCode},
    id::{AccessKeyId, AccountId},
    number::Whole,
    place::Place,
};

use super::{
    holder::Holder,
    limit::Limit,
    record::{
        AccessKeyRecord, GroupRecord, Owner, PolicyRecord, PolicyRef, Record, RoleRecord,
        UserRecord,
    },
    store::{AccountStore, Change, Kind, Link, LinkKind, Row},
    system,
};
use crate::{
    identity::Caller,
    keyring::{roots, stored},
    material::root_keys::RootKeys,
    object::decision,
    port::{Entropy, entropy::random_bytes},
};

/// Rows of a page where `MaxItems` is absent.
const PAGE_DEFAULT: u32 = 100;

/// What a rule decides with.
pub struct AccountContext<'a> {
    /// The truth.
    pub store: &'a dyn AccountStore,
    /// Where it is.
    pub place: &'a Place,
    /// Who asks.
    pub caller: &'a Caller,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// The root keys, which wrap new secrets.
    pub roots: &'a RootKeys,
    /// Seconds since 1970, by the object's clock.
    pub now_secs: i64,
    /// Whether an identity provider may be on the machine itself.
    pub loopback_issuers: bool,
}

/// What a rule has decided.
pub type Decision<T> = decision::Decision<T, Change>;

/// To answer, and change nothing.
pub fn look<T>(reply: T) -> Decision<T> {
    Decision::look(reply, None)
}

/// To change this.
pub fn change<T>(reply: T, changes: Vec<Change>) -> Decision<T> {
    Decision { changes, ..look(reply) }
}

/// A page of a list.
pub struct Paged<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether more follow.
    pub is_truncated: bool,
    /// Where to go on, if more follow.
    pub marker: Option<String>,
}

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    after: &'a str,
    limit: usize,
}

impl<'a> Part<'a> {
    /// As a command asks.
    #[must_use]
    pub fn asked(marker: Option<&'a Marker>, max_items: Option<Whole<1, 1_000>>) -> Self {
        let limit = max_items.map_or(PAGE_DEFAULT, Whole::get);
        Self {
            after: marker.map_or("", |Marker(after)| after.as_str()),
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
        }
    }

    /// The position after which it begins.
    #[must_use]
    pub const fn after(&self) -> &'a str {
        self.after
    }

    /// Rows to ask a store for: one more than are told says whether any follow.
    #[must_use]
    pub fn rows_to_ask(&self) -> u64 {
        u64::try_from(self.limit).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// Keeps of these rows those to be told.
    pub fn cut<T>(&self, mut rows: Vec<T>, position: impl Fn(&T) -> String) -> Paged<T> {
        let is_truncated = rows.len() > self.limit;
        rows.truncate(self.limit);
        let last = rows.last().filter(|_| is_truncated);
        let marker = last.map(|row| Marker(position(row)).to_string());
        Paged { rows, is_truncated, marker }
    }
}

/// The change that stores a record.
///
/// # Errors
/// As [`Record::encode`].
pub fn put<R: Record>(record: &R) -> Result<Change, ApiError> {
    let text = record.encode().map_err(ApiError::internal)?;
    Ok(Change::Put(R::KIND, Row { id: record.id().to_owned(), name: record.name(), record: text }))
}

/// The change that takes a record away.
pub fn remove<R: Record>(record: &R) -> Change {
    Change::Remove(R::KIND, record.id().to_owned())
}

fn read<R: Record>(row: &Row) -> Result<R, ApiError> {
    R::decode(&row.record).map_err(stored)
}

impl AccountContext<'_> {
    /// Which account it is.
    #[must_use]
    pub const fn account(&self) -> &AccountId {
        &self.place.account
    }

    pub(super) fn named<R: Record>(&self, name: &str, missing: ErrorCode) -> Result<R, ApiError> {
        let row = self.store.by_name(R::KIND, name).map_err(stored)?;
        read(&row.ok_or(missing)?)
    }

    /// The user of this name.
    ///
    /// # Errors
    /// `EntityNotExist.User`.
    pub fn user(&self, name: &UserName) -> Result<UserRecord, ApiError> {
        self.named(name.as_str(), ErrorCode::UserNotExist)
    }

    /// The group of this name.
    ///
    /// # Errors
    /// `EntityNotExist.Group`.
    pub fn group(&self, name: &GroupName) -> Result<GroupRecord, ApiError> {
        self.named(name.as_str(), ErrorCode::GroupNotExist)
    }

    /// The role of this name, in whatever case.
    ///
    /// # Errors
    /// `EntityNotExist.Role`.
    pub fn role(&self, name: &RoleName) -> Result<RoleRecord, ApiError> {
        self.named(&name.as_str().to_ascii_lowercase(), ErrorCode::RoleNotExist)
    }

    /// A policy, the service's or the account's own.
    ///
    /// # Errors
    /// `EntityNotExist.Policy`.
    pub fn policy(&self, kind: PolicyType, name: &PolicyName) -> Result<PolicyRecord, ApiError> {
        match kind {
            PolicyType::Custom => self.named(name.as_str(), ErrorCode::PolicyNotExist),
            PolicyType::System => Ok(system::find(name).ok_or(ErrorCode::PolicyNotExist)?),
        }
    }

    /// A policy that can be changed: the account's own.
    ///
    /// # Errors
    /// `EntityNotExist.Policy`.
    pub fn own_policy(&self, name: &PolicyName) -> Result<PolicyRecord, ApiError> {
        self.policy(PolicyType::Custom, name)
    }

    /// Whether a new thing can have this name, and there is room for one more.
    ///
    /// # Errors
    /// `exists`; `LimitExceeded`.
    pub fn room_for(
        &self,
        kind: Kind,
        name: &str,
        exists: ErrorCode,
        limit: Limit,
    ) -> Result<(), ApiError> {
        if self.store.by_name(kind, name).map_err(stored)?.is_some() {
            return Err(exists.into());
        }
        limit.check(self.store.count(kind).map_err(stored)?)
    }

    /// A page of the records of one kind, in the order of their names.
    ///
    /// # Errors
    /// A store's failure.
    pub fn page<R: Record>(&self, part: &Part<'_>) -> Result<Paged<R>, ApiError> {
        let rows = self.store.page(R::KIND, part.after, part.rows_to_ask()).map_err(stored)?;
        let rows = rows.iter().map(read).collect::<Result<Vec<R>, _>>()?;
        Ok(part.cut(rows, Record::name))
    }

    /// What `from` belongs to.
    ///
    /// # Errors
    /// A store's failure.
    pub fn links_from(&self, kind: LinkKind, from: &str) -> Result<Vec<Link>, ApiError> {
        self.store.links_from(kind, from).map_err(stored)
    }

    /// How many belong to `to`.
    ///
    /// # Errors
    /// A store's failure.
    pub fn count_to(&self, kind: LinkKind, to: &str) -> Result<u64, ApiError> {
        self.store.count_to(kind, to).map_err(stored)
    }

    /// Refuses, if `from` belongs to anything.
    ///
    /// # Errors
    /// `conflict`.
    pub fn check_none_from(
        &self,
        kind: LinkKind,
        from: &str,
        conflict: ErrorCode,
    ) -> Result<(), ApiError> {
        if self.links_from(kind, from)?.is_empty() { Ok(()) } else { Err(conflict.into()) }
    }

    /// The record behind a link's end.
    ///
    /// # Errors
    /// A store's failure.
    pub fn linked<R: Record>(&self, id: &str) -> Result<Option<R>, ApiError> {
        let row = self.store.by_id(R::KIND, id).map_err(stored)?;
        row.as_ref().map(read).transpose()
    }

    /// Whose access keys a command is about: the user that it names, or whoever calls.
    ///
    /// # Errors
    /// `EntityNotExist.User`; `NoPermission` for a caller that can have none.
    pub fn owner(&self, user: Option<&UserName>) -> Result<Owner, ApiError> {
        match user {
            Some(name) => Ok(Owner::User(self.user(name)?.user_id)),
            None => self.caller.owner().ok_or_else(|| {
                ApiError::with_message(
                    ErrorCode::NoPermission,
                    "A role's session has no access keys. Name a user.",
                )
            }),
        }
    }

    /// An access key of this owner.
    ///
    /// # Errors
    /// `EntityNotExist.User.AccessKey`.
    pub fn access_key(&self, id: &AccessKeyId, owner: &Owner) -> Result<AccessKeyRecord, ApiError> {
        let key: AccessKeyRecord = self.named(id.as_str(), ErrorCode::AccessKeyNotExist)?;
        if key.owner == *owner { Ok(key) } else { Err(ErrorCode::AccessKeyNotExist.into()) }
    }

    /// The policies that are attached to somebody, and since when.
    ///
    /// # Errors
    /// A store's failure.
    pub fn attached(&self, holder: &Holder) -> Result<Vec<(PolicyRef, i64)>, ApiError> {
        let links = self.links_from(LinkKind::Attached, &holder.key())?;
        let read = |link: &Link| PolicyRef::of_key(&link.end).map(|policy| (policy, link.since));
        Ok(links.iter().filter_map(read).collect())
    }

    /// To how many users, groups and roles a policy is attached.
    ///
    /// # Errors
    /// A store's failure.
    pub fn attachments(&self, kind: PolicyType, policy: &PolicyRecord) -> Result<u32, ApiError> {
        let key = PolicyRef { kind, name: policy.name.clone() }.key();
        let count = self.count_to(LinkKind::Attached, &key)?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Somebody to whom a policy of the account's own is attached, if anybody is left.
    ///
    /// # Errors
    /// A store's failure.
    pub fn first_holder(&self, policy: &PolicyRecord) -> Result<Option<Holder>, ApiError> {
        let key = PolicyRef { kind: PolicyType::Custom, name: policy.name.clone() }.key();
        let links = self.store.links_to(LinkKind::Attached, &key, "", 1).map_err(stored)?;
        let Some(link) = links.first() else { return Ok(None) };
        let holder = Holder::of_key(&link.end);
        holder.map(Some).ok_or_else(|| ApiError::internal("a policy is attached to nobody's kind"))
    }

    /// 16 digits for a new account.
    ///
    /// # Errors
    /// `InternalFailure` if there is no randomness.
    pub fn new_account_id(&self) -> Result<AccountId, ApiError> {
        const FROM: u64 = 1_000_000_000_000_000;
        const SPAN: u64 = 9_000_000_000_000_000;
        let random: [u8; 8] = random_bytes(self.entropy).map_err(ApiError::internal)?;
        (FROM + u64::from_be_bytes(random) % SPAN).to_string().parse().map_err(ApiError::internal)
    }

    /// Whether it is the account that the deployment's settings name, which knows all others.
    #[must_use]
    pub fn is_deployments_own(&self) -> bool {
        self.caller.account == *self.account()
    }

    /// The change that keeps what the current root key is known again by, if it is not kept yet: whatever
    /// wraps something brings it along.
    ///
    /// # Errors
    /// A store's failure.
    pub fn note_root(&self) -> Result<Option<Change>, ApiError> {
        let noted = roots::unknown_current(self.roots, self.place, self.store).map_err(stored)?;
        Ok(noted.map(|(version, check)| Change::NoteRoot { version, check }))
    }

    /// All records of one kind.
    ///
    /// # Errors
    /// A store's failure.
    pub fn all<R: Record>(&self) -> Result<Vec<R>, ApiError> {
        let rows = self.store.page(R::KIND, "", u64::MAX).map_err(stored)?;
        rows.iter().map(read).collect()
    }

    /// The changes that leave nothing.
    ///
    /// # Errors
    /// A store's failure.
    pub fn remove_all(&self) -> Result<Vec<Change>, ApiError> {
        let mut changes = self.unlink_all(LinkKind::Key, Owner::Root.key())?;
        for kind in Kind::ALL {
            for row in self.store.page(kind, "", u64::MAX).map_err(stored)? {
                let holder = match kind {
                    Kind::User => Some(Holder::User(row.id.clone())),
                    Kind::Group => Some(Holder::Group(row.id.clone())),
                    Kind::Role => Some(Holder::Role(row.id.clone())),
                    Kind::AccessKey | Kind::Policy | Kind::Account | Kind::OidcProvider => None,
                };
                if let Some(holder) = holder {
                    changes.extend(self.unlink_all(LinkKind::Attached, holder.key())?);
                    changes.extend(self.unlink_all(LinkKind::Key, holder.key())?);
                    changes.extend(self.unlink_all(LinkKind::Member, row.id.clone())?);
                }
                changes.push(Change::Remove(kind, row.id));
            }
        }
        Ok(changes)
    }

    fn unlink_all(&self, kind: LinkKind, from: String) -> Result<Vec<Change>, ApiError> {
        let links = self.links_from(kind, &from)?.into_iter();
        Ok(links.map(|link| Change::Unlink(kind, from.clone(), link.end)).collect())
    }

    /// 18 digits that no other user or role of the account has.
    ///
    /// # Errors
    /// `InternalFailure` if there is no randomness.
    pub fn new_number(&self) -> Result<String, ApiError> {
        const FROM: u64 = 200_000_000_000_000_000;
        const SPAN: u64 = 700_000_000_000_000_000;
        let random: [u8; 8] = random_bytes(self.entropy).map_err(ApiError::internal)?;
        Ok((FROM + u64::from_be_bytes(random) % SPAN).to_string())
    }

    /// The id of a new group.
    ///
    /// # Errors
    /// `InternalFailure` if there is no randomness.
    pub fn new_group_id(&self) -> Result<String, ApiError> {
        let random: [u8; 8] = random_bytes(self.entropy).map_err(ApiError::internal)?;
        Ok(format!("g-{:016x}", u64::from_be_bytes(random)))
    }
}

/// The full name of something that an account holds, as policies write it.
#[must_use]
pub fn entity_arn(account: &AccountId, entity: Entity<'_>) -> String {
    format!("acs:ram:*:{account}:{entity}")
}
