// SPDX-License-Identifier: Apache-2.0
//! DisableKey: a key may not be used until it is enabled. A disabled one stays as it is.

use edgekms_api::{
    action::{DisableKey, Empty, disable_key::DisableKeyRequest},
    error::ApiError,
    key::KeyState,
};

use super::{Decision, KeyringAction, KeyringContext};
use crate::keyring::{state::Use, store::Change};

impl KeyringAction for DisableKey {
    fn decide(
        request: DisableKeyRequest,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<Empty>, ApiError> {
        let key = context.key_for(&request.key_id, Use::Switch)?;
        let changes = if key.state == KeyState::Disabled {
            Vec::new()
        } else {
            vec![Change::PutKey(Box::new(key.changed(|key| key.state = KeyState::Disabled)))]
        };
        Ok(Decision::change(Empty {}, request.key_id, changes))
    }
}
