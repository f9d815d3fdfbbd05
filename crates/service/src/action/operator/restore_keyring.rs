// SPDX-License-Identifier: Apache-2.0
//! RestoreKeyring: takes a part. With the last one the keyring's own job begins.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use edgekms_api::{
    action::RestoreKeyring,
    error::{ApiError, ErrorCode},
    kms::restore_keyring::{RestoreKeyringReply, RestoreStatus},
};

use super::{
    super::{Decision, KeyringContext, KeyringRule},
    backup_keyring::backup_key,
};
use crate::{
    backup::{
        part::Head,
        restoring::{Opener, Restoring, refused},
    },
    keyring::{
        closing::check_open,
        job::KeyringJob,
        store::{Change, KeyringStore},
        stored,
    },
    object::agenda::JobChange,
};

impl KeyringRule for RestoreKeyring {
    fn decide(
        self,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<RestoreKeyringReply>, ApiError> {
        let store = context.host.store;
        check_open(store, context.now_secs)?;
        let backup = backup_key(context)?;
        let last = Restoring::load(store).map_err(stored)?;
        let Some(part) = self.part else { return Ok(told(last.as_ref())) };
        let head = Head::read(&part.0).ok_or_else(refused)?;
        let text = STANDARD.encode(&part.0);
        // Sent again, since its answer was lost.
        if store.part(head.number).map_err(stored)?.as_ref() == Some(&text) {
            return Ok(told(last.as_ref()));
        }
        check_empty(store, last.as_ref())?;
        let is_first = head.number == 0;
        let mut restoring = match last {
            _ if is_first => Restoring::begin(head.file),
            Some(last) if last.file == head.file && last.parts == head.number => last,
            _ => return Err(refused()),
        };
        let opener = Opener::new(backup, &head.file, context.place(), store);
        restoring.take(&head, &part.0, &opener.map_err(ApiError::internal)?)?;
        let (name, value) = restoring.fact();
        let mut decision = Decision::look(restoring.reply(), None).with_fact(name, value);
        decision.changes.extend(is_first.then_some(Change::DropParts));
        decision.changes.push(Change::StagePart { number: head.number, text });
        if restoring.status == RestoreStatus::Restoring {
            let due_millis = context.now_secs.saturating_mul(1000);
            decision = decision.with_job(JobChange::put(KeyringJob::Restore.name(), due_millis));
        }
        Ok(decision)
    }
}

fn told(restoring: Option<&Restoring>) -> Decision<RestoreKeyringReply> {
    const NONE: RestoreKeyringReply =
        RestoreKeyringReply { status: RestoreStatus::None, parts_taken: 0, parts_restored: 0 };
    Decision::look(restoring.map_or(NONE, Restoring::reply), None)
}

/// A restore is into nothing: it neither mixes with what is there nor takes its place.
fn check_empty(store: &dyn KeyringStore, last: Option<&Restoring>) -> Result<(), ApiError> {
    let held = [store.count_keys(), store.count_versions(), store.count_aliases()];
    let held = held.into_iter().sum::<Result<u64, _>>().map_err(stored)?;
    let under_way = last.is_some_and(|last| last.status == RestoreStatus::Restoring);
    if held == 0 && !under_way {
        return Ok(());
    }
    Err(ApiError::with_message(
        ErrorCode::RejectedStateModifiedFailed,
        "A backup is restored into a region of an account that has no keys and no aliases. This one has \
         some, or is being restored already.",
    ))
}
