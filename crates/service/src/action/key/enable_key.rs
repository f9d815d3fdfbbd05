// SPDX-License-Identifier: Apache-2.0
//! EnableKey: a key may be used. An enabled one stays as it is.

use edgekms_api::{
    action::{Empty, EnableKey},
    error::ApiError,
    key::KeyState,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{state::Use, store::Change};

impl KeyringRule for EnableKey {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let key = context.key_for(&self.key, Use::Switch)?;
        let key_id = key.key_id.clone();
        let changes = if key.state == KeyState::Enabled {
            Vec::new()
        } else {
            vec![Change::PutKey(Box::new(key.changed(|key| key.state = KeyState::Enabled)))]
        };
        Ok(Decision::change(Empty {}, key_id, changes))
    }
}
