// SPDX-License-Identifier: Apache-2.0
//! The package that runs the worker: TypeScript, and the worker beside it, into `server/dist`.

use anyhow::Result;

use super::papers::{self, PAPERS, Shipped};
use crate::{
    process,
    setup::Tools,
    stamp::{Fingerprint, unless_current},
    workspace::Workspace,
};

const FOLDER: &str = "server";

pub(crate) fn finish(workspace: &Workspace, tools: &Tools) -> Result<()> {
    let inputs = Fingerprint::default()
        .path(&workspace.path(FOLDER), &[&["dist", "node_modules"], &PAPERS[..]].concat())?
        .path(&workspace.path("worker"), &["build-conformance", "node_modules"])?
        .path(&workspace.path("node_modules/typescript/package.json"), &[])?;
    let outputs = [workspace.path("server/dist")];
    unless_current(&workspace.target("stamps/server"), &inputs, &outputs, || {
        let mut npm = tools.command(workspace, "npm")?;
        npm.args(["run", "--silent", "build", "--workspace", "server"]);
        process::run(&mut npm, "building edgekms-server")
    })?;
    let worker = Shipped {
        package: "edgekms-worker",
        features: "",
        file: "dist/worker/build/index_bg.wasm".to_owned(),
    };
    papers::write(workspace, tools, FOLDER, &[worker])
}
