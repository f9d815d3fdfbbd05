// SPDX-License-Identifier: Apache-2.0
//! Calls that a token proves instead of a signature: whom it vouches for, and what that lets it do.

use std::rc::Rc;

use edgekms_api::{
    account::OidcProviderArn,
    action::ActionName,
    dialect::Asked,
    error::{ApiError, ErrorCode},
};

use super::{Ports, Server};
use crate::{
    account::{oidc::OidcProviderRecord, view::EntityView},
    identity::oidc::{KeySource, Vouched, vouch},
    object::name::EntityName,
};

impl Server {
    /// Whom the token of a command vouches for. Until that is known there is no call of anybody's: nothing is
    /// recorded in an account's trail because somebody has made up a token.
    pub(super) async fn vouch(
        &self,
        asked: &Asked,
        action: ActionName,
        ports: &Ports<'_>,
    ) -> Result<Rc<Vouched>, ApiError> {
        let command = asked.command(action, &self.limits(asked.dialect()))?;
        let identity = command.identity_token();
        let identity = identity.ok_or_else(|| ApiError::internal("the command has no token"))?;
        let provider = self.find_provider(identity.provider, ports).await?;
        // Whether there is such a provider is not told.
        let Some(provider) = provider.as_deref().and_then(as_provider) else {
            return Err(ApiError::new(ErrorCode::OidcTokenInvalid).with_detail("no such provider"));
        };
        let keys = KeySource {
            shared: &self.issuers,
            clock: ports.clock,
            timers: ports.timers,
            documents: ports.documents,
            loopback: self.settings.loopback_issuers,
        };
        let now_secs = ports.clock.now_millis().div_euclid(1000);
        vouch(identity.provider, provider, identity.token, &keys, now_secs).await.map(Rc::new)
    }

    async fn find_provider(
        &self,
        arn: &OidcProviderArn,
        ports: &Ports<'_>,
    ) -> Result<Option<Rc<EntityView>>, ApiError> {
        let now = ports.clock.now_millis();
        // What is in the cache costs nothing.
        if self.strangers.are_many(now)
            && !self.holds(&arn.account, EntityName::OidcProvider(arn.name.clone()))
        {
            return Err(ErrorCode::RejectedThrottling.into());
        }
        // Anybody may name an account in a call that nobody signs, and must not have an object begin for one
        // that there is not.
        let found = match self.check_registered(&arn.account, ports).await {
            Ok(()) => self.find_oidc_provider(&arn.account, &arn.name, ports).await?,
            Err(error) if error.code() == ErrorCode::AccountNotExist => None,
            Err(error) => return Err(error),
        };
        if found.is_none() {
            self.strangers.count(now);
        }
        Ok(found)
    }
}

fn as_provider(view: &EntityView) -> Option<&OidcProviderRecord> {
    match view {
        EntityView::OidcProvider(provider) => Some(provider),
        _ => None,
    }
}
