// SPDX-License-Identifier: Apache-2.0
//! RewrapKeys: puts the job, from its beginning.

use edgekms_api::{
    action::{Empty, RewrapKeys},
    error::ApiError,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::{
    keyring::{job::KeyringJob, rewrap::Rewrap},
    object::agenda::JobChange,
};

impl KeyringRule for RewrapKeys {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let (name, value) = Rewrap::begin(context.host.roots).fact();
        let due_millis = context.now_secs.saturating_mul(1000);
        let job = JobChange::put(KeyringJob::Rewrap.name(), due_millis);
        Ok(Decision::look(Empty {}, None).with_fact(name, value).with_job(job))
    }
}
