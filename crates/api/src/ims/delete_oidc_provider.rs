// SPDX-License-Identifier: Apache-2.0
//! DeleteOIDCProvider: an identity provider is no more.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, OidcProviderName};
use crate::action::{Action, ActionName, Empty};

/// Deletes an identity provider: its tokens are good for nothing any more. Sessions that began with one go on
/// until their time is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteOIDCProvider {
    /// The provider.
    #[serde(rename = "OIDCProviderName")]
    pub oidc_provider_name: OidcProviderName,
}

impl Action for DeleteOIDCProvider {
    const NAME: ActionName = ActionName::DeleteOIDCProvider;
    type Reply = Empty;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::OidcProvider(&self.oidc_provider_name)]
    }
}
