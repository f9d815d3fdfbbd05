// SPDX-License-Identifier: Apache-2.0
//! ListKeyUsage: what isolates have told of their calls.

use edgekms_api::{
    action::ListKeyUsage,
    error::ApiError,
    kms::list_key_usage::ListKeyUsageReply,
    page::Cursor,
    usage::{DailyCalls, Day, UsagePosition},
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::{keyring::stored, usage::row::UsageRow};

/// Rows of a page: as many as ListTagResources has.
const PAGE: u32 = 200;
/// How far back it goes if nothing else is asked.
const DAYS: u32 = 30;

impl KeyringRule for ListKeyUsage {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<ListKeyUsageReply>, ApiError> {
        let today = Day::of_unix_secs(context.now_secs);
        let end = self.end_date.unwrap_or(today);
        let start = self.start_date.unwrap_or(today.before(DAYS));
        let after = self.next_token.as_ref();
        let cursor = Cursor { after: None, limit: PAGE };
        let store = context.host.store;
        let mut rows = store
            .usage_rows(start.number(), end.number(), after, cursor.rows_to_ask())
            .map_err(stored)?;
        let next_token = cursor.cut(&mut rows, |row| position(row).to_string());
        let told = |row: UsageRow| DailyCalls {
            date: Day::from_number(row.day),
            key_id: row.key_id.map_or_else(String::new, |id| id.to_string()),
            action: row.action,
            calls: row.calls,
            throttled: row.throttled,
            free: row.free,
        };
        let key_usages = rows.into_iter().map(told).collect();
        let reply = ListKeyUsageReply { next_token: next_token.unwrap_or_default(), key_usages };
        Ok(Decision::look(reply, None))
    }
}

fn position(row: &UsageRow) -> UsagePosition {
    let UsageRow { day, key_id, action, .. } = row;
    UsagePosition { day: Day::from_number(*day), key_id: key_id.clone(), action: action.clone() }
}
