// SPDX-License-Identifier: Apache-2.0
//! The standard library for wasm32. `rust-toolchain.toml` would not bring it where rustup's
//! automatic installation is switched off, so it is asked for by name.

use std::path::Path;

use anyhow::{Context, Result};

use crate::{
    process::{self, command},
    progress::say,
};

pub(crate) const WASM32: &str = "wasm32-unknown-unknown";

pub(crate) fn ensure(root: &Path) -> Result<()> {
    let output = command("rustc")
        .current_dir(root)
        .args(["--print", "target-libdir", "--target", WASM32])
        .output()
        .context("rustc does not start: install Rust by https://rustup.rs")?;
    if Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir() {
        return Ok(());
    }
    say(format_args!("installing the Rust target {WASM32}, a few seconds, once"));
    process::run(
        command("rustup").current_dir(root).args(["target", "add", WASM32]),
        "rustup target add",
    )
    .with_context(|| {
        format!("this Rust has no {WASM32}: install it with `rustup target add {WASM32}`")
    })
}
