// SPDX-License-Identifier: Apache-2.0
//! TagResource: labels of a key come, or get other values.

use edgekms_api::{
    action::{Empty, TagResource},
    error::ApiError,
    quota::Quota,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{state::Use, store::Change};

impl KeyringRule for TagResource {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let key = context.key_for(&self.key, Use::Annotate)?;
        let key_id = key.key_id.clone();
        let tagged = key.changed(|key| {
            for tag in self.tags.0 {
                match key.tags.iter_mut().find(|held| held.key == tag.key) {
                    Some(held) => *held = tag,
                    None => key.tags.push(tag),
                }
            }
        });
        let held = u64::try_from(tagged.tags.len()).unwrap_or(u64::MAX);
        context.host.quotas.check(Quota::KeyTags, held, 0)?;
        Ok(Decision::change(Empty {}, key_id, vec![Change::PutKey(Box::new(tagged))]))
    }
}
