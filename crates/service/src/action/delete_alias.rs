// SPDX-License-Identifier: Apache-2.0
//! DeleteAlias: a name is free again; its key is untouched, whatever its state.

use edgekms_api::{
    action::{DeleteAlias, Empty, delete_alias::DeleteAliasRequest},
    error::ApiError,
};

use super::{Decision, KeyringAction, KeyringContext};
use crate::{authorise::Resource, record::Change};

impl KeyringAction for DeleteAlias {
    fn decide(
        request: DeleteAliasRequest,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<Empty>, ApiError> {
        let alias = context.alias(&request.alias_name)?;
        context.authorise(&[Resource::Alias(&alias.name), Resource::Key(&alias.key_id)])?;
        Ok(Decision {
            response: Empty {},
            key_id: Some(alias.key_id),
            changes: vec![Change::DeleteAlias(alias.name)],
        })
    }
}
