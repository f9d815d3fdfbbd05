// SPDX-License-Identifier: Apache-2.0
//! The Alibaba Cloud OpenAPI of the [products](crate::product) answered here: what a request says, how it
//! is signed, and what the answer looks like. "Wire reference" in comments is the project's own
//! account of it.

pub mod acs;
#[cfg(feature = "server")]
pub mod command;
#[cfg(feature = "server")]
pub mod reply;
#[cfg(feature = "server")]
pub mod request;
#[cfg(feature = "server")]
pub mod rpc_v1;
#[cfg(feature = "server")]
pub(crate) mod unsigned;

pub use super::params;

/// The API version of the actions on keys.
pub const VERSION: &str = crate::product::Product::Kms.row().version;

pub use super::params::FORM_MEDIA_TYPE;

/// What requests of this dialect are bound to in a deployment.
#[cfg(feature = "server")]
#[must_use]
pub const fn limits(of: crate::dialect::DeploymentLimits) -> crate::action::Limits {
    crate::action::Limits {
        plaintext_max_len: of.plaintext_max_len,
        tags: TAGS,
        versions_named: true,
        protection_levels: of.protection_levels,
        offer: of.offer,
    }
}

/// The wire reference, section 2.2.
#[cfg(feature = "server")]
const TAGS: crate::key::tag::TagRules = crate::key::tag::TagRules {
    max: 20,
    plain: true,
    value_max_chars: 128,
    reserved: &["aliyun", "acs:"],
    remedy: "It must hold at most 20 tags, of ASCII letters, digits or / \\ _ - . + = : @, with \
             TagKeys that do not begin with aliyun or acs: and TagValues of at most 128 characters.",
};
