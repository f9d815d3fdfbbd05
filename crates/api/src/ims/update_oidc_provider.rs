// SPDX-License-Identifier: Apache-2.0
//! UpdateOIDCProvider: changes an identity provider, but for who signs.

use serde::{Deserialize, Serialize};

use crate::account::{ClientIds, Entity, OidcDescription, OidcProvider, OidcProviderName};
use crate::action::{Action, ActionName};
use crate::number::Whole;

/// Changes an identity provider. What is not given stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateOIDCProvider {
    /// The provider.
    #[serde(rename = "OIDCProviderName")]
    pub oidc_provider_name: OidcProviderName,
    /// What it is for from now on; unchanged if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_description: Option<OidcDescription>,
    /// For whom tokens must be signed from now on, at most 50, parted by commas; unchanged if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_ids: Option<ClientIds>,
    /// How many hours ago a token may have been issued at the most: 1 to 168; unchanged if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuance_limit_time: Option<Whole<1, 168>>,
}

/// The provider, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct UpdateOIDCProviderReply {
    /// The provider.
    #[serde(rename = "OIDCProvider")]
    pub oidc_provider: OidcProvider,
}

impl Action for UpdateOIDCProvider {
    const NAME: ActionName = ActionName::UpdateOIDCProvider;
    type Reply = UpdateOIDCProviderReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::OidcProvider(&self.oidc_provider_name)]
    }
}
