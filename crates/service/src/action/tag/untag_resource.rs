// SPDX-License-Identifier: Apache-2.0
//! UntagResource: labels of a key go.

use edgekms_api::{
    action::{Empty, UntagResource},
    error::ApiError,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{state::Use, store::Change};

impl KeyringRule for UntagResource {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let key = context.key_for(&self.key, Use::Annotate)?;
        let key_id = key.key_id.clone();
        let kept = key.changed(|key| key.tags.retain(|tag| !self.tag_keys.0.contains(&tag.key)));
        Ok(Decision::change(Empty {}, key_id, vec![Change::PutKey(Box::new(kept))]))
    }
}
