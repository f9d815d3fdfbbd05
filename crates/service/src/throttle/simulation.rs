// SPDX-License-Identifier: Apache-2.0
//! How far several isolates together go beyond a rate: a virtual clock, no randomness. What is printed is
//! what docs/operations.md states (`cargo test -p edgekms-service --lib throttle::simulation -- --nocapture`).

use super::{
    group::{Group, Rates},
    lease::Leases,
    share::Shares,
};
use crate::quota::Quotas;

const GROUP: Group = Group::Symmetric;
const RATE: u64 = 1_000;
/// One step of the clock, in milliseconds, and as the number of a `step_by`.
const TICK: i64 = 10;
const STEP: usize = 10;
/// How long a question is on its way, there and back.
const WAY: i64 = 60;

/// One isolate, with a question that may be under way.
struct Isolate {
    shares: Option<Shares>,
    question: Option<i64>,
    /// Calls that are due, in thousandths.
    owed: u64,
}

/// What came of a run: calls that came and that were let through, by tick.
#[derive(Default)]
struct Run {
    came: Vec<u64>,
    passed: Vec<u64>,
}

impl Run {
    /// The most that was let through within so many milliseconds, as a multiple of the rate.
    fn worst(&self, millis: i64) -> f64 {
        let span = usize::try_from(millis / TICK).unwrap();
        let most = self.passed.windows(span).map(|window| window.iter().sum::<u64>()).max();
        most.unwrap_or(0) as f64 * 1_000.0 / (millis as f64 * RATE as f64)
    }

    /// What was let through after `from`, of what came or of the rate, whichever is less.
    fn use_of_rate(&self, from: i64) -> f64 {
        let from = usize::try_from(from / TICK).unwrap();
        let sum = |all: &[u64]| all[from..].iter().sum::<u64>() as f64;
        let seconds = (self.passed.len() - from) as f64 * TICK as f64 / 1_000.0;
        sum(&self.passed) / sum(&self.came).min(seconds * RATE as f64)
    }
}

/// Runs `isolates` for `secs`. `demand` says how many calls a second one has at a moment; `ended` when the
/// object is ended, if it is.
fn run(isolates: usize, secs: i64, demand: impl Fn(usize, i64) -> u64, ended: Option<i64>) -> Run {
    let rates = Rates::of(&Quotas::default());
    let mut leases = Leases::default();
    let fresh = || Isolate { shares: None, question: None, owed: 0 };
    let mut all: Vec<_> = (0..isolates).map(|_| fresh()).collect();
    let mut run = Run::default();
    for now in (0..secs * 1_000).step_by(STEP) {
        if ended == Some(now) {
            leases = Leases::default();
        }
        let (mut came, mut passed) = (0, 0);
        for (number, isolate) in all.iter_mut().enumerate() {
            let shares = isolate.shares.get_or_insert_with(|| Shares::new(rates, now));
            if isolate.question.is_some_and(|asked| asked + WAY == now) {
                let asked = isolate.question.take().unwrap();
                // What is told is what had come when it was asked: the way does not change it much.
                let lease = leases.renew(&number.to_string(), &shares.report(now), &rates, now);
                shares.take_in(&lease, asked, now);
            }
            isolate.owed += demand(number, now / 1_000) * TICK.unsigned_abs();
            while isolate.owed >= 1_000 {
                isolate.owed -= 1_000;
                came += 1;
                passed += u64::from(shares.charge(GROUP, now).is_ok());
                if isolate.question.is_none() && shares.is_due(now) {
                    isolate.question = Some(now);
                }
            }
        }
        run.came.push(came);
        run.passed.push(passed);
    }
    run
}

#[test]
fn the_overshoot_is_within_what_is_stated() {
    type Demand = Box<dyn Fn(usize, i64) -> u64>;
    let cases: Vec<(&str, usize, Option<i64>, Demand)> = vec![
        ("one isolate, twice the rate", 1, None, Box::new(|_, _| 2_000)),
        ("one isolate, the rate itself", 1, None, Box::new(|_, _| 1_000)),
        ("10 isolates, half the rate", 10, None, Box::new(|_, _| 50)),
        ("20 isolates at once, four times the rate", 20, None, Box::new(|_, _| 200)),
        ("100 isolates at once, five times the rate", 100, None, Box::new(|_, _| 50)),
        (
            "20 isolates, one more each 2 s, all hungry",
            20,
            None,
            Box::new(|number, second| if second >= 2 * number as i64 { 500 } else { 0 }),
        ),
        (
            "20 isolates, the load moves to another each 20 s",
            20,
            None,
            Box::new(|number, second| if second / 20 % 20 == number as i64 { 2_000 } else { 5 }),
        ),
        (
            "20 quiet isolates, all hungry at once",
            20,
            None,
            Box::new(|_, second| if second < 29 { 2 } else { 200 }),
        ),
        ("20 isolates, twice the rate, object ended", 20, Some(60_000), Box::new(|_, _| 100)),
    ];
    for (what, isolates, ended, demand) in cases {
        let run = run(isolates, 120, demand, ended);
        let (one, ten, all) = (run.worst(1_000), run.worst(10_000), run.worst(120_000));
        let used = run.use_of_rate(30_000);
        println!(
            "{what}: worst second {one:.2}, worst 10 s {ten:.2}, 120 s {all:.2}; used {used:.2}"
        );
        let n = isolates as f64;
        let bound = |secs: f64| {
            let rate = RATE as f64;
            let quiet = rate / 4.0 * (1.0 + n.ln()) * secs.min(2.0);
            let leased = rate * (secs + 1.0) + rate / 20.0 * n.ln() * secs + n * 50.0 + quiet;
            let twice = if ended.is_some() { rate * secs.min(30.0) } else { 0.0 };
            (leased + twice) / (rate * secs)
        };
        assert!(one <= bound(1.0) && ten <= bound(10.0) && all <= bound(120.0), "{what}");
        assert!(used > 0.85, "{what}: callers are not refused what they may have");
    }
}
