// SPDX-License-Identifier: Apache-2.0
//! Python with other people's programs, in virtual environments of their own: nothing that the machine's Python
//! has or lacks changes what the tests meet.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::apt;
use crate::{
    cache::Cache,
    process::{self, command, starts},
    progress::say,
    stamp::Fingerprint,
    workspace::Workspace,
};

/// Packages that go together: what to call them, and the file that has every one at an exact version.
#[derive(Clone, Copy)]
pub(crate) struct Packages {
    name: &'static str,
    requirements: &'static str,
}

/// Clients of both dialects, for the tests.
pub(crate) const CLIENTS: Packages =
    Packages { name: "python", requirements: "tests/foreign/python/requirements.txt" };

/// What the server is measured beside.
pub(crate) const PEERS: Packages =
    Packages { name: "peers", requirements: "bench/server/requirements.txt" };

/// A machine may find another Python first, one without all that is needed.
const CANDIDATES: [&str; 2] = ["python3", "/usr/bin/python3"];
/// Debian leaves `ensurepip` out of `python3`; the AWS cryptographic material providers need 3.11.
const SUFFICES: &str = "import ensurepip, sys, venv; sys.exit(sys.implementation.name != 'cpython' or sys.version_info < (3, 11))";
const REMEDY: &str = "Install Python 3.11 or newer with its modules venv and ensurepip";

/// The folder of the environment's programs, Python among them.
pub(crate) fn ensure(workspace: &Workspace, cache: &Cache, packages: Packages) -> Result<PathBuf> {
    let requirements = workspace.path(packages.requirements);
    let base = base()?;
    let about =
        command(base).args(["-c", "import sys; print(sys.version, sys.base_prefix)"]).output()?;
    // The environment is links into the Python that made it, so another one makes another.
    let key = Fingerprint::default()
        .setting(about.stdout)
        .setting(
            fs::read(&requirements)
                .with_context(|| format!("reading {}", packages.requirements))?,
        )
        .finish();
    let folder = cache.tool(packages.name, &key, |root, _| install(base, &requirements, root))?;
    Ok(folder.join("bin"))
}

fn base() -> Result<&'static str> {
    if let Some(base) = find() {
        return Ok(base);
    }
    apt::install(&["python3", "python3-venv"], REMEDY)?;
    match find() {
        Some(base) => Ok(base),
        None => bail!("the Python that apt installed is too old. {REMEDY}"),
    }
}

fn find() -> Option<&'static str> {
    CANDIDATES.into_iter().find(|python| starts(command(python).args(["-c", SUFFICES])))
}

fn install(base: &str, requirements: &Path, root: &Path) -> Result<()> {
    say("installing the Python packages, about a minute, once");
    process::run(command(base).args(["-m", "venv"]).arg(root), "python -m venv")?;
    let pip = || {
        let mut pip = command(root.join("bin/python"));
        pip.args(["-m", "pip", "--disable-pip-version-check", "--no-input"]);
        pip
    };
    let mut packages = pip();
    // Wheels only, since there may be no compiler for C; the requirements name the few packages of
    // plain Python that come as source alone.
    packages.args(["install", "--quiet", "--no-deps", "--only-binary", ":all:", "--requirement"]);
    process::run(packages.arg(requirements), "pip install").context(
        "the Python packages could not be installed: does `pip install boto3` work here?",
    )?;
    process::run(pip().arg("check"), "pip check")
        .with_context(|| format!("the versions in {} do not fit", requirements.display()))?;
    // By this copy a test that was started by hand finds the environment that fits its checkout.
    fs::copy(requirements, root.join("requirements.txt"))?;
    Ok(())
}
