// SPDX-License-Identifier: Apache-2.0
//! The npm package: wasm-bindgen and wasm-opt into `pkg/wasm`, TypeScript into `pkg/dist`.

use std::{fs, path::PathBuf, thread};

use anyhow::{Context, Result};

use super::{
    RELEASE, compiled_crate,
    flags::{FLAGS, encoded},
    papers::{self, PAPERS, Shipped},
};
use crate::{
    lane::joined,
    needs::Needs,
    process,
    setup::{Tools, rust_target::WASM32},
    stamp::{Fingerprint, unless_current},
    workspace::Workspace,
};

const FOLDER: &str = "pkg";
/// Whose work esbuild bundled; written there by the package's own scripts, for the papers.
const LIBRARIES: &str = "libraries.json";

/// A WebAssembly module of the package.
struct Module {
    package: &'static str,
    /// What JavaScript imports.
    name: &'static str,
    /// Of the crate; none is empty.
    features: &'static str,
    /// More options of cargo.
    cargo: &'static [&'static str],
    /// Passes of wasm-opt.
    passes: &'static [&'static str],
}

const HOT: Module = Module {
    package: "edgekms-wasm",
    name: "edgekms",
    features: "bare",
    cargo: &[],
    // Flattened and put together anew, it is 2% smaller after brotli and not slower. `--low-memory-unused`:
    // the lowest kilobyte is the end of a stack that never fills. Not `--traps-never-happen`, by which
    // checks of bounds would go.
    passes: &["--flatten", "--rereloop", "-Oz", "-Oz", "--converge", "--low-memory-unused"],
};
/// The same passes would take more than a minute here, and no page loads it before it is asked for.
const EXTRA: Module = Module {
    package: "edgekms-wasm-extra",
    name: "edgekms_extra",
    features: "",
    cargo: &[],
    passes: &["-Oz"],
};
const API: Module = Module {
    package: "edgekms-wasm-api",
    name: "edgekms_api",
    features: "",
    // What reads the server's types is there once a type, and runs once a call.
    cargo: &[
        "--config",
        "profile.release.package.edgekms-api.opt-level=\"z\"",
        "--config",
        "profile.release.package.edgekms-policy.opt-level=\"z\"",
        "--config",
        "profile.release.package.serde_json.opt-level=\"z\"",
        "--config",
        "profile.release.package.time.opt-level=\"z\"",
    ],
    passes: &["-Oz"],
};

/// The modules that a command needs.
fn wanted(needs: &Needs) -> &'static [Module] {
    match needs {
        Needs { pkg: true, .. } => &[HOT, EXTRA, API],
        Needs { hot_module: true, .. } => &[HOT],
        _ => &[],
    }
}

/// Every browser since 2023 and every Node that is supported has SIMD: SHA-2 is smaller and faster with it.
const FEATURES: &str = "target-feature=+simd128";

/// Options of the binder.
const WASM_BINDGEN: [&str; 4] = [
    "--target",
    "web",
    // The package's entry points say where the file is, and bundlers would otherwise ship it twice.
    "--omit-default-module-path",
    // After a trap the package makes another instance (pkg/src/core). By that alone, and not by the binder's handler
    // of aborts: its modules need a WebAssembly that Node 20 has not.
    "--experimental-reset-state-function",
];

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

pub(crate) fn compile(workspace: &Workspace, needs: &Needs) -> Result<()> {
    let modules = wanted(needs);
    if modules.is_empty() {
        return Ok(());
    }
    let flags = encoded(workspace, &["-C", FEATURES])?;
    modules.iter().try_for_each(|Module { package, features, cargo: options, .. }| {
        let mut cargo = process::cargo(workspace.root());
        cargo.args(["rustc", "--release", "--lib", "--target", WASM32, "--package", package]);
        // As a `cdylib` alone: what is built for Rust, too, keeps more of itself.
        cargo.args(["--crate-type", "cdylib"]).args(["--features", *features]).args(*options);
        cargo.arg("--target-dir").arg(target(workspace));
        cargo.env(FLAGS, &flags);
        process::run(&mut cargo, &format!("compiling {package} to WebAssembly"))
    })
}

/// A folder of its own, since other flags would make cargo compile everything anew each time.
fn target(workspace: &Workspace) -> PathBuf {
    workspace.target("package")
}

pub(crate) fn finish(workspace: &Workspace, needs: &Needs, tools: &Tools) -> Result<()> {
    let modules = wanted(needs);
    thread::scope(|scope| {
        let lanes: Vec<_> =
            modules.iter().map(|made| scope.spawn(|| module(workspace, tools, made))).collect();
        lanes.into_iter().try_for_each(joined)
    })?;
    if !needs.pkg {
        return Ok(());
    }
    typescript(workspace, tools)?;
    let shipped: Vec<_> = modules
        .iter()
        .map(|Module { package, name, features, .. }| Shipped {
            package,
            features,
            file: format!("dist/wasm/{name}_bg.wasm"),
        })
        .collect();
    papers::write(workspace, tools, FOLDER, &shipped)
}

/// One module. It is made aside and moved into `pkg/wasm` whole, so an interrupted build leaves
/// the previous one.
fn module(workspace: &Workspace, tools: &Tools, made: &Module) -> Result<()> {
    let Module { package, name, passes, .. } = *made;
    let compiled = compiled_crate(&target(workspace), package, RELEASE);
    let wasm = format!("{name}_bg.wasm");
    let files =
        [format!("{name}.js"), format!("{name}.d.ts"), wasm.clone(), format!("{wasm}.d.ts")];
    let folder = workspace.path("pkg/wasm");
    let outputs = files.each_ref().map(|file| folder.join(file));
    let inputs = Fingerprint::default()
        .setting((&tools.wasm_bindgen, WASM_BINDGEN, passes, WASM_OPT))
        .path(&workspace.path("node_modules/binaryen/package.json"), &[])?
        .path(&compiled, &[])?;

    unless_current(&workspace.target("stamps").join(name), &inputs, &outputs, || {
        let aside = workspace.target("wasm-bindgen").join(name);
        let mut bind = tools.command(workspace, tools.wasm_bindgen.join("wasm-bindgen"))?;
        bind.args(WASM_BINDGEN).args(["--out-name", name, "--out-dir"]).arg(&aside).arg(&compiled);
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
        .path(
            &workspace.path(FOLDER),
            &[&["dist", "node_modules", LIBRARIES], &PAPERS[..]].concat(),
        )?
        .path(&workspace.path("node_modules/typescript/package.json"), &[])?;
    let outputs = [workspace.path("pkg/dist")];
    unless_current(&workspace.target("stamps/typescript"), &inputs, &outputs, || {
        let mut npm = tools.command(workspace, "npm")?;
        npm.args(["run", "--silent", "build:ts", "--workspace", "pkg"]);
        process::run(&mut npm, "compiling TypeScript")
    })
}
