// SPDX-License-Identifier: Apache-2.0
//! The closed table of error codes, and the error that every part of the contract returns
//! (wire reference, sections 1.10 and 2.5).
//!
//! A code fixes the HTTP status. An [`ApiError`] has two halves: the message, which the caller
//! reads and which says what to change, and an optional detail, which only the server's log may
//! show. Text that a caller must not learn (why a blob did not open, what a store said) goes in
//! the detail.

use std::borrow::Cow;
use std::fmt;

macro_rules! error_codes {
    ($($variant:ident = $status:literal $code:literal $message:literal;)+) => {
        /// A code of the wire contract. One row of the table: code, HTTP status, default message.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $(#[doc = concat!("`", $code, "`, HTTP ", $status, ": ", $message)] $variant,)+
        }

        impl ErrorCode {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code's own name, by which parts of one deployment tell it to one another.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),+ }
            }

            /// The text in the answer's `Code`: Alibaba's, and what audit events hold.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The HTTP status of an answer with this code.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }

            /// The message where the place that failed has nothing more exact to say.
            #[must_use]
            pub const fn default_message(self) -> &'static str {
                match self { $(Self::$variant => $message),+ }
            }
        }
    };
}

error_codes! {
    // The gateway: shape of the request.
    MissingParameter = 400 "MissingParameter" "A parameter is needed but not provided.";
    InvalidParameter = 400 "InvalidParameter" "The specified parameter is not valid.";
    ParseRequestParameterException = 400 "ParseRequestParameterException" "Server parse parameters exception. Please check your input params.";
    InvalidApiNotFound = 404 "InvalidApi.NotFound" "Specified api is not found, please check your url and method.";
    UnsupportedHttpMethod = 403 "UnsupportedHTTPMethod" "This http method is not supported.";

    // The gateway: who is asking.
    NotSigned = 400 "MissingParameter" "The request is not signed.";
    IncompleteSignature = 400 "IncompleteSignature" "The request signature does not conform to Alibaba Cloud standards.";
    SignatureDoesNotMatch = 400 "SignatureDoesNotMatch" "Specified signature is not matched with our calculation.";
    SignatureNonceUsed = 400 "SignatureNonceUsed" "Specified signature nonce was used already.";
    InvalidTimeStampExpired = 400 "InvalidTimeStamp.Expired" "Specified time stamp or date value is expired.";
    InvalidTimeStampFormat = 400 "InvalidTimeStamp.Format" "Specified time stamp or date value is not well formatted.";
    IllegalTimestamp = 400 "IllegalTimestamp" "The input parameter \"Timestamp\" that is mandatory for processing this request is not supplied.";
    InvalidSignatureMethod = 400 "InvalidSignatureMethod" "Specified signature method is not valid.";
    InvalidAccessKeyIdNotFound = 404 "InvalidAccessKeyId.NotFound" "Specified access key is not found.";
    InvalidAccessKeyIdInactive = 400 "InvalidAccessKeyId.Inactive" "Specified access key is disabled.";
    ForbiddenAccessKey = 403 "Forbidden.AccessKey" "This AccessKey is not enabled.";
    InvalidSecurityTokenExpired = 400 "InvalidSecurityToken.Expired" "Specified SecurityToken is expired.";
    InvalidSecurityTokenMalformed = 400 "InvalidSecurityToken.Malformed" "Specified SecurityToken is malformed.";
    InvalidSecurityTokenMismatch = 400 "InvalidSecurityToken.MismatchWithAccessKey" "Specified SecurityToken mismatch with the AccessKey.";
    MissingSecurityToken = 400 "MissingSecurityToken" "SecurityToken is mandatory for this AccessKey.";
    ForbiddenNoPermission = 403 "Forbidden.NoPermission" "This operation is forbidden by permission system.";

    // The gateway: load and faults.
    Throttling = 400 "Throttling" "Request was denied due to request throttling.";
    ThrottlingUser = 400 "Throttling.User" "Request was denied due to user flow control.";
    RejectedThrottling = 429 "Rejected.Throttling" "QPS Limit Exceeded";
    InternalFailure = 500 "InternalFailure" "Internal Failure.";
    ServiceUnavailableTemporary = 503 "ServiceUnavailableTemporary" "Service Unavailable Temporary.";

    // Keys: what was named does not exist, or does already.
    KeyNotFound = 404 "Forbidden.KeyNotFound" "The specified Key is not found.";
    KeyVersionNotFound = 404 "Forbidden.KeyVersionNotFound" "The specified Key version is not found.";
    AliasNotFound = 404 "Forbidden.AliasNotFound" "The specified Alias is not found.";
    ResourceNotFound = 404 "Forbidden.ResourceNotFound" "The resource is not found.";
    AliasAlreadyExists = 400 "AliasAlreadyExists" "AliasName Already Exists.";
    LimitExceeded = 400 "Rejected.LimitExceeded" "The request was rejected because user create resource limit was exceeded.";

    // What was named or given cannot be. Alibaba has one code for these, AWS one for each.
    InvalidCiphertext = 400 "InvalidParameter" "The specified parameter \"CiphertextBlob\" is not valid.";
    InvalidArn = 400 "InvalidParameter" "The specified resource name is not valid.";
    InvalidAliasName = 400 "InvalidParameter" "The specified parameter \"AliasName\" is not valid.";
    InvalidTag = 400 "InvalidParameter" "The specified tags are not valid.";
    InvalidMarker = 400 "InvalidParameter" "The specified marker is not valid.";
    MalformedPolicy = 400 "InvalidParameter" "The specified parameter \"Policy\" is not valid.";
    IncorrectKey = 400 "InvalidParameter" "The ciphertext was made under another key than the one named.";
    InvalidSignature = 400 "InvalidParameter" "The signature is not one of this message under this key.";
    InvalidMac = 400 "InvalidParameter" "The MAC is not one of this message under this key.";
    MalformedBody = 400 "ParseRequestParameterException" "The body cannot be read.";

    // Import of key material. Alibaba has one code for material that is not right, AWS two.
    InvalidKeyMaterial = 400 "InvalidKeyMaterial" "key material is invalid.";
    IncorrectKeyMaterial = 400 "InvalidKeyMaterial" "key material is invalid.";
    InvalidImportToken = 400 "InvalidImportToken" "import token is invalid.";
    ExpiredImportToken = 400 "ExpiredImportToken" "import token is expired.";

    // Keys: not for this kind of key, or not here.
    UnsupportedOrigin = 400 "Unsupported.Origin" "This key origin is not valid for this api.";
    UnsupportedAlias = 400 "Unsupported.Alias" "Alias is not valid for this api.";
    UnsupportedProtectionLevel = 400 "Unsupported.ProtectionLevel" "This protection level is not valid for this region";
    UnsupportedOperation = 400 "UnsupportedOperation" "This action is not supported.";
    IncompatibleAlgorithm = 400 "InvalidParameter" "The specified parameter \"Algorithm\" is not valid.";
    UnsupportedKeyUsage = 400 "UnsupportedOperation" "The key is not for this use.";

    // Keys: not in this state.
    RejectedEnabled = 409 "Rejected.Enabled" "The request was rejected because the key state is Enabled.";
    RejectedDisabled = 409 "Rejected.Disabled" "The request was rejected because the key state is Disabled.";
    RejectedPendingDeletion = 409 "Rejected.PendingDeletion" "The request was rejected because the key state is PendingDeletion.";
    RejectedPendingImport = 409 "Rejected.PendingImport" "The request was rejected because the key state is PendingImport.";
    RejectedUnavailable = 409 "Rejected.Unavailable" "The request was rejected because the key state is Unavailable.";
    RejectedStateModifiedFailed = 409 "Rejected.StateModifiedFailed" "Keystate modified failed.";

    // The service.
    ForbiddenOpened = 400 "Forbidden.Opened" "Your kms service has been opened.";

    // Accounts: users, groups, roles and policies (RAM), and who may take on a role (STS).
    NoPermission = 403 "NoPermission" "You are not authorized to do this action. You should be authorized by RAM.";
    AccountNotExist = 404 "EntityNotExist.Account" "There is no such account in this deployment.";
    AccountHasKeys = 409 "DeleteConflict.Account.Key" "The account has keys. Delete them first.";
    AccountIsClosing = 409 "EntityTemporarilyUnmodifiable.Account" "The account is being deleted, and makes no keys. If it was not deleted, try again in ten minutes.";
    UserNotExist = 404 "EntityNotExist.User" "The user does not exist.";
    GroupNotExist = 404 "EntityNotExist.Group" "The group does not exist.";
    RoleNotExist = 404 "EntityNotExist.Role" "The role does not exist.";
    PolicyNotExist = 404 "EntityNotExist.Policy" "The policy does not exist.";
    PolicyVersionNotExist = 404 "EntityNotExist.Policy.Version" "The policy version does not exist.";
    AccessKeyNotExist = 404 "EntityNotExist.User.AccessKey" "The access key does not exist.";
    MembershipNotExist = 404 "EntityNotExist.User.Group" "The user is not in the group.";
    UserPolicyNotExist = 404 "EntityNotExist.User.Policy" "The policy is not attached to the user.";
    GroupPolicyNotExist = 404 "EntityNotExist.Group.Policy" "The policy is not attached to the group.";
    RolePolicyNotExist = 404 "EntityNotExist.Role.Policy" "The policy is not attached to the role.";
    UserAlreadyExists = 409 "EntityAlreadyExists.User" "There is a user of this name already.";
    GroupAlreadyExists = 409 "EntityAlreadyExists.Group" "There is a group of this name already.";
    RoleAlreadyExists = 409 "EntityAlreadyExists.Role" "There is a role of this name already.";
    PolicyAlreadyExists = 409 "EntityAlreadyExists.Policy" "There is a policy of this name already.";
    MembershipAlreadyExists = 409 "EntityAlreadyExists.User.Group" "The user is in the group already.";
    UserPolicyAlreadyExists = 409 "EntityAlreadyExists.User.Policy" "The policy is attached to the user already.";
    GroupPolicyAlreadyExists = 409 "EntityAlreadyExists.Group.Policy" "The policy is attached to the group already.";
    RolePolicyAlreadyExists = 409 "EntityAlreadyExists.Role.Policy" "The policy is attached to the role already.";
    AccountLimitExceeded = 409 "LimitExceeded" "The account has as many of these as it can.";
    UserHasAccessKeys = 409 "DeleteConflict.User.AccessKey" "The user has access keys. Delete them first.";
    UserHasPolicies = 409 "DeleteConflict.User.Policy" "Policies are attached to the user. Detach them first.";
    UserHasGroups = 409 "DeleteConflict.User.Group" "The user is in groups. Take it out of them first.";
    GroupHasUsers = 409 "DeleteConflict.Group.User" "The group has members. Take them out of it first.";
    GroupHasPolicies = 409 "DeleteConflict.Group.Policy" "Policies are attached to the group. Detach them first.";
    RoleHasPolicies = 409 "DeleteConflict.Role.Policy" "Policies are attached to the role. Detach them first.";
    UserHasThePolicy = 409 "DeleteConflict.Policy.User" "The policy is attached to a user. Detach it first.";
    GroupHasThePolicy = 409 "DeleteConflict.Policy.Group" "The policy is attached to a group. Detach it first.";
    RoleHasThePolicy = 409 "DeleteConflict.Policy.Role" "The policy is attached to a role. Detach it first.";
    PolicyHasVersions = 409 "DeleteConflict.Policy.Version" "The policy has other versions than the one that counts. Delete them first.";
    PolicyVersionCounts = 409 "DeleteConflict.Policy.Version.Default" "This version of the policy counts. Have another one count first.";
    MalformedSessionPolicy = 400 "InvalidParameter.PolicyGrammar" "The parameter Policy has not passed grammar check.";
    SessionPolicyTooLong = 400 "InvalidParameter.PolicySize" "The size of the parameter Policy is out of range.";
    DurationTooLong = 400 "InvalidParameter.DurationSeconds" "The parameter DurationSeconds is out of the range of the role.";
    MalformedPolicyDocument = 400 "MalformedPolicyDocument" "The policy document is malformed.";

    // DryRun: the request is good, and was not carried out.
    DryRunOperationError = 400 "DryRunOperationError" "The request would have succeeded, but DryRun is set.";
}

/// Any failure of the contract: a code, the message the caller reads, and a detail for the log.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiError {
    code: ErrorCode,
    message: Cow<'static, str>,
    detail: Option<Box<str>>,
}

impl ApiError {
    /// The error with the code's default message.
    #[must_use]
    pub const fn new(code: ErrorCode) -> Self {
        Self { code, message: Cow::Borrowed(code.default_message()), detail: None }
    }

    /// The error with a message for this case. It reaches the caller.
    #[must_use]
    pub fn with_message(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), detail: None }
    }

    /// Adds what only the log may say. Never put a secret, plaintext or context value here.
    #[must_use]
    pub fn with_detail(mut self, detail: impl fmt::Display) -> Self {
        self.detail = Some(detail.to_string().into_boxed_str());
        self
    }

    /// `MissingParameter` that names the parameter.
    #[must_use]
    pub fn missing_parameter(name: &str) -> Self {
        Self::with_message(
            ErrorCode::MissingParameter,
            format!("The parameter \"{name}\" is needed but not provided."),
        )
    }

    /// `InvalidParameter` that names the parameter and says what it must be. `remedy` is a
    /// sentence, and must not repeat the value: it may be a secret.
    #[must_use]
    pub fn invalid_parameter(name: &str, remedy: impl fmt::Display) -> Self {
        Self::with_message(
            ErrorCode::InvalidParameter,
            format!("The specified parameter \"{name}\" is not valid. {remedy}"),
        )
    }

    /// A fault of the server: the caller learns only that; the log learns `detail`.
    #[must_use]
    pub fn internal(detail: impl fmt::Display) -> Self {
        Self::new(ErrorCode::InternalFailure).with_detail(detail)
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.code.status()
    }

    /// The text for the caller. It can quote the caller's own request (`SignatureDoesNotMatch`
    /// must), so it belongs in the answer and not in a log.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The text for the log, never for the caller.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

/// Fit for a log: code and detail, without the message, which may quote the request.
impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.as_str())?;
        match &self.detail {
            Some(detail) => write!(f, " ({detail})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiError({self})")
    }
}

impl std::error::Error for ApiError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_statuses_are_errors() {
        let mut names: Vec<_> = ErrorCode::ALL.iter().map(|code| code.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ErrorCode::ALL.len());
        assert!(ErrorCode::ALL.iter().all(|code| (400..600).contains(&code.status())));
    }

    #[test]
    fn the_detail_never_reaches_the_message() {
        let error = ApiError::internal("disk on fire");
        assert_eq!(error.message(), "Internal Failure.");
        assert_eq!(error.detail(), Some("disk on fire"));
    }

    #[test]
    fn the_log_form_does_not_quote_the_request() {
        let error = ApiError::with_message(ErrorCode::SignatureDoesNotMatch, "Plaintext=c2VjcmV0");
        assert_eq!(
            format!("{error} {error:?}"),
            "SignatureDoesNotMatch ApiError(SignatureDoesNotMatch)"
        );
    }
}
