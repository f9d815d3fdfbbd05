// SPDX-License-Identifier: Apache-2.0
//! TagResource: labels of a key come, or get other values.

use edgekms_api::{
    action::{Empty, TagResource},
    error::{ApiError, ErrorCode},
    key::tag::TAGS_OF_A_KEY_MAX,
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
        if tagged.tags.len() > TAGS_OF_A_KEY_MAX {
            return Err(ErrorCode::LimitExceeded.into());
        }
        Ok(Decision::change(Empty {}, key_id, vec![Change::PutKey(Box::new(tagged))]))
    }
}
