// SPDX-License-Identifier: Apache-2.0
//! The npm package: wasm-bindgen and wasm-opt into `pkg/wasm`, TypeScript into `pkg/dist`.

use std::{fs, path::PathBuf, thread};

use anyhow::{Context, Result};

use super::compiled_crate;
use crate::{
    lane::joined,
    process,
    setup::{Tools, rust_target::WASM32},
    stamp::{Fingerprint, unless_current},
    workspace::Workspace,
};

/// A WebAssembly module of the package.
struct Module {
    package: &'static str,
    /// What JavaScript imports.
    name: &'static str,
    /// Options of cargo.
    cargo: &'static [&'static str],
    /// Passes of wasm-opt.
    passes: &'static [&'static str],
}

const MODULES: [Module; 3] = [
    Module {
        package: "edgekms-wasm",
        name: "edgekms",
        cargo: &["--features", "bare"],
        // Flattened and put together anew, it is 2% smaller after brotli and not slower. `--low-memory-unused`:
        // the lowest kilobyte is the end of a stack that never fills. Not `--traps-never-happen`, by which
        // checks of bounds would go.
        passes: &["--flatten", "--rereloop", "-Oz", "-Oz", "--converge", "--low-memory-unused"],
    },
    // The same would take more than a minute here, and no page loads it before it is asked for.
    Module { package: "edgekms-wasm-extra", name: "edgekms_extra", cargo: &[], passes: &["-Oz"] },
    Module { package: "edgekms-wasm-api", name: "edgekms_api", cargo: &SMALL, passes: &["-Oz"] },
];

/// What reads the server's types is there once a type, and runs once a call.
const SMALL: [&str; 8] = [
    "--config",
    "profile.release.package.edgekms-api.opt-level=\"z\"",
    "--config",
    "profile.release.package.edgekms-policy.opt-level=\"z\"",
    "--config",
    "profile.release.package.serde_json.opt-level=\"z\"",
    "--config",
    "profile.release.package.time.opt-level=\"z\"",
];

/// Every browser since 2023 and every Node that is supported has SIMD: SHA-2 is smaller and faster with it.
const FEATURES: &str = "target-feature=+simd128";

/// The features that rustc switches on for wasm32, and SIMD: wasm-opt must not use newer ones.
const WASM_OPT: [&str; 7] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

pub(crate) fn compile(workspace: &Workspace) -> Result<()> {
    MODULES.iter().try_for_each(|Module { package, cargo: options, .. }| {
        let mut cargo = process::cargo(workspace.root());
        cargo.args(["rustc", "--release", "--lib", "--target", WASM32, "--package", package]);
        // As a `cdylib` alone: what is built for Rust, too, keeps more of itself.
        cargo.args(["--crate-type", "cdylib"]).args(*options);
        cargo.arg("--target-dir").arg(target(workspace));
        cargo.env("CARGO_ENCODED_RUSTFLAGS", flags(workspace));
        process::run(&mut cargo, &format!("compiling {package} to WebAssembly"))
    })
}

/// A folder of its own, since other flags would make cargo compile everything anew each time.
fn target(workspace: &Workspace) -> PathBuf {
    workspace.target("package")
}

/// The flags of rustc, as cargo wants them; no path of this machine goes into what is shipped.
fn flags(workspace: &Workspace) -> String {
    let home = std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME")).unwrap_or_default();
    let remap = |path: &str, name| format!("--remap-path-prefix={path}={name}");
    let root = workspace.root().display().to_string();
    ["-C".to_owned(), FEATURES.to_owned(), remap(&home, "home"), remap(&root, ".")].join("\u{1f}")
}

pub(crate) fn finish(workspace: &Workspace, tools: &Tools) -> Result<()> {
    thread::scope(|scope| {
        let modules = MODULES.map(|made| scope.spawn(move || module(workspace, tools, &made)));
        modules.into_iter().try_for_each(joined)
    })?;
    typescript(workspace, tools)
}

/// One module. It is made aside and moved into `pkg/wasm` whole, so an interrupted build leaves
/// the previous one.
fn module(workspace: &Workspace, tools: &Tools, made: &Module) -> Result<()> {
    let Module { package, name, passes, .. } = *made;
    let compiled = compiled_crate(&target(workspace), package);
    let wasm = format!("{name}_bg.wasm");
    let files =
        [format!("{name}.js"), format!("{name}.d.ts"), wasm.clone(), format!("{wasm}.d.ts")];
    let folder = workspace.path("pkg/wasm");
    let outputs = files.each_ref().map(|file| folder.join(file));
    let inputs = Fingerprint::default()
        .setting((&tools.wasm_bindgen, passes, WASM_OPT))
        .path(&workspace.path("node_modules/binaryen/package.json"), &[])?
        .path(&compiled, &[])?;

    unless_current(&workspace.target("stamps").join(name), &inputs, &outputs, || {
        let aside = workspace.target("wasm-bindgen").join(name);
        let mut bind = tools.command(workspace, tools.wasm_bindgen.join("wasm-bindgen"))?;
        // Without a default path: the package's entry points say where the file is, and bundlers
        // would otherwise ship it twice.
        bind.args(["--target", "web", "--omit-default-module-path", "--out-name", name]);
        bind.arg("--out-dir").arg(&aside).arg(&compiled);
        process::run(&mut bind, &format!("wasm-bindgen {name}"))?;

        let mut optimise = tools.command(workspace, "wasm-opt")?;
        optimise
            .args(passes)
            .args(WASM_OPT)
            .arg(aside.join(&wasm))
            .arg("-o")
            .arg(aside.join(&wasm));
        process::run(&mut optimise, &format!("wasm-opt {name}"))?;

        fs::create_dir_all(&folder)?;
        for file in &files {
            fs::copy(aside.join(file), folder.join(file)).with_context(|| file.clone())?;
        }
        Ok(())
    })
}

fn typescript(workspace: &Workspace, tools: &Tools) -> Result<()> {
    let inputs = Fingerprint::default()
        .path(&workspace.path("pkg"), &["dist", "node_modules"])?
        .path(&workspace.path("node_modules/typescript/package.json"), &[])?;
    let outputs = [workspace.path("pkg/dist")];
    unless_current(&workspace.target("stamps/typescript"), &inputs, &outputs, || {
        let mut npm = tools.command(workspace, "npm")?;
        npm.args(["run", "--silent", "build:ts", "--workspace", "pkg"]);
        process::run(&mut npm, "compiling TypeScript")
    })
}
