// SPDX-License-Identifier: Apache-2.0
//! TagResource: labels of a key come, or get other values.

use edgekms_api::{
    action::{Empty, TagResource},
    error::ApiError,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{state::Use, store::Change};

impl KeyringRule for TagResource {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let mut key = context.key_for(&self.key, Use::Annotate)?.changed(|_| ());
        context.tag(&mut key, &self.tags.0)?;
        let key_id = key.key_id.clone();
        Ok(Decision::change(Empty {}, key_id, vec![Change::PutKey(Box::new(key))]))
    }
}
