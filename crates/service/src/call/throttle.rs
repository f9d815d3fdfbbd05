// SPDX-License-Identifier: Apache-2.0
//! Whether a call comes too fast, and counting those that were answered. Neither waits for anything: what
//! this isolate has leased and counted is in its memory, and what is told of it rides on a question beside
//! the calls.
//!
//! It is the caller's account that is charged, in the region of the call, once the caller is known and may
//! do what was asked: nobody uses up the rate of an account by calls that it would refuse.

use std::cell::Cell;

use edgekms_api::error::{ApiError, ErrorCode};

use super::{Call, Chore, Ports, Server};
use crate::{
    copies::Copies,
    keyring::class::Class,
    port::Fault,
    throttle::{
        group::{Group, Rates, variable_of},
        share::{Shares, TooFast},
    },
};

/// The charge of one call.
pub(super) struct Charge<'a> {
    server: &'a Server,
    copies: &'a Copies,
    group: Group,
    now_millis: i64,
    is_made: Cell<bool>,
}

impl<'a> Charge<'a> {
    /// Charges the call to its action's group. Where the account has a dedicated gateway, that is left to
    /// [`Self::by_class`], once it is known which class of key a symmetric call needs.
    pub(super) fn begin(
        server: &'a Server,
        copies: &'a Copies,
        call: &mut Call,
        is_crypto: bool,
        now_millis: i64,
    ) -> Result<Self, ApiError> {
        let group = Group::from(call.action.row().throttle);
        let is_made = Cell::new(call.charged || !server.settings.throttle);
        let charge = Self { server, copies, group, now_millis, is_made };
        let waits = is_crypto && group == Group::Symmetric && charge.has_gateway();
        if waits {
            // What came to nothing is charged to this group, and may have used it up.
            charge.check(group)?;
        } else {
            charge.make(group)?;
        }
        // A call that is carried out again, once a key that it needs was made, is the same call.
        call.charged = true;
        Ok(charge)
    }

    fn has_gateway(&self) -> bool {
        let meter = self.copies.meter.borrow();
        let has = |shares: &Shares, group| shares.rate(group) > 0;
        meter.held().is_some_and(|shares| {
            has(shares, Group::SoftwareGateway) || has(shares, Group::HardwareGateway)
        })
    }

    /// Charges the call to the gateway of its key's class, if the account has that one, else to its
    /// action's group.
    pub(super) fn by_class(&self, class: Class) -> Result<(), ApiError> {
        if self.is_made.get() {
            return Ok(());
        }
        let has = |group: &Group| self.with_shares(|shares| shares.rate(*group) > 0);
        self.make(class.gateway().filter(has).unwrap_or(self.group))
    }

    /// Charges what came to nothing before the class of a key was known.
    pub(super) fn settle(&self) {
        if !self.is_made.replace(true) {
            self.with_shares(|shares| shares.charge_afterwards(self.group, self.now_millis));
        }
    }

    /// Whether another ciphertext may be looked for of which nobody knows whether a key opens it.
    pub(super) fn check_misses(&self) -> Result<(), ApiError> {
        if self.server.settings.throttle { self.check(Group::Misses) } else { Ok(()) }
    }

    fn check(&self, group: Group) -> Result<(), ApiError> {
        self.with_shares(|shares| shares.check(group, self.now_millis)).map_err(refusal)
    }

    /// Charges a ciphertext that no key opened.
    pub(super) fn charge_miss(&self) {
        if self.server.settings.throttle {
            self.with_shares(|shares| shares.charge_afterwards(Group::Misses, self.now_millis));
        }
    }

    fn make(&self, group: Group) -> Result<(), ApiError> {
        if self.is_made.replace(true) {
            return Ok(());
        }
        self.with_shares(|shares| shares.charge(group, self.now_millis)).map_err(refusal)
    }

    fn with_shares<T>(&self, ask: impl FnOnce(&mut Shares) -> T) -> T {
        let rates = || Rates::of(&self.server.settings.limits.quotas);
        ask(self.copies.meter.borrow_mut().shares(rates, self.now_millis))
    }
}

/// What a caller is told. Nothing was done, so that any call may be made again.
fn refusal(TooFast { group, rate }: TooFast) -> ApiError {
    let quota = group.quota().map_or("", edgekms_api::quota::Quota::as_str);
    let message = format!(
        "{} An account may make {rate} calls a second {} in a region, shared out by where they come from. \
         Nothing was done: wait, longer each time, and call again. An operator raises the rate with the \
         variable {}, or for this account and region alone with SetQuota (Quota={quota}).",
        ErrorCode::RejectedThrottling.default_message(),
        group.calls(),
        variable_of(group),
    );
    ApiError::with_message(ErrorCode::RejectedThrottling, message)
}

impl Server {
    /// Counts a call, and says what is to be asked beside the calls for it. False if it is a refusal that
    /// leaves no event.
    pub(super) fn meter(
        &self,
        call: &Call,
        error: Option<&ApiError>,
        ports: &Ports<'_>,
        chores: &mut Vec<Chore>,
    ) -> bool {
        let Server { settings, .. } = self;
        if !settings.throttle && !settings.usage {
            return true;
        }
        let now = ports.clock.now_millis();
        let copies = self.copies(&call.place);
        let mut meter = copies.meter.borrow_mut();
        let is_throttled = error.is_some_and(|error| error.code() == ErrorCode::RejectedThrottling);
        if settings.usage && !call.place.is_global() {
            if is_throttled {
                meter.counts.count_throttled(call.action, now);
            } else if error.is_none() {
                meter.counts.count(call.key_id.as_ref(), call.action, now);
            }
        }
        let rates = || Rates::of(&settings.limits.quotas);
        let is_due =
            meter.counts.is_due(now) || settings.throttle && meter.shares(rates, now).is_due(now);
        if is_due && !chores.iter().any(|chore| matches!(chore, Chore::Freshen(_))) {
            chores.push(Chore::Freshen(call.place.clone()));
        }
        !is_throttled || meter.records_refusal(now)
    }

    /// Tells keyrings what this isolate has counted, before it may be ended.
    pub(super) async fn tell_counts(&self, ports: &Ports<'_>) {
        let held = self.copies.borrow().clone();
        for copies in held.iter().filter(|each| each.meter.borrow().counts.has_any()) {
            copies.meter.borrow_mut().fall_idle();
            if let Err(error) = self.source(copies, ports).freshen_beside_calls().await {
                let what = "calls that were counted could not be told";
                ports.log.fault(&Fault::error(what, &error));
            }
        }
    }
}
