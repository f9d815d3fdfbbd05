// SPDX-License-Identifier: Apache-2.0
//! The kinds of policies written in Alibaba's grammar, and what reading one can say.

use std::fmt;

use super::document::Document;
use super::grammar::{self, Rules};
use super::{POLICY_MAX_LEN, PolicyText, read};
use crate::error::{ApiError, ErrorCode};
use crate::text::words;

/// Longest custom policy of users, groups and roles, in bytes (RAM's manual, "Limits", custom policies).
pub const IDENTITY_POLICY_MAX_LEN: usize = 6_144;

/// Longest session policy, in bytes (wire reference, section 3.4). The manual counts characters; a policy
/// that uses others than ASCII is rare, and the smaller number is safe.
pub const SESSION_POLICY_MAX_LEN: usize = 2_048;

/// Longest trust policy, in bytes. The manual gives none.
pub const TRUST_POLICY_MAX_LEN: usize = IDENTITY_POLICY_MAX_LEN;

words! {
    /// Whose policy it is.
    PolicyKind, "It must be identity, session, trust or key.";
    /// Of a user, a group or a role: what it may do.
    Identity = "identity",
    /// Of a session of a role: what is left of what the role may do.
    Session = "session",
    /// Of a role: who may assume it.
    Trust = "trust",
    /// Of a key: who may use it.
    Key = "key",
}

impl PolicyKind {
    /// Longest document that a caller may set, in bytes. Documents of edgekms itself may be longer.
    #[must_use]
    pub const fn max_len(self) -> usize {
        match self {
            Self::Identity => IDENTITY_POLICY_MAX_LEN,
            Self::Session => SESSION_POLICY_MAX_LEN,
            Self::Trust => TRUST_POLICY_MAX_LEN,
            Self::Key => POLICY_MAX_LEN,
        }
    }

    const fn rules(self) -> &'static Rules {
        match self {
            Self::Identity | Self::Session => &grammar::IDENTITY,
            Self::Trust => &grammar::TRUST,
            Self::Key => &grammar::ALIBABA,
        }
    }

    /// Whether somebody may set this document.
    ///
    /// # Errors
    /// `MalformedPolicyDocument` (of a key: `InvalidParameter` naming `Policy`; of a session: `InvalidParameter.PolicyGrammar` or
    /// `InvalidParameter.PolicySize`), with the statement and the element that cannot be.
    pub fn check(self, text: &PolicyText) -> Result<(), ApiError> {
        self.read(text.as_str()).map(drop).map_err(|fault| self.refusal(&fault))
    }

    /// Reads a document that somebody wants to set.
    ///
    /// # Errors
    /// [`PolicyFault::TooLong`], or as [`PolicyKind::read_stored`].
    pub fn read(self, text: &str) -> Result<Document, PolicyFault> {
        if text.len() > self.max_len() {
            return Err(PolicyFault::TooLong { max_len: self.max_len() });
        }
        self.read_stored(text)
    }

    /// Reads a document that was accepted once, whatever limits stand now; none is longer than
    /// [`POLICY_MAX_LEN`].
    ///
    /// # Errors
    /// The statement and the element that cannot be, and what to write instead. A value is never repeated.
    pub fn read_stored(self, text: &str) -> Result<Document, PolicyFault> {
        if text.len() > POLICY_MAX_LEN {
            return Err(PolicyFault::TooLong { max_len: POLICY_MAX_LEN });
        }
        read::read(text, self.rules()).map_err(PolicyFault::Malformed)
    }

    /// Reads a document in AWS's words, of which nobody knows yet whether they have a meaning here.
    ///
    /// # Errors
    /// As [`PolicyKind::read_stored`].
    pub(crate) fn read_aws(self, text: &str) -> Result<Document, PolicyFault> {
        if text.len() > POLICY_MAX_LEN {
            return Err(PolicyFault::TooLong { max_len: POLICY_MAX_LEN });
        }
        let rules = match self {
            Self::Key => &grammar::AWS_KEY,
            Self::Identity | Self::Session | Self::Trust => &grammar::AWS_SESSION,
        };
        read::read(text, rules).map_err(PolicyFault::Malformed)
    }

    /// The error that tells a fault.
    pub(crate) fn refusal(self, fault: &PolicyFault) -> ApiError {
        let code = match (self, fault) {
            (Self::Session, PolicyFault::TooLong { .. }) => ErrorCode::SessionPolicyTooLong,
            (Self::Session, PolicyFault::Malformed(_)) => ErrorCode::MalformedSessionPolicy,
            (Self::Key, _) => ErrorCode::MalformedPolicy,
            (Self::Identity | Self::Trust, _) => ErrorCode::MalformedPolicyDocument,
        };
        ApiError::with_message(code, format!("{} {fault}", code.default_message()))
    }
}

/// Why a text is not a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyFault {
    /// It is too long.
    TooLong {
        /// The most bytes.
        max_len: usize,
    },
    /// It has not the form. A sentence that names statement and element, and says what to write instead.
    Malformed(String),
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { max_len } => write!(f, "It must have at most {max_len} bytes."),
            Self::Malformed(remedy) => f.write_str(remedy),
        }
    }
}

impl std::error::Error for PolicyFault {}
