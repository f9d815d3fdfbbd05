// SPDX-License-Identifier: Apache-2.0
//! Using a key with a keyring of the release before, which knows of no changes, no revisions and no
//! seals: every view is asked of it, and none is kept. To be dropped with message version 1.

use std::rc::Rc;

use edgekms_api::{
    error::{ApiError, ErrorCode},
    id::KeyId,
    key::KeyReference,
};

use super::{
    cache::{Held, LoadedVersion},
    resolver::{Permit, Resolver, Target, missing, read},
    talk::misplaced,
};
use crate::{
    keyring::{
        message::{Answer, Ask, ViewQuestion},
        name::ViewName,
        record::KeyView,
    },
    material::blob::{ParsedBlob, blob_refused},
};

impl Resolver<'_> {
    /// As [`Resolver::ready`], with a keyring that cannot say what has changed: every view is asked
    /// of it, and none is kept.
    pub(super) async fn ready_without_copies(
        &self,
        target: Target<'_>,
        permit: Permit<'_>,
    ) -> Result<Rc<LoadedVersion>, ApiError> {
        let (key_id, named) = match target {
            Target::Blob(bytes) => {
                let blob = ParsedBlob::parse(bytes).map_err(|_| blob_refused())?;
                let name = ViewName::Version(blob.into_version_id());
                let Held::Version(version) = self.truth(&name, target).await? else {
                    return Err(misplaced());
                };
                (version.key_id.clone(), Some(version))
            }
            Target::Key(KeyReference::Id(id)) => (id.clone(), None),
            Target::Key(KeyReference::Arn(arn)) => (arn.key_id.clone(), None),
            Target::Key(KeyReference::Alias(name)) => {
                let name = ViewName::Alias(name.clone());
                let Held::Alias(key_id) = self.truth(&name, target).await? else {
                    return Err(misplaced());
                };
                (key_id, None)
            }
        };
        if let Target::Key(KeyReference::Arn(arn)) = target
            && *arn != self.copies.place.key_arn(&arn.key_id)
        {
            return Err(ErrorCode::KeyNotFound.into());
        }
        let key = self.truth_of_key(key_id, target).await?;
        permit(&key)?;
        let version = match named {
            Some(version) => version,
            None => {
                let name = ViewName::Version(key.primary_version.clone());
                let Held::Version(version) = self.truth(&name, target).await? else {
                    return Err(misplaced());
                };
                version
            }
        };
        self.unwrap(&version, &key)
    }

    async fn truth_of_key(&self, id: KeyId, target: Target<'_>) -> Result<Rc<KeyView>, ApiError> {
        match self.truth(&ViewName::Key(id), target).await? {
            Held::Key(key) => Ok(key),
            _ => Err(misplaced()),
        }
    }

    async fn truth(&self, name: &ViewName, target: Target<'_>) -> Result<Held, ApiError> {
        let question = ViewQuestion { name: name.clone(), missed: false };
        let Answer::View(answer) = self.talk().question(Ask::View(question)).await? else {
            return Err(misplaced());
        };
        let body = answer.body.ok_or_else(|| missing(name, target))?;
        read(name, &body).map_err(ApiError::internal)
    }
}
