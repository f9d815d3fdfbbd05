// SPDX-License-Identifier: Apache-2.0
//! The wasm-bindgen command line, at exactly the version of the crate in Cargo.lock: the two speak
//! an unversioned format to each other and refuse any other pairing.

use std::path::PathBuf;

use anyhow::Result;

use super::cargo_install::{self, Crate};
use crate::{cache::Cache, workspace::Workspace};

/// The folder of `wasm-bindgen` and `wasm-bindgen-test-runner`.
pub(crate) fn ensure(workspace: &Workspace, cache: &Cache) -> Result<PathBuf> {
    let version = workspace.locked_version("wasm-bindgen")?;
    let folder = cache.tool("wasm-bindgen", &version, |root, scratch| {
        let krate = Crate {
            name: "wasm-bindgen-cli",
            version: &version,
            programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
            busy: &["walrus", "wasmparser", "wasm-bindgen-cli-support"],
        };
        cargo_install::install(&krate, root, scratch)
    })?;
    Ok(folder.join("bin"))
}
