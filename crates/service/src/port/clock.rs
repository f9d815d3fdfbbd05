// SPDX-License-Identifier: Apache-2.0
//! Time of day.

/// What time it is here. Clocks of two machines may differ; see [`crate::copies::view`] for the
/// largest difference that is allowed for, and where it matters.
pub trait Clock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    fn now_millis(&self) -> i64;
}
