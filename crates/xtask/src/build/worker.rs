// SPDX-License-Identifier: Apache-2.0
//! Workers, by worker-build, which fetches its own tools unless it is told where they are.

use anyhow::Result;

use super::{
    RELEASE, compile_crate, compiled_crate,
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
    /// The profile of `Cargo.toml` that it is compiled with.
    profile: &'static str,
    /// What cargo is told besides.
    options: &'static [&'static str],
}

const SERVER: Worker = Worker {
    package: "edgekms-worker",
    folder: "worker",
    build: "build",
    profile: RELEASE,
    options: &[],
};
/// The same with what only tests have. A module has its crate's name whatever its features are: in one folder
/// the two would write over each other, so this one has a profile, and with it a folder, of its own.
const STORE: Worker = Worker {
    build: "build-conformance",
    profile: "conformance",
    options: &["--features", "conformance"],
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
        let env = compile_env(workspace)?;
        compile_crate(
            workspace,
            self.package,
            self.profile,
            self.options,
            &workspace.target(""),
            &env,
        )
    }

    pub(crate) fn finish(&self, workspace: &Workspace, tools: &Tools) -> Result<()> {
        let compiled = compiled_crate(&workspace.target(""), self.package, self.profile);
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
                .args(self.profile_of_worker_build())
                .args(["--out-dir", self.build])
                .envs(compile_env(workspace)?)
                .env("CARGO_TARGET_DIR", workspace.target(""))
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

    /// Its own name for the profile of releases: by cargo's it would be one of ours, with other settings.
    fn profile_of_worker_build(&self) -> Vec<&'static str> {
        if self.profile == RELEASE { vec!["--release"] } else { vec!["--profile", self.profile] }
    }
}
