// SPDX-License-Identifier: Apache-2.0
//! worker-build, which turns the worker's crate into a module that workerd loads; released together
//! with the crate `worker`, under the same version.

use std::path::PathBuf;

use anyhow::Result;

use super::{
    apt,
    cargo_install::{self, Crate},
};
use crate::{
    cache::Cache,
    process::{command, starts},
    workspace::Workspace,
};

/// The worker-build program.
pub(crate) fn ensure(workspace: &Workspace, cache: &Cache) -> Result<PathBuf> {
    let version = workspace.locked_version("worker")?;
    let folder = cache.tool("worker-build", &version, |root, scratch| {
        ensure_openssl()?;
        let krate = Crate {
            name: "worker-build",
            version: &version,
            programs: &["worker-build"],
            busy: &[],
        };
        cargo_install::install(&krate, root, scratch)
    })?;
    Ok(folder.join("bin/worker-build"))
}

/// worker-build links OpenSSL, for downloads that we never let it make.
fn ensure_openssl() -> Result<()> {
    let found = starts(command("pkg-config").args(["--exists", "openssl"]));
    if found || !cfg!(target_os = "linux") {
        return Ok(());
    }
    apt::install(&["pkg-config", "libssl-dev"], "Install pkg-config and OpenSSL's headers.")
}
