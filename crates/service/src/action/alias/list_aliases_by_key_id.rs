// SPDX-License-Identifier: Apache-2.0
//! ListAliasesByKeyId: a part of a key's aliases, in order of name.

use edgekms_api::{
    action::ListAliasesByKeyId, error::ApiError, kms::list_aliases::ListAliasesReply,
};

use super::{
    super::{Decision, KeyringContext, KeyringRule},
    list_aliases::row,
};
use crate::keyring::{state::Use, stored};

impl KeyringRule for ListAliasesByKeyId {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<ListAliasesReply>, ApiError> {
        let key_id = context.key_for(&self.key, Use::Look)?.key_id;
        let (store, page) = (context.host.store, self.page());
        let (offset, size) = page.span();
        let aliases = store.aliases_of(&key_id, offset, size).map_err(stored)?;
        let (page_number, page_size) = page.told();
        let reply = ListAliasesReply {
            aliases: aliases.into_iter().map(|alias| row(alias, context.place())).collect(),
            total_count: store.count_aliases_of(&key_id).map_err(stored)?,
            page_number,
            page_size,
            next: None,
        };
        Ok(Decision::look(reply, Some(key_id)))
    }
}
