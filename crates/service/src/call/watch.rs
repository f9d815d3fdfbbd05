// SPDX-License-Identifier: Apache-2.0
//! Counting calls for whoever watches the deployment, and telling what was counted ([`crate::watch`]). Where
//! nobody can read the metrics, nothing is counted.

use edgekms_api::{error::ApiError, place::Place};
use futures_util::future::join_all;

use super::{Call, Chore, Ports, Server};
use crate::{
    audit::sink::Lost,
    copies::Copies,
    keyring::message::Backlog,
    port::{Fault, Point, PortError, entropy::random_bytes, timer::within},
    watch::{
        caller::CallerKind,
        exposition,
        health::VERSION,
        metric::Metric,
        page::Document,
        report::{self, Answer, Ask, Message, Row, Sum},
        seen::Seen,
        teller::GATHER_MILLIS,
    },
};

/// How long the watch object may take to answer.
const REPLY_LIMIT_MILLIS: u32 = 5_000;
/// How long a scrape waits for what objects tell of themselves: it then tells what it knows.
const ASKED_WITHIN_MILLIS: u32 = 2_000;
/// How old that may be in a scrape; isolates in use ask every half minute.
const YOUNG_MILLIS: i64 = 10_000;
/// How old that may be in a report: an isolate that does not call a place any more does not know.
const KNOWN_MILLIS: i64 = 90_000;
/// Reports that a scrape sends before it asks: what was lost on its way, and what has come since.
const REPORTS: u32 = 2;

impl Server {
    fn is_watched(&self) -> bool {
        self.settings.metrics_token.is_some()
    }

    /// Counts a call that is answered, and has a point kept of it.
    pub(super) fn see(
        &self,
        call: Option<&Call>,
        error: Option<&ApiError>,
        began: i64,
        ports: &Ports<'_>,
        chores: &mut Vec<Chore>,
    ) {
        if !self.is_watched() && ports.points.is_none() {
            return;
        }
        let now = ports.clock.now_millis();
        let millis = u32::try_from(now.saturating_sub(began)).unwrap_or(0);
        let code = error.map(ApiError::code);
        let (action, caller) =
            (call.map(|call| call.action), call.map_or_else(Default::default, kind));
        let seen = Seen { action, code, caller, millis };
        if let Some(points) = ports.points {
            points.write(&Point {
                action: seen.action_name(),
                code: seen.code_name(),
                caller: caller.name(),
                group: seen.group().map_or("", |group| group.name()),
                region: call.map_or("", |call| call.place.region.as_str()),
                version: VERSION,
                millis,
                status: seen.status(),
            });
        }
        if self.is_watched() && self.teller.count(&seen, now) {
            chores.push(Chore::TellWatch);
        }
    }

    /// Counts and tells of events that are lost.
    pub(super) fn lose(&self, lost: &Lost, ports: &Ports<'_>) {
        if self.is_watched() {
            self.teller.count_lost(lost.events);
        }
        lost.tell(ports.log);
    }

    /// Counts a request that was refused before it came to be a call, such as for a body that is too long.
    pub fn see_refused(&self, error: &ApiError, ports: &Ports<'_>, chores: &mut Vec<Chore>) {
        self.see(None, Some(error), ports.clock.now_millis(), ports, chores);
    }

    /// Tells what was counted, once some more has come.
    pub(super) async fn wait_and_tell(&self, ports: &Ports<'_>) {
        ports.timers.sleep(GATHER_MILLIS).await;
        self.teller.end_wait();
        if let Err(error) = self.tell(ports).await {
            ports.log.fault(&Fault::warning("what was counted could not be told", &error));
        }
    }

    /// Tells what was counted.
    async fn tell(&self, ports: &Ports<'_>) -> Result<(), PortError> {
        let name = || random_bytes::<16>(ports.entropy).ok().map(hex::encode);
        let held = self.copies.borrow().clone();
        let grown = || held.iter().flat_map(|copies| grown(copies)).collect();
        let now = self.now(ports);
        let Some(report) = self.teller.report(name, grown, now) else {
            return Err(PortError::new("there are no random bytes for a name"));
        };
        match ask(Ask::Add(report), ports).await? {
            Answer::Added(number) => {
                self.teller.confirm(number);
                Ok(())
            }
            _ => Err(misplaced()),
        }
    }

    /// What there is now of what grows and falls, as far as this isolate knows.
    fn now(&self, ports: &Ports<'_>) -> Vec<Row> {
        let now = ports.clock.now_millis();
        let waiting = u64::try_from(ports.audit.waiting()).unwrap_or(u64::MAX);
        let mut rows = vec![Row::of(Metric::AuditWaiting, &[], waiting)];
        let mut places: Vec<(String, Backlog)> = Vec::new();
        for copies in &*self.copies.borrow() {
            let told = copies.told.borrow();
            let Some(told) = told.as_ref() else { continue };
            let is_known = (0..KNOWN_MILLIS).contains(&now.saturating_sub(told.asked_millis));
            let Some(backlog) = told.backlog.as_ref().filter(|_| is_known) else { continue };
            let region = copies.place.region.as_str();
            match places.iter_mut().find(|(held, _)| held == region) {
                Some((_, most)) => *most = most_of(most, backlog),
                None => places.push((region.to_owned(), backlog.clone())),
            }
        }
        for (region, backlog) in &places {
            let row = |metric, number| Row::of(metric, &[region], number);
            rows.extend([
                row(Metric::PublishLag, backlog.publish_lag_millis),
                row(Metric::PublishWaiting, backlog.publish_waiting),
                row(Metric::JobsFailing, backlog.failing_jobs),
                row(Metric::AuditUndelivered, backlog.undelivered_events),
            ]);
        }
        rows
    }

    /// The answer to a scrape.
    pub async fn scrape(&self, authorization: Option<&str>, ports: &Ports<'_>) -> Document {
        let Some(token) = &self.settings.metrics_token else { return Document::absent() };
        if !token.is_shown(authorization) {
            return Document::forbidden();
        }
        match self.sums(ports).await {
            Ok(sums) => Document::metrics(exposition::text(&sums)),
            Err(error) => {
                ports.log.fault(&Fault::error("the metrics could not be had", &error));
                Document::unavailable(
                    "The object that adds up metrics does not answer; see the log.",
                )
            }
        }
    }

    async fn sums(&self, ports: &Ports<'_>) -> Result<Vec<Sum>, PortError> {
        self.ask_own_places(ports).await;
        for _ in 0..REPORTS {
            self.tell(ports).await?;
            if !self.teller.has_any() {
                break;
            }
        }
        match ask(Ask::Tell, ports).await? {
            Answer::Sums(sums) => Ok(sums),
            _ => Err(misplaced()),
        }
    }

    /// Asks the objects of the settings' own account, so that a deployment that nobody calls is watched too.
    async fn ask_own_places(&self, ports: &Ports<'_>) {
        let now = ports.clock.now_millis();
        let is_young = |copies: &Copies| {
            let told = copies.told.borrow();
            told.as_ref().is_some_and(|told| {
                (0..YOUNG_MILLIS).contains(&now.saturating_sub(told.asked_millis))
            })
        };
        let places = self.own_places();
        let copies: Vec<_> = places.iter().map(|place| self.copies(place)).collect();
        let asked = copies.iter().filter(|copies| !is_young(copies)).map(|copies| async move {
            let source = self.source(copies, ports);
            // What does not answer is in the count of failures.
            within(ports.timers, ASKED_WITHIN_MILLIS, source.freshen_beside_calls()).await
        });
        join_all(asked).await;
    }

    /// The places of the settings' own account.
    fn own_places(&self) -> Vec<Place> {
        let account = self.settings.account_id();
        let regions = self.settings.regions.iter();
        let places =
            regions.map(|region| Place { account: account.clone(), region: region.clone() });
        places.chain(Place::global(account.clone())).collect()
    }
}

/// What kind of caller a call has.
fn kind(call: &Call) -> CallerKind {
    let of_others = |place: &Option<Place>| {
        place.as_ref().is_some_and(|place| place.account != call.known.caller().account)
    };
    // The operator deals with accounts by their actions, and has none of its own.
    if of_others(&call.key_place) || of_others(&call.source_place) {
        return CallerKind::OtherAccount;
    }
    call.known.caller().principal.into()
}

/// By how much a place's counters grew since they were last taken.
fn grown(copies: &Copies) -> Vec<Row> {
    let row = |metric, labels: &[&str], number: u32| Row::of(metric, labels, u64::from(number));
    let reads = copies.cache.borrow_mut().take_reads();
    let reads = reads.map(|(kind, number)| row(Metric::ViewReads, &[kind], number));
    let fetches = copies.tally.take_fetches().into_iter();
    let fetches =
        fetches.map(|(kind, found, number)| row(Metric::ViewFetches, &[kind, found], number));
    let object = if copies.place.is_global() { "account" } else { "keyring" };
    let errors = [
        row(Metric::KvErrors, &["read"], copies.tally.kv_read_errors.take()),
        row(Metric::KvErrors, &["write"], copies.tally.kv_write_errors.take()),
        row(Metric::ObjectErrors, &[object], copies.speech.failures.take()),
    ];
    reads.into_iter().chain(fetches).chain(errors).filter(Row::is_some).collect()
}

/// The most of each number.
fn most_of(one: &Backlog, other: &Backlog) -> Backlog {
    Backlog {
        publish_lag_millis: one.publish_lag_millis.max(other.publish_lag_millis),
        publish_waiting: one.publish_waiting.max(other.publish_waiting),
        failing_jobs: one.failing_jobs.max(other.failing_jobs),
        undelivered_events: one.undelivered_events.max(other.undelivered_events),
        kv_write_errors: 0,
    }
}

async fn ask(ask: Ask, ports: &Ports<'_>) -> Result<Answer, PortError> {
    let message = serde_json::to_string(&Message { v: report::VERSION, ask })
        .map_err(|error| PortError(error.to_string()))?;
    let reply = within(ports.timers, REPLY_LIMIT_MILLIS, ports.watch.send(&message)).await;
    let late =
        || PortError(format!("the watch object did not reply within {REPLY_LIMIT_MILLIS} ms"));
    match serde_json::from_str(&reply.ok_or_else(late).flatten()?) {
        Ok(Answer::Refused(why)) => Err(PortError(why)),
        Ok(answer) => Ok(answer),
        Err(_) => Err(PortError::new("the watch object's reply does not parse")),
    }
}

fn misplaced() -> PortError {
    PortError::new("the watch object answered something else than was asked")
}
