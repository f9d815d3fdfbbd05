// SPDX-License-Identifier: Apache-2.0
//! TagResources: labels of several keys come, or get other values; of all of them or of none.

use edgekms_api::{
    action::{Empty, TagResources},
    error::ApiError,
};

use super::super::{Decision, KeyringContext, KeyringRule};

impl KeyringRule for TagResources {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let tags = self.tags();
        context.annotate_all(&self.resource_id.0, |key| context.tag(key, &tags))
    }
}
