// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask simulate`: runs from seeds, one after the other, and what led to a failure.

#![allow(
    clippy::disallowed_methods,
    reason = "clippy.toml forbids the wall clock because wasm32 has none; this runs on the host"
)]

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::{Parser, ValueEnum};
use edgekms_service::defects::Defect;
use edgekms_simulation::run::{Failure, Plan, run};

/// The service in a simulated world of faults
#[derive(Parser)]
#[command(name = "cargo xtask simulate")]
struct Options {
    /// The first seed; the same seed and steps give the same run
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Steps of each run: a task goes on, or the time moves
    #[arg(long, default_value_t = 100_000)]
    steps: u64,
    /// Runs, each from the next seed
    #[arg(long, default_value_t = 1)]
    runs: u64,
    /// Begin no further run after so many seconds
    #[arg(long, value_name = "SECONDS")]
    within: Option<u64>,
    /// Put a defect back, to see it found
    #[arg(long)]
    defect: Option<Known>,
    /// Print everything that happens
    #[arg(long)]
    trace: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Known {
    LateWrite,
    ForgottenNonce,
    SlowRead,
    Orphan,
    EarlyDestroy,
    SlowStore,
    UntoldRevocation,
    EndlessSession,
    EarlyAnswer,
    TwiceRecorded,
}

impl From<Known> for Defect {
    fn from(known: Known) -> Self {
        match known {
            Known::LateWrite => Self::LateWrite,
            Known::ForgottenNonce => Self::ForgottenNonce,
            Known::SlowRead => Self::SlowRead,
            Known::Orphan => Self::Orphan,
            Known::EarlyDestroy => Self::EarlyDestroy,
            Known::SlowStore => Self::SlowStore,
            Known::UntoldRevocation => Self::UntoldRevocation,
            Known::EndlessSession => Self::EndlessSession,
            Known::EarlyAnswer => Self::EarlyAnswer,
            Known::TwiceRecorded => Self::TwiceRecorded,
        }
    }
}

fn main() -> ExitCode {
    let options = Options::parse();
    let began = Instant::now();
    let (mut steps, mut calls, mut runs) = (0, 0, 0);
    for seed in options.seed..options.seed.saturating_add(options.runs) {
        if options.within.is_some_and(|most| began.elapsed() > Duration::from_secs(most)) {
            break;
        }
        let defect = options.defect.map(Defect::from);
        let plan = Plan { seed, steps: options.steps, defect, loud: options.trace };
        match run(plan) {
            Ok(report) => {
                (steps, calls, runs) = (steps + report.steps, calls + report.calls.0, runs + 1);
                println!(
                    "seed {seed}: {} steps, {} calls answered ({} with success), {} of others let in \
                     and {} refused, {} transactions, {:.1} simulated hours",
                    report.steps,
                    report.calls.0,
                    report.calls.1,
                    report.others.0,
                    report.others.1,
                    report.commits,
                    Duration::from_millis(report.millis.unsigned_abs()).as_secs_f64() / 3600.0,
                );
            }
            Err(failure) => return tell(seed, options.steps, &failure),
        }
    }
    let took = began.elapsed().as_secs_f64();
    println!("{runs} runs, {steps} steps, {calls} calls in {took:.0} s: nothing that must not be");
    ExitCode::SUCCESS
}

fn tell(seed: u64, steps: u64, failure: &Failure) -> ExitCode {
    println!("seed {seed}: what led there, oldest first:");
    for line in &failure.lines {
        println!("  {line}");
    }
    println!("seed {seed}, step {}: {}", failure.step, failure.what);
    println!("again: cargo xtask simulate --seed {seed} --steps {steps} --trace");
    ExitCode::FAILURE
}
