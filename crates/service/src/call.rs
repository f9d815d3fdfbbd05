// SPDX-License-Identifier: Apache-2.0
//! One call, from bytes to bytes. The order is that of [`Server::answer`]:
//!
//! | step | where |
//! |---|---|
//! | whom an access key stands for | `find` |
//! | find the access key, parse, check signature, clock and nonce, find action and region | `identify` |
//! | whom a token vouches for, where nobody signs | `vouch` |
//! | read the command, authorise what it names, do it | `carry_out` |
//! | find the keys that it uses, its own account's or another's | `share` |
//! | refuse what comes too fast | `throttle` |
//! | write down what was called | `record` |
//! | count it, for whoever watches | `watch` |
//!
//! Whether the worker can do its work at all is looked at in `ready`.
//!
//! What lives as long as an isolate is in [`Server`]; what belongs to one request comes in
//! [`Ports`]. A call whose views are in the cache never waits. What is to be done beside the calls,
//! although nobody asked for it just now, comes out as [`Chore`]s.

mod carry_out;
mod chore;
mod find;
mod identify;
mod policy_texts;
mod ready;
mod record;
mod shards;
mod share;
mod strangers;
mod throttle;
mod vouch;
mod watch;

pub use self::chore::Chore;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use edgekms_api::{
    action::{ActionName, Limits},
    dialect::{
        DeploymentLimits, Dialect,
        request::RawRequest,
        response::{Response, ResponseForm},
    },
    error::ApiError,
    id::{KeyId, RequestId},
    place::Place,
};

use self::{identify::Refusal, policy_texts::PolicyTexts};
use crate::{
    audit::{AuditSink, EventLog, RequestFacts, refusals::Refusals},
    copies::{Copies, share::FoundShares, source::Source},
    identity::{
        Caller, Directory, KnownKey,
        oidc::{IssuerKeys, Vouched},
    },
    material::stores::KeyStores,
    nonce::{NONCE_CAPACITY, NonceMark, NonceWindow},
    port::{
        Archive, AuditObjects, Clock, Documents, Entropy, FaultLog, Objects, Points,
        PublishedViews, Timers, WatchObject, entropy::random_bytes,
    },
    settings::Settings,
    watch::{
        readiness::Known as KnownReadiness,
        stages::{Stage, Stages, TOLD_IN},
        teller::Teller,
    },
};

/// One isolate's service.
pub struct Server {
    settings: Settings,
    stores: KeyStores,
    copies: RefCell<Vec<Rc<Copies>>>,
    nonces: RefCell<NonceWindow>,
    refusals: RefCell<Refusals>,
    /// When the youngest watch over unwrapped material began.
    watched_since: Cell<Option<i64>>,
    /// The keys of identity providers.
    issuers: IssuerKeys,
    policy_texts: PolicyTexts,
    strangers: strangers::Strangers,
    /// Where versions of shared keys are.
    shares: FoundShares,
    /// What it counts for whoever watches it.
    teller: Teller,
    /// Whether it is ready.
    readiness: KnownReadiness,
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
    /// Where access keys are looked up.
    pub directory: &'a dyn Directory,
    /// Published copies of key views.
    pub published: &'a dyn PublishedViews,
    /// The keyrings.
    pub objects: &'a dyn Objects,
    /// What identity providers publish.
    pub documents: &'a dyn Documents,
    /// Where audit events go.
    pub audit: &'a dyn AuditSink,
    /// Where they are, but for those of keyrings and accounts.
    pub audit_objects: &'a dyn AuditObjects,
    /// Where older ones are.
    pub archive: &'a dyn Archive,
    /// Where what is counted is added up.
    pub watch: &'a dyn WatchObject,
    /// Where a point for each call goes, if anybody keeps them.
    pub points: Option<&'a dyn Points>,
    /// Where counts go.
    pub lines: &'a dyn EventLog,
    /// Where faults are told.
    pub log: &'a dyn FaultLog,
}

/// A request answered, with what the log may know of it. It has no `Debug`: a response's body holds
/// plaintext.
pub struct Served {
    /// What the caller gets.
    pub response: Response,
    /// The request's id.
    pub request_id: RequestId,
    /// Why the server failed, if it was the server: for the log alone.
    pub fault: Option<String>,
    /// What is to be done beside the calls.
    pub chores: Vec<Chore>,
}

/// A call of somebody who is known: all that an event must tell of it.
struct Call {
    request_id: RequestId,
    action: ActionName,
    place: Place,
    known: Known,
    facts: RequestFacts,
    /// What marks the request, so that no keyring carries it out twice.
    nonce: NonceMark,
    key_id: Option<KeyId>,
    /// The key that it reads from besides.
    source_key_id: Option<KeyId>,
    /// The keys that it names, where an action takes several.
    key_ids: Vec<KeyId>,
    /// Whether it is charged to a rate.
    charged: bool,
    /// Whether the keyring has stored the event, in the transaction of the change.
    recorded: bool,
    /// Where the key is that it works with, once that may be used.
    key_place: Option<Place>,
    /// Where the key is that it reads from besides, once that may be used.
    source_place: Option<Place>,
    /// Whether nobody knows if the keyring carried it out; it may have stored an event of its own.
    unknown: bool,
    /// How long its stages take, if its caller wants to know.
    stages: Option<Stages>,
}

impl Call {
    /// A stage of it is over.
    fn end(&self, stage: Stage, clock: &dyn Clock) {
        if let Some(stages) = &self.stages {
            stages.end(stage, clock.now_millis());
        }
    }
}

/// Who makes a call, and by what that is known.
#[derive(Clone)]
enum Known {
    /// By an access key, which has signed.
    Key(Rc<KnownKey>),
    /// By a token.
    Token(Rc<Vouched>),
}

impl Known {
    fn caller(&self) -> &Caller {
        match self {
            Self::Key(key) => &key.caller,
            Self::Token(vouched) => &vouched.caller,
        }
    }

    fn vouched(&self) -> Option<&Vouched> {
        match self {
            Self::Key(_) => None,
            Self::Token(vouched) => Some(vouched),
        }
    }
}

impl Server {
    /// A service with these settings and key stores, and nothing cached.
    #[must_use]
    pub fn new(settings: Settings, stores: KeyStores) -> Self {
        Self {
            settings,
            stores,
            copies: RefCell::default(),
            nonces: RefCell::new(NonceWindow::new(NONCE_CAPACITY)),
            refusals: RefCell::default(),
            watched_since: Cell::new(None),
            issuers: IssuerKeys::default(),
            policy_texts: PolicyTexts::default(),
            strangers: strangers::Strangers::default(),
            shares: FoundShares::default(),
            teller: Teller::default(),
            readiness: KnownReadiness::default(),
        }
    }

    /// The stores of key material.
    #[must_use]
    pub fn stores(&self) -> &KeyStores {
        &self.stores
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Answers one request.
    pub async fn answer(&self, raw: RawRequest<'_>, ports: &Ports<'_>) -> Served {
        let mut chores = Vec::new();
        let form = match make_request_id(ports.entropy) {
            Ok(request_id) => ResponseForm::of(&raw, request_id),
            Err(error) => {
                let form = ResponseForm::of(&raw, RequestId::from_random_bytes([0; 16]));
                return failed(form, &error, &raw, chores);
            }
        };
        let began = ports.clock.now_millis();
        let mut call = None;
        let outcome = self.call(raw, &form, began, ports, &mut chores, &mut call).await;
        self.see(call.as_ref(), outcome.as_ref().err(), began, ports, &mut chores);
        match outcome {
            Ok(response) => Served { response, request_id: form.request_id, fault: None, chores },
            Err(error) => failed(form, &error, &raw, chores),
        }
    }

    /// The answer to a request that does not reach the service: its body was too long or did not
    /// come, or a setting is missing.
    #[must_use]
    pub fn refuse(raw: &RawRequest<'_>, entropy: &dyn Entropy, error: &ApiError) -> Served {
        let request_id =
            make_request_id(entropy).unwrap_or_else(|_| RequestId::from_random_bytes([0; 16]));
        failed(ResponseForm::of(raw, request_id), error, raw, Vec::new())
    }

    async fn call(
        &self,
        raw: RawRequest<'_>,
        form: &ResponseForm,
        began: i64,
        ports: &Ports<'_>,
        chores: &mut Vec<Chore>,
        known: &mut Option<Call>,
    ) -> Result<Response, ApiError> {
        let stages = Stages::asked(raw.headers, began);
        let identified = self.identify(raw, &form.request_id, ports).await;
        let (request, call) = match identified {
            Ok(identified) => identified,
            Err(Refusal { error, reason }) => {
                let now = ports.clock.now_millis();
                if self.settings.audit_log && self.refusals.borrow_mut().count(reason, now) {
                    chores.push(Chore::ReportRefusals);
                }
                return Err(error);
            }
        };
        let call = known.insert(Call { stages, ..call });
        call.end(Stage::Identity, ports.clock);
        let outcome = self.carry_out(&request, call, ports, chores).await;
        let error = outcome.as_ref().err();
        if self.meter(call, error, ports, chores) {
            self.record(call, error, ports, chores).await?;
            call.end(Stage::Record, ports.clock);
        }
        let (command, reply) = outcome?;
        let place = call.key_place.as_ref().unwrap_or(&call.place);
        let mut response = form.success(&command, reply, place)?;
        response.headers.extend(call.stages.as_ref().map(|stages| (TOLD_IN, stages.text())));
        Ok(response)
    }

    /// What requests are bound to here.
    fn limits(&self, dialect: Dialect) -> Limits {
        dialect.limits(DeploymentLimits {
            plaintext_max_len: self.settings.limits.plaintext_bytes,
            protection_levels: self.stores.protection_levels(),
            offer: self.settings.offer,
        })
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

    fn source<'a>(&'a self, copies: &'a Copies, ports: &Ports<'a>) -> Source<'a> {
        Source {
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

fn host_of<'a>(raw: &RawRequest<'a>) -> &'a str {
    let host = raw.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
    host.map_or("", |(_, value)| value)
}

fn failed(
    form: ResponseForm,
    error: &ApiError,
    raw: &RawRequest<'_>,
    chores: Vec<Chore>,
) -> Served {
    let response = form.failure(host_of(raw), error);
    // Only faults of the server have a detail worth an operator's time.
    let fault = (error.status() >= 500).then(|| error.to_string());
    Served { response, request_id: form.request_id, fault, chores }
}

#[cfg(test)]
mod tests;
