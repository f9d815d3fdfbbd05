// SPDX-License-Identifier: Apache-2.0
//! Every call, in order: parse (bounded), authenticate, resolve key or alias, authorise, check
//! state, do it, record it, answer.
//!
//! What lives as long as an isolate is in [`Server`]; what belongs to one request comes in
//! [`Ports`]. A call whose views are in the cache never waits. What is to be done beside the calls,
//! although nobody asked for it just now, comes out as [`Chore`]s.

mod chore;
mod record;

pub use self::chore::Chore;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use edgekms_api::{
    action::{ActionKind, ActionName},
    answer::Answer,
    error::{ApiError, ErrorCode},
    id::{KeyId, RequestId},
    request::{AuthenticatedRequest, Format, RawRequest, RequestLimits},
    time::Timestamp,
};

use crate::{
    action::{AnswerForm, CryptoCall, Handler, ReadyKey, handler},
    audit::{AuditSink, RequestFacts, refusals::Refusals},
    authorise::{Access, Resource, require},
    copies::{Copies, knowledge::Freshness, resolver::Resolver, talk::Talk},
    identity::Caller,
    keyring::{
        message::{ActionCall, Answer as Replied, Ask},
        record::KeyView,
        state::{self, Use},
    },
    nonce::{NONCE_CAPACITY, NonceMark, NonceWindow, digest},
    place::Place,
    port::{Clock, Entropy, FaultLog, Objects, PublishedViews, Timers, entropy::random_bytes},
    settings::Settings,
};

/// One isolate's service.
pub struct Server {
    settings: Settings,
    copies: RefCell<Vec<Rc<Copies>>>,
    nonces: RefCell<NonceWindow>,
    refusals: RefCell<Refusals>,
    /// When the youngest watch over unwrapped material began.
    watched_since: Cell<Option<i64>>,
}

/// What one request is answered with.
#[derive(Clone, Copy)]
pub struct Ports<'a> {
    /// What time it is.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// Timers.
    pub timers: &'a dyn Timers,
    /// Published copies of key views.
    pub published: &'a dyn PublishedViews,
    /// The keyrings.
    pub objects: &'a dyn Objects,
    /// Where audit events go.
    pub audit: &'a dyn AuditSink,
    /// Where faults are told.
    pub log: &'a dyn FaultLog,
}

/// An answer with what the log may know of it. It has no `Debug`: an answer's body holds plaintext.
pub struct Outcome {
    /// The answer.
    pub answer: Answer,
    /// The request's id.
    pub request_id: RequestId,
    /// Why the server failed, if it was the server: for the log alone.
    pub fault: Option<String>,
    /// What is to be done beside the calls.
    pub chores: Vec<Chore>,
}

/// Where a call has got to, for the audit record of one that fails on the way.
struct Call {
    form: AnswerForm,
    action: ActionName,
    place: Place,
    caller: Caller,
    facts: RequestFacts,
    key_id: Option<KeyId>,
    /// Whether the keyring has stored the event, in the transaction of the change.
    recorded: bool,
    /// Whether nobody knows if the keyring carried it out; it may have stored an event of its own.
    unknown: bool,
}

/// What a request was refused for before it was a call of anybody's.
struct Refusal {
    error: ApiError,
    reason: &'static str,
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self { reason: error.code().as_str(), error }
    }
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        ApiError::from(code).into()
    }
}

impl Server {
    /// A service with these settings and nothing cached.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            copies: RefCell::default(),
            nonces: RefCell::new(NonceWindow::new(NONCE_CAPACITY)),
            refusals: RefCell::default(),
            watched_since: Cell::new(None),
        }
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Answers one request.
    pub async fn answer(&self, request: RawRequest<'_>, ports: &Ports<'_>) -> Outcome {
        let mut chores = Vec::new();
        let request_id = match make_request_id(ports.entropy) {
            Ok(request_id) => request_id,
            Err(error) => {
                let request_id = RequestId::from_random_bytes([0; 16]);
                let form = AnswerForm { format: Format::Json, request_id };
                return failed(form, &error, &request, chores);
            }
        };
        let mut form = AnswerForm { format: Format::Json, request_id };
        match self.carry_out(request, &mut form, ports, &mut chores).await {
            Ok(answer) => Outcome { answer, request_id: form.request_id, fault: None, chores },
            Err(error) => failed(form, &error, &request, chores),
        }
    }

    /// The answer to a request that could not even be read, such as one too long.
    #[must_use]
    pub fn refuse(request: &RawRequest<'_>, entropy: &dyn Entropy, error: &ApiError) -> Outcome {
        let request_id =
            make_request_id(entropy).unwrap_or_else(|_| RequestId::from_random_bytes([0; 16]));
        failed(AnswerForm { format: Format::Json, request_id }, error, request, Vec::new())
    }

    async fn carry_out(
        &self,
        request: RawRequest<'_>,
        form: &mut AnswerForm,
        ports: &Ports<'_>,
        chores: &mut Vec<Chore>,
    ) -> Result<Answer, ApiError> {
        let now = ports.clock.now_millis();
        let identified = self.identify(request, form, now);
        let (request, nonce, mut call) = match identified {
            Ok(identified) => identified,
            Err(Refusal { error, reason }) => {
                if self.settings.audit_log && self.refusals.borrow_mut().count(reason, now) {
                    chores.push(Chore::ReportRefusals);
                }
                return Err(error);
            }
        };
        let outcome = self.dispatch(&request, nonce, &mut call, ports, chores).await;
        self.record(&call, outcome.as_ref().err(), ports).await?;
        outcome
    }

    /// Who calls, and what for: all that an event must tell.
    fn identify(
        &self,
        raw: RawRequest<'_>,
        form: &mut AnswerForm,
        now: i64,
    ) -> Result<(AuthenticatedRequest, NonceMark, Call), Refusal> {
        let signed = raw.parse(&RequestLimits::default())?;
        form.format = signed.format();
        let known = self.settings.account.access_key(signed.access_key_id().as_str());
        let (caller, secret) = known.ok_or(ErrorCode::InvalidAccessKeyIdNotFound)?;
        if signed.security_token().is_some() {
            return Err(ErrorCode::InvalidSecurityTokenMismatch.into());
        }
        let request = signed.verify(secret, Timestamp::from_unix_secs(now.div_euclid(1000)))?;
        let nonce = self.admit(&request, now)?;
        let action = ActionName::find(request.action(), request.version())?;
        let region = request.region(&self.settings.regions);
        let region = region.map_err(|error| Refusal { error, reason: "RegionNotServed" })?;
        let place = Place { account: caller.account.clone(), region: region.clone() };
        let facts = if self.records(action) {
            RequestFacts::new(raw.headers, request.params())
        } else {
            RequestFacts::default()
        };
        let form = form.clone();
        let (recorded, unknown) = (false, false);
        let call = Call { form, action, place, caller, facts, key_id: None, recorded, unknown };
        Ok((request, nonce, call))
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
        chores: &mut Vec<Chore>,
    ) -> Result<Answer, ApiError> {
        match handler(call.action) {
            Handler::Standalone(run) => run(&self.settings, &call.form),
            Handler::Crypto(parse) => {
                let parsed = parse(request.params(), self.settings.limits)?;
                self.use_key(&*parsed, call, ports, chores).await
            }
            Handler::Keyring(_) => self.ask_keyring(request, nonce, call, ports).await,
        }
    }

    async fn use_key(
        &self,
        parsed: &dyn CryptoCall,
        call: &mut Call,
        ports: &Ports<'_>,
        chores: &mut Vec<Chore>,
    ) -> Result<Answer, ApiError> {
        let copies = self.copies(&call.place);
        let resolver = self.resolver(&copies, ports);
        let named = Cell::new(None);
        let permit = |key: &KeyView| {
            named.set(Some(key.key_id.clone()));
            require(&Access {
                caller: &call.caller,
                place: &call.place,
                action: call.action.as_str(),
                resources: &[Resource::Key(&key.key_id)],
            })?;
            state::check(Use::Cryptography, key.state)
        };
        let ready = resolver.ready(parsed.target(), &permit).await;
        let answer = ready.and_then(|version| {
            parsed.run(&ReadyKey { version: &version, entropy: ports.entropy }, &call.form)
        });
        call.key_id = named.take();
        if resolver.freshness() == Freshness::Ageing {
            chores.push(Chore::Freshen(call.place.clone()));
        }
        self.have_material_watched(ports.clock.now_millis(), chores);
        answer
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
        let ask = Ask::Action(Box::new(ActionCall {
            action: call.action.as_str().to_owned(),
            params: pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            caller: call.caller.clone(),
            nonce: changes.then_some(nonce),
            request_id: call.form.request_id.clone(),
            xml: call.form.format == Format::Xml,
            facts: call.facts.clone(),
        }));
        // For the record of a refusal, the key that was named.
        call.key_id = request.params().optional("KeyId").and_then(|text| text.parse().ok());
        let copies = self.copies(&call.place);
        let talk = Talk {
            place: &call.place,
            speech: &copies.speech,
            objects: ports.objects,
            timers: ports.timers,
        };
        let replied = talk.ask(ask).await.inspect_err(|_| call.unknown = changes)?;
        match replied {
            Replied::Done(done) => {
                call.recorded = done.recorded && changes;
                self.resolver(&copies, ports).learn(&done);
                call.key_id = done.key_id;
                let content_type = call.form.format.content_type();
                Ok(Answer { status: 200, content_type, body: done.body })
            }
            Replied::Refused(refused) => {
                call.recorded = refused.recorded && changes;
                Err(refused.into_error())
            }
            Replied::View(_) | Replied::Changes(_) => {
                Err(ApiError::internal("the keyring answered an action by something else"))
            }
        }
    }

    /// This isolate's copies of a keyring.
    fn copies(&self, place: &Place) -> Rc<Copies> {
        let mut held = self.copies.borrow_mut();
        if let Some(copies) = held.iter().find(|copies| copies.place == *place) {
            return copies.clone();
        }
        let copies = Rc::new(Copies::new(place.clone()));
        held.push(copies.clone());
        copies
    }

    fn resolver<'a>(&'a self, copies: &'a Copies, ports: &Ports<'a>) -> Resolver<'a> {
        Resolver {
            copies,
            roots: &self.settings.roots,
            consistency: self.settings.consistency,
            clock: ports.clock,
            entropy: ports.entropy,
            timers: ports.timers,
            published: ports.published,
            objects: ports.objects,
        }
    }
}

impl AsRef<Settings> for Server {
    fn as_ref(&self) -> &Settings {
        &self.settings
    }
}

fn make_request_id(entropy: &dyn Entropy) -> Result<RequestId, ApiError> {
    random_bytes(entropy).map(RequestId::from_random_bytes).map_err(ApiError::internal)
}

fn host_of<'a>(request: &RawRequest<'a>) -> &'a str {
    let host = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
    host.map_or("", |(_, value)| value.as_str())
}

fn failed(
    form: AnswerForm,
    error: &ApiError,
    request: &RawRequest<'_>,
    chores: Vec<Chore>,
) -> Outcome {
    let AnswerForm { format, request_id } = form;
    let answer = Answer::failure(format, &request_id, host_of(request), error);
    // Only faults of the server have a detail worth an operator's time.
    let fault = (error.status() >= 500).then(|| error.to_string());
    Outcome { answer, request_id, fault, chores }
}

#[cfg(test)]
mod tests;
