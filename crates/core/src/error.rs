// SPDX-License-Identifier: Apache-2.0
//! What can go wrong, each with a stable code.
//!
//! The code is what callers and other languages match on ([`CODES`] lists them all); the text says
//! what happened and what to change. Authentication failures carry no detail: which byte was wrong
//! is of use to nobody but an attacker. Malformed bytes are described exactly: they are public.

use alloc::{format, string::String, vec::Vec};

use crate::{commitment::CommitmentPolicy, reason::Reason};

/// Every code that [`Error::code`] can give, except those of ports, which are the port's own.
pub const CODES: &[&str] = &[
    "CommitmentPolicyViolation",
    "ContextMismatch",
    "FrameNotAuthentic",
    "FrameOutOfOrder",
    "HeaderNotAuthentic",
    "InvalidArgument",
    "InvalidContext",
    "MalformedFrame",
    "MalformedHeader",
    "MessageTooLong",
    "MissingRequiredContext",
    "NoDataKey",
    "OutOfMemory",
    "RandomnessUnavailable",
    "SignatureNotValid",
    "SignedMessage",
    "TooManyEncryptedDataKeys",
    "TrailingBytes",
    "TruncatedMessage",
    "UnsupportedSuite",
];

/// The failure of sealing, opening or reading a message.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The suite is not one that the commitment policy allows.
    #[error(
        "algorithm suite {suite:#06x} is not allowed by commitment policy {policy}; choose another \
         suite, or, for messages you trust, a policy that allows it"
    )]
    CommitmentPolicyViolation {
        /// The suite's identifier.
        suite: u16,
        /// The policy in force.
        policy: CommitmentPolicy,
    },
    /// A given context pair has another value in the message.
    #[error(
        "the encryption context that was given differs from the message's; give the pairs that the \
         message was sealed with"
    )]
    ContextMismatch,
    /// A frame was changed, moved, or sealed with another key.
    #[error("a frame of the message is not authentic; the message was changed or damaged")]
    FrameNotAuthentic,
    /// A frame is missing, repeated or moved.
    #[error("frame {got} came where frame {expected} belongs; frames were lost, repeated or moved")]
    FrameOutOfOrder {
        /// The sequence number that should come next.
        expected: u32,
        /// The sequence number found.
        got: u32,
    },
    /// The header was changed, its context is not the one given, or the data key is not the
    /// message's.
    #[error(
        "the message header is not authentic; it was changed, or the encryption context that was \
         given is not the one it was sealed with"
    )]
    HeaderNotAuthentic,
    /// The caller asked for something impossible.
    #[error("{reason}")]
    InvalidArgument {
        /// What is wrong and what is allowed.
        reason: Reason,
    },
    /// The encryption context cannot be used.
    #[error("{reason}")]
    InvalidContext {
        /// What is wrong and what is allowed.
        reason: Reason,
    },
    /// The bytes of a frame contradict the format.
    #[error("a frame of the message is malformed: {reason}")]
    MalformedFrame {
        /// Which rule the bytes break.
        reason: Reason,
    },
    /// The bytes of the header contradict the format.
    #[error("the message header is malformed: {reason}; is this an edgekms message?")]
    MalformedHeader {
        /// Which rule the bytes break.
        reason: Reason,
    },
    /// More plaintext than the format can carry under one key.
    #[error("the message is too long for its frame length; use longer frames or more messages")]
    MessageTooLong,
    /// A pair that must be authenticated is not in the context.
    #[error("a required key of the encryption context has no value; give it one")]
    MissingRequiredContext,
    /// No keyring could unwrap any encrypted data key.
    #[error(
        "no keyring could unwrap a data key of this message; check the keys and the encryption \
         context{}", list(.causes)
    )]
    NoDataKey {
        /// What each keyring that tried said, in the order tried.
        causes: Vec<Error>,
    },
    /// There is no memory for a piece of the message whose length somebody else chose.
    #[error(
        "there is no memory for a frame or a header of this length (WebAssembly has 1 GiB for one at \
         the most); use a shorter frameLength, or let other work end first"
    )]
    OutOfMemory,
    /// The random number source failed.
    #[error("the source of random numbers failed; nothing was sealed")]
    RandomnessUnavailable,
    /// The footer's signature is not one of this message by its signer.
    #[error("the message's signature is not valid; the message was changed or damaged")]
    SignatureNotValid,
    /// A signature rules out what was asked for.
    #[error("the message is signed: {reason}")]
    SignedMessage {
        /// Why, and what to do instead.
        reason: Reason,
    },
    /// More encrypted data keys than the caller allows.
    #[error("the message has {got} encrypted data keys, more than the allowed {limit}")]
    TooManyEncryptedDataKeys {
        /// The caller's cap.
        limit: u16,
        /// How many there are.
        got: usize,
    },
    /// Bytes follow the end of the message.
    #[error("bytes follow the end of the message; remove them")]
    TrailingBytes,
    /// The message ends too early.
    #[error("the message ends too early; a part of it is missing")]
    TruncatedMessage,
    /// The suite identifier is not one of the specification's.
    #[error("algorithm suite {id:#06x} is not known")]
    UnsupportedSuite {
        /// The identifier found.
        id: u16,
    },
    /// A port (key service, RSA of the host) failed; the code is the port's.
    #[error("{0}")]
    Port(PortError),
}

/// The failure of something outside of this crate: a key service or the host's cryptography.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{code}: {message}")]
pub struct PortError {
    /// The port's stable code, for example `Forbidden.KeyNotFound`.
    pub code: String,
    /// The port's explanation.
    pub message: String,
}

impl Error {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Port(port) => &port.code,
            _ => CODES.get(usize::from(self.number())).copied().unwrap_or_default(),
        }
    }

    /// The place of the code in [`CODES`]; a port's own error has none, and gives the number after the last.
    ///
    /// Number and [`Error::details`] say all that the text says, so that WebAssembly needs no texts.
    #[must_use]
    pub fn number(&self) -> u8 {
        match self {
            Self::CommitmentPolicyViolation { .. } => 0,
            Self::ContextMismatch => 1,
            Self::FrameNotAuthentic => 2,
            Self::FrameOutOfOrder { .. } => 3,
            Self::HeaderNotAuthentic => 4,
            Self::InvalidArgument { .. } => 5,
            Self::InvalidContext { .. } => 6,
            Self::MalformedFrame { .. } => 7,
            Self::MalformedHeader { .. } => 8,
            Self::MessageTooLong => 9,
            Self::MissingRequiredContext => 10,
            Self::NoDataKey { .. } => 11,
            Self::OutOfMemory => 12,
            Self::RandomnessUnavailable => 13,
            Self::SignatureNotValid => 14,
            Self::SignedMessage { .. } => 15,
            Self::TooManyEncryptedDataKeys { .. } => 16,
            Self::TrailingBytes => 17,
            Self::TruncatedMessage => 18,
            Self::UnsupportedSuite { .. } => 19,
            Self::Port(_) => 20,
        }
    }

    /// The numbers in the text, in its order; 0 where there are fewer than two. A reason is its place in
    /// [`Reason::ALL`], a policy its place in [`CommitmentPolicy::ALL`].
    #[must_use]
    pub fn details(&self) -> [u32; 2] {
        match self {
            Self::CommitmentPolicyViolation { suite, policy } => [(*suite).into(), *policy as u32],
            Self::FrameOutOfOrder { expected, got } => [*got, *expected],
            Self::InvalidArgument { reason }
            | Self::InvalidContext { reason }
            | Self::MalformedFrame { reason }
            | Self::MalformedHeader { reason }
            | Self::SignedMessage { reason } => [*reason as u32, 0],
            Self::TooManyEncryptedDataKeys { limit, got } => {
                [u32::try_from(*got).unwrap_or(u32::MAX), (*limit).into()]
            }
            Self::UnsupportedSuite { id } => [(*id).into(), 0],
            _ => [0, 0],
        }
    }

    /// What the keyrings said, when none of them could unwrap a data key.
    #[must_use]
    pub fn causes(&self) -> &[Error] {
        match self {
            Self::NoDataKey { causes } => causes,
            _ => &[],
        }
    }
}

/// Most causes that the text names: a message can have 65,535 data keys, each with its own.
const MAX_LISTED: usize = 4;

fn list(causes: &[Error]) -> String {
    let mut text: String =
        causes.iter().take(MAX_LISTED).map(|cause| format!(" ({cause})")).collect();
    if causes.len() > MAX_LISTED {
        text.push_str(&format!(" (and {} more)", causes.len() - MAX_LISTED));
    }
    text
}

#[cfg(test)]
mod tests {
    use alloc::{string::ToString, vec};

    use super::*;

    #[test]
    fn a_number_is_the_place_of_the_code() {
        assert_eq!(Error::UnsupportedSuite { id: 1 }.code(), "UnsupportedSuite");
        assert_eq!(
            Error::CommitmentPolicyViolation { suite: 1, policy: CommitmentPolicy::default() }
                .code(),
            "CommitmentPolicyViolation"
        );
        assert_eq!(Error::NoDataKey { causes: vec![] }.code(), "NoDataKey");
        assert_eq!(
            usize::from(
                Error::Port(PortError { code: String::new(), message: String::new() }).number()
            ),
            CODES.len()
        );
    }

    #[test]
    fn the_text_names_the_first_causes_and_counts_the_others() {
        let no_data_key = |count| {
            let causes = (0..count).map(|_| Error::HeaderNotAuthentic).collect();
            Error::NoDataKey { causes }.to_string()
        };
        assert!(no_data_key(0).ends_with("context"));
        assert_eq!(no_data_key(4).matches(" (").count(), 4);
        let many = no_data_key(65_535);
        assert!(many.ends_with("(and 65531 more)") && many.len() < 2000, "{many}");
    }
}
