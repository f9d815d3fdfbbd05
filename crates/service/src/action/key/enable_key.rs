// SPDX-License-Identifier: Apache-2.0
//! EnableKey: a key may be used. An enabled one stays as it is.

use edgekms_api::{
    action::{Empty, EnableKey},
    error::ApiError,
    key::KeyState,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::state::Use;

impl KeyringRule for EnableKey {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let key = context.key_for(&self.key, Use::Switch)?;
        if key.state == KeyState::Enabled {
            return Ok(Decision::look(Empty {}, Some(key.key_id)));
        }
        Ok(Decision::change_key(Empty {}, key.changed(|key| key.state = KeyState::Enabled)))
    }
}
