// SPDX-License-Identifier: Apache-2.0
//! Sessions of roles. What somebody has who took on a role for a while is a token, and the token is all that
//! there is of the session: the statement below, sealed, the secret too. So the edge verifies one with no
//! look-up, and nothing of it is stored anywhere.
//!
//! ```text
//! session key = HKDF-SHA-256(root key version, info = framed("edgekms/v1/session"))
//! token       = base64url( 0x01 || u8(len root version) || root version || sealed )
//! sealed      = nonce(24) || XAES-256-GCM(session key, nonce, AAD, statement) || tag(16)
//! AAD         = framed("edgekms/v1/session", root version)
//! ```
//!
//! Whoever holds a root key can make one (docs/security-model.md). A session ends when its time is over, or
//! when its role does, or when all sessions of the role are ended, which is another generation of it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use edgekms_api::{
    account::{RoleName, SecretText},
    dialect::signature::SecurityToken,
    error::{ApiError, ErrorCode},
    id::{AccessKeyId, AccountId},
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    encoding::framed,
    material::{
        hierarchy::{HierarchyError, derive_session_key, open, seal},
        root_keys::RootKeys,
    },
    port::Entropy,
};

/// How the ids of temporary access keys begin.
pub const TEMPORARY: &str = "STS.";

const FORM: u8 = 1;
const LABEL: &[u8] = b"edgekms/v1/session";
/// Longest token read, in bytes: a session policy has 2,048 characters at the most, each of them six in
/// JSON at the worst.
const TOKEN_MAX_LEN: usize = 24 * 1024;

/// What a session is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The account that the role is of.
    pub account: AccountId,
    /// The access key that requests name. No other goes with this token.
    pub access_key_id: AccessKeyId,
    /// What requests are signed with.
    pub secret: SecretText,
    /// The role.
    pub role: RoleName,
    /// The role's id: one that is made anew under the same name has another.
    pub role_id: String,
    /// The role's generation: it goes up when all sessions of the role are ended.
    pub generation: u32,
    /// What whoever took on the role calls the session.
    pub name: String,
    /// Seconds since 1970.
    pub issued: i64,
    /// Seconds since 1970 when it is over.
    pub expires: i64,
    /// What the session may do at the most, if that is less than what the role may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
}

impl Session {
    /// The token.
    ///
    /// # Errors
    /// [`HierarchyError::Entropy`]; the other variants only if the root keys are inconsistent.
    pub fn seal(
        &self,
        roots: &RootKeys,
        entropy: &dyn Entropy,
    ) -> Result<SecurityToken, HierarchyError> {
        let root = roots.current();
        let key = derive_session_key(roots, root)?;
        // As long as it gets, so that no copy of the secret is left behind by growing.
        let room = TOKEN_MAX_LEN + self.policy.as_ref().map_or(0, String::len);
        let mut statement = Zeroizing::new(Vec::with_capacity(room));
        serde_json::to_writer(&mut *statement, self).map_err(|_| HierarchyError::NotAuthentic)?;
        let sealed = seal(key.expose_secret(), &additional_data(root), &statement, entropy)?;
        // The names of root keys have at most 32 characters.
        let root_len = u8::try_from(root.len()).unwrap_or(u8::MAX);
        let token = [&[FORM, root_len], root.as_bytes(), &sealed].concat();
        Ok(SecurityToken::new(URL_SAFE_NO_PAD.encode(token)))
    }

    /// Opens a token that came with this access key, at `now_secs`.
    ///
    /// # Errors
    /// `InvalidSecurityToken.Malformed` for whatever was not sealed here, whatever the reason;
    /// `InvalidSecurityToken.MismatchWithAccessKey`; `InvalidSecurityToken.Expired`.
    pub fn open(
        token: &SecurityToken,
        access_key_id: &AccessKeyId,
        roots: &RootKeys,
        now_secs: i64,
    ) -> Result<Self, ApiError> {
        let session = Self::unseal(token, roots).ok_or(ErrorCode::InvalidSecurityTokenMalformed)?;
        // Both are public, and who has the token knows which key it is of.
        if session.access_key_id != *access_key_id {
            return Err(ErrorCode::InvalidSecurityTokenMismatch.into());
        }
        session.check_time(now_secs)?;
        Ok(session)
    }

    /// Whether it is not over at `now_secs`.
    ///
    /// # Errors
    /// `InvalidSecurityToken.Expired`.
    pub fn check_time(&self, now_secs: i64) -> Result<(), ApiError> {
        if now_secs < self.expires {
            Ok(())
        } else {
            Err(ErrorCode::InvalidSecurityTokenExpired.into())
        }
    }

    fn unseal(token: &SecurityToken, roots: &RootKeys) -> Option<Self> {
        let text = Some(token.expose_secret()).filter(|text| text.len() <= TOKEN_MAX_LEN)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (root_len, rest) = bytes.strip_prefix(&[FORM])?.split_first()?;
        let (root, sealed) = rest.split_at_checked(usize::from(*root_len))?;
        let root = std::str::from_utf8(root).ok()?;
        let key = derive_session_key(roots, root).ok()?;
        let statement =
            Zeroizing::new(open(key.expose_secret(), &additional_data(root), sealed).ok()?);
        serde_json::from_slice(&statement).ok()
    }

    /// The session's full name, `acs:ram::<account>:assumed-role/<role>/<session>`.
    #[must_use]
    pub fn arn(&self) -> String {
        let role = self.role.as_str().to_ascii_lowercase();
        format!("acs:ram::{}:assumed-role/{role}/{}", self.account, self.name)
    }

    /// The role's full name, in lower case.
    #[must_use]
    pub fn role_arn(&self) -> String {
        format!("acs:ram::{}:role/{}", self.account, self.role.as_str().to_ascii_lowercase())
    }

    /// `<role id>:<session>`.
    #[must_use]
    pub fn principal_id(&self) -> String {
        format!("{}:{}", self.role_id, self.name)
    }
}

fn additional_data(root_version: &str) -> Vec<u8> {
    framed(&[LABEL, root_version.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{CountingEntropy, NOW_SECS, place, root_keys};

    fn session() -> Session {
        Session {
            account: place().account,
            access_key_id: "STS.k".parse().unwrap(),
            secret: SecretText::new("s3cret".to_owned()),
            role: "Browser".parse().unwrap(),
            role_id: "300000000000000001".to_owned(),
            generation: 0,
            name: "alice@example".to_owned(),
            issued: NOW_SECS,
            expires: NOW_SECS + 900,
            policy: Some("{}".to_owned()),
        }
    }

    fn token() -> String {
        let token = session().seal(&root_keys(), &CountingEntropy::default()).unwrap();
        token.expose_secret().to_owned()
    }

    fn open_at(text: &str, id: &str, now_secs: i64) -> Result<Session, ErrorCode> {
        let token = SecurityToken::new(text);
        let opened = Session::open(&token, &id.parse().unwrap(), &root_keys(), now_secs);
        opened.map_err(|error| error.code())
    }

    #[test]
    fn a_session_is_what_its_token_says_until_it_is_over() {
        assert_eq!(open_at(&token(), "STS.k", NOW_SECS + 899), Ok(session()));
        let expired = Err(ErrorCode::InvalidSecurityTokenExpired);
        assert_eq!(open_at(&token(), "STS.k", NOW_SECS + 900), expired);
        assert_eq!(session().arn(), "acs:ram::1234567890123456:assumed-role/browser/alice@example");
    }

    #[test]
    fn a_token_goes_with_its_own_access_key_alone() {
        let mismatch = Err(ErrorCode::InvalidSecurityTokenMismatch);
        assert_eq!(open_at(&token(), "STS.l", NOW_SECS), mismatch);
    }

    #[test]
    fn a_token_shows_nothing_and_every_changed_character_makes_it_nothing() {
        let token = token();
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for shown in ["s3cret", "alice", "Browser"] {
            assert!(!String::from_utf8_lossy(&bytes).contains(shown), "{shown}");
        }
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            let changed = URL_SAFE_NO_PAD.encode(changed);
            let malformed = Err(ErrorCode::InvalidSecurityTokenMalformed);
            assert_eq!(open_at(&changed, "STS.k", NOW_SECS), malformed, "byte {index}");
        }
        for bad in ["", "AQ", "!", &token[1..], &"A".repeat(TOKEN_MAX_LEN + 1)] {
            assert!(open_at(bad, "STS.k", NOW_SECS).is_err());
        }
    }

    #[test]
    fn another_deployment_s_token_is_none_and_one_of_an_earlier_root_key_is_good() {
        let parse = |text: &str| RootKeys::parse(text).unwrap();
        let new = r#""2":"//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=""#;
        let old = r#""1":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=""#;
        let token = SecurityToken::new(token());
        let id = session().access_key_id;
        let open = |roots: &RootKeys| Session::open(&token, &id, roots, NOW_SECS);
        let both = parse(&format!(r#"{{"current":"2","keys":{{{old},{new}}}}}"#));
        assert_eq!(open(&both), Ok(session()));
        let other = parse(&format!(r#"{{"current":"2","keys":{{{new}}}}}"#));
        let error = open(&other).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidSecurityTokenMalformed);
    }

    /// Tokens outlive a release, so their keys may not change. Computed with Python's `hmac` from RFC 5869's
    /// two steps.
    #[test]
    fn the_session_key_is_plain_hkdf() {
        let key = derive_session_key(&root_keys(), "1").unwrap();
        assert_eq!(hex::encode(key.expose_secret()), SESSION_KEY);
    }

    const SESSION_KEY: &str = "8c90ee9355a8bfb33f07652333dbeeff6a77002352f652e919b50a2bc3857102";
}
