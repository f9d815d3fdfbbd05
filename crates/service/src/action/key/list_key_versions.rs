// SPDX-License-Identifier: Apache-2.0
//! ListKeyVersions: the newest first.

use edgekms_api::{
    action::ListKeyVersions, error::ApiError, kms::list_key_versions::ListKeyVersionsReply,
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
        let total_count = store.count_versions_of(&key_id).map_err(stored)?;
        let page = self.page();
        let (offset, size) = page.span();
        let versions = store.versions_of(&key_id, offset, size).map_err(stored)?;
        let (page_number, page_size) = page.told();
        let key_versions = versions.iter().map(VersionRecord::row).collect();
        let reply = ListKeyVersionsReply { key_versions, total_count, page_number, page_size };
        Ok(Decision::look(reply, Some(key_id)))
    }
}
