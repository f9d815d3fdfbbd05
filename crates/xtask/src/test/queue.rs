// SPDX-License-Identifier: Apache-2.0
//! What is still to be run, for lanes that take from it at the same time.

use std::sync::{Mutex, PoisonError};

use super::kinds::{Kind, Lane};

pub(super) struct Queue(Mutex<Vec<&'static Kind>>);

impl Queue {
    pub(super) fn new(kinds: Vec<&'static Kind>) -> Self {
        Self(Mutex::new(kinds))
    }

    /// The first kind of this lane that nobody has taken, or else of another: no core is idle while there is work.
    pub(super) fn next(&self, lane: Lane) -> Option<&'static Kind> {
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = kinds.iter().position(|kind| kind.lane == lane);
        (!kinds.is_empty()).then(|| kinds.remove(own.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Lane, Queue};
    use crate::test::kinds::KINDS;

    #[test]
    fn a_lane_takes_its_own_in_order_and_then_what_the_other_has_left() {
        let queue = Queue::new(KINDS.iter().collect());
        let of = |lane| KINDS.iter().filter(move |kind| kind.lane == lane);
        let names = |lane| of(lane).map(|kind| kind.name);
        let first = queue.next(Lane::JavaScript).map(|kind| kind.name);
        assert_eq!(first, names(Lane::JavaScript).next());
        let rest = std::iter::from_fn(|| queue.next(Lane::Rust)).map(|kind| kind.name);
        let expected = names(Lane::Rust).chain(names(Lane::JavaScript).skip(1));
        assert!(rest.eq(expected));
        assert!(queue.next(Lane::JavaScript).is_none());
    }
}
