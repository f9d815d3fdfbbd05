// SPDX-License-Identifier: Apache-2.0
//! CreateKey: a new key, enabled, with one version of fresh material.

use edgekms_api::{
    action::{
        CreateKey,
        create_key::{CreateKeyRequest, CreateKeyResponse},
    },
    error::{ApiError, ErrorCode},
    id::{KeyId, KeyVersionId},
};

use super::{Decision, KeyringAction, KeyringContext};
use crate::{
    authorise::Resource,
    keyring::{
        record::{KeyRecord, NewKey, VersionRecord},
        roots,
        store::Change,
        stored,
    },
    material::hierarchy::{MaterialPlace, make_material, wrap_material},
    port::entropy::random_bytes,
};

impl KeyringAction for CreateKey {
    fn decide(
        request: CreateKeyRequest,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<CreateKeyResponse>, ApiError> {
        context.authorise(&[Resource::Keys])?;
        let host = &context.host;
        if host.store.count_keys().map_err(stored)? >= host.limits.keys {
            return Err(ErrorCode::LimitExceeded.into());
        }
        let key_id = KeyId::from_random_bytes(random_id(context)?);
        let version_id = KeyVersionId::from_random_bytes(random_id(context)?);
        let place = MaterialPlace {
            account: context.place.account.as_str(),
            region: context.place.region.as_str(),
            key_id: key_id.as_str(),
            version_id: version_id.as_str(),
            key_spec: request.kind.spec.as_str(),
        };
        let material = make_material(host.entropy).map_err(ApiError::internal)?;
        let wrapped = wrap_material(host.roots, &place, &material, host.entropy)
            .map_err(ApiError::internal)?;
        let spec = request.kind.spec;
        let now = context.now_secs;
        let version = VersionRecord::new(version_id.clone(), key_id.clone(), spec, now, wrapped);
        let key = KeyRecord::new(NewKey {
            key_id: key_id.clone(),
            primary_version: version_id,
            created: now,
            creator: context.caller.account.clone(),
            description: request.description,
            spec,
            usage: request.kind.usage,
            origin: request.kind.origin,
            protection_level: request.kind.protection_level,
            tags: request.tags,
        });
        let response = CreateKeyResponse { key_metadata: key.metadata(context.place) };
        let mut changes =
            vec![Change::PutVersion(Box::new(version)), Change::PutKey(Box::new(key))];
        let noted = roots::note_current(host.roots, context.place, host.store);
        changes.extend(noted.map_err(stored)?);
        Ok(Decision::change(response, key_id, changes))
    }
}

/// 122 bits of a random UUID: ids do not meet.
fn random_id(context: &KeyringContext<'_>) -> Result<[u8; 16], ApiError> {
    random_bytes(context.host.entropy).map_err(ApiError::internal)
}
