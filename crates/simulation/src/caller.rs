// SPDX-License-Identifier: Apache-2.0
//! Callers: what they ask, and what they hold the answers to.

mod keys;
mod making;
mod people;
mod signing;
mod who;

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use edgekms_api::{
    dialect::alibaba::{acs, params::Params},
    key::KeyState,
    product::Product,
    time::Timestamp,
};
use edgekms_service::copies::knowledge::bounds;
use serde_json::Value;

use self::{
    making::{Key, Kind},
    people::People,
    signing::Signature,
    who::Who,
};
use crate::{
    call::{self, Signed, Slot, answer, unless},
    isolate::{Isolate, Isolates},
    truth::Truth,
    world::{World, draw},
};

/// What a call may take after the moment at which it was let use its key.
const SLACK_MILLIS: i64 = 20;
/// When a caller gives up.
const PATIENCE_MILLIS: i64 = 30_000;
/// Keys that callers make before they make one only now and then.
const KEYS: usize = 8;
const ALIASES: [&str; 4] = ["alias/a", "alias/b", "alias/c", "alias/d"];
const BLOBS: usize = 40;
/// A request is good for so long by the clock of the isolate that it reaches.
const WINDOW_MILLIS: u64 = 15 * 60_000;

/// What callers have been told of one keyring.
#[derive(Default)]
struct OfRegion {
    keys: RefCell<Vec<Key>>,
    /// The version of a key that signs.
    versions: RefCell<BTreeMap<String, String>>,
    blobs: RefCell<Vec<Blob>>,
    signatures: RefCell<Vec<Signature>>,
    /// The last change of a key that an isolate was told of.
    own: RefCell<BTreeMap<(u64, String), Told>>,
}

/// What callers have been told.
#[derive(Default)]
pub struct Known {
    regions: RefCell<BTreeMap<usize, Rc<OfRegion>>>,
    people: People,
    /// Calls answered.
    pub answered: Cell<u64>,
    /// Of them, by a success.
    pub succeeded: Cell<u64>,
    /// Calls about keys by users and sessions that were let in, and that were not.
    pub others: Cell<(u64, u64)>,
    /// Nobody calls before this moment, in true time.
    pub quiet_until: Cell<i64>,
    /// Whether callers stop.
    pub over: Cell<bool>,
}

impl Known {
    fn count_let_in(&self, is_let_in: bool, status: u16) {
        let (let_in, refused) = self.others.get();
        self.others.set(match (is_let_in, status) {
            (true, _) => (let_in + 1, refused),
            (false, 503) => (let_in, refused),
            (false, _) => (let_in, refused + 1),
        });
    }
}

/// A change, and when its isolate was told of it.
#[derive(Clone, Copy)]
struct Told {
    changed: i64,
    told: i64,
}

#[derive(Clone)]
struct Blob {
    text: String,
    plaintext: String,
    key: String,
}

/// A call that was answered.
struct Answered {
    isolate: Rc<Isolate>,
    sent: i64,
    /// When it was done, before its event was waited for.
    done: i64,
    status: u16,
    body: Value,
}

impl Answered {
    fn code(&self) -> &str {
        text_at(&self.body, "/Code")
    }

    fn text(&self, field: &str) -> String {
        text_at(&self.body, &format!("/{field}")).to_owned()
    }
}

fn text_at<'a>(body: &'a Value, pointer: &str) -> &'a str {
    body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// One caller, calling until all is over.
pub async fn call_on(isolates: Rc<Isolates>, known: Rc<Known>) {
    let world = isolates.world.clone();
    let executor = world.executor.clone();
    while !known.over.get() {
        let quiet = known.quiet_until.get() - executor.now();
        executor.sleep(quiet.max(draw(&executor, 4_000))).await;
        let number = world.any_region();
        let Some(region) = world.regions.get(number) else { return };
        let told = known.regions.borrow_mut().entry(number).or_default().clone();
        let (truth, name) = (region.truth.clone(), region.place.region.to_string());
        let caller = Caller {
            world: world.clone(),
            isolates: isolates.clone(),
            known: known.clone(),
            told,
            truth,
            region: name,
        };
        match executor.draw(170) {
            110.. => caller.deal_with_people().await,
            100..=109 => caller.sign_while_it_changes().await,
            0..=19 => caller.generate().await,
            20..=33 => caller.generate_by_alias().await,
            34..=47 => caller.decrypt().await,
            48..=52 => caller.sign().await,
            53..=54 => caller.verify().await,
            55..=64 => caller.change_key("DisableKey", KeyState::Disabled).await,
            65..=78 => caller.change_key("EnableKey", KeyState::Enabled).await,
            79..=80 => caller.schedule_deletion().await,
            81..=83 => caller.change_key("CancelKeyDeletion", KeyState::Enabled).await,
            84..=87 => caller.describe().await,
            88..=91 => caller.create_key().await,
            92..=97 => caller.change_alias().await,
            _ => caller.describe_otherwise().await,
        }
    }
}

struct Caller {
    world: Rc<World>,
    isolates: Rc<Isolates>,
    known: Rc<Known>,
    told: Rc<OfRegion>,
    truth: Rc<Truth>,
    region: String,
}

impl Caller {
    fn any<T: Clone>(&self, list: &[T]) -> Option<T> {
        let index = usize::try_from(self.world.executor.draw(list.len() as u64)).unwrap_or(0);
        list.get(index).cloned()
    }

    fn any_key(&self) -> Option<String> {
        self.any_key_that(|_| true).map(|key| key.id)
    }

    fn any_key_that(&self, is: impl Fn(Kind) -> bool) -> Option<Key> {
        let keys: Vec<_> =
            self.told.keys.borrow().iter().filter(|key| is(key.kind)).cloned().collect();
        self.any(&keys)
    }

    fn any_key_that_seals(&self) -> Option<String> {
        self.any_key_that(|kind| !kind.signs()).map(|key| key.id)
    }

    fn violate(&self, what: impl FnOnce() -> String) {
        self.truth.violate(what);
    }

    fn bound(&self) -> i64 {
        bounds(self.world.settings.consistency).1 + SLACK_MILLIS
    }

    /// Signs by the clock of `isolate`, so that it is not refused for that.
    fn signed(
        &self,
        isolate: &Isolate,
        (who, product): (&Who, Product),
        action: &str,
        params: &[(&str, &str)],
    ) -> Option<Signed> {
        let mut query = Params::new();
        for (name, value) in params {
            query.insert(*name, *value).ok()?;
        }
        let now = self.world.executor.now() + isolate.skew;
        let date = Timestamp::from_unix_secs(now.div_euclid(1000)).to_string();
        let nonce = self.world.executor.draw(u64::MAX).to_string();
        let label = product.row().hosts.first()?;
        let host = format!("{label}.{}.localhost", self.region);
        let unsigned = acs::Unsigned {
            method: "POST",
            host: &host,
            action,
            version: product.row().version,
            query: &query,
            body: b"",
            date: &date,
            nonce: &nonce,
            headers: &[],
        };
        let mut headers = acs::sign(&unsigned, &who.credentials()).ok()?;
        headers.push(("host".to_owned(), host));
        Some(Signed { target: format!("/?{}", query.encode()), headers })
    }

    /// Root calls about keys.
    async fn call(&self, action: &str, params: &[(&str, &str)]) -> Option<Answered> {
        self.call_as(&Who::Root, Product::Kms, action, params).await
    }

    /// Sends a call; nothing if no answer came, since the caller hung up or the isolate ended.
    async fn call_as(
        &self,
        who: &Who,
        product: Product,
        action: &str,
        params: &[(&str, &str)],
    ) -> Option<Answered> {
        let isolate = self.isolates.any()?;
        let signed = self.signed(&isolate, (who, product), action, params)?;
        let sent = self.world.executor.now();
        self.world.tell(|| {
            let (number, who) = (isolate.number >> 48, who.name());
            format!("isolate {number:x}: {} {who} {action} {params:?}", self.region)
        });
        self.replay_later(action, &signed);
        let slot = Slot::new();
        let hang_up = Rc::new(Cell::new(false));
        let call = answer(isolate.clone(), signed, slot.clone());
        self.world.executor.spawn(Some(isolate.group), unless(hang_up.clone(), call));
        let hasty = self.world.executor.chance(60) && self.world.faults.get();
        let patience = if hasty { draw(&self.world.executor, 300) } else { PATIENCE_MILLIS };
        let Some(call::Told { status, body, done }) =
            slot.wait(&self.world.executor, patience).await
        else {
            // Half of those who hang up take their call along; the others' goes on.
            hang_up.set(hasty && self.world.executor.chance(500));
            return None;
        };
        self.world.tell(|| {
            let (code, key) = (text_at(&body, "/Code"), text_at(&body, "/KeyId"));
            format!("isolate {:x}: {action} answered {status} {code} {key}", isolate.number >> 48)
        });
        self.known.answered.set(self.known.answered.get() + 1);
        if status == 500 {
            self.violate(|| format!("{action} {params:?} answered {body}"));
        }
        if status == 200 {
            self.known.succeeded.set(self.known.succeeded.get() + 1);
        }
        Some(Answered { isolate, sent, done, status, body })
    }

    /// Somebody has seen a change's request and sends it again, to any isolate.
    fn replay_later(&self, action: &str, signed: &Signed) {
        let changes = ["CreateKey", "UpdateKeyDescription", "CreateUser"].contains(&action);
        if !changes || !self.world.faults.get() || !self.world.executor.chance(600) {
            return;
        }
        let (world, isolates) = (self.world.clone(), self.isolates.clone());
        let (signed, action) = (signed.clone(), action.to_owned());
        self.world.executor.spawn(None, async move {
            let executor = world.executor.clone();
            executor.sleep(draw(&executor, 2 * WINDOW_MILLIS)).await;
            let Some(isolate) = isolates.any() else { return };
            world.tell(|| format!("isolate {:x}: {action} is replayed", isolate.number >> 48));
            let group = isolate.group;
            executor.spawn(Some(group), answer(isolate, signed, Slot::new()));
        });
    }

    /// A change that was acknowledged is stored with its event.
    fn acknowledged(&self, action: &str, answered: &Answered) {
        let id = answered.text("RequestId");
        match self.world.events.line(&id) {
            None => self.violate(|| format!("{action} {id} was acknowledged and has no event")),
            Some(line) if line.contains("\"errorCode\"") || !line.contains(action) => {
                self.violate(|| format!("{action} {id} was acknowledged; its event says {line}"));
            }
            Some(_) => {}
        }
    }
}
