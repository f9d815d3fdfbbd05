// SPDX-License-Identifier: Apache-2.0
//! AssumeRole: a session of a role that the caller may take on, and that lets the caller do so.

use edgekms_api::{
    account::{AssumedRoleUser, SecretText, SessionCredentials},
    action::{AssumeRole, Reply},
    error::{ApiError, ErrorCode},
    id::AccessKeyId,
    number::Whole,
    sts::assume_role::AssumeRoleReply,
    time::Timestamp,
};

use super::{Call, Ports, Server, find::TEMPORARY};
use crate::{
    account::{
        secret,
        view::{EntityView, RoleView},
    },
    authorise::{Assumption, Circumstances, may_assume},
    identity::session::Session,
    port::{Entropy, entropy::random_bytes},
};

/// The length of a session that asks for none, in seconds.
const DURATION_DEFAULT_SECS: u32 = 3_600;

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
        let role = view.as_deref().and_then(|view| match view {
            EntityView::Role(role) => Some(role),
            _ => None,
        });
        let assumption = Assumption {
            caller: &call.known.caller,
            role: &asked.role_arn,
            trust: role.map(|role| &role.trust),
            external_id: asked.external_id.as_ref(),
            at: Circumstances { now_secs, facts: &call.facts },
        };
        may_assume(&assumption)?;
        let role = role.ok_or(ErrorCode::RoleNotExist)?;
        let session = session_of(asked, role, now_secs, ports.entropy)?;
        let token = session.seal(&self.settings.roots, ports.entropy);
        let token = token.map_err(ApiError::internal)?;
        Ok(Reply::AssumeRole(AssumeRoleReply {
            assumed_role_user: AssumedRoleUser {
                arn: format!("{}/{}", session.role_arn(), session.name),
                assumed_role_id: session.principal_id(),
            },
            credentials: SessionCredentials {
                access_key_id: session.access_key_id,
                access_key_secret: session.secret,
                security_token: SecretText::new(token.expose_secret().to_owned()),
                expiration: Timestamp::from_unix_secs(session.expires),
            },
        }))
    }
}

fn session_of(
    asked: &AssumeRole,
    role: &RoleView,
    now_secs: i64,
    entropy: &dyn Entropy,
) -> Result<Session, ApiError> {
    let duration = asked.duration_seconds.map_or(DURATION_DEFAULT_SECS, Whole::get);
    if duration > role.max_session_secs {
        let most = role.max_session_secs;
        return Err(ApiError::with_message(
            ErrorCode::DurationTooLong,
            format!(
                "The parameter DurationSeconds must be at most the role's longest session, {most}."
            ),
        ));
    }
    Ok(Session {
        account: asked.role_arn.account.clone(),
        access_key_id: temporary_id(entropy)?,
        secret: secret::draw(entropy)?,
        role: role.name.clone(),
        role_id: role.role_id.clone(),
        name: asked.role_session_name.to_string(),
        issued: now_secs,
        expires: now_secs.saturating_add(i64::from(duration)),
        policy: asked.policy.as_ref().map(ToString::to_string),
    })
}

fn temporary_id(entropy: &dyn Entropy) -> Result<AccessKeyId, ApiError> {
    let random: [u8; 12] = random_bytes(entropy).map_err(ApiError::internal)?;
    format!("{TEMPORARY}{}", hex::encode_upper(random)).parse().map_err(ApiError::internal)
}
