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
        let held = context.leave_for(&alias.key_id)?;
        // Once its key is gone, the name is given up so that a product's next need makes another.
        if held.is_some() {
            alias.name.not_reserved()?;
        }
        Ok(Decision::change(Empty {}, alias.key_id, vec![Change::DeleteAlias(alias.name)]))
    }
}
