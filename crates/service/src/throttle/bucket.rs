// SPDX-License-Identifier: Apache-2.0
//! A token bucket, in whole numbers: a millisecond at a thousandth of a call a second is a millionth of a
//! call.

/// One call.
const CALL: i64 = 1_000_000;

/// What may still be called, and how fast that grows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bucket {
    /// In millionths of a call. Below nothing after [`Bucket::owe`].
    held: i64,
    /// The most that is held, in millionths of a call.
    most: i64,
    /// Thousandths of a call a second.
    rate: i64,
    /// Until when it was filled, in milliseconds since 1970.
    filled: i64,
}

impl Bucket {
    /// A full one, of so many thousandths of a call a second and at most so many calls at once.
    #[must_use]
    pub fn full(rate_milli: u64, at_once: u64, now_millis: i64) -> Self {
        let mut bucket = Self { filled: now_millis, ..Self::default() };
        bucket.set(rate_milli, at_once, now_millis);
        bucket.held = bucket.most;
        bucket
    }

    /// Changes the rate from now on. What is held stays, as far as it still may be.
    pub fn set(&mut self, rate_milli: u64, at_once: u64, now_millis: i64) {
        self.fill(now_millis);
        self.rate = i64::try_from(rate_milli).unwrap_or(i64::MAX);
        self.most = i64::try_from(at_once).unwrap_or(i64::MAX).saturating_mul(CALL);
        self.held = self.held.min(self.most);
    }

    /// Whether a call may be made; then it is made.
    pub fn take(&mut self, now_millis: i64) -> bool {
        let may = self.has_one(now_millis);
        if may {
            self.held -= CALL;
        }
        may
    }

    /// Whether a call may be made.
    pub fn has_one(&mut self, now_millis: i64) -> bool {
        self.fill(now_millis);
        self.held >= CALL
    }

    /// Takes for a call that was made already, though nothing be held. The debt is no greater than what
    /// is held at the most: a flood is over a moment after it ended.
    pub fn owe(&mut self, now_millis: i64) {
        self.fill(now_millis);
        self.held = (self.held - CALL).max(-self.most);
    }

    /// A clock that went back fills nothing.
    fn fill(&mut self, now_millis: i64) {
        let passed = now_millis.saturating_sub(self.filled).max(0);
        self.filled = now_millis;
        self.held = self.held.saturating_add(passed.saturating_mul(self.rate)).min(self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(bucket: &mut Bucket, now: i64) -> usize {
        (0..1_000).take_while(|_| bucket.take(now)).count()
    }

    #[test]
    fn it_gives_its_rate_and_after_a_pause_no_more_than_may_come_at_once() {
        let mut bucket = Bucket::full(2_500, 5, 0);
        assert_eq!(taken(&mut bucket, 0), 5);
        assert_eq!(taken(&mut bucket, 399), 0);
        assert_eq!(taken(&mut bucket, 400), 1);
        let each = (1..=100).map(|tick| taken(&mut bucket, 400 + tick * 100));
        assert_eq!(each.sum::<usize>(), 25, "ten seconds");
        assert_eq!(taken(&mut bucket, 1_000_000), 5);
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_and_stops_nothing() {
        let mut bucket = Bucket::full(1_000, 1, 10_000);
        assert!(bucket.take(10_000) && !bucket.take(5_000));
        assert!(bucket.take(6_000));
    }

    #[test]
    fn what_is_owed_is_paid_back_first_and_is_bounded() {
        let mut bucket = Bucket::full(1_000, 2, 0);
        (0..100).for_each(|_| bucket.owe(0));
        assert!(!bucket.has_one(2_999) && bucket.has_one(3_000));
        bucket.set(0, 0, 3_000);
        assert!(!bucket.has_one(i64::MAX), "nothing is allowed");
    }
}
