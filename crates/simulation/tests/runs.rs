// SPDX-License-Identifier: Apache-2.0
//! Five million steps find nothing; each defect, put back, is found; and a seed that failed fails again
//! in the same way.
#![allow(
    clippy::panic,
    reason = "a test panics to fail; clippy's exception does not reach helpers"
)]

use edgekms_service::defects::Defect;
use edgekms_simulation::run::{Failure, Plan, run};

const STEPS: u64 = 100_000;
/// Seeds that are tried for a defect.
const TRIES: u64 = 200;

fn plan(seed: u64, defect: Option<Defect>) -> Plan {
    Plan { seed, steps: STEPS, defect, loud: false }
}

#[test]
fn five_million_steps_find_nothing_that_must_not_be() {
    let (mut let_in, mut refused) = (0, 0);
    for seed in 1..=50 {
        let report = run(plan(seed, None)).unwrap_or_else(|failure| {
            panic!("seed {seed}, step {}: {}\n{:#?}", failure.step, failure.what, failure.lines)
        });
        // A run in which nothing succeeds would show nothing.
        let (calls, succeeded) = report.calls;
        assert!(report.steps >= STEPS && calls > 1_000 && succeeded > 500, "{report:?}");
        assert!(report.commits > 1_000 && report.millis > 3_600_000, "{report:?}");
        let_in += report.others.0;
        refused += report.others.1;
    }
    // Users and sessions get what they may, and are refused what they may not.
    assert!(let_in > 2_000 && refused > 2_000, "{let_in} were let in, {refused} refused");
}

fn found(defect: Defect) -> (u64, Failure) {
    for seed in 1..=TRIES {
        if let Err(failure) = run(plan(seed, Some(defect))) {
            return (seed, *failure);
        }
    }
    panic!("{TRIES} seeds do not find {defect:?}");
}

#[test]
fn each_defect_is_found_and_its_seed_replays() {
    let late_or_slow = ["answered", "as it had not for too long"];
    for (defect, signs) in [
        (Defect::LateWrite, &late_or_slow[..]),
        (Defect::ForgottenNonce, &["a change happened twice"][..]),
        (Defect::SlowRead, &late_or_slow[..]),
        (Defect::Orphan, &["is forgotten"][..]),
        (Defect::EarlyDestroy, &["is lost", "was destroyed, and its key lives"][..]),
        (Defect::SlowStore, &["answered 200"][..]),
        (Defect::UntoldRevocation, &["revoked or granted for longer"][..]),
        (Defect::EndlessSession, &["a session was answered"][..]),
        (Defect::EarlyAnswer, &["and has 0 events"][..]),
        (Defect::TwiceRecorded, &["and has 2 events", "has a second event"][..]),
    ] {
        let (seed, failure) = found(defect);
        assert!(
            signs.iter().any(|sign| failure.what.contains(sign)),
            "{defect:?}: {}",
            failure.what
        );
        let again = run(plan(seed, Some(defect))).err().map(|again| *again);
        let Some(again) = again else { panic!("{defect:?}, seed {seed}: not found again") };
        assert_eq!((again.what, again.step), (failure.what, failure.step), "{defect:?}");
        assert_eq!(again.lines, failure.lines, "the same schedule led there");
        assert!(!again.lines.is_empty());
        // Without the defect the same seed comes to its end.
        assert!(run(plan(seed, None)).is_ok(), "{defect:?}, seed {seed}");
    }
}
