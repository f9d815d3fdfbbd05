// SPDX-License-Identifier: Apache-2.0
//! The commands whose work is another program's: the demonstration, the server, the benchmarks.

use std::{
    path::{Path, PathBuf, absolute},
    process::Command,
};

use anyhow::{Result, bail};

use crate::{
    needs::Needs,
    prepare::prepare,
    process::{cargo, hand_over},
    setup::Tools,
    workspace::Workspace,
};

pub(crate) fn demo(workspace: &Workspace, file: Option<PathBuf>) -> Result<()> {
    let file = file.map(absolute).transpose()?;
    if let Some(missing) = file.as_ref().filter(|file| !file.is_file()) {
        bail!("{} is not a file", missing.display());
    }
    let needs = Needs { pkg: true, worker: true, server: true, browser: true, ..Needs::default() };
    let tools = prepare(workspace, &needs)?;
    hand_over(script(workspace, &tools, "demo/demo.mjs")?.args(file))
}

pub(crate) fn serve(workspace: &Workspace, port: u16, state: &Path, more: &[String]) -> Result<()> {
    let state = absolute(state)?;
    let tools = prepare(workspace, &Needs { worker: true, server: true, ..Needs::default() })?;
    let mut serve = script(workspace, &tools, "worker/serve.mjs")?;
    serve.args(["--port", &port.to_string(), "--state"]).arg(state).args(more);
    hand_over(&mut serve)
}

/// The checklist of a release, or its items.
pub(crate) fn release(workspace: &Workspace, check: bool, only: &[String]) -> Result<()> {
    let all = check && only.is_empty();
    let needs = Needs { pkg: all, worker: all, browser: all, runtimes: all, ..Needs::default() };
    let tools = prepare(workspace, &needs)?;
    let mut script = script(workspace, &tools, "release/check.mjs")?;
    script.args((!check).then_some("--list")).args(only);
    hand_over(script.env("EDGEKMS_XTASK", std::env::current_exe()?))
}

/// The service in a simulated world, compiled for speed.
pub(crate) fn simulate(workspace: &Workspace, options: &[String]) -> Result<()> {
    let mut cargo = cargo(workspace.root());
    cargo.args([
        "run",
        "--quiet",
        "--profile",
        "simulation",
        "--package",
        "edgekms-simulation",
        "--",
    ]);
    hand_over(cargo.args(options))
}

/// Whether an export of the audit trail is what was recorded.
pub(crate) fn audit_verify(workspace: &Workspace, files: &[PathBuf]) -> Result<()> {
    let mut cargo = cargo(workspace.root());
    let package = ["--package", "edgekms-service", "--bin", "audit-verify"];
    cargo.args(["run", "--quiet"]).args(package).arg("--");
    hand_over(cargo.args(files))
}

/// What follows from the table of actions, by a program that has the table.
pub(crate) fn generate(workspace: &Workspace, check: bool) -> Result<()> {
    let mut cargo = cargo(workspace.root());
    cargo.args(["run", "--quiet", "--package", "edgekms-generate", "--"]);
    hand_over(cargo.args(check.then_some("--check")))
}

/// Decisions by policies, natively and compiled for speed.
pub(crate) fn bench_policy(workspace: &Workspace, json: bool) -> Result<()> {
    let mut cargo = cargo(workspace.root());
    cargo.args(["run", "--quiet", "--profile", "simulation", "--package", "edgekms-policy"]);
    cargo.args(["--example", "policy-bench", "--"]).args(json.then_some("--json"));
    let status = cargo.status()?;
    if !status.success() {
        bail!("policy-bench: {status}");
    }
    Ok(())
}

pub(crate) fn bench(
    workspace: &Workspace,
    client: bool,
    server: bool,
    json: bool,
    more: &[String],
) -> Result<()> {
    let needs = Needs {
        pkg: true,
        worker: server,
        server,
        noop_worker: server,
        peers: server,
        browser: client,
        ..Needs::default()
    };
    let tools = prepare(workspace, &needs)?;
    let scripts = [(client, "bench/client.mjs"), (server, "bench/server.mjs")];
    for (_, name) in scripts.iter().filter(|(wanted, _)| *wanted) {
        let mut bench = script(workspace, &tools, name)?;
        bench.args(json.then_some("--json")).args(more);
        let status = bench.status()?;
        if !status.success() {
            bail!("{name}: {status}");
        }
    }
    Ok(())
}

fn script(workspace: &Workspace, tools: &Tools, script: &str) -> Result<Command> {
    let mut node = tools.command(workspace, "node")?;
    node.arg(workspace.path(script));
    Ok(node)
}
