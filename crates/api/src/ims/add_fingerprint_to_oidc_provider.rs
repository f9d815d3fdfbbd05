// SPDX-License-Identifier: Apache-2.0
//! AddFingerprintToOIDCProvider: one more certificate, to be told.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, Fingerprint, OidcProvider, OidcProviderName};
use crate::action::{Action, ActionName};

/// Notes the fingerprint of a certificate. It is kept and told, and nothing goes by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AddFingerprintToOIDCProvider {
    /// The provider.
    #[serde(rename = "OIDCProviderName")]
    pub oidc_provider_name: OidcProviderName,
    /// The fingerprint.
    pub fingerprint: Fingerprint,
}

/// The provider, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AddFingerprintToOIDCProviderReply {
    /// The provider.
    #[serde(rename = "OIDCProvider")]
    pub oidc_provider: OidcProvider,
}

impl Action for AddFingerprintToOIDCProvider {
    const NAME: ActionName = ActionName::AddFingerprintToOIDCProvider;
    type Reply = AddFingerprintToOIDCProviderReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::OidcProvider(&self.oidc_provider_name)]
    }
}
