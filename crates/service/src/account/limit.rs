// SPDX-License-Identifier: Apache-2.0
//! How many of each thing an account may have: RAM's own numbers.

use edgekms_api::error::{ApiError, ErrorCode};

/// A bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The largest number.
    pub most: u64,
    /// What it counts, after a number.
    counts: &'static str,
}

/// Accounts of a deployment, besides its own.
pub const ACCOUNTS: Limit = Limit { most: 10_000, counts: "accounts in this deployment" };
/// Users of an account.
pub const USERS: Limit = Limit { most: 1_000, counts: "users in this account" };
/// Groups of an account.
pub const GROUPS: Limit = Limit { most: 50, counts: "groups in this account" };
/// Roles of an account.
pub const ROLES: Limit = Limit { most: 1_000, counts: "roles in this account" };
/// Policies of an account's own.
pub const POLICIES: Limit = Limit { most: 1_500, counts: "policies in this account" };
/// Versions of a policy.
pub const POLICY_VERSIONS: Limit = Limit { most: 5, counts: "versions of a policy" };
/// Access keys of one identity: so that one can be changed without a pause.
pub const ACCESS_KEYS: Limit = Limit { most: 2, counts: "access keys of one identity" };
/// Policies that are attached to one user, group or role.
pub const ATTACHED: Limit =
    Limit { most: 20, counts: "policies attached to one user, group or role" };
/// Groups that a user is in.
pub const GROUPS_OF_USER: Limit = Limit { most: 50, counts: "groups that one user is in" };

impl Limit {
    /// Whether one more can be added to `held`.
    ///
    /// # Errors
    /// `LimitExceeded`, which names the limit.
    pub fn check(self, held: u64) -> Result<(), ApiError> {
        if held < self.most {
            return Ok(());
        }
        let Self { most, counts } = self;
        let message =
            format!("There may be at most {most} {counts}. Delete one that is not needed.");
        Err(ApiError::with_message(ErrorCode::AccountLimitExceeded, message))
    }
}
