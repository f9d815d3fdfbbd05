// SPDX-License-Identifier: Apache-2.0
//! DisableKey: a key may not be used until it is enabled. A disabled one stays as it is.

use edgekms_api::{
    action::{DisableKey, Empty},
    error::ApiError,
    key::KeyState,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::state::Use;

impl KeyringRule for DisableKey {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let key = context.key_for(&self.key, Use::Switch)?;
        if key.state == KeyState::Disabled {
            return Ok(Decision::look(Empty {}, Some(key.key_id)));
        }
        Ok(Decision::change_key(Empty {}, key.changed(|key| key.state = KeyState::Disabled)))
    }
}
