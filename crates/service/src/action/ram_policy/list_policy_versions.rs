// SPDX-License-Identifier: Apache-2.0
//! ListPolicyVersions: the oldest first.

use edgekms_api::{
    action::ListPolicyVersions, error::ApiError, ram::list_policy_versions::ListPolicyVersionsReply,
};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, look};

impl AccountRule for ListPolicyVersions {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<ListPolicyVersionsReply>, ApiError> {
        let policy = context.policy(self.policy_type, &self.policy_name)?;
        let told = policy.versions.iter().map(|version| policy.told_version(version));
        let policy_versions = told.collect();
        Ok(look(ListPolicyVersionsReply { policy_versions }))
    }
}
