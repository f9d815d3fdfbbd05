// SPDX-License-Identifier: Apache-2.0
//! CreateKey: a new key, enabled, with one version of fresh material.

use edgekms_api::{
    action::CreateKey,
    error::{ApiError, ErrorCode},
    id::{KeyId, KeyVersionId},
    kms::create_key::CreateKeyReply,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::{
    keyring::{
        record::{KeyRecord, NewKey, VersionRecord},
        roots,
        store::Change,
        stored,
    },
    material::hierarchy::{MaterialPlace, make_material, wrap_material},
    port::entropy::random_bytes,
};

impl KeyringRule for CreateKey {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<CreateKeyReply>, ApiError> {
        let (host, place) = (&context.host, context.place());
        if host.store.count_keys().map_err(stored)? >= host.limits.keys {
            return Err(ErrorCode::LimitExceeded.into());
        }
        let kind = self.kind();
        let key_id = KeyId::from_random_bytes(random_id(context)?);
        let version_id = KeyVersionId::from_random_bytes(random_id(context)?);
        // Only randomness that repeats itself meets another key; it must not be written over.
        if host.store.key(&key_id).map_err(stored)?.is_some()
            || host.store.version(&version_id).map_err(stored)?.is_some()
        {
            return Err(ApiError::internal("a new key's id is another's"));
        }
        let belongs = MaterialPlace {
            account: place.account.as_str(),
            region: place.region.as_str(),
            key_id: key_id.as_str(),
            version_id: version_id.as_str(),
            key_spec: kind.spec.as_str(),
        };
        let material = make_material(host.entropy).map_err(ApiError::internal)?;
        let wrapped = wrap_material(host.roots, &belongs, &material, host.entropy)
            .map_err(ApiError::internal)?;
        let now = context.now_secs;
        let version =
            VersionRecord::new(version_id.clone(), key_id.clone(), kind.spec, now, wrapped);
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
        });
        let reply = CreateKeyReply { key_metadata: key.metadata(place) };
        let mut changes =
            vec![Change::PutVersion(Box::new(version)), Change::PutKey(Box::new(key))];
        let noted = roots::note_current(host.roots, place, host.store);
        changes.extend(noted.map_err(stored)?);
        Ok(Decision::change(reply, key_id, changes))
    }
}

/// 122 bits of a random UUID: ids do not meet.
fn random_id(context: &KeyringContext<'_>) -> Result<[u8; 16], ApiError> {
    random_bytes(context.host.entropy).map_err(ApiError::internal)
}
