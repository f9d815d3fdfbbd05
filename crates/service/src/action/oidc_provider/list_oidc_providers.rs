// SPDX-License-Identifier: Apache-2.0
//! ListOIDCProviders: in the order of their names.

use edgekms_api::{
    action::ListOIDCProviders, error::ApiError, ims::list_oidc_providers::ListOIDCProvidersReply,
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, Paged, Part, look},
    oidc::OidcProviderRecord,
};

impl AccountRule for ListOIDCProviders {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<ListOIDCProvidersReply>, ApiError> {
        let part = Part::asked(self.marker.as_ref(), self.max_items);
        let Paged { rows, is_truncated, marker } = context.page::<OidcProviderRecord>(&part)?;
        let oidc_providers = rows.into_iter().map(|row| row.told(context.account())).collect();
        Ok(look(ListOIDCProvidersReply { oidc_providers, is_truncated, marker }))
    }
}
