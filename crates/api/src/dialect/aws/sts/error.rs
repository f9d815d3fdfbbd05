// SPDX-License-Identifier: Apache-2.0
//! What AWS STS calls the errors.

use crate::error::ErrorCode as E;

/// The name and the HTTP status of an error. Codes of what this service does not do are not among them:
/// whatever comes by mistake is told as a mistake of the server.
const NAMES: &[(&[E], &str, u16)] = &[
    // Before the action.
    (&[E::NotSigned], "MissingAuthenticationToken", 403),
    (
        &[E::IncompleteSignature, E::IllegalTimestamp, E::InvalidTimeStampFormat],
        "IncompleteSignature",
        400,
    ),
    (
        &[E::SignatureDoesNotMatch, E::InvalidTimeStampExpired, E::InvalidSignatureMethod],
        "SignatureDoesNotMatch",
        403,
    ),
    (
        &[
            E::InvalidAccessKeyIdNotFound,
            E::InvalidAccessKeyIdInactive,
            E::ForbiddenAccessKey,
            E::InvalidSecurityTokenMalformed,
            E::InvalidSecurityTokenMismatch,
            E::MissingSecurityToken,
        ],
        "InvalidClientTokenId",
        403,
    ),
    (&[E::InvalidSecurityTokenExpired], "ExpiredToken", 403),
    (
        &[E::InvalidApiNotFound, E::UnsupportedHttpMethod, E::UnsupportedOperation],
        "InvalidAction",
        400,
    ),
    // This protocol has no nonce: as with KMS, this code makes a client sign anew and try again.
    (
        &[E::SignatureNonceUsed, E::Throttling, E::ThrottlingUser, E::RejectedThrottling],
        "Throttling",
        400,
    ),
    (&[E::ServiceUnavailableTemporary], "ServiceUnavailable", 503),
    // Of the action. Whether there is a role is not for those to learn who may not take it on: AWS has one
    // answer for both.
    (
        &[E::NoPermission, E::ForbiddenNoPermission, E::RoleNotExist, E::OidcNoPermission],
        "AccessDenied",
        403,
    ),
    (&[E::OidcTokenInvalid], "InvalidIdentityToken", 400),
    (&[E::OidcTokenExpired], "ExpiredTokenException", 400),
    (
        &[
            E::MissingParameter,
            E::InvalidParameter,
            E::ParseRequestParameterException,
            E::MalformedBody,
            E::DurationTooLong,
        ],
        "ValidationError",
        400,
    ),
    (
        &[E::MalformedSessionPolicy, E::MalformedPolicyDocument, E::MalformedPolicy],
        "MalformedPolicyDocument",
        400,
    ),
    (&[E::SessionPolicyTooLong], "PackedPolicyTooLarge", 400),
];

pub(super) fn name_and_status(code: E) -> (&'static str, u16) {
    let found = NAMES.iter().find(|(codes, ..)| codes.contains(&code));
    found.map_or(("InternalFailure", 500), |(_, name, status)| (*name, *status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_in_one_row() {
        let mut all: Vec<_> =
            NAMES.iter().flat_map(|(codes, ..)| *codes).map(|code| code.name()).collect();
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn what_clients_tell_apart_is_told_apart() {
        for (code, name, status) in [
            (E::NotSigned, "MissingAuthenticationToken", 403),
            (E::InvalidSecurityTokenExpired, "ExpiredToken", 403),
            (E::NoPermission, "AccessDenied", 403),
            (E::RoleNotExist, "AccessDenied", 403),
            (E::MalformedSessionPolicy, "MalformedPolicyDocument", 400),
            (E::SessionPolicyTooLong, "PackedPolicyTooLarge", 400),
            (E::DurationTooLong, "ValidationError", 400),
            (E::OidcTokenInvalid, "InvalidIdentityToken", 400),
            (E::OidcTokenExpired, "ExpiredTokenException", 400),
            (E::OidcNoPermission, "AccessDenied", 403),
            (E::InternalFailure, "InternalFailure", 500),
            (E::KeyNotFound, "InternalFailure", 500),
        ] {
            assert_eq!(name_and_status(code), (name, status), "{code:?}");
        }
    }
}
