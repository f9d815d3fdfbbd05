// SPDX-License-Identifier: Apache-2.0
//! The developer's commands: `cargo xtask <command>`.
//!
//! Each command does all the set-up that it needs on a bare machine (Rust by rustup, Node 20 or
//! newer with npm) and finds it again the next time: [`setup`] says what and where. [`prepare`]
//! overlaps that set-up with compiling, then [`build`] makes the npm package and the worker.

#![allow(
    clippy::disallowed_methods,
    reason = "clippy.toml forbids the wall clock because wasm32 has none; this runs on the host"
)]

mod build;
mod cache;
mod lane;
mod needs;
mod prepare;
mod process;
mod progress;
mod scripts;
mod setup;
mod stamp;
mod test;
mod workspace;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};

use crate::{needs::Needs, workspace::Workspace};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "edgekms for its developers")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The main job: seal a file in Node, open it in Chromium, and back, against a local worker
    Demo {
        /// The file to seal; without it, 64 MiB made for the purpose
        file: Option<PathBuf>,
    },
    /// Everything that CI checks; the last line says how many tests passed and failed
    Test {
        /// Run these kinds only; `cargo xtask test --list` names them
        #[arg(long, num_args = 1.., value_name = "KIND")]
        only: Vec<String>,
        /// Name the kinds of tests and what each runs
        #[arg(long)]
        list: bool,
    },
    /// The worker on loopback, with its state kept in a folder
    Serve {
        #[arg(long, default_value_t = 8787)]
        port: u16,
        /// Where keys and the development credentials are kept
        #[arg(long, default_value = ".edgekms")]
        state: PathBuf,
        /// Passed on to worker/serve.mjs
        #[arg(last = true)]
        more: Vec<String>,
    },
    /// The service under faults drawn from a seed: KV late, objects dying, callers hanging up
    #[command(disable_help_flag = true)]
    Simulate {
        /// Such as --seed 7 --steps 1000000; --help names them all
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Throughput of the client or of the server, beside what the runtime itself does; decisions by policies
    Bench {
        /// All when not given
        which: Option<Bench>,
        /// One JSON object a line instead of a table
        #[arg(long)]
        json: bool,
        /// Passed on to the benchmark
        #[arg(last = true)]
        more: Vec<String>,
    },
    /// The files that follow from the table of actions: types, reference, OpenAPI document
    Generate {
        /// Write nothing, and fail if a file is not current
        #[arg(long)]
        check: bool,
    },
    /// Whether an export of the audit trail is what was recorded; the root keys are in ROOT_KEYS
    AuditVerify {
        /// The export, and after it a file of checkpoints that were kept elsewhere
        #[arg(num_args = 1..=2, required = true)]
        files: Vec<PathBuf>,
    },
    /// What must be true before a version is published (docs/releasing.md)
    Release {
        /// Look whether it is; without this the list is printed
        #[arg(long)]
        check: bool,
        /// Look at these items only, with what is built already
        #[arg(long, num_args = 1.., value_name = "ITEM", requires = "check")]
        only: Vec<String>,
    },
    /// The npm package into pkg/dist, the worker into worker/build, the package that runs it into server/dist
    Build {
        /// All when not given
        which: Option<Artifact>,
    },
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Bench {
    Client,
    Server,
    Policy,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Artifact {
    Pkg,
    Worker,
    /// And the worker, which it brings
    Server,
    /// The WebAssembly that every page loads, alone: pkg/wasm/edgekms*
    HotModule,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    let workspace = Workspace::find()?;
    match cli.command {
        Command::Demo { file } => scripts::demo(&workspace, file),
        Command::Test { list: true, .. } => test::list(),
        Command::Test { only, .. } => test::run(&workspace, &only),
        Command::Serve { port, state, more } => scripts::serve(&workspace, port, &state, &more),
        Command::Simulate { options } => scripts::simulate(&workspace, &options),
        Command::Bench { which, json, more } => {
            let wanted = |bench| which.is_none_or(|which| which == bench);
            if wanted(Bench::Policy) {
                scripts::bench_policy(&workspace, json)?;
            }
            let (client, server) = (wanted(Bench::Client), wanted(Bench::Server));
            if client || server {
                scripts::bench(&workspace, client, server, json, &more)?;
            }
            Ok(())
        }
        Command::Generate { check } => scripts::generate(&workspace, check),
        Command::AuditVerify { files } => scripts::audit_verify(&workspace, &files),
        Command::Release { check, only } => scripts::release(&workspace, check, &only),
        Command::Build { which } => {
            let wanted = |artifact| which.is_none_or(|which| which == artifact);
            let needs = Needs {
                pkg: wanted(Artifact::Pkg),
                worker: wanted(Artifact::Worker) || wanted(Artifact::Server),
                server: wanted(Artifact::Server),
                hot_module: wanted(Artifact::HotModule),
                ..Needs::default()
            };
            prepare::prepare(&workspace, &needs).map(drop)
        }
    }
}
