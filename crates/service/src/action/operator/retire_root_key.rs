// SPDX-License-Identifier: Apache-2.0
//! RetireRootKey: only what nothing needs any more.

use edgekms_api::{
    action::{Empty, RetireRootKey},
    error::{ApiError, ErrorCode},
    time::Timestamp,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{rewrap::retirable_millis, store::Change, stored};

impl KeyringRule for RetireRootKey {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let (store, name) = (context.host.store, self.root_key_version.as_str());
        let known = store.root_uses().map_err(stored)?;
        let Some(root) = known.into_iter().find(|root| root.version == name) else {
            return Err(ApiError::with_message(
                ErrorCode::ResourceNotFound,
                "The keyring knows no such root key version. DescribeRootKeys lists them.",
            ));
        };
        let refuse = |text: String| {
            Err(ApiError::with_message(ErrorCode::RejectedStateModifiedFailed, text))
        };
        if name == context.host.roots.current() {
            return refuse(
                "The root key version is the current one. Name another as current in \
                           ROOT_KEYS first."
                    .to_owned(),
            );
        }
        if root.versions > 0 {
            return refuse(format!(
                "{} key versions are wrapped under the root key version. Call RewrapKeys, and \
                 DescribeRootKeys for what it leaves.",
                root.versions
            ));
        }
        match retirable_millis(&root).map(|at| at.saturating_add(999).div_euclid(1000)) {
            None => refuse(
                "It is not known since when nothing is wrapped under the root key version. Call \
                 RewrapKeys, which notes it, and retire the version 25 hours after."
                    .to_owned(),
            ),
            Some(at) if at > context.now_secs => refuse(format!(
                "Copies of keys may still need the root key version. Retire it after {}.",
                Timestamp::from_unix_secs(at)
            )),
            Some(_) => {
                let mut decision = Decision::look(Empty {}, None);
                decision.changes.push(Change::ForgetRoot(root.version));
                Ok(decision)
            }
        }
    }
}
