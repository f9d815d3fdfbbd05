// SPDX-License-Identifier: Apache-2.0
//! Writing down what was called, for calls that the keyring has not recorded with their change.

use edgekms_api::{
    action::{ActionKind, ActionName},
    error::ApiError,
    id::RequestId,
    time::Timestamp,
};

use super::{Call, Ports, Server};
use crate::{
    audit::{AuditEvent, ReadWrite, UserIdentity},
    keyring::stored,
    port::{PortError, entropy::random_bytes},
    settings::AuditFailure,
};

impl Server {
    /// Whether calls of an action leave events: the keyring's changes always, others if there is a
    /// log to write them to.
    pub(super) fn records(&self, action: ActionName) -> bool {
        let row = action.row();
        row.audited && (row.kind == ActionKind::Change || self.settings.audit_log)
    }

    /// Writes the event of a call that the keyring has not recorded with its change. The answer
    /// waits for it.
    pub(super) async fn record(
        &self,
        call: &Call,
        error: Option<&ApiError>,
        ports: &Ports<'_>,
    ) -> Result<(), ApiError> {
        if call.recorded || !self.settings.audit_log || !self.records(call.action) {
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
        let line = event(call, event_id, error, ports.clock.now_millis()).to_line();
        let Err(failure) = ports.audit.append(&line).await else { return Ok(()) };
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
    let changes = call.action.changes();
    AuditEvent {
        event_id,
        request_id: Some(call.request_id.clone()),
        event_time: Timestamp::from_unix_secs(now_millis.div_euclid(1000)).to_string(),
        event_name: call.action.as_str().to_owned(),
        event_rw: if changes { ReadWrite::Write } else { ReadWrite::Read },
        acs_region: call.place.region.clone(),
        recipient_account_id: call.place.account.clone(),
        user_identity: UserIdentity::of(&call.known.caller),
        facts: call.facts.clone(),
        key_id: call.key_id.clone(),
        source_key_id: call.source_key_id.clone(),
        key_ids: call.key_ids.clone(),
        error_code: error.map(|error| error.code().as_str()),
    }
}
