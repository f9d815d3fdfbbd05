// SPDX-License-Identifier: Apache-2.0
//! ListKeys: a part of the keys that pass the filters. Numbered pages go by creation, a cursor goes
//! by id.

use edgekms_api::{
    action::ListKeys,
    error::ApiError,
    key::filter::{CreatorType, Filterable},
    kms::list_keys::{KeyRow, ListKeysReply},
    page::{Cursor, Page},
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{record::KeyRecord, store::KeyringStore, stored};

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
    let count = store.count_keys().map_err(stored)?;
    if list.filters.is_empty() {
        let (offset, size) = page.span();
        return Ok((store.keys(offset, size).map_err(stored)?, count, None));
    }
    let mut keys = store.keys(0, count).map_err(stored)?;
    keys.retain(|key| list.filters.pass(&filterable(key)));
    let total = keys.len() as u64;
    let (keys, next) = page.of(keys.into_iter().map(|key| (key.key_id.to_string(), key)));
    Ok((keys, total, next))
}

fn filterable(key: &KeyRecord) -> Filterable {
    Filterable {
        key_state: key.state,
        key_spec: key.spec,
        key_usage: key.usage,
        protection_level: key.protection_level,
        creator_type: CreatorType::User,
    }
}
