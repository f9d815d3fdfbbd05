// SPDX-License-Identifier: Apache-2.0
//! Defects, to be put back one by one, so that a test can show that the simulation finds each: those of
//! the first slice, three that dealing with key stores is guarded against, and some that accounts and the
//! trail are. Only with the feature
//! `simulation`, which nothing that is deployed has, can one be put back; without it none ever is.

#[cfg(feature = "simulation")]
use std::cell::Cell;

/// A defect, by what it lets happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// A published view is believed whatever its revision: a write that lands late, or is put back,
    /// enables a disabled key again.
    LateWrite,
    /// A change whose nonce has been forgotten is carried out again: marks are forgotten at each change,
    /// and one that has expired is taken for new.
    ForgottenNonce,
    /// What was read before a change is kept after it: an alias goes back to where it was moved from.
    SlowRead,
    /// What is refused is taken for settled: the material made for it stays in its store for ever.
    Orphan,
    /// Material is destroyed with no note that this has begun: a key that comes meanwhile is made of it.
    EarlyDestroy,
    /// What a store took long to do is told although its key has been disabled meanwhile.
    SlowStore,
    /// What changes of who may what is not among the changes that isolates are told: what was revoked goes
    /// on wherever it was in use.
    UntoldRevocation,
    /// Sessions are not ended with their generation of the role.
    EndlessSession,
    /// A call is answered before its event is stored.
    EarlyAnswer,
    /// An event that comes once more, since nobody knew whether it was stored, counts twice.
    TwiceRecorded,
}

#[cfg(feature = "simulation")]
thread_local! {
    static BACK: Cell<Option<Defect>> = const { Cell::new(None) };
}

/// Puts a defect back on this thread, or takes it away again.
#[cfg(feature = "simulation")]
pub fn put_back(defect: Option<Defect>) {
    BACK.set(defect);
}

/// Whether a defect is back on this thread.
#[cfg(feature = "simulation")]
pub(crate) fn is_back(defect: Defect) -> bool {
    BACK.get() == Some(defect)
}

/// Never: nothing can put one back.
#[cfg(not(feature = "simulation"))]
pub(crate) const fn is_back(_: Defect) -> bool {
    false
}
