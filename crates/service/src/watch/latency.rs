// SPDX-License-Identifier: Apache-2.0
//! The histogram's bounds.
//!
//! The platform's clock stands still while an isolate computes, so that what is measured there is what a call
//! waited for: views, objects, its event. On workerd outside of Cloudflare it is the whole of it.

/// Upper bounds in milliseconds, each with its name in seconds: what falls on one is within it. They begin
/// with what needs no waiting, and end with how long an object may take to reply.
pub const BOUNDS: [(u32, &str); 12] = [
    (1, "0.001"),
    (2, "0.002"),
    (5, "0.005"),
    (10, "0.01"),
    (25, "0.025"),
    (50, "0.05"),
    (100, "0.1"),
    (250, "0.25"),
    (500, "0.5"),
    (1_000, "1.0"),
    (2_500, "2.5"),
    (10_000, "10.0"),
];
/// How many buckets there are: one for each bound, and one for what is beyond all.
pub const BUCKETS: usize = BOUNDS.len() + 1;
/// The name of the last bucket.
pub const BEYOND: &str = "+Inf";
/// What the sum of all durations, in milliseconds, has in place of a bucket's name.
pub const SUM: &str = "sum";

/// The bucket of a duration.
#[must_use]
pub fn bucket(millis: u32) -> usize {
    BOUNDS.iter().position(|(bound, _)| millis <= *bound).unwrap_or(BOUNDS.len())
}

/// The names of the buckets, in order.
pub fn names() -> impl Iterator<Item = &'static str> {
    BOUNDS.iter().map(|(_, name)| *name).chain([BEYOND])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_in_the_first_bucket_that_holds_it() {
        assert_eq!([0, 1, 2, 3, 10_000, 10_001].map(bucket), [0, 0, 1, 2, 11, 12]);
        assert_eq!(names().count(), BUCKETS);
    }

    #[test]
    fn a_bound_is_named_by_its_seconds() {
        for (millis, name) in BOUNDS {
            assert!((name.parse::<f64>().unwrap() * 1000.0 - f64::from(millis)).abs() < 1e-9);
        }
    }
}
