// SPDX-License-Identifier: Apache-2.0
//! UpdateAlias: a name stands for another key from now on, with no moment in between at which it
//! stands for none.

use edgekms_api::{
    action::{Empty, UpdateAlias},
    error::ApiError,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{record::AliasRecord, state::Use, store::Change};

impl KeyringRule for UpdateAlias {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let key_id = context.key_for(&self.key, Use::Annotate)?.key_id;
        let alias = context.alias(&self.alias_name)?;
        context.leave_for(&alias.key_id)?;
        let changes = if alias.key_id == key_id {
            Vec::new()
        } else {
            let moved = AliasRecord::new(self.alias_name, key_id.clone(), alias.created);
            vec![Change::PutAlias(moved)]
        };
        Ok(Decision::change(Empty {}, key_id, changes))
    }
}
