// SPDX-License-Identifier: Apache-2.0
//! AddClientIdToOIDCProvider: one that is there already stays.

use edgekms_api::{
    action::AddClientIdToOIDCProvider, error::ApiError,
    ims::add_client_id_to_oidc_provider::AddClientIdToOIDCProviderReply,
};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, change, put};

impl AccountRule for AddClientIdToOIDCProvider {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<AddClientIdToOIDCProviderReply>, ApiError> {
        let provider = context.change_oidc_provider(&self.oidc_provider_name, |provider| {
            provider.add_client(self.client_id)
        })?;
        let changes = vec![put(&provider)?];
        Ok(change(
            AddClientIdToOIDCProviderReply { oidc_provider: provider.told(context.account()) },
            changes,
        ))
    }
}
