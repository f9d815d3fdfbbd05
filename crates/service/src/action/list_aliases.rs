// SPDX-License-Identifier: Apache-2.0
//! ListAliases: a page of aliases, in order of name.

use edgekms_api::{
    action::{
        ListAliases,
        list_aliases::{AliasRow, ListAliasesRequest, ListAliasesResponse},
    },
    error::ApiError,
};

use super::{Decision, KeyringAction, KeyringContext};
use crate::{
    authorise::Resource,
    keyring::{record::AliasRecord, stored},
};

impl KeyringAction for ListAliases {
    fn decide(
        request: ListAliasesRequest,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<ListAliasesResponse>, ApiError> {
        context.authorise(&[Resource::Aliases])?;
        let (page, store) = (request.page, context.host.store);
        let total = store.count_aliases().map_err(stored)?;
        let aliases = store.aliases(page.offset(), u64::from(page.size)).map_err(stored)?;
        let row = |alias: AliasRecord| AliasRow {
            key_id: alias.key_id,
            alias_arn: context.place.alias_arn(&alias.name),
            alias_name: alias.name,
        };
        Ok(Decision::look(
            ListAliasesResponse::new(page, total, aliases.into_iter().map(row).collect()),
            None,
        ))
    }
}
