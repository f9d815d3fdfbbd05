// SPDX-License-Identifier: Apache-2.0
//! A keyring whose account is being deleted: it makes no keys for a while. It opens again by itself, so that
//! an account that was not deleted after all is as it was.

use edgekms_api::error::{ApiError, ErrorCode};

use super::{store::KeyringStore, stored};

/// The fact that says until when, in seconds since 1970.
pub(crate) const CLOSED_UNTIL: &str = "closed-until";
/// For how long: longer than any isolate believes in an access key that is gone (a minute), and than a
/// request on its way may take.
pub(crate) const CLOSED_SECS: i64 = 600;

/// Whether keys may be made.
///
/// # Errors
/// `EntityTemporarilyUnmodifiable.Account`; a store's failure.
pub(crate) fn check_open(store: &dyn KeyringStore, now_secs: i64) -> Result<(), ApiError> {
    let until = store.fact(CLOSED_UNTIL).map_err(stored)?;
    let until = until.and_then(|text| text.parse::<i64>().ok());
    if until.is_some_and(|until| now_secs < until) {
        return Err(ErrorCode::AccountIsClosing.into());
    }
    Ok(())
}
