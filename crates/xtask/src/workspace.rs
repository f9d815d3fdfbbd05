// SPDX-License-Identifier: Apache-2.0
//! Where things are: the root of the checkout, cargo's target folder, versions in Cargo.lock.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::process;

/// The checkout that the command works on.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// The workspace that this program was started from by `cargo xtask`.
    pub(crate) fn find() -> Result<Self> {
        // `cargo run` sets it anew each time: a checkout that was moved is still found.
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.ancestors().nth(2).context("xtask lies in crates/xtask")?.to_owned();
        let target = target_folder(&root)?;
        Ok(Self { root, target })
    }

    /// A path inside the checkout.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path inside cargo's target folder.
    pub(crate) fn target(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.target.join(relative)
    }

    /// Every Rust file that somebody wrote.
    pub(crate) fn rust_files(&self) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for folder in ["bench", "crates", "fuzz", "tests", "worker"] {
            add_rust_files(&self.path(folder), &mut files)?;
        }
        Ok(files)
    }

    /// The version of a crate that Cargo.lock settled on.
    pub(crate) fn locked_version(&self, name: &str) -> Result<String> {
        let path = self.path("Cargo.lock");
        let lock =
            fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        version_in(&lock, name).with_context(|| format!("Cargo.lock has no crate {name}"))
    }
}

fn add_rust_files(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let made = ["target", "build", "node_modules"];
        if entry.file_type()?.is_dir() && !made.iter().any(|name| entry.file_name() == *name) {
            add_rust_files(&entry.path(), files)?;
        } else if entry.path().extension().is_some_and(|extension| extension == "rs") {
            files.push(entry.path());
        }
    }
    Ok(())
}

fn version_in(lock: &str, name: &str) -> Option<String> {
    let entry = format!("name = \"{name}\"\nversion = \"");
    let (_, after) = lock.split_once(&entry)?;
    after.split('"').next().map(str::to_owned)
}

fn target_folder(root: &Path) -> Result<PathBuf> {
    let output = process::cargo(root)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .context("starting cargo")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let folder = metadata.get("target_directory").and_then(serde_json::Value::as_str);
    folder.map(PathBuf::from).context("cargo metadata names no target folder")
}

#[cfg(test)]
mod tests {
    use super::version_in;

    #[test]
    fn a_version_is_of_the_crate_with_exactly_that_name() {
        let lock = "[[package]]\nname = \"worker-sys\"\nversion = \"0.9.0\"\n\n\
                    [[package]]\nname = \"worker\"\nversion = \"0.8.7\"\n";
        assert_eq!(version_in(lock, "worker").as_deref(), Some("0.8.7"));
        assert_eq!(version_in(lock, "work"), None);
    }
}
