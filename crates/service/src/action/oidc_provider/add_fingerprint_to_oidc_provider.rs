// SPDX-License-Identifier: Apache-2.0
//! AddFingerprintToOIDCProvider: one that is there already stays.

use edgekms_api::{
    action::AddFingerprintToOIDCProvider, error::ApiError,
    ims::add_fingerprint_to_oidc_provider::AddFingerprintToOIDCProviderReply,
};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, change, put};

impl AccountRule for AddFingerprintToOIDCProvider {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<AddFingerprintToOIDCProviderReply>, ApiError> {
        let provider = context.change_oidc_provider(&self.oidc_provider_name, |provider| {
            provider.add_fingerprint(self.fingerprint)
        })?;
        let changes = vec![put(&provider)?];
        Ok(change(
            AddFingerprintToOIDCProviderReply { oidc_provider: provider.told(context.account()) },
            changes,
        ))
    }
}
