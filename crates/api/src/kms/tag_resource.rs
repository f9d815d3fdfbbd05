// SPDX-License-Identifier: Apache-2.0
//! TagResource: puts labels on a CMK.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty, Limits};
use crate::error::ApiError;
use crate::key::{KeyReference, Tags};

/// Puts tags on a CMK. One that it has already gets the new value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TagResource {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// At most 20, each TagKey once. A key has at most 50.
    pub tags: Tags,
}

impl Action for TagResource {
    const NAME: ActionName = ActionName::TagResource;
    type Reply = Empty;
    const NOT_OFFERED: &'static [&'static str] = &["SecretName", "CertificateId"];

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }

    fn check(&self, limits: &Limits) -> Result<(), ApiError> {
        limits.tags.check(&self.tags)
    }
}
