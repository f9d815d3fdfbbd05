// SPDX-License-Identifier: Apache-2.0
//! DeleteAlias: a name is free again; its key is untouched, whatever its state.

use edgekms_api::{
    action::{DeleteAlias, Empty, delete_alias::DeleteAliasRequest},
    error::ApiError,
};

use super::{Decision, KeyringAction, KeyringContext};
use crate::{authorise::Resource, keyring::store::Change};

impl KeyringAction for DeleteAlias {
    fn decide(
        request: DeleteAliasRequest,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<Empty>, ApiError> {
        let alias = context.alias(&request.alias_name)?;
        context.authorise(&[Resource::Alias(&alias.name), Resource::Key(&alias.key_id)])?;
        Ok(Decision::change(Empty {}, alias.key_id, vec![Change::DeleteAlias(alias.name)]))
    }
}
