// SPDX-License-Identifier: Apache-2.0
//! Writing down what was called, for calls that the keyring has not recorded with their change.

use edgekms_api::{
    action::{ActionKind, ActionName},
    error::ApiError,
    id::RequestId,
    place::Place,
};
use futures_util::future::join_all;

use super::{Call, Chore, Ports, Server};
use crate::{
    audit::{
        AuditEvent,
        event::{Called, NewEvent},
        sink::Lost,
    },
    defects::{Defect, is_back},
    keyring::stored,
    port::{PortError, entropy::random_bytes},
    settings::{AuditFailure, AuditMode},
};

impl Server {
    /// Whether calls of an action leave events: the keyring's changes always, others unless that is
    /// switched off.
    pub(super) fn records(&self, action: ActionName) -> bool {
        let row = action.row();
        row.audited && (row.kind == ActionKind::Change || self.settings.audit != AuditMode::Off)
    }

    /// Has the event of a call stored that the keyring has not recorded with its change. The answer
    /// waits for it if the trail is strict.
    pub(super) async fn record(
        &self,
        call: &Call,
        error: Option<&ApiError>,
        ports: &Ports<'_>,
        chores: &mut Vec<Chore>,
    ) -> Result<(), ApiError> {
        let mode = self.settings.audit;
        if call.recorded || mode == AuditMode::Off || !self.records(call.action) {
            return Ok(());
        }
        let event_id = if call.unknown {
            // The keyring's own event, if there is one, has the request's id and is what was.
            random_bytes(ports.entropy)
                .map(RequestId::from_random_bytes)
                .map_err(ApiError::internal)?
        } else {
            call.request_id.clone()
        };
        let now = ports.clock.now_millis();
        let mut events = vec![(call.place.clone(), event(call, event_id, error, now))];
        for owner in owners(call) {
            let id = random_bytes(ports.entropy).map(RequestId::from_random_bytes);
            let id = id.map_err(ApiError::internal)?;
            let event = of_owner(call, owner, event(call, id, error, now));
            events.push((owner.clone(), event));
        }
        let events = events.into_iter().map(|(place, event)| {
            (place, NewEvent { id: event.event_id.to_string(), line: event.to_line() })
        });
        if mode == AuditMode::Async || is_back(Defect::EarlyAnswer) {
            let unsent = |(place, event)| {
                let event = ports.audit.leave(&place, event)?;
                Some(Chore::Record(place, event))
            };
            chores.extend(events.filter_map(unsent));
            return Ok(());
        }
        // Beside each other: the answer waits for the slowest and not for the sum.
        let append = |(place, event)| async move { ports.audit.append(&place, event).await };
        let outcomes = join_all(events.map(append)).await;
        outcomes
            .into_iter()
            .filter_map(Result::err)
            .try_for_each(|error| self.not_recorded(error, ports))
    }

    fn not_recorded(&self, why: PortError, ports: &Ports<'_>) -> Result<(), ApiError> {
        match self.settings.audit_failure {
            AuditFailure::Closed => Err(stored(why)),
            AuditFailure::Open => {
                self.lose(&Lost { events: 1, why }, ports);
                Ok(())
            }
        }
    }
}

/// The other accounts whose keys the call was about, once they may be used.
fn owners(call: &Call) -> Vec<&Place> {
    let mut owners: Vec<&Place> = Vec::new();
    for place in [&call.key_place, &call.source_place].into_iter().flatten() {
        if *place != call.place && !owners.contains(&place) {
            owners.push(place);
        }
    }
    owners
}

/// The event of a call as it goes to the trail of an account whose key it was about: with that account's
/// keys and nobody else's.
fn of_owner(call: &Call, owner: &Place, event: AuditEvent) -> AuditEvent {
    let is_its = |place: &Option<Place>| place.as_ref() == Some(owner);
    AuditEvent {
        recipient_account_id: owner.account.clone(),
        key_id: event.key_id.filter(|_| is_its(&call.key_place)),
        source_key_id: event.source_key_id.filter(|_| is_its(&call.source_place)),
        ..event
    }
}

fn event(
    call: &Call,
    event_id: RequestId,
    error: Option<&ApiError>,
    now_millis: i64,
) -> AuditEvent {
    let called = Called {
        action: call.action,
        request_id: &call.request_id,
        caller: call.known.caller(),
        place: &call.place,
        facts: &call.facts,
    };
    AuditEvent {
        event_id,
        key_id: call.key_id.clone(),
        source_key_id: call.source_key_id.clone(),
        key_ids: call.key_ids.clone(),
        error_code: error.map(ApiError::code),
        ..AuditEvent::of_call(&called, now_millis)
    }
}
