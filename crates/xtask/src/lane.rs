// SPDX-License-Identifier: Apache-2.0
//! Work that goes on beside other work, each in a thread of its own.

use std::thread;

use anyhow::{Result, anyhow};

/// The result of a lane of work.
pub(crate) fn joined<T>(lane: thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    lane.join().map_err(|_| anyhow!("a part of cargo xtask panicked: see above"))?
}
