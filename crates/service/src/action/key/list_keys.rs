// SPDX-License-Identifier: Apache-2.0
//! ListKeys: a part of the keys that pass the filters. Numbered pages go by creation, a cursor goes
//! by id.

use edgekms_api::{
    action::ListKeys,
    error::ApiError,
    kms::list_keys::{KeyRow, ListKeysReply},
    page::{Cursor, Page},
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{group::KeyGroup, record::KeyRecord, store::KeyringStore, stored};

impl KeyringRule for ListKeys {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<ListKeysReply>, ApiError> {
        let store = context.host.store;
        let (keys, total_count, next) = match self.page() {
            Page::After(cursor) => after(store, &cursor)?,
            page => numbered(store, &page, &self)?,
        };
        let row = |key: KeyRecord| KeyRow {
            key_arn: context.place().key_arn(&key.key_id),
            key_id: key.key_id,
        };
        let (page_number, page_size) = self.page().told();
        let keys = keys.into_iter().map(row).collect();
        let reply = ListKeysReply { keys, total_count, page_number, page_size, next };
        Ok(Decision::look(reply, None))
    }
}

type Part = (Vec<KeyRecord>, u64, Option<String>);

fn after(store: &dyn KeyringStore, cursor: &Cursor) -> Result<Part, ApiError> {
    let after = cursor.after.as_deref().unwrap_or_default();
    let mut keys = store.keys_after(after, cursor.rows_to_ask()).map_err(stored)?;
    let next = cursor.cut(&mut keys, |key| key.key_id.to_string());
    Ok((keys, store.count_keys().map_err(stored)?, next))
}

fn numbered(store: &dyn KeyringStore, page: &Page, list: &ListKeys) -> Result<Part, ApiError> {
    let (offset, size) = page.span();
    let mut groups = store.key_groups().map_err(stored)?;
    groups.retain(|(KeyGroup(group), _)| list.filters.pass(group));
    let total = groups.iter().map(|(_, number)| number).sum();
    let groups: Vec<KeyGroup> = groups.into_iter().map(|(group, _)| group).collect();
    let groups = (!list.filters.is_empty()).then_some(&*groups);
    Ok((store.keys(groups, offset, size).map_err(stored)?, total, None))
}
