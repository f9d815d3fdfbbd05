// SPDX-License-Identifier: Apache-2.0
//! Whose call it is, and what for. The cheapest questions come first: nothing of a request is read
//! until its access key is known.

use std::rc::Rc;

use edgekms_api::{
    dialect::{
        AuthenticatedRequest,
        request::{RawRequest, RequestLimits},
    },
    error::{ApiError, ErrorCode},
    id::RequestId,
    place::Place,
    time::Timestamp,
};

use super::{Call, Ports, Server};
use crate::{
    audit::{RequestFacts, event::ALLOWED_PARAMETERS},
    identity::{KnownKey, Permissions},
    nonce::{NonceMark, digest},
};

/// What a request was refused for before it was a call of anybody's.
pub(super) struct Refusal {
    pub(super) error: ApiError,
    /// As which it is counted.
    pub(super) reason: &'static str,
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self { reason: error.code().as_str(), error }
    }
}

impl Server {
    /// Who calls, and what for: all that an event must tell.
    pub(super) async fn identify(
        &self,
        raw: RawRequest<'_>,
        request_id: &RequestId,
        ports: &Ports<'_>,
    ) -> Result<(AuthenticatedRequest, Call), Refusal> {
        let claimed = raw.claim(&RequestLimits::default())?;
        let (id, token) = (claimed.access_key_id(), claimed.security_token());
        let known = self.find(id, token, ports).await?;
        let now = ports.clock.now_millis();
        let signed = claimed.parse()?;
        let request =
            signed.verify(&known.secret, Timestamp::from_unix_secs(now.div_euclid(1000)))?;
        let nonce = self.admit(&request, now)?;
        let call = self.call_of(raw, &request, known, nonce, request_id)?;
        Ok((request, call))
    }

    fn call_of(
        &self,
        raw: RawRequest<'_>,
        request: &AuthenticatedRequest,
        known: Rc<KnownKey>,
        nonce: NonceMark,
        request_id: &RequestId,
    ) -> Result<Call, Refusal> {
        let action = request.action()?;
        let region = request.region(&self.settings.regions);
        let region = region.map_err(|error| Refusal { error, reason: "RegionNotServed" })?;
        let account = known.caller.account.clone();
        let place = if action.row().product.row().is_regional {
            Place { account, region: region.clone() }
        } else {
            Place::global(account).ok_or_else(|| ApiError::internal("an account has no place"))?
        };
        let by_policies = matches!(known.caller.permissions, Permissions::Policies(_));
        let facts = if by_policies || self.records(action) {
            RequestFacts::new(raw.headers, request.parameters(&ALLOWED_PARAMETERS))
        } else {
            RequestFacts::default()
        };
        Ok(Call {
            request_id: request_id.clone(),
            action,
            place,
            known,
            facts,
            nonce,
            key_id: None,
            source_key_id: None,
            key_ids: Vec::new(),
            charged: false,
            recorded: false,
            unknown: false,
        })
    }

    /// Refuses a request that this isolate has seen; what is left for a keyring to check is
    /// returned.
    fn admit(&self, request: &AuthenticatedRequest, now: i64) -> Result<NonceMark, ApiError> {
        let guard = request.replay_guard();
        let digest = digest(request.access_key_id().as_str(), &guard.token);
        if !self.nonces.borrow_mut().admit(digest, guard.may_repeat, now) {
            return Err(ErrorCode::SignatureNonceUsed.into());
        }
        Ok(NonceMark::new(digest, guard.expires.unix_secs().saturating_mul(1000)))
    }
}
