// SPDX-License-Identifier: Apache-2.0
//! What need not be done again: a step is up to date while the content of what it reads and of
//! what it wrote is as the stamp recorded. Content, not times: a fresh checkout has new times, and
//! a file written by hand is noticed.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// Identifies the content of files and folders, and of the settings of a step.
#[derive(Default)]
pub(crate) struct Fingerprint(DefaultHasher);

impl Fingerprint {
    /// Adds a setting, such as a tool's version.
    #[must_use]
    pub(crate) fn setting(mut self, setting: impl Hash) -> Self {
        setting.hash(&mut self.0);
        self
    }

    /// Adds a file, or every file of a folder except those that `skip` names; a missing one counts
    /// as empty.
    pub(crate) fn path(mut self, path: &Path, skip: &[&str]) -> Result<Self> {
        self.visit(path, skip).with_context(|| format!("reading {}", path.display()))?;
        Ok(self)
    }

    fn visit(&mut self, path: &Path, skip: &[&str]) -> std::io::Result<()> {
        let kind = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        if !kind.is_dir() {
            path.hash(&mut self.0);
            fs::read(path)?.hash(&mut self.0);
            return Ok(());
        }
        let mut entries: Vec<PathBuf> =
            fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
        entries.sort();
        for entry in entries {
            let skipped = entry.file_name().is_some_and(|name| skip.iter().any(|s| name == *s));
            if !skipped {
                self.visit(&entry, skip)?;
            }
        }
        Ok(())
    }

    /// The content as 16 hexadecimal digits.
    pub(crate) fn finish(&self) -> String {
        format!("{:016x}", self.0.finish())
    }
}

/// Runs `make` unless the stamp says that `inputs` and the folders `outputs` are as it left them.
pub(crate) fn unless_current(
    stamp: &Path,
    inputs: &Fingerprint,
    outputs: &[PathBuf],
    make: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let recorded = |inputs: &Fingerprint| -> Result<String> {
        let made = outputs
            .iter()
            .try_fold(Fingerprint::default(), |made, output| made.path(output, &[]))?;
        Ok(format!("{} {}\n", inputs.finish(), made.finish()))
    };
    let present = outputs.iter().all(|output| output.exists());
    if present && fs::read_to_string(stamp).is_ok_and(|text| Some(text) == recorded(inputs).ok()) {
        return Ok(());
    }
    make()?;
    if let Some(folder) = stamp.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(stamp, recorded(inputs)?).with_context(|| format!("writing {}", stamp.display()))
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, fs, process};

    use super::{Fingerprint, unless_current};

    #[test]
    fn a_step_runs_again_when_its_input_or_its_output_changed() {
        let folder = std::env::temp_dir().join(format!("edgekms-xtask-stamp-{}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let (input, output) = (folder.join("input"), folder.join("output"));
        fs::write(&input, "a").unwrap();
        let runs = Cell::new(0);
        let step = || {
            let inputs = Fingerprint::default().setting("v1").path(&input, &[]).unwrap();
            unless_current(&folder.join("stamp"), &inputs, std::slice::from_ref(&output), || {
                runs.set(runs.get() + 1);
                Ok(fs::write(&output, "made")?)
            })
            .unwrap();
            runs.get()
        };
        assert_eq!((step(), step()), (1, 1), "nothing changed");
        fs::write(&input, "b").unwrap();
        assert_eq!((step(), step()), (2, 2), "the input changed");
        fs::write(&output, "by hand").unwrap();
        assert_eq!((step(), step()), (3, 3), "the output changed");
        fs::remove_file(&output).unwrap();
        assert_eq!((step(), step()), (4, 4), "the output is gone");
        fs::remove_dir_all(folder).unwrap();
    }
}
