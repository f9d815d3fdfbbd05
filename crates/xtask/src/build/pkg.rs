// SPDX-License-Identifier: Apache-2.0
//! The npm package: wasm-bindgen and wasm-opt into `pkg/wasm`, TypeScript into `pkg/dist`.

use std::{fs, thread};

use anyhow::{Context, Result};

use super::{compile_crate, compiled_crate};
use crate::{
    lane::joined,
    process,
    setup::Tools,
    stamp::{Fingerprint, unless_current},
    workspace::Workspace,
};

/// The WebAssembly modules of the package: the crate, and the name that JavaScript imports.
const MODULES: [(&str, &str); 2] =
    [("edgekms-wasm", "edgekms"), ("edgekms-wasm-extra", "edgekms_extra")];

/// Small rather than fast, since the frames of large messages are encrypted by the host. The
/// features are those that rustc switches on for wasm32: wasm-opt must not use newer ones.
const WASM_OPT: [&str; 7] = [
    "-Os",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

pub(crate) fn compile(workspace: &Workspace) -> Result<()> {
    let target = workspace.target("");
    let compile = |package| compile_crate(workspace, package, &[], &target, &[]);
    MODULES.iter().try_for_each(|(package, _)| compile(package))
}

pub(crate) fn finish(workspace: &Workspace, tools: &Tools) -> Result<()> {
    thread::scope(|scope| {
        let modules = MODULES
            .map(|(package, name)| scope.spawn(move || module(workspace, tools, package, name)));
        modules.into_iter().try_for_each(joined)
    })?;
    typescript(workspace, tools)
}

/// One module. It is made aside and moved into `pkg/wasm` whole, so an interrupted build leaves
/// the previous one.
fn module(workspace: &Workspace, tools: &Tools, package: &str, name: &str) -> Result<()> {
    let compiled = compiled_crate(&workspace.target(""), package);
    let wasm = format!("{name}_bg.wasm");
    let made = [format!("{name}.js"), format!("{name}.d.ts"), wasm.clone(), format!("{wasm}.d.ts")];
    let folder = workspace.path("pkg/wasm");
    let outputs = made.each_ref().map(|file| folder.join(file));
    let inputs = Fingerprint::default()
        .setting((&tools.wasm_bindgen, WASM_OPT))
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
        optimise.args(WASM_OPT).arg(aside.join(&wasm)).arg("-o").arg(aside.join(&wasm));
        process::run(&mut optimise, &format!("wasm-opt {name}"))?;

        fs::create_dir_all(&folder)?;
        for file in &made {
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
