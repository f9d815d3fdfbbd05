// SPDX-License-Identifier: Apache-2.0
//! UntagResources: labels of several keys go; of all of them or of none.

use edgekms_api::{
    action::{Empty, UntagResources},
    error::ApiError,
};

use super::super::{Decision, KeyringContext, KeyringRule};

impl KeyringRule for UntagResources {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        context.annotate_all(&self.resource_id.0, |key| {
            key.tags.retain(|tag| !self.all && !self.tag_key.0.contains(&tag.key));
            Ok(())
        })
    }
}
