// SPDX-License-Identifier: Apache-2.0
//! Every call, in order: parse (bounded), authenticate, resolve key or alias, authorise, check
//! state, do it, record it, answer.
//!
//! What lives as long as an isolate is in [`Server`]; what belongs to one request comes in
//! [`Ports`]. A call whose views are in the cache never waits.

use std::cell::RefCell;

use edgekms_api::{
    action::{ActionKind, ActionName},
    answer::Answer,
    error::{ApiError, ErrorCode},
    id::{KeyId, RequestId},
    request::{AuthenticatedRequest, Format, RawRequest, RequestLimits},
    time::Timestamp,
};

use crate::{
    account::Caller,
    action::{AnswerForm, CryptoCall, Handler, ReadyKey, handler},
    audit::{AuditEvent, ReadWrite, UserIdentity},
    authorise::{Access, Resource, require},
    cache::{CAPACITY, ViewCache},
    keyring::{ActionCall, KeyringCall, stored},
    nonce::{NONCE_CAPACITY, NonceMark, NonceWindow, digest},
    place::Place,
    ports::{AuditSink, Clock, Entropy, Keyrings, PublishedViews, random_bytes},
    resolve::Resolver,
    settings::Settings,
    state::{self, Use},
};

/// One isolate's service.
pub struct Server {
    settings: Settings,
    cache: RefCell<ViewCache>,
    nonces: RefCell<NonceWindow>,
}

/// What one request is answered with.
#[derive(Clone, Copy)]
pub struct Ports<'a> {
    /// What time it is.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// Published copies of key views.
    pub published: &'a dyn PublishedViews,
    /// The keyrings.
    pub keyrings: &'a dyn Keyrings,
    /// Where audit events go.
    pub audit: &'a dyn AuditSink,
}

/// An answer with what the log may know of it. It has no `Debug`: an answer's body holds plaintext.
pub struct Outcome {
    /// The answer.
    pub answer: Answer,
    /// The request's id.
    pub request_id: RequestId,
    /// Why the server failed, if it was the server: for the log alone.
    pub fault: Option<String>,
}

/// Where a call has got to, for the audit record of one that fails on the way.
struct Call {
    form: AnswerForm,
    action: ActionName,
    place: Place,
    caller: Caller,
    key_id: Option<KeyId>,
}

impl Server {
    /// A service with these settings and nothing cached.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            cache: RefCell::new(ViewCache::new(CAPACITY)),
            nonces: RefCell::new(NonceWindow::new(NONCE_CAPACITY)),
        }
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Answers one request.
    pub async fn answer(&self, request: RawRequest<'_>, ports: &Ports<'_>) -> Outcome {
        let request_id = match make_request_id(ports.entropy) {
            Ok(request_id) => request_id,
            Err(error) => {
                let request_id = RequestId::from_random_bytes([0; 16]);
                return failed(AnswerForm { format: Format::Json, request_id }, &error, &request);
            }
        };
        let mut form = AnswerForm { format: Format::Json, request_id };
        match self.carry_out(request, &mut form, ports).await {
            Ok(answer) => Outcome { answer, request_id: form.request_id, fault: None },
            Err(error) => failed(form, &error, &request),
        }
    }

    /// The answer to a request that could not even be read, such as one too long.
    #[must_use]
    pub fn refuse(request: &RawRequest<'_>, entropy: &dyn Entropy, error: &ApiError) -> Outcome {
        let request_id =
            make_request_id(entropy).unwrap_or_else(|_| RequestId::from_random_bytes([0; 16]));
        failed(AnswerForm { format: Format::Json, request_id }, error, request)
    }

    async fn carry_out(
        &self,
        request: RawRequest<'_>,
        form: &mut AnswerForm,
        ports: &Ports<'_>,
    ) -> Result<Answer, ApiError> {
        let now = ports.clock.now_millis();
        let signed = request.parse(&RequestLimits::default())?;
        form.format = signed.format();
        let known = self.settings.account.access_key(signed.access_key_id().as_str());
        let (caller, secret) = known.ok_or(ErrorCode::InvalidAccessKeyIdNotFound)?;
        if signed.security_token().is_some() {
            return Err(ErrorCode::InvalidSecurityTokenMismatch.into());
        }
        let request = signed.verify(secret, Timestamp::from_unix_secs(now.div_euclid(1000)))?;
        let nonce = self.admit(&request, now)?;
        let action = ActionName::find(request.action(), request.version())?;
        let region = request.region(&self.settings.regions)?.clone();
        let place = Place { account: caller.account.clone(), region };
        let mut call = Call { form: form.clone(), action, place, caller, key_id: None };
        let outcome = self.dispatch(&request, nonce, &mut call, ports).await;
        record(&call, outcome.as_ref().err(), now, ports);
        outcome
    }

    /// Refuses a request that this isolate has seen; what is left for a keyring to check is
    /// returned.
    fn admit(&self, request: &AuthenticatedRequest, now: i64) -> Result<NonceMark, ApiError> {
        let guard = request.replay_guard();
        let digest = digest(request.access_key_id().as_str(), &guard.token);
        if !self.nonces.borrow_mut().admit(digest, now) {
            return Err(ErrorCode::SignatureNonceUsed.into());
        }
        Ok(NonceMark::new(digest, guard.expires.unix_secs().saturating_mul(1000)))
    }

    async fn dispatch(
        &self,
        request: &AuthenticatedRequest,
        nonce: NonceMark,
        call: &mut Call,
        ports: &Ports<'_>,
    ) -> Result<Answer, ApiError> {
        match handler(call.action) {
            Handler::Standalone(run) => run(&self.settings, &call.form),
            Handler::Crypto(parse) => {
                let parsed = parse(request.params(), self.settings.limits)?;
                self.use_key(&*parsed, call, ports).await
            }
            Handler::Keyring(_) => self.ask_keyring(request, nonce, call, ports).await,
        }
    }

    async fn use_key(
        &self,
        parsed: &dyn CryptoCall,
        call: &mut Call,
        ports: &Ports<'_>,
    ) -> Result<Answer, ApiError> {
        let resolver = self.resolver(ports);
        let resolved = resolver.resolve(&call.place, parsed.target()).await?;
        call.key_id = Some(resolved.key.key_id.clone());
        require(&Access {
            caller: &call.caller,
            place: &call.place,
            action: call.action.as_str(),
            resources: &[Resource::Key(&resolved.key.key_id)],
        })?;
        state::check(Use::Cryptography, resolved.key.state)?;
        let version = resolver.load(&call.place, &resolved).await?;
        parsed.run(&ReadyKey { version: &version, entropy: ports.entropy }, &call.form)
    }

    async fn ask_keyring(
        &self,
        request: &AuthenticatedRequest,
        nonce: NonceMark,
        call: &mut Call,
        ports: &Ports<'_>,
    ) -> Result<Answer, ApiError> {
        let pairs = request.params().iter();
        let changes = call.action.spec().kind == ActionKind::KeyringChange;
        let message = KeyringCall::Action(ActionCall {
            place: call.place.clone(),
            action: call.action.as_str().to_owned(),
            params: pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            caller: call.caller.clone(),
            nonce: changes.then_some(nonce),
            request_id: call.form.request_id.clone(),
            xml: call.form.format == Format::Xml,
        });
        // For the record of a refusal, the key that was named.
        call.key_id = request.params().optional("KeyId").and_then(|text| text.parse().ok());
        let reply = ports.keyrings.call(&call.place, &message).await.map_err(stored)?;
        let done = reply.into_done()?;
        call.key_id = done.key_id;
        self.resolver(ports).learn(&call.place, &done.views);
        Ok(Answer { status: 200, content_type: call.form.format.content_type(), body: done.body })
    }

    fn resolver<'a>(&'a self, ports: &Ports<'a>) -> Resolver<'a> {
        Resolver {
            cache: &self.cache,
            roots: &self.settings.roots,
            consistency: self.settings.consistency,
            clock: ports.clock,
            published: ports.published,
            keyrings: ports.keyrings,
        }
    }
}

fn make_request_id(entropy: &dyn Entropy) -> Result<RequestId, ApiError> {
    random_bytes(entropy).map(RequestId::from_random_bytes).map_err(ApiError::internal)
}

fn host_of<'a>(request: &RawRequest<'a>) -> &'a str {
    let host = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
    host.map_or("", |(_, value)| value.as_str())
}

fn failed(form: AnswerForm, error: &ApiError, request: &RawRequest<'_>) -> Outcome {
    let AnswerForm { format, request_id } = form;
    let answer = Answer::failure(format, &request_id, host_of(request), error);
    // Only faults of the server have a detail worth an operator's time.
    let fault = (error.status() >= 500).then(|| error.to_string());
    Outcome { answer, request_id, fault }
}

fn record(call: &Call, error: Option<&ApiError>, now_millis: i64, ports: &Ports<'_>) {
    // DescribeRegions is not audited (wire reference, section 4.1).
    if call.action.spec().kind == ActionKind::Standalone {
        return;
    }
    let changes = call.action.spec().kind == ActionKind::KeyringChange;
    ports.audit.record(&AuditEvent {
        event_id: call.form.request_id.clone(),
        event_time: Timestamp::from_unix_secs(now_millis.div_euclid(1000)).to_string(),
        event_name: call.action.as_str().to_owned(),
        event_rw: if changes { ReadWrite::Write } else { ReadWrite::Read },
        acs_region: call.place.region.clone(),
        recipient_account_id: call.place.account.clone(),
        user_identity: UserIdentity {
            principal: call.caller.principal,
            access_key_id: call.caller.access_key_id.clone(),
        },
        key_id: call.key_id.clone(),
        error_code: error.map(|error| error.code().as_str()),
    });
}

#[cfg(test)]
mod tests;
