// SPDX-License-Identifier: Apache-2.0
//! The per-user cache of tools: `$XDG_CACHE_HOME/edgekms/<tool>-<version>`, else under `~/.cache`.
//!
//! A tool is built in a folder of another name and renamed into place, so what is found there is
//! complete. A lock lets one run install while another waits for it.

use std::{
    env,
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::progress::say;

pub(crate) struct Cache {
    folder: PathBuf,
}

impl Cache {
    pub(crate) fn open() -> Result<Self> {
        let base = env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(|| env::home_dir().map(|home| home.join(".cache")))
            .context("no place for the tools: set HOME or XDG_CACHE_HOME")?;
        Self::at(base.join("edgekms"))
    }

    fn at(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
        Ok(Self { folder })
    }

    /// The folder of a tool, after `install` has filled it if it was not there. `install` gets the
    /// folder to fill and one where it may leave intermediate files for the next installation.
    pub(crate) fn tool(
        &self,
        name: &str,
        version: &str,
        install: impl FnOnce(&Path, &Path) -> Result<()>,
    ) -> Result<PathBuf> {
        let complete = self.folder.join(format!("{name}-{version}"));
        if complete.is_dir() {
            return Ok(complete);
        }
        let _lock = lock(&self.folder.join("lock"))?;
        if complete.is_dir() {
            return Ok(complete);
        }
        let partial = self.folder.join(format!("{name}-{version}.partial"));
        remove(&partial)?;
        install(&partial, &self.scratch())?;
        fs::rename(&partial, &complete)
            .with_context(|| format!("moving {name} to {}", complete.display()))?;
        Ok(complete)
    }

    /// Removes what installations left for each other: worth hundreds of MiB, and of no use once
    /// all are done.
    pub(crate) fn tidy(&self) -> Result<()> {
        if !self.scratch().exists() {
            return Ok(());
        }
        let _lock = lock(&self.folder.join("lock"))?;
        remove(&self.scratch())
    }

    fn scratch(&self) -> PathBuf {
        self.folder.join("build")
    }
}

/// Waits until no other process holds `path`; the lock goes with the file, even on a crash.
pub(crate) fn lock(path: &Path) -> Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = File::create(path).with_context(|| format!("opening {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            say("waiting for another cargo xtask to finish its set-up ...");
            file.lock()?;
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("locking {}", path.display()));
        }
    }
    Ok(file)
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf, process};

    use anyhow::bail;

    use super::Cache;

    fn temporary(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("edgekms-xtask-{name}-{}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn an_interrupted_installation_is_not_found_as_complete() {
        let folder = temporary("interrupted");
        let cache = Cache::at(folder.clone()).unwrap();
        let interrupted = cache.tool("tool", "1", |partial, _| {
            fs::create_dir_all(partial)?;
            fs::write(partial.join("half"), "")?;
            bail!("interrupted")
        });
        assert!(interrupted.is_err());

        let mut installed = 0;
        for _ in 0..2 {
            let tool = cache
                .tool("tool", "1", |partial, _| {
                    installed += 1;
                    fs::create_dir_all(partial)?;
                    Ok(fs::write(partial.join("whole"), "")?)
                })
                .unwrap();
            assert!(tool.join("whole").exists());
            assert!(!tool.join("half").exists());
        }
        assert_eq!(installed, 1, "the second time it is found");
        fs::remove_dir_all(folder).unwrap();
    }
}
