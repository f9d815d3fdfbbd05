// SPDX-License-Identifier: Apache-2.0
//! CreateOIDCProvider: registers an identity provider.

use serde::{Deserialize, Serialize};

use crate::account::{
    ClientIds, Entity, Fingerprints, IssuerUrl, OidcDescription, OidcProvider, OidcProviderName,
};
use crate::action::{Action, ActionName};
use crate::number::Whole;

/// Registers an identity provider, whose users may then take on roles that trust it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateOIDCProvider {
    /// Its name, unique in the account.
    #[serde(rename = "OIDCProviderName")]
    pub oidc_provider_name: OidcProviderName,
    /// Who signs the tokens, unique in the account: what their `iss` must be, to the letter.
    pub issuer_url: IssuerUrl,
    /// For whom tokens must be signed, at most 50, parted by commas. Without any, no token is good.
    #[serde(default)]
    pub client_ids: ClientIds,
    /// Fingerprints of certificates, at most 5, parted by commas. They are kept and told, and nothing goes by
    /// them: the platform verifies certificates by the authorities that it trusts.
    #[serde(default)]
    pub fingerprints: Fingerprints,
    /// How many hours ago a token may have been issued at the most: 1 to 168; 12 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuance_limit_time: Option<Whole<1, 168>>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<OidcDescription>,
}

/// The provider, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct CreateOIDCProviderReply {
    /// The provider.
    #[serde(rename = "OIDCProvider")]
    pub oidc_provider: OidcProvider,
}

impl Action for CreateOIDCProvider {
    const NAME: ActionName = ActionName::CreateOIDCProvider;
    type Reply = CreateOIDCProviderReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::OidcProvider(&self.oidc_provider_name)]
    }
}
