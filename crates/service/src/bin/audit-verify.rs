// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask audit-verify EXPORT [CHECKPOINTS]`: whether an export of the audit trail is what was
//! recorded. `CHECKPOINTS` are lines that were kept elsewhere. The root keys are in the environment, as
//! `ROOT_KEYS`, in the form of the worker's secret, with every version that has chained an event.

use std::{env, error::Error, fs, process::ExitCode};

use edgekms_service::{
    audit::{export::Exported, verify::verify},
    material::root_keys::RootKeys,
};

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let export = arguments.next().ok_or("name the file of an export")?;
    let roots = env::var("ROOT_KEYS").map_err(|_| "the variable ROOT_KEYS is not set")?;
    let roots = RootKeys::parse(&roots)?;
    let kept = arguments.next().map_or_else(|| Ok(String::new()), fs::read_to_string)?;
    let mut anchors = Vec::new();
    for line in kept.lines().filter(|line| !line.trim().is_empty()) {
        if let Exported::Checkpoint(checkpoint) = serde_json::from_str(line)? {
            anchors.push(checkpoint);
        }
    }
    let reports = verify(&fs::read_to_string(export)?, &anchors, &roots)?;
    for report in &reports {
        println!("{report}");
    }
    Ok(!reports.is_empty() && reports.iter().all(|report| report.verdict.is_ok()))
}
