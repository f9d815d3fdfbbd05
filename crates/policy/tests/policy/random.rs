// SPDX-License-Identifier: Apache-2.0
//! The engine against the reference evaluator, over policies and requests that are drawn.

use std::collections::BTreeMap;
use std::thread;

use edgekms_policy::{decide, explain};
use fastrand::Rng;

use crate::draw::Draw;
use crate::reference;
use crate::world::{Compiled, ask};

const THREADS: u64 = 2;
const POLICIES: u64 = 5_000;
const REQUESTS: u64 = 10;

#[test]
fn both_evaluators_agree_on_a_hundred_thousand_cases_and_so_does_explain() {
    let threads: Vec<_> =
        (0..THREADS).map(|thread| thread::spawn(move || compare(thread * POLICIES))).collect();
    let mut counts = BTreeMap::<&str, u64>::new();
    for thread in threads {
        for (verdict, count) in thread.join().unwrap() {
            *counts.entry(verdict).or_default() += count;
        }
    }
    let all: u64 = counts.values().sum();
    assert!(all >= 100_000, "{all}");
    for verdict in ["Allow", "ImplicitDeny", "ExplicitDeny"] {
        let count = counts.get(verdict).copied().unwrap_or_default();
        assert!(count * 10 > all, "only {count} of {all} are {verdict}: the draw is no test");
    }
}

/// Compares from a seed on, and counts the verdicts.
fn compare(first_seed: u64) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    for seed in first_seed..first_seed + POLICIES {
        let mut draw = Draw(Rng::with_seed(seed));
        let mut case = draw.policies();
        let compiled = Compiled::new(&case);
        let rule = case["request"]["rule"].as_str().unwrap().to_owned();
        for _ in 0..REQUESTS {
            case["request"] = draw.request(&rule);
            let expected = reference::verdict(&case);
            ask(&case["request"], |request| {
                compiled.with(|policies| {
                    let decision = decide(request, policies);
                    let verdict = format!("{:?}", decision.verdict);
                    assert_eq!(verdict, expected, "seed {seed}: {case:#}");
                    assert_eq!(
                        explain(request, policies).decision,
                        decision,
                        "seed {seed}: {case:#}"
                    );
                });
            });
            *counts.entry(expected).or_default() += 1;
        }
    }
    counts
}
