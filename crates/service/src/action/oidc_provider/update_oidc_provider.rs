// SPDX-License-Identifier: Apache-2.0
//! UpdateOIDCProvider: its issuer is what it is, and stays.

use edgekms_api::{
    action::UpdateOIDCProvider, error::ApiError,
    ims::update_oidc_provider::UpdateOIDCProviderReply, number::Whole,
};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, change, put};

impl AccountRule for UpdateOIDCProvider {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<UpdateOIDCProviderReply>, ApiError> {
        let provider = context.change_oidc_provider(&self.oidc_provider_name, |provider| {
            if let Some(client_ids) = self.client_ids {
                provider.client_ids = client_ids.0;
            }
            provider.issuance_limit_hours =
                self.issuance_limit_time.map_or(provider.issuance_limit_hours, Whole::get);
            provider.description = self.new_description.or_else(|| provider.description.take());
            Ok(())
        })?;
        let changes = vec![put(&provider)?];
        Ok(change(
            UpdateOIDCProviderReply { oidc_provider: provider.told(context.account()) },
            changes,
        ))
    }
}
