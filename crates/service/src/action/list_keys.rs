// SPDX-License-Identifier: Apache-2.0
//! ListKeys: a page of the keys that pass the filters, in order of creation.

use edgekms_api::{
    action::{
        ListKeys,
        list_keys::{CreatorType, Filterable, Filters, KeyRow, ListKeysRequest, ListKeysResponse},
    },
    error::ApiError,
};

use super::{Decision, KeyringAction, KeyringContext};
use crate::{
    authorise::Resource,
    keyring::{record::KeyRecord, stored},
};

impl KeyringAction for ListKeys {
    fn decide(
        request: ListKeysRequest,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<ListKeysResponse>, ApiError> {
        context.authorise(&[Resource::Keys])?;
        let ListKeysRequest { page, filters } = request;
        let store = context.host.store;
        let count = store.count_keys().map_err(stored)?;
        let (total, keys) = if filters == Filters::default() {
            (count, store.keys(page.offset(), u64::from(page.size)).map_err(stored)?)
        } else {
            let mut keys = store.keys(0, count).map_err(stored)?;
            keys.retain(|key| filters.pass(&filterable(key)));
            (keys.len() as u64, page.of(keys.into_iter()))
        };
        let row = |key: KeyRecord| KeyRow {
            key_arn: context.place.key_arn(&key.key_id),
            key_id: key.key_id,
        };
        Ok(Decision::look(
            ListKeysResponse::new(page, total, keys.into_iter().map(row).collect()),
            None,
        ))
    }
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
