// SPDX-License-Identifier: Apache-2.0
//! What can go wrong, each with a stable code: those of `edgekms-core`, so that callers branch on one set of
//! words whatever the format, and one that only this format needs.

/// Every code that [`Error::code`] can give.
pub const CODES: &[&str] = &[
    "FrameNotAuthentic",
    "HeaderNotAuthentic",
    "InvalidArgument",
    "InvalidContext",
    "MalformedFrame",
    "MalformedHeader",
    "MessageTooLong",
    "RandomnessUnavailable",
    "TooManyEncryptedDataKeys",
    "TrailingBytes",
    "TruncatedMessage",
    "UnauthenticatedAlgorithm",
    "UnsupportedSuite",
];

/// The failure of sealing, opening or reading a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The body was changed, or belongs to another message.
    #[error("the body of the message is not authentic; the message was changed or damaged")]
    FrameNotAuthentic,
    /// The header was changed, or the data key is not the message's.
    #[error(
        "the message header is not authentic; it was changed, or the data key is another message's"
    )]
    HeaderNotAuthentic,
    /// The caller asked for something impossible.
    #[error("{reason}")]
    InvalidArgument {
        /// What is wrong and what is allowed.
        reason: &'static str,
    },
    /// The encryption context cannot be used.
    #[error("{reason}")]
    InvalidContext {
        /// What is wrong and what is allowed.
        reason: &'static str,
    },
    /// The bytes of the body contradict the format.
    #[error("the body of the message is malformed: {reason}")]
    MalformedFrame {
        /// Which rule the bytes break.
        reason: &'static str,
    },
    /// The bytes of the header contradict the format.
    #[error(
        "the message header is malformed: {reason}; is this a message of the Alibaba Encryption SDK?"
    )]
    MalformedHeader {
        /// Which rule the bytes break.
        reason: &'static str,
    },
    /// More bytes than the format's lengths can say.
    #[error("the message is too long for its format; use several messages")]
    MessageTooLong,
    /// The random number source failed.
    #[error("the source of random numbers failed; nothing was encrypted")]
    RandomnessUnavailable,
    /// More encrypted data keys than the caller allows.
    #[error("the message has more than the allowed {limit} encrypted data keys")]
    TooManyEncryptedDataKeys {
        /// The caller's cap.
        limit: usize,
    },
    /// Bytes follow the end of the message.
    #[error("bytes follow the end of the message; remove them")]
    TrailingBytes,
    /// The message ends too early.
    #[error("the message ends too early; a part of it is missing")]
    TruncatedMessage,
    /// The content was encrypted in a mode that does not notice changes.
    #[error(
        "the content is encrypted by {name}, which does not notice changes of it; open it only if \
         you trust where the message comes from, and say that you do"
    )]
    UnauthenticatedAlgorithm {
        /// The algorithm.
        name: &'static str,
    },
    /// The message names an algorithm that does not exist.
    #[error("algorithm {id} of the Alibaba Encryption SDK is not known")]
    UnsupportedSuite {
        /// The number found.
        id: u32,
    },
}

impl Error {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::FrameNotAuthentic => "FrameNotAuthentic",
            Self::HeaderNotAuthentic => "HeaderNotAuthentic",
            Self::InvalidArgument { .. } => "InvalidArgument",
            Self::InvalidContext { .. } => "InvalidContext",
            Self::MalformedFrame { .. } => "MalformedFrame",
            Self::MalformedHeader { .. } => "MalformedHeader",
            Self::MessageTooLong => "MessageTooLong",
            Self::RandomnessUnavailable => "RandomnessUnavailable",
            Self::TooManyEncryptedDataKeys { .. } => "TooManyEncryptedDataKeys",
            Self::TrailingBytes => "TrailingBytes",
            Self::TruncatedMessage => "TruncatedMessage",
            Self::UnauthenticatedAlgorithm { .. } => "UnauthenticatedAlgorithm",
            Self::UnsupportedSuite { .. } => "UnsupportedSuite",
        }
    }
}

/// A header that breaks a rule.
pub(crate) const fn malformed(reason: &'static str) -> Error {
    Error::MalformedHeader { reason }
}
