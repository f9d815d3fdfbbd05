// SPDX-License-Identifier: Apache-2.0
//! What attaching a policy to a user, a group or a role has in common.

use edgekms_api::{
    account::AttachedPolicy,
    action::Empty,
    error::{ApiError, ErrorCode},
    list::List,
    time::Timestamp,
};

use crate::account::{
    context::{AccountContext, Decision, change},
    holder::Holder,
    limit,
    record::PolicyRef,
    store::{Change, LinkKind},
};

/// Attaches a policy, which there must be.
pub(super) fn attach(
    context: &AccountContext<'_>,
    holder: &Holder,
    policy: &PolicyRef,
    exists: ErrorCode,
) -> Result<Decision<Empty>, ApiError> {
    context.policy(policy.kind, &policy.name)?;
    let held = context.attached(holder)?;
    if held.iter().any(|(held, _)| held == policy) {
        return Err(exists.into());
    }
    limit::ATTACHED.check(u64::try_from(held.len()).unwrap_or(u64::MAX))?;
    let link = Change::Link(LinkKind::Attached, holder.key(), policy.key(), context.now_secs);
    Ok(change(Empty {}, vec![link]))
}

/// Detaches a policy that is attached.
pub(super) fn detach(
    context: &AccountContext<'_>,
    holder: &Holder,
    policy: &PolicyRef,
    missing: ErrorCode,
) -> Result<Decision<Empty>, ApiError> {
    context.policy(policy.kind, &policy.name)?;
    if !context.attached(holder)?.iter().any(|(held, _)| held == policy) {
        return Err(missing.into());
    }
    let unlink = Change::Unlink(LinkKind::Attached, holder.key(), policy.key());
    Ok(change(Empty {}, vec![unlink]))
}

/// The policies of a holder as they are told, in the order of their names.
pub(super) fn attached_policies(
    context: &AccountContext<'_>,
    holder: &Holder,
) -> Result<List<AttachedPolicy>, ApiError> {
    let told = context.attached(holder)?.into_iter().map(|(policy, since)| {
        let record = context.policy(policy.kind, &policy.name)?;
        Ok::<_, ApiError>(AttachedPolicy {
            policy_name: policy.name,
            policy_type: policy.kind,
            description: record.description,
            default_version: record.default_version,
            attach_date: Timestamp::from_unix_secs(since),
        })
    });
    let mut rows = told.collect::<Result<Vec<_>, _>>()?;
    rows.sort_by(|one, other| one.policy_name.cmp(&other.policy_name));
    Ok(List(rows))
}
