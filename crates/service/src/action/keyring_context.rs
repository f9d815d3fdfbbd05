// SPDX-License-Identifier: Apache-2.0
//! What rules of the keyring decide with, and what is alike in many of them.

use edgekms_api::{
    action::Empty,
    error::{ApiError, ErrorCode},
    id::{AliasName, KeyId},
    key::{KeyReference, KeySpec, Tag, kept::Kept, reference::Local, rotation::RotationInterval},
    place::Place,
    quota::Quota,
};

use crate::{
    authorise::{KeyFacts, Permit},
    keyring::{
        KeyringHost, class,
        prepared::{NewIds, Prepared, PreparedVersion, Ready},
        record::{AliasRecord, KeyRecord},
        rotation::{Turn, agenda},
        state::{self, Use},
        store::Change,
        stored,
    },
    object::decision,
};

/// What a rule of the keyring decides with.
pub struct KeyringContext<'a> {
    /// The keyring's own means.
    pub host: KeyringHost<'a>,
    /// Leave to look up what the command names.
    pub permit: Permit<'a>,
    /// Seconds since 1970, by the keyring's clock.
    pub now_secs: i64,
    /// What was prepared for the command.
    pub prepared: Option<Prepared>,
}

/// What a rule of the keyring has decided.
pub type Decision<T> = decision::Decision<T, Change>;

impl<T> Decision<T> {
    /// To change this.
    pub(super) fn change(reply: T, key_id: KeyId, changes: Vec<Change>) -> Self {
        Self { changes, ..Self::look(reply, Some(key_id)) }
    }

    /// To change a key's state, its rotation or its primary version.
    pub(super) fn change_key(reply: T, key: KeyRecord) -> Self {
        let (job, key_id) = (agenda(&key), key.key_id.clone());
        Self::change(reply, key_id, vec![Change::PutKey(Box::new(key))]).with_job(job)
    }
}

impl KeyringContext<'_> {
    pub(super) fn place(&self) -> &Place {
        self.permit.place()
    }

    /// The new version that was prepared, of `spec`.
    pub(super) fn new_version(&self, spec: KeySpec) -> Result<PreparedVersion, ApiError> {
        let version = self.prepared.as_ref().and_then(Prepared::version);
        let version = version.filter(|version| version.spec == spec);
        version.cloned().ok_or_else(|| ApiError::internal("no such key version was prepared"))
    }

    /// The ids that were prepared for a key whose material comes later.
    pub(super) fn new_ids(&self) -> Result<NewIds, ApiError> {
        match &self.prepared {
            Some(Prepared { ready: Ready::Ids(ids), .. }) => Ok(ids.clone()),
            _ => Err(ApiError::internal("no ids were prepared")),
        }
    }

    /// Loads the key that a command names, then asks whether its class and its state permit what is meant.
    pub(super) fn key_for(
        &self,
        reference: &KeyReference,
        what: Use,
    ) -> Result<KeyRecord, ApiError> {
        let key_id = self.resolve(reference)?;
        let key = self.leave_for(&key_id)?.ok_or(ErrorCode::KeyNotFound)?;
        class::may_see(&key.kept, self.permit.caller())?;
        key.class().check(what)?;
        state::check(what, key.state)?;
        Ok(key)
    }

    /// The key of this id, if there is one, once the caller has leave.
    pub(super) fn leave_for(&self, key_id: &KeyId) -> Result<Option<KeyRecord>, ApiError> {
        let key = self.host.store.key(key_id).map_err(stored)?;
        match &key {
            Some(key) => self.permit.found(&key.facts())?,
            // An alias outlives its key.
            None => {
                let kept = Kept::Customer;
                self.permit.found(&KeyFacts { key_id, kept: &kept, tags: &[], policy: None })?;
            }
        }
        Ok(key)
    }

    /// What a new version of a key is decided with.
    pub(super) fn turn(&self) -> Turn<'_> {
        Turn {
            store: self.host.store,
            roots: self.host.roots,
            place: self.place(),
            quotas: &self.host.quotas,
            now_secs: self.now_secs,
        }
    }

    /// Has a key get new versions by itself at this interval, or no longer.
    pub(super) fn set_rotation(
        &self,
        named: &KeyReference,
        interval: Option<RotationInterval>,
    ) -> Result<Decision<Empty>, ApiError> {
        let key = self.key_for(named, Use::Cryptography)?;
        key.kind().check_rotates()?;
        let secs = interval.map(RotationInterval::secs);
        Ok(Decision::change_key(Empty {}, key.changed(|key| key.rotation_secs = secs)))
    }

    /// Gives a key these tags.
    pub(super) fn tag(&self, key: &mut KeyRecord, tags: &[Tag]) -> Result<(), ApiError> {
        for tag in tags {
            match key.tags.iter_mut().find(|held| held.key == tag.key) {
                Some(held) => held.clone_from(tag),
                None => key.tags.push(tag.clone()),
            }
        }
        let held = u64::try_from(key.tags.len()).unwrap_or(u64::MAX);
        self.host.quotas.check(Quota::KeyTags, held, 0)
    }

    /// Changes all of these keys, or none: a key that may not be changed refuses the whole.
    pub(super) fn annotate_all(
        &self,
        keys: &[KeyId],
        change: impl Fn(&mut KeyRecord) -> Result<(), ApiError>,
    ) -> Result<Decision<Empty>, ApiError> {
        let changed = keys.iter().map(|id| {
            let key = self.key_for(&KeyReference::Id(id.clone()), Use::Annotate)?;
            let mut key = key.changed(|_| ());
            change(&mut key)?;
            Ok(Change::PutKey(Box::new(key)))
        });
        let changes = changed.collect::<Result<_, ApiError>>()?;
        Ok(Decision { changes, ..Decision::look(Empty {}, None) })
    }

    pub(super) fn alias(&self, name: &AliasName) -> Result<AliasRecord, ApiError> {
        let found = self.host.store.alias(name).map_err(stored)?;
        found.ok_or_else(|| ErrorCode::AliasNotFound.into())
    }

    /// The id behind any way of naming a key of this place.
    pub(super) fn resolve(&self, reference: &KeyReference) -> Result<KeyId, ApiError> {
        let name = match reference.within(self.place())? {
            Local::Key(id) => return Ok(id.clone()),
            Local::Alias(name) => name,
        };
        Ok(self.alias(name)?.key_id)
    }
}
