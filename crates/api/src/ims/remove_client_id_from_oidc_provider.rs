// SPDX-License-Identifier: Apache-2.0
//! RemoveClientIdFromOIDCProvider: an identity provider may sign for one less.

use serde::{Deserialize, Serialize};

use crate::account::{ClientId, Entity, OidcProvider, OidcProviderName};
use crate::action::{Action, ActionName};

/// Has an identity provider's tokens be good no more that are signed for this client alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RemoveClientIdFromOIDCProvider {
    /// The provider.
    #[serde(rename = "OIDCProviderName")]
    pub oidc_provider_name: OidcProviderName,
    /// The client.
    pub client_id: ClientId,
}

/// The provider, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct RemoveClientIdFromOIDCProviderReply {
    /// The provider.
    #[serde(rename = "OIDCProvider")]
    pub oidc_provider: OidcProvider,
}

impl Action for RemoveClientIdFromOIDCProvider {
    const NAME: ActionName = ActionName::RemoveClientIdFromOIDCProvider;
    type Reply = RemoveClientIdFromOIDCProviderReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::OidcProvider(&self.oidc_provider_name)]
    }
}
