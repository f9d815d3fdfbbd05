// SPDX-License-Identifier: Apache-2.0
//! Chromium and its WebDriver, for what only a real browser can show.

use std::{env, path::PathBuf};

use anyhow::{Result, bail};

use super::apt;

const CHROMIUM: [&str; 3] =
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const CHROMEDRIVER: [&str; 2] = ["/usr/bin/chromedriver", "/usr/lib/chromium-browser/chromedriver"];
const REMEDY: &str = "Install Chromium and chromedriver, and name them in EDGEKMS_CHROMIUM and \
                      CHROMEDRIVER";

/// A browser and the program that drives it.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) chromedriver: PathBuf,
}

/// The browser that the environment names, else the system's, else Debian's.
pub(crate) fn ensure() -> Result<Browser> {
    if let Some(browser) = find()? {
        return Ok(browser);
    }
    apt::install(&["chromium", "chromium-driver"], REMEDY)?;
    match find()? {
        Some(browser) => Ok(browser),
        None => bail!("apt installed chromium and chromium-driver elsewhere than usual. {REMEDY}"),
    }
}

fn find() -> Result<Option<Browser>> {
    let chromium = named("EDGEKMS_CHROMIUM")?.or_else(|| first(&CHROMIUM));
    let chromedriver = named("CHROMEDRIVER")?.or_else(|| first(&CHROMEDRIVER));
    Ok(chromium
        .zip(chromedriver)
        .map(|(chromium, chromedriver)| Browser { chromium, chromedriver }))
}

fn named(variable: &str) -> Result<Option<PathBuf>> {
    let Some(path) = env::var_os(variable).map(PathBuf::from) else { return Ok(None) };
    if !path.is_file() {
        bail!("{variable} names {}, which is not there", path.display());
    }
    Ok(Some(path))
}

fn first(candidates: &[&str]) -> Option<PathBuf> {
    candidates.iter().map(PathBuf::from).find(|path| path.is_file())
}
