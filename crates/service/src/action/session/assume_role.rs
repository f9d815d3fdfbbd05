// SPDX-License-Identifier: Apache-2.0
//! AssumeRole: a session of a role that the caller may take on, and that lets the caller do so.

use edgekms_api::{
    action::AssumeRole,
    error::{ApiError, ErrorCode},
    number::Whole,
    sts::assume_role::AssumeRoleReply,
};

use super::super::{
    SessionRule,
    session_context::{Asked, SessionContext, Told},
};
use crate::{
    account::view::EntityView,
    authorise::{Assumption, Circumstances, may_assume},
};

impl SessionRule for AssumeRole {
    async fn run(&self, context: &SessionContext<'_>) -> Result<AssumeRoleReply, ApiError> {
        let account = &self.role_arn.account;
        let view = context.roles.find(account, &self.role_arn.role).await?;
        let role = view.as_deref().and_then(EntityView::as_role);
        may_assume(&Assumption {
            caller: context.caller,
            role: &self.role_arn,
            trust: role.map(|role| &role.trust),
            external_id: self.external_id.as_ref(),
            at: Circumstances { now_secs: context.now_secs, facts: context.facts },
        })?;
        let asked = Asked {
            account,
            name: self.role_session_name.to_string(),
            duration_secs: self.duration_seconds.map(Whole::get),
            policy: self.policy.as_ref(),
        };
        let Told { user, credentials } =
            context.make(&asked, role.ok_or(ErrorCode::RoleNotExist)?)?;
        Ok(AssumeRoleReply { assumed_role_user: user, credentials })
    }
}
