// SPDX-License-Identifier: Apache-2.0
//! RemoveFingerprintFromOIDCProvider: one certificate less to be told.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, Fingerprint, OidcProvider, OidcProviderName};
use crate::action::{Action, ActionName};

/// Forgets the fingerprint of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RemoveFingerprintFromOIDCProvider {
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
pub struct RemoveFingerprintFromOIDCProviderReply {
    /// The provider.
    #[serde(rename = "OIDCProvider")]
    pub oidc_provider: OidcProvider,
}

impl Action for RemoveFingerprintFromOIDCProvider {
    const NAME: ActionName = ActionName::RemoveFingerprintFromOIDCProvider;
    type Reply = RemoveFingerprintFromOIDCProviderReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::OidcProvider(&self.oidc_provider_name)]
    }
}
