// SPDX-License-Identifier: Apache-2.0
//! Whether the worker can do its work: looked at by whoever asks first, for all who ask within a few seconds.
//!
//! Anybody may ask, so it costs the objects little: one question for each region, one look at KV and one at
//! an audit object, in an isolate and five seconds.

use std::rc::Rc;

use edgekms_api::{error::ErrorCode, place::Place};
use futures_util::future::{join, join_all};

use super::{Ports, Server, shards::ShardReader};
use crate::{
    audit::{lookup::Query, message},
    copies::source::LOAD_LIMIT_MILLIS,
    port::timer::within,
    settings::{AuditFailure, AuditMode},
    watch::{
        page::Document,
        readiness::{CHECKED_WITHIN_MILLIS, Check, Readiness},
    },
};

/// How long each check may take.
const CHECK_LIMIT_MILLIS: u32 = 2_000;
/// How often whoever waits for another's checks looks whether they are done.
const LOOK_MILLIS: u32 = 25;
/// How long views may wait to be published: KV's own bound is a minute.
const LAG_LIMIT_MILLIS: u64 = 120_000;
/// A name that is nobody's: whether KV answers is all that is asked.
const NO_VIEW: &str = "v2/ready";

type Outcome = (Check, Result<(), String>);

impl Server {
    /// Whether the worker is ready. Whoever asks first must come to its end although its caller hangs up.
    pub async fn ready(&self, ports: &Ports<'_>) -> Document {
        let came = ports.clock.now_millis();
        loop {
            let now = ports.clock.now_millis();
            if let Some(known) = self.readiness.recent(now) {
                return Document::readiness(&known);
            }
            if self.readiness.begin(now) {
                let checked = Rc::new(self.check(ports).await);
                self.readiness.take_in(checked.clone(), ports.clock.now_millis());
                return Document::readiness(&checked);
            }
            if !(0..i64::from(CHECKED_WITHIN_MILLIS)).contains(&now.saturating_sub(came)) {
                return Document::unavailable("The checks did not come to an end in time.");
            }
            // A timer of its own: whoever checks may be gone before the outcome comes.
            ports.timers.sleep(LOOK_MILLIS).await;
        }
    }

    async fn check(&self, ports: &Ports<'_>) -> Readiness {
        let account = self.settings.account_id();
        let regions = self.settings.regions.iter();
        let places: Vec<_> = regions
            .map(|region| Place { account: account.clone(), region: region.clone() })
            .collect();
        let keyrings = join_all(places.iter().map(|place| self.check_keyring(place, ports)));
        let others = join(self.check_kv(ports), self.check_audit(places.first(), ports));
        let (keyrings, (kv, audit)) = join(keyrings, others).await;
        let mut readiness = Readiness::default();
        readiness.note(Check::Settings, Ok(()));
        let outcomes =
            keyrings.into_iter().flatten().chain([(Check::Kv, kv), (Check::Audit, audit)]);
        outcomes.for_each(|(check, outcome)| readiness.note(check, outcome));
        readiness
    }

    /// Whether a keyring answers, whether its records can be read, and whether KV takes what it publishes.
    async fn check_keyring(&self, place: &Place, ports: &Ports<'_>) -> Vec<Outcome> {
        let region = &place.region;
        let copies = self.copies(place);
        let source = self.source(&copies, ports);
        let asked = within(ports.timers, CHECK_LIMIT_MILLIS, source.freshen());
        let failed = match asked.await {
            Some(Ok(())) => None,
            Some(Err(error)) if error.code() == ErrorCode::InternalFailure => {
                let reason = "ROOT_KEYS holds, under the name of a version, another key than the one that \
                              the keyring's records are wrapped under";
                Some((Check::RootKeys, Err(format!("{region}: {reason}"))))
            }
            Some(Err(_)) => {
                Some((Check::Keyring, Err(format!("{region}: the keyring cannot be reached"))))
            }
            None => {
                Some((Check::Keyring, Err(format!("{region}: the keyring did not answer in time"))))
            }
        };
        if let Some(failed) = failed {
            return vec![failed];
        }
        let told = copies.told.borrow();
        let told = told.as_ref();
        let is_missing = |version: &&String| self.settings.roots.version(version).is_none();
        let missing = told.and_then(|told| told.roots.iter().find(is_missing));
        let roots = missing.map_or(Ok(()), |version| {
            Err(format!(
                "{region}: ROOT_KEYS does not list version \"{version}\", which records name"
            ))
        });
        let lag =
            told.and_then(|told| told.backlog.as_ref()).map_or(0, |held| held.publish_lag_millis);
        let kv = if lag <= LAG_LIMIT_MILLIS {
            Ok(())
        } else {
            Err(format!("{region}: views have waited for {} s to be written", lag / 1_000))
        };
        vec![(Check::Keyring, Ok(())), (Check::RootKeys, roots), (Check::Kv, kv)]
    }

    async fn check_kv(&self, ports: &Ports<'_>) -> Result<(), String> {
        let load = ports.published.load(NO_VIEW);
        match within(ports.timers, LOAD_LIMIT_MILLIS, load).await {
            Some(Ok(_)) => Ok(()),
            Some(Err(_)) => Err("KV cannot be read".to_owned()),
            None => Err("KV did not answer in time".to_owned()),
        }
    }

    /// Whether an audit object answers, where calls are refused if none does.
    async fn check_audit(&self, place: Option<&Place>, ports: &Ports<'_>) -> Result<(), String> {
        let waits = self.settings.audit == AuditMode::Strict
            && self.settings.audit_failure == AuditFailure::Closed;
        let Some(place) = place.filter(|_| waits) else { return Ok(()) };
        let reader = ShardReader { server: self, ports };
        // From now on there is nothing yet, so nothing is gone through.
        let now = ports.clock.now_millis();
        let query = Query {
            from_millis: now,
            until_millis: now,
            attribute: None,
            backward: true,
            after: None,
            limit: 1,
        };
        let asked = reader.ask_audit(place, 0, message::Ask::LookUp(query));
        match within(ports.timers, CHECK_LIMIT_MILLIS, asked).await {
            Some(Ok(_)) => Ok(()),
            Some(Err(_)) => Err("an audit object cannot be reached".to_owned()),
            None => Err("an audit object did not answer in time".to_owned()),
        }
    }
}
