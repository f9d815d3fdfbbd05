// SPDX-License-Identifier: Apache-2.0
//! What a bare machine lacks, one file a tool. Each `ensure` is silent when the tool is there, and
//! says what it installs, how long that takes and, if it fails, what to do.

pub(crate) mod apt;
mod cargo_install;
pub(crate) mod chromium;
pub(crate) mod npm;
pub(crate) mod openssl;
pub(crate) mod python;
pub(crate) mod runtimes;
pub(crate) mod rust_target;
pub(crate) mod shells;
pub(crate) mod wasm_bindgen;
pub(crate) mod worker_build;

use std::{
    env,
    ffi::{OsStr, OsString},
    path::PathBuf,
    process::Command,
};

use anyhow::{Context, Result};

use crate::{process, workspace::Workspace};

/// The tools that one command asked for, and how programs are told about them.
pub(crate) struct Tools {
    /// Folder of `wasm-bindgen` and `wasm-bindgen-test-runner`.
    pub(crate) wasm_bindgen: PathBuf,
    pub(crate) worker_build: Option<PathBuf>,
    pub(crate) browser: Option<chromium::Browser>,
    /// Folder of the Python with the packages of `tests/foreign/python`.
    pub(crate) python: Option<PathBuf>,
    /// Folder of the Python with the servers that ours is measured beside.
    pub(crate) peers: Option<PathBuf>,
    /// Other people's runtimes, bundlers and browsers.
    pub(crate) runtimes: Option<runtimes::Runtimes>,
}

impl Tools {
    /// A command at the root of the checkout that finds the npm packages' programs (Node among
    /// them) before the machine's own, Chromium, Python's packages and other people's servers.
    pub(crate) fn command(
        &self,
        workspace: &Workspace,
        program: impl AsRef<OsStr>,
    ) -> Result<Command> {
        let mut command = process::command(program);
        command.current_dir(workspace.root()).env("PATH", path_with_npm(workspace)?);
        if let Some(browser) = &self.browser {
            command.env("EDGEKMS_CHROMIUM", &browser.chromium);
            command.env("CHROMEDRIVER", &browser.chromedriver);
        }
        if let Some(python) = &self.python {
            command.env("EDGEKMS_PYTHON", python.join("python"));
        }
        if let Some(peers) = &self.peers {
            command.env("EDGEKMS_PEERS", peers.join("python"));
        }
        if let Some(runtimes) = &self.runtimes {
            command.envs(runtimes.variables());
        }
        Ok(command)
    }

    /// The worker-build program.
    pub(crate) fn worker_build(&self) -> Result<&PathBuf> {
        self.worker_build.as_ref().context("worker-build was not asked for")
    }
}

/// The search path with the npm packages' programs first.
fn path_with_npm(workspace: &Workspace) -> Result<OsString> {
    let machine = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(npm::programs(workspace)).chain(env::split_paths(&machine));
    Ok(env::join_paths(folders)?)
}
