// SPDX-License-Identifier: Apache-2.0
//! ListTagResources: labels of the keys that are named, or of all keys, a page at a time.

use edgekms_api::{
    action::ListTagResources,
    error::{ApiError, ErrorCode},
    id::KeyId,
    key::tag::{ResourceType, Tag, TagPosition, TagResourceRow},
    kms::list_tag_resources::ListTagResourcesReply,
    page::Cursor,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{store::Tagged, stored};

/// Rows of a page (wire reference, section 2.6).
const PAGE: u32 = 200;

impl KeyringRule for ListTagResources {
    fn decide(
        self,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<ListTagResourcesReply>, ApiError> {
        let (store, keys) = (context.host.store, &self.resource_id.0);
        // Whoever misspells an id should not take it for a key without tags.
        for key in keys {
            store.key(key).map_err(stored)?.ok_or(ErrorCode::KeyNotFound)?;
        }
        let having: Vec<_> = self.tag.0.into_iter().map(|tag| (tag.key, tag.value)).collect();
        let wanted = Tagged { keys: (!keys.is_empty()).then_some(keys), having: &having };
        let after = self.next_token.as_ref();
        let after = after.map(|after| (after.key_id.as_str(), after.tag_key.as_str()));
        let cursor = Cursor { after: None, limit: PAGE };
        let mut tags = store.tags_after(&wanted, after, cursor.rows_to_ask()).map_err(stored)?;
        let position = |(key_id, tag): &(KeyId, Tag)| {
            TagPosition { key_id: key_id.clone(), tag_key: tag.key.clone() }.to_string()
        };
        let next_token = cursor.cut(&mut tags, position).unwrap_or_default();
        let row = |(resource_id, Tag { key, value }): (KeyId, Tag)| TagResourceRow {
            resource_id,
            resource_type: ResourceType::Key,
            tag_key: key,
            tag_value: value,
        };
        let tag_resources = tags.into_iter().map(row).collect();
        Ok(Decision::look(ListTagResourcesReply { next_token, tag_resources }, None))
    }
}
