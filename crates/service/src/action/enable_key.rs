// SPDX-License-Identifier: Apache-2.0
//! EnableKey: a disabled key may be used again. An enabled one stays as it is.

use edgekms_api::{
    action::{Empty, EnableKey, enable_key::EnableKeyRequest},
    error::ApiError,
    key::KeyState,
};

use super::{Decision, KeyringAction, KeyringContext};
use crate::keyring::{state::Use, store::Change};

impl KeyringAction for EnableKey {
    fn decide(
        request: EnableKeyRequest,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<Empty>, ApiError> {
        let key = context.key_for(&request.key_id, Use::Switch)?;
        let changes = if key.state == KeyState::Enabled {
            Vec::new()
        } else {
            vec![Change::PutKey(Box::new(key.changed(|key| key.state = KeyState::Enabled)))]
        };
        Ok(Decision::change(Empty {}, request.key_id, changes))
    }
}
