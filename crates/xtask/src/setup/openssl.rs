// SPDX-License-Identifier: Apache-2.0
//! OpenSSL's command line, which judges keys and signatures.

use anyhow::{Result, bail};

use super::apt;
use crate::process::{command, starts};

const REMEDY: &str = "Install OpenSSL's command line, version 3 or newer";

/// Version 3 names its parts as the tests do.
pub(crate) fn ensure() -> Result<()> {
    if is_there() {
        return Ok(());
    }
    apt::install(&["openssl"], REMEDY)?;
    if is_there() { Ok(()) } else { bail!("the OpenSSL that apt installed is too old. {REMEDY}") }
}

fn is_there() -> bool {
    starts(command("openssl").args(["list", "-providers"]))
}
