// SPDX-License-Identifier: Apache-2.0
//! UpdateKeyDescription: another text for a key, or none.

use edgekms_api::{
    action::{Empty, UpdateKeyDescription, update_key_description::UpdateKeyDescriptionRequest},
    error::ApiError,
};

use super::{Decision, KeyringAction, KeyringContext};
use crate::keyring::{state::Use, store::Change};

impl KeyringAction for UpdateKeyDescription {
    fn decide(
        request: UpdateKeyDescriptionRequest,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<Empty>, ApiError> {
        let key = context.key_for(&request.key_id, Use::Annotate)?;
        let changed = key.changed(|key| key.description = request.description);
        Ok(Decision::change(Empty {}, request.key_id, vec![Change::PutKey(Box::new(changed))]))
    }
}
