// SPDX-License-Identifier: Apache-2.0
//! One call, as it is counted: nothing of it that its sender chose, but the action's name.

use edgekms_api::{action::ActionName, error::ErrorCode};

use super::caller::CallerKind;
use crate::throttle::group::Group;

/// The code of a call that was answered as it was wanted.
pub const OK: &str = "OK";
/// The action of a call that was refused before it was known.
pub const UNKNOWN: &str = "unknown";

/// A call that was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// What was called, if that is known.
    pub action: Option<ActionName>,
    /// With what it was refused, if it was.
    pub code: Option<ErrorCode>,
    /// Who called.
    pub caller: CallerKind,
    /// How long it took, in milliseconds.
    pub millis: u32,
}

impl Seen {
    /// Its action's name.
    #[must_use]
    pub fn action_name(&self) -> &'static str {
        self.action.map_or(UNKNOWN, ActionName::as_str)
    }

    /// Alibaba's code for its refusal, whatever dialect it came in.
    #[must_use]
    pub fn code_name(&self) -> &'static str {
        self.code.map_or(OK, ErrorCode::as_str)
    }

    /// The group of its action.
    #[must_use]
    pub fn group(&self) -> Option<Group> {
        self.action.map(|action| Group::from(action.row().throttle))
    }

    /// The HTTP status that its code has in Alibaba's dialect.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.code.map_or(200, ErrorCode::status)
    }
}
