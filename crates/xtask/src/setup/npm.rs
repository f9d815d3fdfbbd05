// SPDX-License-Identifier: Apache-2.0
//! The npm packages, Node 24 among them: wrangler needs a newer Node than most machines have.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use crate::{
    process::{self, command, starts},
    progress::say,
    workspace::Workspace,
};

const REMEDY: &str = "Install Node 20 or newer with npm 10 or newer (https://nodejs.org)";

/// The folder of the packages' programs.
pub(crate) fn programs(workspace: &Workspace) -> PathBuf {
    workspace.path("node_modules/.bin")
}

pub(crate) fn ensure(workspace: &Workspace) -> Result<()> {
    let wanted = fs::read_to_string(workspace.path("package-lock.json"))
        .context("reading package-lock.json")?;
    // npm writes this file last, so it is absent after an interrupted installation.
    let installed = fs::read_to_string(workspace.path("node_modules/.package-lock.json"));
    if installed.is_ok_and(|installed| is_installed(&wanted, &installed)) {
        return Ok(());
    }
    say("installing the npm packages, about a minute, once");
    let npm = command("npm")
        .current_dir(workspace.root())
        .arg("--version")
        .output()
        .with_context(|| format!("npm does not start. {REMEDY}"))?;
    if !npm.status.success() {
        bail!("npm --version: {}. {REMEDY}", String::from_utf8_lossy(&npm.stderr));
    }
    let mut install = command("npm");
    install.current_dir(workspace.root()).args(["ci", "--no-audit", "--no-fund", "--no-progress"]);
    process::run(&mut install, "npm ci")
        .context("the npm packages could not be installed: does `npm ci` work here?")?;
    if !starts(command(programs(workspace).join("node")).arg("--version")) {
        bail!("npm installed the package `node`, but its program does not start on this machine");
    }
    Ok(())
}

/// Whether what npm recorded in `node_modules` is what package-lock.json asks for. Packages for
/// other platforms are optional and absent.
fn is_installed(wanted: &str, installed: &str) -> bool {
    let (Some(wanted), Some(installed)) = (packages(wanted), packages(installed)) else {
        return false;
    };
    let same = |a: &Value, b: &Value| a.get("version") == b.get("version");
    let all_there =
        wanted.iter().filter(|(path, _)| path.contains("node_modules/")).all(|(path, package)| {
            match installed.get(path) {
                Some(found) => same(found, package),
                None => package.get("optional").and_then(Value::as_bool) == Some(true),
            }
        });
    let nothing_else = installed
        .keys()
        .filter(|path| path.contains("node_modules/"))
        .all(|path| wanted.contains_key(path));
    all_there && nothing_else
}

fn packages(lock: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str::<Value>(lock).ok()?.get_mut("packages")?.take() {
        Value::Object(packages) => Some(packages),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::is_installed;

    const WANTED: &str = r#"{"packages": {
        "": {"name": "root"},
        "node_modules/a": {"version": "1.0.0"},
        "node_modules/mine": {"link": true},
        "node_modules/mac-only": {"version": "1.0.0", "optional": true}
    }}"#;

    fn with(packages: &str) -> bool {
        is_installed(WANTED, &format!(r#"{{"packages": {{{packages}}}}}"#))
    }

    #[test]
    fn what_the_lock_file_asks_for_is_enough() {
        assert!(with(r#""node_modules/a": {"version": "1.0.0"}, "node_modules/mine": {}"#));
    }

    #[test]
    fn another_version_a_missing_one_and_a_leftover_are_not() {
        assert!(!with(r#""node_modules/a": {"version": "1.0.1"}, "node_modules/mine": {}"#));
        assert!(!with(r#""node_modules/mine": {}"#));
        assert!(!with(
            r#""node_modules/a": {"version": "1.0.0"}, "node_modules/mine": {},
               "node_modules/gone": {"version": "1.0.0"}"#
        ));
        assert!(!is_installed(WANTED, "truncat"));
    }
}
