// SPDX-License-Identifier: Apache-2.0
//! RemoveFingerprintFromOIDCProvider: one that is not there is gone.

use edgekms_api::{
    action::RemoveFingerprintFromOIDCProvider, error::ApiError,
    ims::remove_fingerprint_from_oidc_provider::RemoveFingerprintFromOIDCProviderReply,
};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, change, put};

impl AccountRule for RemoveFingerprintFromOIDCProvider {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<RemoveFingerprintFromOIDCProviderReply>, ApiError> {
        let provider = context.change_oidc_provider(&self.oidc_provider_name, |provider| {
            provider.fingerprints.retain(|held| *held != self.fingerprint);
            Ok(())
        })?;
        let changes = vec![put(&provider)?];
        Ok(change(
            RemoveFingerprintFromOIDCProviderReply {
                oidc_provider: provider.told(context.account()),
            },
            changes,
        ))
    }
}
