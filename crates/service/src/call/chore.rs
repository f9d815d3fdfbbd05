// SPDX-License-Identifier: Apache-2.0
//! What is to be done beside the calls, although nobody asked for it just now.

use super::{Ports, Server};
use crate::{
    audit::{event::NewEvent, refusals::COUNTED_FOR_MILLIS},
    port::Fault,
};
use edgekms_api::place::Place;

/// How long one watch over unwrapped material lasts. Workers lets work go on for 30 s after the last
/// answer; a watch that began with a call must reach past that call's material.
const WATCH_MILLIS: i64 = 25_000;
/// How old a watch may be when a call relies on it: it still lasts for as long as material lives.
const WATCH_AGAIN_MILLIS: i64 = 14_000;

/// Work beside the calls. It must outlive the request that it comes from (`waitUntil`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chore {
    /// Ask a keyring what has changed, since what is known grows old.
    Freshen(Place),
    /// Wipe unwrapped material whose time is over, although nobody calls.
    WatchMaterial,
    /// Write down how many requests were refused that nobody can be held to account for.
    ReportRefusals,
    /// Tell what was counted, for whoever watches.
    TellWatch,
    /// Store the event of a call that was answered without waiting for that, and those that are left with it.
    Record(Place, NewEvent),
}

impl Server {
    /// Carries out one chore. What fails is tried again by a later one.
    pub async fn carry_out_chore(&self, chore: Chore, ports: &Ports<'_>) {
        match chore {
            Chore::Freshen(place) => {
                let copies = self.copies(&place);
                if let Err(error) = self.source(&copies, ports).freshen_beside_calls().await {
                    ports.log.fault(&Fault::warning("what has changed could not be asked", &error));
                }
            }
            Chore::WatchMaterial => self.watch_material(ports).await,
            Chore::TellWatch => self.wait_and_tell(ports).await,
            Chore::ReportRefusals => {
                ports.timers.sleep(COUNTED_FOR_MILLIS).await;
                let line = self.refusals.borrow_mut().take_line(ports.clock.now_millis());
                let Some(line) = line else { return };
                if let Err(error) = ports.lines.write(&line).await {
                    ports.log.fault(&Fault::error("refused calls could not be recorded", &error));
                }
            }
            Chore::Record(place, event) => {
                if let Err(lost) = ports.audit.send_left(&place, event).await {
                    self.lose(&lost, ports);
                }
            }
        }
    }

    async fn watch_material(&self, ports: &Ports<'_>) {
        let began = self.watched_since.get();
        let end = ports.clock.now_millis().saturating_add(WATCH_MILLIS);
        loop {
            let now = ports.clock.now_millis();
            let held = self.copies.borrow().clone();
            let next = held.iter().filter_map(|each| each.cache.borrow_mut().evict_material(now));
            let Some(next) = next.min().filter(|next| *next <= end) else { break };
            let wait = next.saturating_sub(now).max(1);
            ports.timers.sleep(u32::try_from(wait).unwrap_or(u32::MAX)).await;
        }
        // Whoever uses material from now on cannot rely on this watch.
        if self.watched_since.get() == began {
            self.watched_since.set(None);
            // Calls have ceased, or are of others: the next question may never be asked.
            self.tell_counts(ports).await;
        }
    }

    /// Has unwrapped material wiped on time: the watch that is under way does it, or a new one.
    pub(super) fn have_material_watched(&self, now: i64, chores: &mut Vec<Chore>) {
        let young = |since: i64| (0..WATCH_AGAIN_MILLIS).contains(&now.saturating_sub(since));
        if !self.watched_since.get().is_some_and(young) {
            self.watched_since.set(Some(now));
            chores.push(Chore::WatchMaterial);
        }
    }
}
