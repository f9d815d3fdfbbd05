// SPDX-License-Identifier: Apache-2.0
//! The services of AWS's that are answered: a row each.

use super::{JSON_MEDIA_TYPE, kms, sts};
use crate::dialect::params::FORM_MEDIA_TYPE;
use crate::dialect::request::RawRequest;
use crate::product::Product;

/// A service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    /// Key Management Service: JSON 1.1.
    Kms,
    /// Security Token Service: the query protocol.
    Sts,
}

/// What is alike for all requests to a service.
pub(crate) struct ServiceRow {
    pub(crate) product: Product,
    /// What scopes of credentials call it.
    pub(crate) name: &'static str,
    /// The media type of requests.
    pub(crate) sent: &'static str,
    /// The media type of answers.
    pub(crate) answered: &'static str,
    /// Headers that must be signed: those that change what a request means.
    pub(crate) signed: &'static [&'static str],
    /// Actions that the service has and this server has not.
    pub(crate) other_actions: &'static [&'static str],
    /// How to name an action, for whoever named none.
    pub(crate) remedy: &'static str,
}

impl Service {
    /// The service that a request, good or bad, is for: STS has its action in a form, KMS in a header.
    pub(crate) fn of(raw: &RawRequest<'_>) -> Self {
        let headers = raw.headers();
        let is_form =
            || headers.first("content-type").is_some_and(|held| is_media(held, FORM_MEDIA_TYPE));
        if headers.first("x-amz-target").is_none() && is_form() { Self::Sts } else { Self::Kms }
    }

    pub(crate) const fn row(self) -> ServiceRow {
        match self {
            Self::Kms => ServiceRow {
                product: Product::Kms,
                name: "kms",
                sent: JSON_MEDIA_TYPE,
                answered: JSON_MEDIA_TYPE,
                signed: &["host", "x-amz-date", "x-amz-target"],
                other_actions: kms::OTHER_ACTIONS,
                remedy: "X-Amz-Target must be TrentService.<action>, with an action of AWS KMS.",
            },
            Self::Sts => ServiceRow {
                product: Product::Sts,
                name: "sts",
                sent: FORM_MEDIA_TYPE,
                answered: sts::XML_MEDIA_TYPE,
                signed: &["host", "x-amz-date"],
                other_actions: sts::OTHER_ACTIONS,
                remedy: "Send Action=<an action of AWS STS>&Version=2011-06-15 in the body.",
            },
        }
    }
}

/// Whether the value of a `Content-Type` is of this type, whatever its parameters.
pub(crate) fn is_media(held: &str, media_type: &str) -> bool {
    held.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(media_type)
}
