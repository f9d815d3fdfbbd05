// SPDX-License-Identifier: Apache-2.0
//! Which reports of isolates are in an object's counts, so that each is once.

use std::collections::HashMap;

/// Isolates whose last report is remembered.
const ISOLATES: usize = 10_000;

/// Which reports were entered, by isolate: in memory alone.
#[derive(Debug, Default)]
pub struct Entered(HashMap<String, u64>);

impl Entered {
    /// Whether the report of this number is to be entered. One that was sent before (`again`) counts only if
    /// it is known not to have come: nothing may count twice.
    #[must_use]
    pub fn is_new(&self, isolate: &str, number: u64, again: bool) -> bool {
        match self.0.get(isolate) {
            Some(last) => number > *last,
            None => !again,
        }
    }

    /// Notes that it was entered.
    pub fn note(&mut self, isolate: &str, number: u64) {
        if self.0.len() >= ISOLATES {
            self.0.clear();
        }
        self.0.insert(isolate.to_owned(), number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_counts_once() {
        let mut entered = Entered::default();
        assert!(entered.is_new("a", 1, false));
        entered.note("a", 1);
        assert!(!entered.is_new("a", 1, true));
        assert!(entered.is_new("a", 2, true), "the first try never came");
        assert!(!entered.is_new("b", 1, true), "this object may have been ended in between");
    }
}
