// SPDX-License-Identifier: Apache-2.0
//! How often an isolate found a view where: in its memory, in KV, with the object that decides.

use std::cell::{Cell, RefCell};

use crate::object::name::ViewName;

/// Names of the kinds of views.
pub const KINDS: [&str; 5] = ["key", "version", "alias", "share", "entity"];

/// The number of a view's kind.
#[must_use]
pub const fn kind(name: &ViewName) -> usize {
    match name {
        ViewName::Key(_) => 0,
        ViewName::Version(_) => 1,
        ViewName::Alias(_) => 2,
        ViewName::Share(_) => 3,
        ViewName::Entity(_) => 4,
    }
}

/// What had a view that the isolate did not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// KV, and it was to be believed.
    Kv,
    /// The object that decides.
    Object,
    /// Nothing: there is no such view.
    None,
}

/// Names of [`Found`].
pub const FOUND: [&str; 3] = ["kv", "object", "none"];

/// Counters of one place since they were last taken.
#[derive(Debug, Default)]
pub struct Tally {
    fetches: RefCell<[[u32; FOUND.len()]; KINDS.len()]>,
    /// Reads of KV that failed, or took too long.
    pub kv_read_errors: Cell<u32>,
    /// Writes of KV that failed, as the object has told it.
    pub kv_write_errors: Cell<u32>,
}

impl Tally {
    /// Counts a view that was fetched.
    pub fn count_fetch(&self, name: &ViewName, found: Found) {
        let mut fetches = self.fetches.borrow_mut();
        let number = fetches.get_mut(kind(name)).and_then(|kind| kind.get_mut(found as usize));
        if let Some(number) = number {
            *number = number.saturating_add(1);
        }
    }

    /// The numbers of views that were fetched, with the names of their kind and of what had them.
    pub fn take_fetches(&self) -> Vec<(&'static str, &'static str, u32)> {
        let fetches = self.fetches.take();
        let of_kind = |(kind, found): (&'static str, [u32; FOUND.len()])| {
            FOUND.into_iter().zip(found).map(move |(found, number)| (kind, found, number))
        };
        KINDS.into_iter().zip(fetches).flat_map(of_kind).collect()
    }
}

/// Adds to a counter.
pub fn add(counter: &Cell<u32>, number: u32) {
    counter.set(counter.get().saturating_add(number));
}
