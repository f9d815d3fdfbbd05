// SPDX-License-Identifier: Apache-2.0
//! AWS KMS and AWS STS: JSON 1.1 and the query protocol, both with Signature Version 4. "Wire reference" in
//! the comments of this room is the project's own account of these protocols.
//!
//! Each action's form is in [`kms`] or [`sts`]: what AWS's clients send and get, and how that is a command
//! and a reply of ours. Documents of policies are translated by [`policy`].

#[cfg(feature = "server")]
mod error;
#[cfg(feature = "server")]
mod form;
#[cfg(feature = "server")]
pub mod kms;
#[cfg(feature = "server")]
mod marker;
#[cfg(feature = "server")]
pub mod policy;
#[cfg(feature = "server")]
pub mod reply;
#[cfg(feature = "server")]
pub mod request;
#[cfg(feature = "server")]
pub(crate) mod service;
pub mod sigv4;
#[cfg(feature = "server")]
pub mod sts;
#[cfg(feature = "server")]
pub mod words;

#[cfg(feature = "server")]
pub use self::form::Form;

/// The prefix of `X-Amz-Target`.
pub const TARGET_PREFIX: &str = "TrentService.";

/// The media type of requests and answers.
pub const JSON_MEDIA_TYPE: &str = "application/x-amz-json-1.1";

/// AWS's name of an error, such as `DisabledException`.
#[cfg(feature = "server")]
#[must_use]
pub const fn error_name(code: crate::error::ErrorCode) -> &'static str {
    error::name_and_status(code).0
}

/// What requests of this dialect are bound to in a deployment.
#[cfg(feature = "server")]
#[must_use]
pub const fn limits(of: crate::dialect::DeploymentLimits) -> crate::action::Limits {
    crate::action::Limits {
        plaintext_max_len: of.plaintext_max_len,
        tags: TAGS,
        versions_named: false,
        protection_levels: of.protection_levels,
        offer: of.offer,
    }
}

#[cfg(feature = "server")]
const TAGS: crate::key::tag::TagRules = crate::key::tag::TagRules {
    max: crate::key::tag::TAGS_OF_A_KEY_MAX,
    plain: false,
    value_max_chars: 256,
    reserved: &["aws:"],
    remedy: "It must hold at most 50 tags, with TagKeys that do not begin with aws:.",
};
