// SPDX-License-Identifier: Apache-2.0
//! UntagResource: takes labels off a CMK.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty};
use crate::key::KeyReference;
use crate::key::tag::TagKeys;

/// Takes tags off a CMK. One that it does not have is passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UntagResource {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// At most 50.
    pub tag_keys: TagKeys,
}

impl Action for UntagResource {
    const NAME: ActionName = ActionName::UntagResource;
    type Reply = Empty;
    const NOT_OFFERED: &'static [&'static str] = &["SecretName", "CertificateId"];

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
