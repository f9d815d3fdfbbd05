// SPDX-License-Identifier: Apache-2.0
//! Shells, which complete the command line's words. PowerShell is in no Debian, and not tried.

use anyhow::Result;

use super::apt;
use crate::process::{command, starts};

const SHELLS: [&str; 2] = ["zsh", "fish"];

/// bash is everywhere.
pub(crate) fn ensure() -> Result<()> {
    let missing: Vec<_> =
        SHELLS.into_iter().filter(|shell| !starts(command(shell).arg("--version"))).collect();
    if missing.is_empty() { Ok(()) } else { apt::install(&missing, "Install these shells") }
}
