// SPDX-License-Identifier: Apache-2.0
//! ListKeyRotations: a key's versions after the first, the oldest first.

use edgekms_api::{
    action::ListKeyRotations,
    error::ApiError,
    kms::list_key_rotations::{ListKeyRotationsReply, RotationRow},
    page::Page,
    time::Timestamp,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{state::Use, stored};

impl KeyringRule for ListKeyRotations {
    fn decide(
        self,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<ListKeyRotationsReply>, ApiError> {
        let key = context.key_for(&self.key, Use::Look)?;
        key.kind().check_rotates()?;
        let versions = context.host.store.versions_of(&key.key_id, 0, u64::MAX).map_err(stored)?;
        let rows = versions.into_iter().rev().filter_map(|version| {
            let row = RotationRow {
                key_id: version.key_id.clone(),
                rotation_date: Timestamp::from_unix_secs(version.created),
                rotation_type: version.rotated?,
            };
            // Ten digits are enough for the year 2286; ids tell apart what one second made.
            Some((format!("{:010}/{}", version.created, version.version_id), row))
        });
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by(|(one, _), (other, _)| one.cmp(other));
        let (rotations, next) = match self.cursor {
            Some(cursor) => Page::After(cursor).of(rows.into_iter()),
            None => (rows.into_iter().map(|(_, row)| row).collect(), None),
        };
        let reply = ListKeyRotationsReply { rotations, next };
        Ok(Decision::look(reply, Some(key.key_id)))
    }
}
