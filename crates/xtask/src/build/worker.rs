// SPDX-License-Identifier: Apache-2.0
//! Workers, by worker-build, which fetches its own tools unless it is told where they are.

use anyhow::Result;

use super::{
    compile_crate, compiled_crate,
    flags::{FLAGS, encoded},
};
use crate::{
    needs::Needs,
    process,
    setup::{Tools, npm},
    stamp::{Fingerprint, unless_current},
    workspace::Workspace,
};

/// A crate that worker-build turns into a module for workerd.
pub(crate) struct Worker {
    package: &'static str,
    folder: &'static str,
    /// The folder of the module, in the crate's.
    build: &'static str,
    /// What cargo is told besides.
    options: &'static [&'static str],
    /// The folder below `target` that is cargo's for it, if it needs one of its own.
    target: &'static str,
}

const SERVER: Worker = Worker {
    package: "edgekms-worker",
    folder: "worker",
    build: "build",
    options: &[],
    target: "",
};
/// The same with what only tests have. A module has its crate's name whatever its features are: in one folder
/// the two would write over each other, and each would be linked again, for minutes, after the other was.
const STORE: Worker = Worker {
    build: "build-conformance",
    options: &["--features", "conformance"],
    target: "conformance",
    ..SERVER
};
const NOOP: Worker =
    Worker { package: "edgekms-noop-worker", folder: "bench/noop-worker", ..SERVER };

/// What worker-build sets when it compiles, and what we tell it: with another setting cargo would compile twice.
fn compile_env(workspace: &Workspace) -> Result<[(&'static str, String); 2]> {
    Ok([("WASM_BINDGEN_USE_JS_SYS", "1".to_owned()), (FLAGS, encoded(workspace, &[])?)])
}

/// The workers that a command needs.
pub(crate) fn wanted(needs: &Needs) -> impl Iterator<Item = Worker> + use<> {
    [(needs.worker, SERVER), (needs.store_worker, STORE), (needs.noop_worker, NOOP)]
        .into_iter()
        .filter_map(|(wanted, worker)| wanted.then_some(worker))
}

impl Worker {
    pub(crate) fn compile(&self, workspace: &Workspace) -> Result<()> {
        let target = workspace.target(self.target);
        compile_crate(workspace, self.package, self.options, &target, &compile_env(workspace)?)
    }

    pub(crate) fn finish(&self, workspace: &Workspace, tools: &Tools) -> Result<()> {
        let target = workspace.target(self.target);
        let compiled = compiled_crate(&target, self.package);
        let inputs = Fingerprint::default()
            .setting((&tools.wasm_bindgen, tools.worker_build()?))
            .path(&workspace.path(self.folder).join("Cargo.toml"), &[])?
            .path(&workspace.path("node_modules/binaryen/package.json"), &[])?
            .path(&workspace.path("node_modules/esbuild/package.json"), &[])?
            .path(&compiled, &[])?;
        let outputs = [workspace.path(self.folder).join(self.build)];
        let stamp = workspace.target("stamps").join(self.package).join(self.build);
        unless_current(&stamp, &inputs, &outputs, || {
            let programs = npm::programs(workspace);
            let mut build = tools.command(workspace, tools.worker_build()?)?;
            build
                .current_dir(workspace.path(self.folder))
                .args(["--release", "--out-dir", self.build])
                .envs(compile_env(workspace)?)
                .env("CARGO_TARGET_DIR", &target)
                .env("WASM_BINDGEN_BIN", tools.wasm_bindgen.join("wasm-bindgen"))
                .env("WASM_OPT_BIN", programs.join("wasm-opt"))
                .env("ESBUILD_BIN", programs.join("esbuild"));
            if !self.options.is_empty() {
                // It is never deployed, and to make it smaller takes minutes.
                build.args(["--no-opt", ".", "--"]).args(self.options);
            }
            process::run(&mut build, &format!("worker-build {}/{}", self.folder, self.build))
        })
    }
}
