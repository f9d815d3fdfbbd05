// SPDX-License-Identifier: Apache-2.0
//! Packages of Debian and its relatives.

use std::{
    process::Command,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, Result, bail};

use crate::{
    process::{self, command, starts},
    progress::say,
};

/// Two installations at once would only wait for apt's own lock.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Installs packages; `remedy` says what to do on a machine that has no apt.
pub(crate) fn install(packages: &[&str], remedy: &str) -> Result<()> {
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let list = packages.join(" ");
    if !starts(command("apt-get").arg("--version")) {
        bail!("{list}: not found, and this machine has no apt-get. {remedy}");
    }
    say(format_args!("installing {list} by apt, once"));
    let attempt = || -> Result<()> {
        process::run(apt()?.args(["update", "-qq"]), "apt-get update")?;
        let mut install = apt()?;
        install.args(["install", "--yes", "-qq", "--no-install-recommends"]).args(packages);
        process::run(&mut install, &format!("apt-get install {list}"))
    };
    attempt().with_context(|| format!("{list} could not be installed. {remedy}"))
}

fn apt() -> Result<Command> {
    let id = command("id").arg("-u").output().context("starting id")?;
    let mut apt = if id.stdout.trim_ascii() == b"0" {
        command("apt-get")
    } else {
        let mut sudo = command("sudo");
        sudo.arg("apt-get");
        sudo
    };
    apt.env("DEBIAN_FRONTEND", "noninteractive").args(["-o", "DPkg::Lock::Timeout=300"]);
    Ok(apt)
}
