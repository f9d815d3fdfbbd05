// SPDX-License-Identifier: Apache-2.0
//! The package that runs the worker: TypeScript, and the worker beside it, into `server/dist`.

use anyhow::Result;

use crate::{
    process,
    setup::Tools,
    stamp::{Fingerprint, unless_current},
    workspace::Workspace,
};

pub(crate) fn finish(workspace: &Workspace, tools: &Tools) -> Result<()> {
    let inputs = Fingerprint::default()
        .path(&workspace.path("server"), &["dist", "node_modules"])?
        .path(&workspace.path("worker"), &["build-conformance", "node_modules"])?
        .path(&workspace.path("node_modules/typescript/package.json"), &[])?;
    let outputs = [workspace.path("server/dist")];
    unless_current(&workspace.target("stamps/server"), &inputs, &outputs, || {
        let mut npm = tools.command(workspace, "npm")?;
        npm.args(["run", "--silent", "build", "--workspace", "server"]);
        process::run(&mut npm, "building edgekms-server")
    })
}
