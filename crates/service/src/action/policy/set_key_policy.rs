// SPDX-License-Identifier: Apache-2.0
//! SetKeyPolicy: a key's policy is another from now on.

use edgekms_api::{
    action::{Empty, SetKeyPolicy},
    error::ApiError,
};
use edgekms_policy::LazyPolicy;

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{class, state::Use, store::Change};

impl KeyringRule for SetKeyPolicy {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let key = context.key_for(&self.key, Use::Edit)?;
        let key_id = key.key_id.clone();
        let policy = LazyPolicy::new(self.policy.as_str());
        class::may_share(key.class(), &policy, &context.permit.place().account)?;
        let set = key.changed(|key| key.policy = Some(policy));
        Ok(Decision::change(Empty {}, key_id, vec![Change::PutKey(Box::new(set))]))
    }
}
