// SPDX-License-Identifier: Apache-2.0
//! GetOIDCProvider: for whom it signs, too.

use edgekms_api::{
    action::GetOIDCProvider, error::ApiError, ims::get_oidc_provider::GetOIDCProviderReply,
};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, look};

impl AccountRule for GetOIDCProvider {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<GetOIDCProviderReply>, ApiError> {
        let oidc_provider =
            context.oidc_provider(&self.oidc_provider_name)?.told(context.account());
        Ok(look(GetOIDCProviderReply { oidc_provider }))
    }
}
