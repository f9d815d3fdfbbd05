// SPDX-License-Identifier: Apache-2.0
//! CreateKey: a new key, enabled, with one version of fresh material; or one that waits for material to be
//! imported, with no version yet.

use edgekms_api::{
    action::CreateKey,
    error::{ApiError, ErrorCode},
    key::Origin,
    kms::create_key::CreateKeyReply,
    quota::Quota,
};
use edgekms_policy::LazyPolicy;

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{
    class,
    closing::check_open,
    customers_keys,
    prepared::{NewIds, Prepared, PreparedVersion, Preparing},
    record::{AliasRecord, KeyRecord, NewKey},
    roots, rotation,
    store::Change,
    stored,
};

impl KeyringRule for CreateKey {
    async fn prepare(&self, preparing: &Preparing<'_>) -> Result<Option<Prepared>, ApiError> {
        let kind = self.kind();
        match kind.origin {
            Origin::AliyunKms => {
                preparing.new_key(kind.spec, kind.protection_level).await.map(Some)
            }
            Origin::External => preparing.new_external_key().map(Some),
        }
    }

    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<CreateKeyReply>, ApiError> {
        let (host, place) = (&context.host, context.place());
        check_open(host.store, context.now_secs)?;
        let alias = self.kept.alias();
        if let Some(alias) = &alias {
            // Whoever else needed it was first.
            if let Some(held) = host.store.alias(alias).map_err(stored)? {
                let key = host.store.key(&held.key_id).map_err(stored)?;
                let key = key.ok_or(ErrorCode::KeyNotFound)?;
                class::may_see(&key.kept, context.permit.caller())?;
                let reply = CreateKeyReply { key_metadata: key.metadata(place) };
                return Ok(Decision::look(reply, Some(key.key_id)));
            }
        } else {
            host.quotas.check(Quota::Keys, customers_keys(host.store).map_err(stored)?, 1)?;
        }
        let (kind, now) = (self.kind(), context.now_secs);
        let version = match kind.origin {
            Origin::AliyunKms => Some(context.new_version(kind.spec)?),
            Origin::External => None,
        };
        let NewIds { key_id, version_id } = match &version {
            Some(PreparedVersion { key_id, version_id, .. }) => {
                let held = host.store.count_versions().map_err(stored)?;
                host.quotas.check(Quota::KeyVersions, held, 1)?;
                NewIds { key_id: key_id.clone(), version_id: version_id.clone() }
            }
            // Counted when its material comes.
            None => context.new_ids()?,
        };
        // Only randomness that repeats itself meets another key; it must not be written over.
        if host.store.key(&key_id).map_err(stored)?.is_some()
            || host.store.version(&version_id).map_err(stored)?.is_some()
        {
            return Err(ApiError::internal("a new key's id is another's"));
        }
        let key = KeyRecord::new(NewKey {
            key_id: key_id.clone(),
            primary_version: version_id,
            created: now,
            creator: context.permit.caller().account.clone(),
            description: self.description.unwrap_or_default().to_string(),
            spec: kind.spec,
            usage: kind.usage,
            origin: kind.origin,
            protection_level: kind.protection_level,
            tags: self.tags.0,
            rotation: self.rotation_interval.filter(|_| self.enable_automatic_rotation),
            policy: self.policy.map(|policy| LazyPolicy::new(policy.as_str())),
            kept: self.kept,
        });
        let job = rotation::agenda(&key);
        let reply = CreateKeyReply { key_metadata: key.metadata(place) };
        let mut changes = vec![Change::PutKey(Box::new(key))];
        if let Some(version) = version {
            let version = version.into_record(now, place, host.roots, host.store)?;
            changes.extend(roots::note_of(&version, host.roots, place, host.store)?);
            changes.push(Change::PutVersion(Box::new(version)));
        }
        let alias = alias.map(|name| AliasRecord::new(name, key_id.clone(), now));
        changes.extend(alias.map(Change::PutAlias));
        Ok(Decision::change(reply, key_id, changes).with_job(job))
    }
}
