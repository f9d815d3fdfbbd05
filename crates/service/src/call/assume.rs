// SPDX-License-Identifier: Apache-2.0
//! AssumeRole: a session of a role that the caller may take on, and that lets the caller do so.

use edgekms_api::{
    action::{AssumeRole, Reply},
    error::{ApiError, ErrorCode},
    sts::assume_role::AssumeRoleReply,
};

use super::{Call, Ports, Server};
use crate::{
    account::view::EntityView,
    action::minting::{Mint, Wish},
    authorise::{Assumption, Circumstances, may_assume},
};

impl Server {
    /// Makes a session. Nothing of it is stored.
    pub(super) async fn assume_role(
        &self,
        asked: &AssumeRole,
        call: &Call,
        ports: &Ports<'_>,
    ) -> Result<Reply, ApiError> {
        let now_secs = ports.clock.now_millis().div_euclid(1000);
        let view = self.find_role(&asked.role_arn.account, &asked.role_arn.role, ports).await?;
        let role = view.as_deref().and_then(EntityView::as_role);
        let assumption = Assumption {
            caller: call.known.caller(),
            role: &asked.role_arn,
            trust: role.map(|role| &role.trust),
            external_id: asked.external_id.as_ref(),
            at: Circumstances { now_secs, facts: &call.facts },
        };
        may_assume(&assumption)?;
        let role = role.ok_or(ErrorCode::RoleNotExist)?;
        let wish = Wish {
            role: &asked.role_arn,
            name: &asked.role_session_name,
            duration: asked.duration_seconds,
            policy: asked.policy.as_ref(),
        };
        let mint = Mint { roots: &self.settings.roots, entropy: ports.entropy, now_secs };
        let (assumed_role_user, credentials) = mint.make(&wish, role)?;
        Ok(Reply::AssumeRole(AssumeRoleReply { assumed_role_user, credentials }))
    }
}
