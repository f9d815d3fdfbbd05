// SPDX-License-Identifier: Apache-2.0
//! CreateAlias: gives a CMK a name.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty, Limits};
use crate::error::ApiError;
use crate::id::AliasName;
use crate::key::KeyReference;

/// Gives a CMK another name, unique in its account and region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateAlias {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// The name, with its prefix: `alias/photos`. Names that begin with `alias/acs` belong to service
    /// keys.
    pub alias_name: AliasName,
}

impl Action for CreateAlias {
    const NAME: ActionName = ActionName::CreateAlias;
    type Reply = Empty;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }

    fn alias(&self) -> Option<&AliasName> {
        Some(&self.alias_name)
    }

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        self.alias_name.not_reserved()
    }
}
