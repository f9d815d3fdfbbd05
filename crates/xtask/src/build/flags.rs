// SPDX-License-Identifier: Apache-2.0
//! What rustc is told of paths: the same sources give the same bytes wherever they lie, and no path of the machine
//! that built them is shipped. (`trim-paths` of cargo, which would do it, is not stable.)

use std::{
    collections::BTreeSet,
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{
    process::{self, command},
    workspace::Workspace,
};

/// The variable by which cargo is given flags that may have spaces in them.
pub(super) const FLAGS: &str = "CARGO_ENCODED_RUSTFLAGS";

/// The flags of rustc, as cargo wants them in [`FLAGS`]: `own`, and a short name for each folder of this machine.
pub(super) fn encoded(workspace: &Workspace, own: &[&str]) -> Result<String> {
    let renamed = renamed(workspace)?;
    let remaps =
        renamed.iter().map(|(path, name)| format!("--remap-path-prefix={}={name}", path.display()));
    let flags: Vec<_> = own.iter().map(|flag| (*flag).to_owned()).chain(remaps).collect();
    Ok(flags.join("\u{1f}"))
}

/// Folders and their names. Of several that a path begins with, rustc takes the last one.
fn renamed(workspace: &Workspace) -> Result<Vec<(PathBuf, String)>> {
    let mut renamed = Vec::new();
    renamed.extend(env::home_dir().map(|home| (home, "home".to_owned())));
    renamed.push((workspace.root().to_owned(), ".".to_owned()));
    renamed.push((workspace.target(""), "target".to_owned()));
    // The registry's folder has its host's name; with a mirror it is another one.
    renamed
        .extend(crates(workspace.root())?.into_iter().map(|path| (path, "crates.io".to_owned())));
    // Where the component rust-src is installed, rustc puts its folder for the name that std was built with.
    let version = output(command("rustc").arg("-vV"))?;
    let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: "));
    let sysroot = PathBuf::from(output(command("rustc").args(["--print", "sysroot"]))?.trim());
    let commit = commit.context("rustc -vV names no commit-hash")?;
    renamed.push((sysroot.join("lib/rustlib/src/rust"), format!("/rustc/{commit}")));
    Ok(renamed)
}

/// The folders in which the sources of other people's crates lie.
fn crates(root: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut cargo = process::cargo(root);
    cargo.args(["metadata", "--locked", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&output(&mut cargo)?)?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    let packages = packages.context("cargo metadata names no packages")?;
    let foreign = packages.iter().filter(|package| !package["source"].is_null());
    Ok(foreign
        .filter_map(|package| package["manifest_path"].as_str())
        .filter_map(|manifest| Path::new(manifest).ancestors().nth(2))
        .map(Path::to_owned)
        .collect())
}

fn output(command: &mut Command) -> Result<String> {
    let done = command.output().with_context(|| format!("starting {}", process::line(command)))?;
    if !done.status.success() {
        bail!("{}: {}", process::line(command), String::from_utf8_lossy(&done.stderr));
    }
    Ok(String::from_utf8(done.stdout)?)
}
