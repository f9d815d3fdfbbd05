// SPDX-License-Identifier: Apache-2.0
//! DisableKeyRotation: what UpdateRotationPolicy does with rotation off.

use edgekms_api::{
    action::{DisableKeyRotation, Empty},
    error::ApiError,
};

use super::super::{Decision, KeyringContext, KeyringRule};

impl KeyringRule for DisableKeyRotation {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        context.set_rotation(&self.key, None)
    }
}
