// SPDX-License-Identifier: Apache-2.0
//! DeleteAlias: a name is free again; its key is untouched, whatever its state.

use edgekms_api::{
    action::{DeleteAlias, Empty},
    error::ApiError,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::store::Change;

impl KeyringRule for DeleteAlias {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let alias = context.alias(&self.alias_name)?;
        context.permit.found(&alias.key_id)?;
        Ok(Decision::change(Empty {}, alias.key_id, vec![Change::DeleteAlias(alias.name)]))
    }
}
