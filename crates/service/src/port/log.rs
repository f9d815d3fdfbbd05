// SPDX-License-Identifier: Apache-2.0
//! Where an operator reads of faults.

/// The operator's log of faults. A line holds no secret and nothing that a caller chose.
pub trait FaultLog {
    /// Writes one line.
    fn fault(&self, line: &str);
}
