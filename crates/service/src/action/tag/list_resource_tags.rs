// SPDX-License-Identifier: Apache-2.0
//! ListResourceTags: the labels of a key, in the order of their TagKeys.

use edgekms_api::{
    action::ListResourceTags, error::ApiError, key::tag::TagRow,
    kms::list_resource_tags::ListResourceTagsReply, page::Page,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::state::Use;

impl KeyringRule for ListResourceTags {
    fn decide(
        self,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<ListResourceTagsReply>, ApiError> {
        let mut key = context.key_for(&self.key, Use::Look)?;
        key.tags.sort_by(|one, other| one.key.cmp(&other.key));
        let key_id = key.key_id;
        let rows = key.tags.into_iter().map(|tag| {
            let position = tag.key.to_string();
            (position, TagRow { key_id: key_id.clone(), tag_key: tag.key, tag_value: tag.value })
        });
        let (tags, next) = match self.cursor {
            Some(cursor) => Page::After(cursor).of(rows),
            None => (rows.map(|(_, row)| row).collect(), None),
        };
        let reply = ListResourceTagsReply { tags: tags.into_iter().collect(), next };
        Ok(Decision::look(reply, Some(key_id)))
    }
}
