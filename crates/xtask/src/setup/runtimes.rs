// SPDX-License-Identifier: Apache-2.0
//! Other people's runtimes, bundlers and browsers, which the package must work in.
//!
//! The npm packages are a project of their own, in the per-user cache: they weigh more than a
//! gigabyte, and only the tests of the package's packaging want them.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::apt;
use crate::{
    cache::Cache,
    process::{self, command, starts},
    progress::say,
    stamp::Fingerprint,
    workspace::Workspace,
};

const PROJECT: &str = "tests/packaging/tools";
/// npm reads the one and writes nothing but what the other says.
const FILES: [&str; 2] = ["package.json", "package-lock.json"];
/// Programs that their packages unpack when they are installed.
const UNPACKED: [&str; 4] = ["bun/bin/bun.exe", "deno/deno", "node22/bin/node", "node26/bin/node"];

/// A browser that is no npm package: the variable that names it, where Debian has it, what to install.
struct System {
    variable: &'static str,
    places: &'static [&'static str],
    package: &'static str,
}

const FIREFOX: System = System {
    variable: "EDGEKMS_FIREFOX",
    places: &["/usr/bin/firefox-esr", "/usr/bin/firefox"],
    package: "firefox-esr",
};
const WEBKIT: System = System {
    variable: "EDGEKMS_WEBKIT_DRIVER",
    places: &["/usr/bin/WebKitWebDriver"],
    package: "webkit2gtk-driver",
};
/// WebKitGTK has no headless mode.
const DISPLAY: System =
    System { variable: "EDGEKMS_XVFB", places: &["/usr/bin/Xvfb"], package: "xvfb" };

const REMEDY: &str = "Install Firefox, WebKitGTK's WebDriver and Xvfb, and name their programs in \
                      EDGEKMS_FIREFOX, EDGEKMS_WEBKIT_DRIVER and EDGEKMS_XVFB";

/// What the tests are told.
pub(crate) struct Runtimes {
    /// The folder with the npm packages.
    folder: PathBuf,
    firefox: PathBuf,
    webkit: PathBuf,
    display: PathBuf,
}

impl Runtimes {
    /// The variables that name them.
    pub(crate) fn variables(&self) -> [(&'static str, &Path); 4] {
        [
            ("EDGEKMS_RUNTIMES", &self.folder),
            (FIREFOX.variable, &self.firefox),
            (WEBKIT.variable, &self.webkit),
            (DISPLAY.variable, &self.display),
        ]
    }
}

/// The npm packages of the lock file, and the browsers that the environment names or the system has.
pub(crate) fn ensure(workspace: &Workspace, cache: &Cache) -> Result<Runtimes> {
    let systems = [&FIREFOX, &WEBKIT, &DISPLAY];
    let missing: Vec<_> =
        systems.into_iter().filter(|system| system.find().is_none()).map(|s| s.package).collect();
    if !missing.is_empty() {
        apt::install(&missing, REMEDY)?;
    }
    let found = |system: &System| {
        system
            .find()
            .with_context(|| format!("{} is not where it should be. {REMEDY}", system.package))
    };
    Ok(Runtimes {
        folder: packages(&workspace.path(PROJECT), cache)?,
        firefox: found(&FIREFOX)?,
        webkit: found(&WEBKIT)?,
        display: found(&DISPLAY)?,
    })
}

impl System {
    fn find(&self) -> Option<PathBuf> {
        let named = env::var_os(self.variable).map(PathBuf::from);
        named.into_iter().chain(self.places.iter().map(PathBuf::from)).find(|path| path.is_file())
    }
}

fn packages(project: &Path, cache: &Cache) -> Result<PathBuf> {
    // Packages for one system are of no use on another that shares the home folder.
    let mut key = Fingerprint::default().setting((env::consts::OS, env::consts::ARCH));
    for file in FILES {
        let path = project.join(file);
        let text = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        key = key.setting(text);
    }
    cache.tool("runtimes", &key.finish(), |root, _| install(project, root))
}

fn install(project: &Path, root: &Path) -> Result<()> {
    say("installing other people's runtimes and bundlers, 1.3 GB, one to five minutes, once");
    fs::create_dir_all(root)?;
    for file in FILES {
        fs::copy(project.join(file), root.join(file)).with_context(|| file.to_owned())?;
    }
    let mut npm = command("npm");
    npm.current_dir(root).args(["ci", "--no-audit", "--no-fund", "--no-progress"]);
    process::run(&mut npm, "npm ci of the runtimes").with_context(|| {
        format!("they could not be installed: does `npm ci` work in {PROJECT}?")
    })?;
    for program in UNPACKED {
        let path = root.join("node_modules").join(program);
        if !starts(command(&path).arg("--version")) {
            bail!("npm installed {program}, but it does not start on this machine");
        }
    }
    Ok(())
}
