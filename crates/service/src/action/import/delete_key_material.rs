// SPDX-License-Identifier: Apache-2.0
//! DeleteKeyMaterial: a key without material stays as it is.

use edgekms_api::{
    action::{DeleteKeyMaterial, Empty},
    error::ApiError,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{
    import::{agenda, check_external, without_material},
    state::Use,
    stored,
};

impl KeyringRule for DeleteKeyMaterial {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let key = context.key_for(&self.key, Use::ManageImport)?;
        check_external(key.origin)?;
        if !key.has_material() {
            return Ok(Decision::look(Empty {}, Some(key.key_id)));
        }
        let (key, changes) = without_material(key, context.host.store).map_err(stored)?;
        let job = agenda(&key);
        Ok(Decision::change(Empty {}, key.key_id, changes).with_job(job))
    }
}
