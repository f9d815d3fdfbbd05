// SPDX-License-Identifier: Apache-2.0
//! EnableKeyRotation: what UpdateRotationPolicy does with rotation on.

use edgekms_api::{
    action::{Empty, EnableKeyRotation},
    error::ApiError,
};

use super::super::{Decision, KeyringContext, KeyringRule};

impl KeyringRule for EnableKeyRotation {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        context.set_rotation(&self.key, Some(self.rotation_interval))
    }
}
