// SPDX-License-Identifier: Apache-2.0
//! ListAliases: a part of the aliases, in order of name.

use edgekms_api::{
    action::ListAliases,
    error::ApiError,
    kms::list_aliases::{AliasRow, ListAliasesReply},
    page::Page,
    place::Place,
    time::Timestamp,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{record::AliasRecord, state::Use, stored};

/// An alias as lists tell it.
pub(super) fn row(alias: AliasRecord, place: &Place) -> AliasRow {
    AliasRow {
        key_id: alias.key_id,
        alias_arn: place.alias_arn(&alias.name),
        alias_name: alias.name,
        created: None,
    }
}

impl KeyringRule for ListAliases {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<ListAliasesReply>, ApiError> {
        let store = context.host.store;
        let total_count = store.count_aliases().map_err(stored)?;
        let (aliases, next, key_id) = match (&self.of, self.page()) {
            (None, Page::After(cursor)) => {
                let after = cursor.after.as_deref().unwrap_or_default();
                let found = store.aliases_after(after, cursor.rows_to_ask());
                let mut aliases = found.map_err(stored)?;
                let next = cursor.cut(&mut aliases, |alias| alias.name.to_string());
                (aliases, next, None)
            }
            (None, page) => {
                let (offset, size) = page.span();
                (store.aliases(offset, size).map_err(stored)?, None, None)
            }
            (Some(key), page) => {
                let key_id = context.key_for(key, Use::Look)?.key_id;
                let aliases = store.aliases_of(&key_id, 0, u64::MAX).map_err(stored)?;
                let all = aliases.into_iter().map(|alias| (alias.name.to_string(), alias));
                let (aliases, next) = page.of(all);
                (aliases, next, Some(key_id))
            }
        };
        let tells_date = self.cursor.is_some();
        let row = |alias: AliasRecord| {
            let created = tells_date.then(|| Timestamp::from_unix_secs(alias.created));
            AliasRow { created, ..row(alias, context.place()) }
        };
        let (page_number, page_size) = self.page().told();
        let aliases = aliases.into_iter().map(row).collect();
        let reply = ListAliasesReply { aliases, total_count, page_number, page_size, next };
        Ok(Decision::look(reply, key_id))
    }
}
