// SPDX-License-Identifier: Apache-2.0
//! New sessions of roles, by whatever right somebody takes one on. Nothing of a session is stored.

use edgekms_api::{
    account::{AssumedRoleUser, RoleArn, SecretText, SessionCredentials, SessionName},
    error::{ApiError, ErrorCode},
    id::AccessKeyId,
    number::Whole,
    policy::PolicyText,
    time::Timestamp,
};

use crate::{
    account::{secret, view::RoleView},
    identity::session::{Session, TEMPORARY},
    material::root_keys::RootKeys,
    port::{Entropy, entropy::random_bytes},
};

/// The length of a session that asks for none, in seconds.
const DURATION_DEFAULT_SECS: u32 = 3_600;

/// What is asked of a session.
#[derive(Clone, Copy)]
pub struct Wish<'a> {
    /// Of which role.
    pub role: &'a RoleArn,
    /// What to call it.
    pub name: &'a SessionName,
    /// How long it is to be, in seconds.
    pub duration: Option<Whole<900, 43_200>>,
    /// What it may do at the most.
    pub policy: Option<&'a PolicyText>,
}

/// What a session is made with.
#[derive(Clone, Copy)]
pub struct Mint<'a> {
    /// What it is sealed under.
    pub roots: &'a RootKeys,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// Seconds since 1970.
    pub now_secs: i64,
}

impl Mint<'_> {
    /// Makes a session of a role that somebody may take on.
    ///
    /// # Errors
    /// `InvalidParameter.DurationSeconds`.
    pub fn make(
        &self,
        wish: &Wish<'_>,
        role: &RoleView,
    ) -> Result<(AssumedRoleUser, SessionCredentials), ApiError> {
        let duration = wish.duration.map_or(DURATION_DEFAULT_SECS, Whole::get);
        if duration > role.max_session_secs {
            let most = role.max_session_secs;
            let message = format!(
                "The parameter DurationSeconds must be at most the role's longest session, {most}."
            );
            return Err(ApiError::with_message(ErrorCode::DurationTooLong, message));
        }
        let session = Session {
            account: wish.role.account.clone(),
            access_key_id: temporary_id(self.entropy)?,
            secret: secret::draw(self.entropy)?,
            role: role.name.clone(),
            role_id: role.role_id.clone(),
            name: wish.name.to_string(),
            issued: self.now_secs,
            expires: self.now_secs.saturating_add(i64::from(duration)),
            policy: wish.policy.map(ToString::to_string),
        };
        let token = session.seal(self.roots, self.entropy).map_err(ApiError::internal)?;
        let user = AssumedRoleUser {
            arn: format!("{}/{}", session.role_arn(), session.name),
            assumed_role_id: session.principal_id(),
        };
        let credentials = SessionCredentials {
            access_key_id: session.access_key_id,
            access_key_secret: session.secret,
            security_token: SecretText::new(token.expose_secret().to_owned()),
            expiration: Timestamp::from_unix_secs(session.expires),
        };
        Ok((user, credentials))
    }
}

fn temporary_id(entropy: &dyn Entropy) -> Result<AccessKeyId, ApiError> {
    let random: [u8; 12] = random_bytes(entropy).map_err(ApiError::internal)?;
    format!("{TEMPORARY}{}", hex::encode_upper(random)).parse().map_err(ApiError::internal)
}
