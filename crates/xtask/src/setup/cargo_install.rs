// SPDX-License-Identifier: Apache-2.0
//! Programs that are Rust crates, built from source: their released binaries lie on a host that a
//! closed network does not reach, while the crate registry must be reached anyway.

use std::path::Path;

use anyhow::{Context, Result};

use crate::{
    process::{self, Finished, command},
    progress::{brief, say},
};

/// A crate to install, and which of its dependencies are worth optimising.
pub(crate) struct Crate<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
    pub(crate) programs: &'a [&'a str],
    /// These do the work; the rest is built unoptimised, which takes a third of the time.
    pub(crate) busy: &'a [&'a str],
}

/// Builds the crate's programs into `root`, with the intermediate files in `scratch`, where the
/// next crate finds the dependencies that both have.
pub(crate) fn install(krate: &Crate<'_>, root: &Path, scratch: &Path) -> Result<()> {
    let Crate { name, version, .. } = krate;
    say(format_args!("installing {name} {version}, one to three minutes, once"));
    let step = format!("{name} {version}");
    let mut finished = run(krate, root, scratch, true, &step)?;
    if !finished.status.success() && finished.output.contains("failed to select a version") {
        // A crate's own lock file may name a version that was withdrawn, or that a mirror of the
        // registry does not have yet. Any compatible one will do for a build tool.
        finished = run(krate, root, scratch, false, &step)?;
    }
    if finished.status.success() {
        say(format_args!("{step}: installed in {}", brief(finished.took)));
        return Ok(());
    }
    Err(anyhow::anyhow!("{}", finished.output)).with_context(|| {
        format!(
            "{step} could not be installed: does `cargo install {name} --version {version}` work \
             here? It needs the crate registry and a C compiler"
        )
    })
}

fn run(
    krate: &Crate<'_>,
    root: &Path,
    scratch: &Path,
    locked: bool,
    step: &str,
) -> Result<Finished> {
    let mut install = command("cargo");
    install.args(["install", krate.name, "--version", krate.version]).arg("--root").arg(root);
    install.args(krate.programs.iter().flat_map(|program| ["--bin", program]));
    if locked {
        install.arg("--locked");
    }
    for package in krate.busy {
        install.args(["--config", &format!("profile.release.package.{package}.opt-level=1")]);
    }
    install
        .env("CARGO_TARGET_DIR", scratch)
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        // They are for the code under test, not for the tools that build it.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET");
    process::watch(&mut install, step)
}
