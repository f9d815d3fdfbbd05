// SPDX-License-Identifier: Apache-2.0
//! ListKeyVersions: the newest first.

use edgekms_api::{
    action::ListKeyVersions,
    error::ApiError,
    kms::list_key_versions::{KeyVersionRow, ListKeyVersionsReply},
    time::Timestamp,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{record::VersionRecord, state::Use, stored};

impl KeyringRule for ListKeyVersions {
    fn decide(
        self,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<ListKeyVersionsReply>, ApiError> {
        let store = context.host.store;
        let key_id = context.key_for(&self.key, Use::Look)?.key_id;
        let mut versions: Vec<VersionRecord> = Vec::new();
        for id in store.versions_of(&key_id).map_err(stored)? {
            versions.extend(store.version(&id).map_err(stored)?);
        }
        // Those of one second by their ids, so that pages do not overlap.
        versions.sort_by(|one, other| {
            (other.created, &one.version_id).cmp(&(one.created, &other.version_id))
        });
        let total_count = u64::try_from(versions.len()).unwrap_or(u64::MAX);
        let all = versions.into_iter().map(|version| {
            let row = KeyVersionRow {
                key_id: version.key_id,
                key_version_id: version.version_id,
                creation_date: Timestamp::from_unix_secs(version.created),
            };
            (String::new(), row)
        });
        let page = self.page();
        let (rows, _) = page.of(all);
        let (page_number, page_size) = page.told();
        let key_versions = rows.into_iter().collect();
        let reply = ListKeyVersionsReply { key_versions, total_count, page_number, page_size };
        Ok(Decision::look(reply, Some(key_id)))
    }
}
