// SPDX-License-Identifier: Apache-2.0
//! What AWS calls the errors (wire reference, "Transport" and "Actions").

use crate::error::ErrorCode as E;

/// The name and the HTTP status of an error.
pub(super) const fn name_and_status(code: E) -> (&'static str, u16) {
    let name = match code {
        // Before the action.
        E::NotSigned => "MissingAuthenticationTokenException",
        E::IncompleteSignature | E::IllegalTimestamp | E::InvalidTimeStampFormat => {
            "IncompleteSignatureException"
        }
        E::SignatureDoesNotMatch | E::InvalidTimeStampExpired | E::InvalidSignatureMethod => {
            "InvalidSignatureException"
        }
        E::InvalidAccessKeyIdNotFound
        | E::InvalidAccessKeyIdInactive
        | E::ForbiddenAccessKey
        | E::InvalidSecurityTokenMalformed
        | E::InvalidSecurityTokenMismatch
        | E::MissingSecurityToken => "UnrecognizedClientException",
        E::InvalidSecurityTokenExpired => "ExpiredTokenException",
        E::ForbiddenNoPermission | E::NoPermission => "AccessDeniedException",
        E::InvalidApiNotFound | E::UnsupportedHttpMethod => "UnknownOperationException",
        E::MalformedBody | E::ParseRequestParameterException => "SerializationException",
        // This protocol has no nonce: clients that make the same change twice in one second sign the
        // same request. This code makes them sign anew and try again.
        E::SignatureNonceUsed | E::Throttling | E::ThrottlingUser | E::RejectedThrottling => {
            "ThrottlingException"
        }
        E::InternalFailure => return ("KMSInternalException", 500),
        E::ServiceUnavailableTemporary => return ("DependencyTimeoutException", 503),
        // Of the action.
        E::MissingParameter | E::InvalidParameter => "ValidationException",
        E::InvalidCiphertext => "InvalidCiphertextException",
        E::InvalidArn => "InvalidArnException",
        E::InvalidAliasName => "InvalidAliasNameException",
        E::InvalidTag => "TagException",
        E::InvalidMarker => "InvalidMarkerException",
        E::MalformedPolicy => "MalformedPolicyDocumentException",
        E::IncorrectKey => "IncorrectKeyException",
        E::KeyNotFound
        | E::KeyVersionNotFound
        | E::AliasNotFound
        | E::ResourceNotFound
        | E::UnsupportedAlias => "NotFoundException",
        E::AliasAlreadyExists => "AlreadyExistsException",
        E::LimitExceeded => "LimitExceededException",
        E::UnsupportedOrigin
        | E::UnsupportedProtectionLevel
        | E::UnsupportedOperation
        | E::ForbiddenOpened => "UnsupportedOperationException",
        E::UnsupportedKeyUsage | E::IncompatibleAlgorithm => "InvalidKeyUsageException",
        E::InvalidKeyMaterial => "InvalidCiphertextException",
        E::IncorrectKeyMaterial => "IncorrectKeyMaterialException",
        E::InvalidImportToken => "InvalidImportTokenException",
        E::ExpiredImportToken => "ExpiredImportTokenException",
        E::InvalidSignature => "KMSInvalidSignatureException",
        E::InvalidMac => "KMSInvalidMacException",
        // Of accounts: this protocol has no such actions, so that nobody is told one of these by it.
        E::AccountNotExist
        | E::UserNotExist
        | E::GroupNotExist
        | E::RoleNotExist
        | E::PolicyNotExist
        | E::PolicyVersionNotExist
        | E::AccessKeyNotExist
        | E::MembershipNotExist
        | E::UserPolicyNotExist
        | E::GroupPolicyNotExist
        | E::RolePolicyNotExist => "NotFoundException",
        E::UserAlreadyExists
        | E::GroupAlreadyExists
        | E::RoleAlreadyExists
        | E::PolicyAlreadyExists
        | E::MembershipAlreadyExists
        | E::UserPolicyAlreadyExists
        | E::GroupPolicyAlreadyExists
        | E::RolePolicyAlreadyExists => "AlreadyExistsException",
        E::AccountLimitExceeded => "LimitExceededException",
        E::UserHasAccessKeys
        | E::UserHasPolicies
        | E::UserHasGroups
        | E::GroupHasUsers
        | E::GroupHasPolicies
        | E::RoleHasPolicies
        | E::UserHasThePolicy
        | E::AccountHasKeys
        | E::AccountIsClosing
        | E::GroupHasThePolicy
        | E::RoleHasThePolicy
        | E::PolicyHasVersions
        | E::PolicyVersionCounts => "ConflictException",
        E::DurationTooLong => "ValidationException",
        E::MalformedPolicyDocument | E::MalformedSessionPolicy | E::SessionPolicyTooLong => {
            "MalformedPolicyDocumentException"
        }
        E::RejectedDisabled => "DisabledException",
        E::RejectedEnabled
        | E::RejectedPendingDeletion
        | E::RejectedPendingImport
        | E::RejectedUnavailable
        | E::RejectedStateModifiedFailed => "KMSInvalidStateException",
        E::DryRunOperationError => "DryRunOperationException",
    };
    (name, 400)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_name_and_a_status_of_aws_s() {
        for &code in E::ALL {
            let (name, status) = name_and_status(code);
            assert!(name.ends_with("Exception"), "{code:?}: {name}");
            assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{name}");
            let expected = match code {
                E::InternalFailure => 500,
                E::ServiceUnavailableTemporary => 503,
                _ => 400,
            };
            assert_eq!(status, expected, "{code:?}");
        }
    }

    #[test]
    fn what_clients_tell_apart_is_told_apart() {
        for (code, name) in [
            (E::NotSigned, "MissingAuthenticationTokenException"),
            (E::IncompleteSignature, "IncompleteSignatureException"),
            (E::SignatureDoesNotMatch, "InvalidSignatureException"),
            (E::InvalidAccessKeyIdNotFound, "UnrecognizedClientException"),
            (E::InvalidSecurityTokenExpired, "ExpiredTokenException"),
            (E::ForbiddenNoPermission, "AccessDeniedException"),
            (E::MalformedBody, "SerializationException"),
            (E::InvalidParameter, "ValidationException"),
            (E::InvalidCiphertext, "InvalidCiphertextException"),
            (E::MalformedPolicy, "MalformedPolicyDocumentException"),
            (E::IncorrectKey, "IncorrectKeyException"),
            (E::InvalidSignature, "KMSInvalidSignatureException"),
            (E::InvalidMac, "KMSInvalidMacException"),
            (E::IncompatibleAlgorithm, "InvalidKeyUsageException"),
            (E::InvalidKeyMaterial, "InvalidCiphertextException"),
            (E::IncorrectKeyMaterial, "IncorrectKeyMaterialException"),
            (E::InvalidImportToken, "InvalidImportTokenException"),
            (E::ExpiredImportToken, "ExpiredImportTokenException"),
            (E::KeyNotFound, "NotFoundException"),
            (E::AliasAlreadyExists, "AlreadyExistsException"),
            (E::RejectedDisabled, "DisabledException"),
            (E::RejectedPendingDeletion, "KMSInvalidStateException"),
            (E::InternalFailure, "KMSInternalException"),
            (E::ServiceUnavailableTemporary, "DependencyTimeoutException"),
            (E::RejectedThrottling, "ThrottlingException"),
            (E::DryRunOperationError, "DryRunOperationException"),
        ] {
            assert_eq!(name_and_status(code).0, name, "{code:?}");
        }
    }
}
