// SPDX-License-Identifier: Apache-2.0
//! Workers, by worker-build, which fetches its own tools unless it is told where they are.

use anyhow::Result;

use super::{compile_crate, compiled_crate};
use crate::{
    needs::Needs,
    process,
    setup::{Tools, npm},
    stamp::{Fingerprint, unless_current},
    workspace::Workspace,
};

/// A crate that worker-build turns into a module for workerd, in the folder `build` beside it.
pub(crate) struct Worker {
    package: &'static str,
    folder: &'static str,
}

const SERVER: Worker = Worker { package: "edgekms-worker", folder: "worker" };
const STORE: Worker = Worker { package: "edgekms-store-worker", folder: "tests/store-worker" };
const NOOP: Worker = Worker { package: "edgekms-noop-worker", folder: "bench/noop-worker" };

/// What worker-build sets when it compiles: with another setting cargo would compile twice.
const COMPILE_ENV: [(&str, &str); 1] = [("WASM_BINDGEN_USE_JS_SYS", "1")];

/// The workers that a command needs.
pub(crate) fn wanted(needs: &Needs) -> impl Iterator<Item = Worker> + use<> {
    [(needs.worker, SERVER), (needs.store_worker, STORE), (needs.noop_worker, NOOP)]
        .into_iter()
        .filter_map(|(wanted, worker)| wanted.then_some(worker))
}

impl Worker {
    pub(crate) fn compile(&self, workspace: &Workspace) -> Result<()> {
        compile_crate(workspace, self.package, &COMPILE_ENV)
    }

    pub(crate) fn finish(&self, workspace: &Workspace, tools: &Tools) -> Result<()> {
        let compiled = compiled_crate(workspace, self.package);
        let inputs = Fingerprint::default()
            .setting((&tools.wasm_bindgen, tools.worker_build()?))
            .path(&workspace.path(self.folder).join("Cargo.toml"), &[])?
            .path(&workspace.path("node_modules/binaryen/package.json"), &[])?
            .path(&workspace.path("node_modules/esbuild/package.json"), &[])?
            .path(&compiled, &[])?;
        let outputs = [workspace.path(self.folder).join("build")];
        let stamp = workspace.target("stamps").join(self.package);
        unless_current(&stamp, &inputs, &outputs, || {
            let programs = npm::programs(workspace);
            let mut build = tools.command(workspace, tools.worker_build()?)?;
            build
                .current_dir(workspace.path(self.folder))
                .arg("--release")
                .envs(COMPILE_ENV)
                .env("WASM_BINDGEN_BIN", tools.wasm_bindgen.join("wasm-bindgen"))
                .env("WASM_OPT_BIN", programs.join("wasm-opt"))
                .env("ESBUILD_BIN", programs.join("esbuild"));
            process::run(&mut build, &format!("worker-build {}", self.package))
        })
    }
}
