// SPDX-License-Identifier: Apache-2.0
//! UpdateRotationPolicy. A rotation that is overdue by the new policy comes at once.

use edgekms_api::{
    action::{Empty, UpdateRotationPolicy},
    error::ApiError,
};

use super::super::{Decision, KeyringContext, KeyringRule};

impl KeyringRule for UpdateRotationPolicy {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let interval = self.rotation_interval.filter(|_| self.enable_automatic_rotation);
        context.set_rotation(&self.key, interval)
    }
}
