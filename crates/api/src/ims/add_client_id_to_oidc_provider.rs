// SPDX-License-Identifier: Apache-2.0
//! AddClientIdToOIDCProvider: an identity provider may sign for one more.

use serde::{Deserialize, Serialize};

use crate::account::{ClientId, Entity, OidcProvider, OidcProviderName};
use crate::action::{Action, ActionName};

/// Has an identity provider's tokens be good that are signed for this client, too. One that is there already stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AddClientIdToOIDCProvider {
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
pub struct AddClientIdToOIDCProviderReply {
    /// The provider.
    #[serde(rename = "OIDCProvider")]
    pub oidc_provider: OidcProvider,
}

impl Action for AddClientIdToOIDCProvider {
    const NAME: ActionName = ActionName::AddClientIdToOIDCProvider;
    type Reply = AddClientIdToOIDCProviderReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::OidcProvider(&self.oidc_provider_name)]
    }
}
