// SPDX-License-Identifier: Apache-2.0
//! UpdateAlias: a name stands for another key from now on, with no moment in between at which it
//! stands for none.

use edgekms_api::{
    action::{Empty, UpdateAlias, update_alias::UpdateAliasRequest},
    error::ApiError,
};

use super::{Decision, KeyringAction, KeyringContext};
use crate::{
    authorise::Resource,
    keyring::{record::AliasRecord, state::Use, store::Change},
};

impl KeyringAction for UpdateAlias {
    fn decide(
        request: UpdateAliasRequest,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<Empty>, ApiError> {
        let UpdateAliasRequest { key_id, alias_name } = request;
        context.key_and_for(&key_id, &[Resource::Alias(&alias_name)], Use::Annotate)?;
        let alias = context.alias(&alias_name)?;
        let changes = if alias.key_id == key_id {
            Vec::new()
        } else {
            vec![Change::PutAlias(AliasRecord::new(alias_name, key_id.clone(), alias.created))]
        };
        Ok(Decision::change(Empty {}, key_id, changes))
    }
}
