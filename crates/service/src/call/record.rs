// SPDX-License-Identifier: Apache-2.0
//! Writing down what was called, for calls that the keyring has not recorded with their change.

use edgekms_api::{
    action::{ActionKind, ActionName},
    error::ApiError,
    id::RequestId,
};

use super::{Call, Chore, Ports, Server};
use crate::{
    audit::{AuditEvent, event::Called, message::NewEvent},
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
        let id = event_id.to_string();
        let line = event(call, event_id, error, ports.clock.now_millis()).to_line();
        let event = NewEvent { id, line };
        if mode == AuditMode::Async || is_back(Defect::EarlyAnswer) {
            chores.push(Chore::Record(call.place.clone(), event));
            return Ok(());
        }
        let Err(failure) = ports.audit.append(&call.place, event).await else { return Ok(()) };
        self.not_recorded(failure, ports)
    }

    fn not_recorded(&self, failure: PortError, ports: &Ports<'_>) -> Result<(), ApiError> {
        match self.settings.audit_failure {
            AuditFailure::Closed => Err(stored(failure)),
            AuditFailure::Open => {
                ports.log.fault(&format!("a call was answered and not recorded: {failure}"));
                Ok(())
            }
        }
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
