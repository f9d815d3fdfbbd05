// SPDX-License-Identifier: Apache-2.0
//! SetDeletionProtection.

use edgekms_api::{
    action::{Empty, SetDeletionProtection},
    error::{ApiError, ErrorCode},
};

use super::super::{Action, Decision, KeyringContext, KeyringRule};
use crate::keyring::{state::Use, store::Change};

impl KeyringRule for SetDeletionProtection {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let named = self.key().ok_or(ErrorCode::KeyNotFound)?;
        let key = context.key_for(named, Use::Protect)?;
        let key_id = key.key_id.clone();
        let reason = self.deletion_protection_description.unwrap_or_default().to_string();
        let protection = self.enable_deletion_protection.then_some(reason);
        let kept = key.changed(|key| key.deletion_protection = protection);
        Ok(Decision::change(Empty {}, key_id, vec![Change::PutKey(Box::new(kept))]))
    }
}
