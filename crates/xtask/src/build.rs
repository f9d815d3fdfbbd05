// SPDX-License-Identifier: Apache-2.0
//! The artefacts: the npm package, the worker, and the package that brings the worker. Compiling comes first and needs only Rust;
//! finishing needs the tools.

mod flags;
mod papers;
mod pkg;
mod server;
mod worker;

use std::{
    path::{Path, PathBuf},
    thread,
};

use anyhow::Result;

use crate::{
    lane::joined,
    needs::Needs,
    process,
    setup::{Tools, rust_target::WASM32},
    workspace::Workspace,
};

/// Compiles the crates to wasm32.
pub(crate) fn compile(workspace: &Workspace, needs: &Needs) -> Result<()> {
    pkg::compile(workspace, needs)?;
    for worker in worker::wanted(needs) {
        worker.compile(workspace)?;
    }
    Ok(())
}

/// Makes what users load out of the compiled crates.
pub(crate) fn finish(workspace: &Workspace, needs: &Needs, tools: &Tools) -> Result<()> {
    thread::scope(|scope| {
        let pkg = scope.spawn(|| pkg::finish(workspace, needs, tools));
        for worker in worker::wanted(needs) {
            worker.finish(workspace, tools)?;
        }
        if needs.server {
            server::finish(workspace, tools)?;
        }
        joined(pkg)
    })
}

/// The profile of what is published.
const RELEASE: &str = "release";

/// Compiles one crate. One crate a command: cargo would otherwise give each the
/// features of all, and web pages would download the server's.
fn compile_crate(
    workspace: &Workspace,
    package: &str,
    profile: &str,
    options: &[&str],
    target: &Path,
    env: &[(&str, String)],
) -> Result<()> {
    let mut cargo = process::cargo(workspace.root());
    cargo
        .args(["build", "--profile", profile, "--lib", "--target", WASM32, "--package", package])
        .args(options)
        .arg("--target-dir")
        .arg(target)
        .envs(env.iter().map(|(name, value)| (name, value)));
    process::run(&mut cargo, &format!("compiling {package} to WebAssembly"))
}

/// Where [`compile_crate`] leaves the crate's module.
fn compiled_crate(target: &Path, package: &str, profile: &str) -> PathBuf {
    let folder = target.join(WASM32).join(profile);
    folder.join(format!("{}.wasm", package.replace('-', "_")))
}
