// SPDX-License-Identifier: Apache-2.0
//! Whose call it is, and what for. The cheapest questions come first: nothing of a request is read
//! until its access key is known.

use edgekms_api::{
    action::{ActionName, Proof},
    dialect::{
        Asked, AuthenticatedRequest,
        request::{RawRequest, RequestLimits},
    },
    error::{ApiError, ErrorCode},
    id::RequestId,
    place::Place,
    time::Timestamp,
};

use super::{Call, Known, Ports, Server};
use crate::{
    audit::{RequestFacts, event::ALLOWED_PARAMETERS},
    identity::Permissions,
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
    ) -> Result<(Asked, Call), Refusal> {
        let limits = RequestLimits::default();
        let (asked, signer, nonce) = match raw.unsigned(&limits)? {
            // Nothing marks it; it is told from others by its own id.
            Some(asked) => (asked, None, unmarked(request_id, ports.clock.now_millis())),
            None => {
                let claimed = raw.claim(&limits)?;
                let (id, token) = (claimed.access_key_id(), claimed.security_token());
                let known = self.find(id, token, ports).await?;
                let now = ports.clock.now_millis();
                let signed = claimed.parse()?;
                let now_secs = Timestamp::from_unix_secs(now.div_euclid(1000));
                let request = signed.verify(&known.secret, now_secs)?;
                let nonce = self.admit(&request, now)?;
                (request.into_asked(), Some(known), nonce)
            }
        };
        let action = asked.action()?;
        let known = match (action.row().proof, signer) {
            (Proof::Signature, Some(key)) => Known::Key(key),
            (Proof::Signature, None) => return Err(ApiError::from(ErrorCode::NotSigned).into()),
            // Whoever signs besides is not who takes on the role.
            (Proof::Token, _) => Known::Token(self.vouch(&asked, action, ports).await?),
        };
        let call = self.call_of(raw, &asked, action, known, nonce, request_id)?;
        Ok((asked, call))
    }

    fn call_of(
        &self,
        raw: RawRequest<'_>,
        request: &Asked,
        action: ActionName,
        known: Known,
        nonce: NonceMark,
        request_id: &RequestId,
    ) -> Result<Call, Refusal> {
        let region = request.region(&self.settings.regions);
        let region = region.map_err(|error| Refusal { error, reason: "RegionNotServed" })?;
        let account = known.caller().account.clone();
        let place = if action.row().product.row().is_regional {
            Place { account, region: region.clone() }
        } else {
            Place::global(account).ok_or_else(|| ApiError::internal("an account has no place"))?
        };
        // A trust policy may ask for them, too.
        let by_policies = known.vouched().is_some()
            || matches!(known.caller().permissions, Permissions::Policies(_));
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
            key_place: None,
            source_place: None,
            unknown: false,
            stages: None,
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

/// A mark that no other request has.
fn unmarked(request_id: &RequestId, now_millis: i64) -> NonceMark {
    NonceMark::new(digest("", request_id.as_str()), now_millis)
}
