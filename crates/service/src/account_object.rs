// SPDX-License-Identifier: Apache-2.0
//! An account: the one place that decides changes of its users, groups, roles and policies. It is the second
//! user of the [object shell](crate::object), and shares with keyrings what isolates have copies of
//! ([`crate::home`]).

use std::rc::Rc;

use edgekms_api::{
    action::Reply,
    error::{ApiError, ErrorCode},
    place::Place,
};

use crate::{
    account::{
        context::{AccountContext, Decision},
        store::{AccountStore, Change},
        view,
    },
    action,
    audit::{Outlets, link::ACCOUNT_SHARD},
    authorise::{Circumstances, Permit},
    home::{Home, PLACE, Started, act::Decides, job::HomeJob, place_of},
    keyring::{
        message::{Answer, AnswerMessage, Ask, ChangesAnswer, CommandCall, Message, Refused},
        message_v3,
        meter::Metered,
        roots,
    },
    object::{
        Batch, Job, Rules, Transactor,
        message::{MessageError, NEWEST, version_of},
        name::ViewName,
        shell::Outcome,
    },
    port::{LocalFuture, PortError, ViewWriter},
    settings::Settings,
    throttle::group::Rates,
};

/// What an account needs to be one.
pub struct AccountRules {
    home: Home,
}

type Object<'a> = Transactor<'a, dyn AccountStore>;

impl AccountRules {
    /// An account that has not begun yet.
    pub fn new(
        settings: Rc<dyn AsRef<Settings>>,
        views: Rc<dyn ViewWriter>,
        outlets: Outlets,
    ) -> Self {
        Self { home: Home::new(settings, views, outlets, ACCOUNT_SHARD) }
    }

    /// As [`Home::start`].
    fn start(&self, place: &Place, object: &Object<'_>) -> Result<&Started, ApiError> {
        if !place.is_global() {
            return Err(ApiError::internal("a message for a keyring came to an account"));
        }
        self.home.start(place, object, |place| {
            roots::check_known(self.home.roots(), place, object.store)?;
            Ok(Vec::new())
        })
    }

    fn respond(&self, message: &Message, object: &Object<'_>) -> Answer {
        let outcome = self.start(&message.place, object).and_then(|started| match &message.ask {
            Ask::Command(call) => Ok(self.home.act(self, call, started, object)),
            Ask::View(question) => self.home.tell_view(question, started, object).map(Answer::View),
            Ask::Changes(question) => {
                let told = Home::tell_changes(question.since.as_ref(), started, object);
                let rates = Rates::of(&self.home.settings().limits.quotas);
                let lease = |report| self.home.lease(report, &rates, object.now_millis());
                let metered = question.meter.as_ref().map(|report| Metered {
                    lease: lease(report),
                    // Only calls with keys are counted, and no account has any.
                    usage: report.usage.as_ref().map(|usage| usage.number),
                });
                let backlog = self.home.backlog(object);
                told.map(|answer| Answer::Changes(ChangesAnswer { metered, backlog, ..answer }))
            }
            Ask::Reserve(_) => Err(ErrorCode::UnsupportedOperation.into()),
            Ask::LookUp(query) => Home::look_up(query, object).map(Answer::Found),
            Ask::Export(after) => self.home.export(*after, started, object).map(Answer::Exported),
        });
        outcome.unwrap_or_else(|error| Answer::Refused(Refused::new(&error, false)))
    }

    /// Jobs run for the place that the account has noted; they have no message to name one.
    fn started(&self, object: &Object<'_>) -> Result<Started, PortError> {
        let place = place_of(object.store.fact(PLACE)?)?;
        self.start(&place, object).cloned().map_err(|error| PortError(error.to_string()))
    }
}

impl Decides<dyn AccountStore> for AccountRules {
    fn decide(
        &self,
        call: &CommandCall,
        started: &Started,
        object: &Object<'_>,
    ) -> Result<Decision<Reply>, ApiError> {
        let now_secs = object.now_millis().div_euclid(1000);
        let at = Circumstances { now_secs, facts: &call.facts };
        Permit::named(&call.caller, &started.place, &call.command, at)?;
        let context = AccountContext {
            store: object.store,
            place: &started.place,
            caller: &call.caller,
            entropy: &*object.ports.entropy,
            roots: self.home.roots(),
            now_secs,
            loopback_issuers: self.home.settings().loopback_issuers,
        };
        action::decide_account(call.command.clone(), &context)
    }

    fn altered(
        &self,
        changes: &[Change],
        store: &(dyn AccountStore + 'static),
    ) -> Result<Vec<ViewName>, PortError> {
        Ok(view::altered(store, changes)?.into_iter().map(ViewName::Entity).collect())
    }
}

impl Rules for AccountRules {
    type Store = dyn AccountStore;

    fn answer(&self, text: &str, object: &Object<'_>) -> Result<String, MessageError> {
        let version = version_of(text)?;
        let message: Message =
            serde_json::from_str(text).map_err(|_| MessageError::Form { version })?;
        let answer = self.respond(&message, object);
        let reply = if version == NEWEST {
            AnswerMessage::new(answer)
        } else {
            message_v3::answer(answer, &message.ask)
        };
        // A reply is made of texts and numbers; serde_json cannot refuse it.
        Ok(serde_json::to_string(&reply).unwrap_or_default())
    }

    fn link(
        &self,
        batch: &mut Batch<Change>,
        store: &(dyn AccountStore + 'static),
    ) -> Result<(), PortError> {
        self.home.link(batch, store)
    }

    fn carry_out<'a>(
        &'a self,
        job: &'a Job,
        object: Object<'a>,
    ) -> LocalFuture<'a, Result<Outcome<Change>, PortError>> {
        Box::pin(async move {
            let started = self.started(&object)?;
            match HomeJob::from_name(&job.name) {
                Some(shared) => shared.carry_out(job, &self.home, &started, &object).await,
                // Of a later release, which will find it again.
                None => Err(PortError::new("this release knows no such job")),
            }
        })
    }
}
