// SPDX-License-Identifier: Apache-2.0
//! Writes what follows from the table of actions: `cargo xtask generate`.
//!
//! ```text
//! with_actions!, the types' JSON Schemas --actions--> Clouds
//!     Clouds --typescript--> pkg/src/generated     the client's types, methods and table, of its product
//!     Clouds --reference---> docs/api              for people
//!     Clouds --openapi-----> docs/openapi.json     for other people's tools
//! the core's errors, reasons and suites --words--> pkg/src/generated
//! the service's settings --settings--> server/src/generated
//! ```
//! Nothing here names an action: what is not in the table or in a type's comment is not in the files.
//! With `--check` nothing is written, and a file that is not current is an error.

#![allow(clippy::indexing_slicing, reason = "JSON, which gives null for what it does not have")]

mod actions;
mod kinds;
mod name;
mod openapi;
mod reference;
mod settings;
mod shape;
mod text;
mod typescript;

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail};
use edgekms_api::product::Product;

use crate::actions::Clouds;

/// Folders in which nothing else may lie: a file that is no longer made must go.
const FOLDERS: [&str; 3] = ["pkg/src/generated", "docs/api", "server/src/generated"];

/// A file to be, by its path from the root of the checkout.
struct File {
    path: String,
    text: String,
}

fn main() -> Result<()> {
    let check = match env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => bail!("usage: edgekms-generate [--check]"),
    };
    // `cargo run` sets it anew each time: a checkout that was moved is still found.
    let here = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let root = here.join("../..");
    let files = files()?;
    let stale = stale(&root, &files)?;
    if !check {
        return write(&root, &files, &stale);
    }
    if let [first, ..] = stale.as_slice() {
        bail!(
            "{} of {} files are not current, {} among them: run `cargo xtask generate`",
            stale.len(),
            files.len(),
            first.display()
        );
    }
    Ok(())
}

fn files() -> Result<Vec<File>> {
    let mut files = typescript::files()?;
    let clouds = Clouds::read(Product::ALL)?;
    files.extend(reference::files(&clouds)?);
    files.push(openapi::file(&clouds)?);
    files.push(settings::file());
    Ok(files)
}

/// The paths that are not as they should be, those of files that should not be there included.
fn stale(root: &Path, files: &[File]) -> Result<Vec<PathBuf>> {
    let mut stale: Vec<PathBuf> = files
        .iter()
        .filter(|file| fs::read_to_string(root.join(&file.path)).ok().as_ref() != Some(&file.text))
        .map(|file| PathBuf::from(&file.path))
        .collect();
    for folder in FOLDERS {
        let Ok(entries) = fs::read_dir(root.join(folder)) else { continue };
        for entry in entries {
            let path = format!("{folder}/{}", entry?.file_name().to_string_lossy());
            if files.iter().all(|file| file.path != path) {
                stale.push(path.into());
            }
        }
    }
    Ok(stale)
}

fn write(root: &Path, files: &[File], stale: &[PathBuf]) -> Result<()> {
    for path in stale {
        let at = root.join(path);
        match files.iter().find(|file| Path::new(&file.path) == path) {
            None => fs::remove_file(&at)?,
            Some(file) => {
                at.parent().map_or(Ok(()), fs::create_dir_all)?;
                fs::write(&at, &file.text).with_context(|| file.path.clone())?;
            }
        }
        println!("{}", path.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use edgekms_api::action::{ActionName, Clouds as Has};

    #[test]
    fn every_action_of_the_table_is_in_every_kind_of_file() {
        let files = files().unwrap();
        let holds = |start: &str, text: &str| {
            files.iter().any(|file| file.path.starts_with(start) && file.text.contains(text))
        };
        for action in ActionName::ALL {
            let name = action.as_str();
            assert!(holds("docs/api/", &format!("## {name}\n")), "{name}");
            let (aliyun, aws) =
                (action.row().clouds != Has::Aws, action.row().clouds != Has::Aliyun);
            assert_eq!(holds("docs/openapi.json", &format!("\"/#Action={name}\"")), aliyun);
            let target = match action.row().product {
                Product::Sts => format!("/#Action={}&Version=2011-06-15", action.row().aws_name),
                _ => format!("TrentService.{}", action.row().aws_name),
            };
            assert_eq!(holds("docs/openapi.json", &target), aws);
            assert_eq!(holds("docs/openapi.json", &format!("\"aws.{name}\"")), aws);
            let is_clients = action.row().product == typescript::PRODUCT;
            let method = name::camel(name);
            let named = [" ", "\""].iter().any(|start| {
                let end = format!("{start}{method} ");
                holds("pkg/src/generated/names.ts", &end)
                    || holds("pkg/src/generated/names.ts", &format!("{start}{method}\""))
            });
            assert_eq!(named, is_clients, "{name}");
            let request = format!(" {name}Request ");
            let has = |module: &str| holds(&format!("pkg/src/generated/{module}.ts"), &request);
            assert_eq!(has("aliyun"), aliyun && is_clients, "{name}");
            assert_eq!(has("aws"), aws && is_clients, "{name}");
        }
    }

    #[test]
    fn a_file_that_nothing_makes_any_more_is_found() {
        let root = env::temp_dir().join(format!("edgekms-generate-{}", std::process::id()));
        let file = |path: &str| File { path: path.into(), text: "now".into() };
        let files = [file("docs/api/kept.md"), file("docs/api/new.md"), file("docs/api/old.md")];
        fs::create_dir_all(root.join("docs/api")).unwrap();
        for (name, text) in [("kept", "now"), ("old", "then"), ("gone", "now")] {
            fs::write(root.join(format!("docs/api/{name}.md")), text).unwrap();
        }
        let mut found = stale(&root, &files).unwrap();
        found.sort();
        assert_eq!(
            found,
            ["gone", "new", "old"].map(|name| PathBuf::from(format!("docs/api/{name}.md")))
        );
        write(&root, &files, &found).unwrap();
        assert!(stale(&root, &files).unwrap().is_empty());
        fs::remove_dir_all(root).unwrap();
    }
}
