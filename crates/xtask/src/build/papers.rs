// SPDX-License-Identifier: Apache-2.0
//! What a package carries besides its program: its bill of materials, the notices of others whose work is compiled
//! into it, the changelog. `release/papers.mjs` writes them.

use anyhow::Result;

use crate::{
    process,
    setup::Tools,
    stamp::{Fingerprint, unless_current},
    workspace::Workspace,
};

/// Their names in the package's folder.
pub(super) const PAPERS: [&str; 3] = ["CHANGELOG.md", "THIRD-PARTY-NOTICES.txt", "sbom.cdx.json"];

/// A WebAssembly module that is shipped.
pub(super) struct Shipped<'a> {
    pub(super) package: &'a str,
    /// Of the crate; none is empty.
    pub(super) features: &'a str,
    /// In the package's folder.
    pub(super) file: String,
}

/// Writes them into `folder`, where the modules are already.
pub(super) fn write(
    workspace: &Workspace,
    tools: &Tools,
    folder: &str,
    modules: &[Shipped<'_>],
) -> Result<()> {
    let words: Vec<_> = modules
        .iter()
        .map(|Shipped { package, features, file }| format!("{package}:{features}={file}"))
        .collect();
    let mut inputs = Fingerprint::default().setting(&words);
    for read in ["release", "Cargo.lock", "package-lock.json", "CHANGELOG.md"] {
        inputs = inputs.path(&workspace.path(read), &[])?;
    }
    let own = workspace.path(folder);
    for read in ["package.json", "libraries.json"] {
        inputs = inputs.path(&own.join(read), &[])?;
    }
    for Shipped { file, .. } in modules {
        inputs = inputs.path(&own.join(file), &[])?;
    }
    let outputs = PAPERS.map(|name| own.join(name));
    let stamp = workspace.target("stamps").join(format!("papers-{folder}"));
    unless_current(&stamp, &inputs, &outputs, || {
        let mut node = tools.command(workspace, "node")?;
        node.arg(workspace.path("release/papers.mjs")).arg(folder).args(&words);
        process::run(&mut node, &format!("what {folder} is made of"))
    })
}
