// SPDX-License-Identifier: Apache-2.0
//! ListPolicies: the system policies, then the account's own.

use edgekms_api::{
    account::PolicyType, action::ListPolicies, error::ApiError,
    ram::list_policies::ListPoliciesReply,
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, Paged, Part, look},
    record::{PolicyRecord, Record},
    store::Kind,
    system,
};
use crate::keyring::stored;

/// In front of the names of the account's own policies, so that they come after the system's.
const OWN: &str = "~";

fn position(kind: PolicyType, policy: &PolicyRecord) -> String {
    let before = if kind == PolicyType::Custom { OWN } else { "" };
    format!("{before}{}", policy.name)
}

impl AccountRule for ListPolicies {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<ListPoliciesReply>, ApiError> {
        let part = Part::asked(self.marker.as_ref(), self.max_items);
        let wants = |kind| self.policy_type.is_none_or(|wanted| wanted == kind);
        // Positions as the pages tell them: the system policies come first.
        let mut rows = Vec::new();
        if wants(PolicyType::System) {
            let is_after = |policy: &PolicyRecord| position(PolicyType::System, policy);
            rows.extend(
                system::all()
                    .filter(|policy| is_after(policy).as_str() > part.after())
                    .map(|policy| (PolicyType::System, policy)),
            );
        }
        if wants(PolicyType::Custom) {
            let after = part.after().strip_prefix(OWN).unwrap_or_default();
            let own = context.store.page(Kind::Policy, after, part.rows_to_ask());
            for row in own.map_err(stored)? {
                let policy = PolicyRecord::decode(&row.record).map_err(stored)?;
                rows.push((PolicyType::Custom, policy));
            }
        }
        let Paged { rows, is_truncated, marker } =
            part.cut(rows, |(kind, policy)| position(*kind, policy));
        let told = rows.iter().map(|(kind, policy)| {
            Ok::<_, ApiError>(policy.told(*kind, context.attachments(*kind, policy)?))
        });
        let policies = told.collect::<Result<_, _>>()?;
        Ok(look(ListPoliciesReply { policies, is_truncated, marker }))
    }
}
