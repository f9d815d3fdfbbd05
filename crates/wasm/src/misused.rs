// SPDX-License-Identifier: Apache-2.0
use edgekms_core::{Error, Reason};

/// A call that the package's own JavaScript does not make.
pub(crate) fn misused() -> Error {
    Error::InvalidArgument { reason: Reason::Misused }
}
