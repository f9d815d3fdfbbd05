// SPDX-License-Identifier: Apache-2.0
//! UpdateKeyDescription: the user's text about a key is replaced.

use edgekms_api::{
    action::{Empty, UpdateKeyDescription},
    error::ApiError,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{state::Use, store::Change};

impl KeyringRule for UpdateKeyDescription {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let key = context.key_for(&self.key, Use::Edit)?;
        let key_id = key.key_id.clone();
        let key = key.changed(|key| key.description = self.description.to_string());
        Ok(Decision::change(Empty {}, key_id, vec![Change::PutKey(Box::new(key))]))
    }
}
