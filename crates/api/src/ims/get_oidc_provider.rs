// SPDX-License-Identifier: Apache-2.0
//! GetOIDCProvider: one identity provider.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, OidcProvider, OidcProviderName};
use crate::action::{Action, ActionName};

/// Tells about an identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetOIDCProvider {
    /// The provider.
    #[serde(rename = "OIDCProviderName")]
    pub oidc_provider_name: OidcProviderName,
}

/// The provider, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetOIDCProviderReply {
    /// The provider.
    #[serde(rename = "OIDCProvider")]
    pub oidc_provider: OidcProvider,
}

impl Action for GetOIDCProvider {
    const NAME: ActionName = ActionName::GetOIDCProvider;
    type Reply = GetOIDCProviderReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::OidcProvider(&self.oidc_provider_name)]
    }
}
