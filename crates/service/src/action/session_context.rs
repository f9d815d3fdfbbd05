// SPDX-License-Identifier: Apache-2.0
//! What sessions are made with: roles as their accounts have them, and what is alike for every way to take
//! one on.

use std::rc::Rc;

use edgekms_api::{
    account::{AssumedRoleUser, RoleName, SecretText, SessionCredentials},
    error::{ApiError, ErrorCode},
    id::{AccessKeyId, AccountId},
    policy::PolicyText,
    time::Timestamp,
};

use crate::{
    account::{
        secret,
        view::{EntityView, RoleView},
    },
    audit::RequestFacts,
    identity::{
        Caller,
        session::{Session, TEMPORARY},
    },
    port::{Entropy, LocalFuture, entropy::random_bytes},
    settings::Settings,
};

/// The length of a session that asks for none, in seconds.
const DURATION_DEFAULT_SECS: u32 = 3_600;

/// Where roles are looked up.
pub trait Roles {
    /// A role as its account has it, if there is one.
    ///
    /// Errors: `ServiceUnavailableTemporary` if it cannot be looked up.
    fn find<'a>(
        &'a self,
        account: &'a AccountId,
        role: &'a RoleName,
    ) -> LocalFuture<'a, Result<Option<Rc<EntityView>>, ApiError>>;
}

/// What a rule of sessions works with.
pub struct SessionContext<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// From where, and how.
    pub facts: &'a RequestFacts,
    /// Seconds since 1970.
    pub now_secs: i64,
    /// What the operator chose.
    pub settings: &'a Settings,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// Roles of all accounts.
    pub roles: &'a dyn Roles,
}

/// What is asked of a session, however its holder is known.
pub(super) struct Asked<'a> {
    /// The account of the role.
    pub(super) account: &'a AccountId,
    /// What the session is to be called.
    pub(super) name: String,
    /// How long it is to last, in seconds.
    pub(super) duration_secs: Option<u32>,
    /// What is left in it of what the role may do.
    pub(super) policy: Option<&'a PolicyText>,
}

/// A session, as its holder is told of it.
pub(super) struct Told {
    pub(super) user: AssumedRoleUser,
    pub(super) credentials: SessionCredentials,
}

impl SessionContext<'_> {
    /// Makes a session of a role that the caller may take on. Nothing of it is stored.
    pub(super) fn make(&self, asked: &Asked<'_>, role: &RoleView) -> Result<Told, ApiError> {
        let session = self.session(asked, role)?;
        let token = session.seal(&self.settings.roots, self.entropy);
        let token = token.map_err(ApiError::internal)?;
        Ok(Told {
            user: AssumedRoleUser {
                arn: format!("{}/{}", session.role_arn(), session.name),
                assumed_role_id: session.principal_id(),
            },
            credentials: SessionCredentials {
                access_key_id: session.access_key_id,
                access_key_secret: session.secret,
                security_token: SecretText::new(token.expose_secret().to_owned()),
                expiration: Timestamp::from_unix_secs(session.expires),
            },
        })
    }

    fn session(&self, asked: &Asked<'_>, role: &RoleView) -> Result<Session, ApiError> {
        let duration = asked.duration_secs.unwrap_or(DURATION_DEFAULT_SECS);
        let most = role.max_session_secs;
        if duration > most {
            return Err(ApiError::with_message(
                ErrorCode::DurationTooLong,
                format!(
                    "The parameter DurationSeconds must be at most the role's longest session, {most}."
                ),
            ));
        }
        Ok(Session {
            account: asked.account.clone(),
            access_key_id: temporary_id(self.entropy)?,
            secret: secret::draw(self.entropy)?,
            role: role.name.clone(),
            role_id: role.role_id.clone(),
            generation: role.generation,
            name: asked.name.clone(),
            issued: self.now_secs,
            expires: self.now_secs.saturating_add(i64::from(duration)),
            policy: asked.policy.map(ToString::to_string),
        })
    }
}

fn temporary_id(entropy: &dyn Entropy) -> Result<AccessKeyId, ApiError> {
    let random: [u8; 12] = random_bytes(entropy).map_err(ApiError::internal)?;
    format!("{TEMPORARY}{}", hex::encode_upper(random)).parse().map_err(ApiError::internal)
}
