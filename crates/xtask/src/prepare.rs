// SPDX-License-Identifier: Apache-2.0
//! Set-up and builds, overlapped: the network, the tools and the compiler have a lane each, so a
//! clean clone on two cores waits for the longest and not for the sum.

use std::thread;

use anyhow::{Result, anyhow};

use crate::{
    build,
    cache::{self, Cache},
    setup::{Tools, chromium, npm, python, rust_target, wasm_bindgen, worker_build},
    workspace::Workspace,
};

/// What a command cannot do without.
#[derive(Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent wishes, named where they are made")]
pub(crate) struct Needs {
    /// The npm package in `pkg/dist`.
    pub(crate) pkg: bool,
    /// The worker in `worker/build`.
    pub(crate) worker: bool,
    /// The worker that tries its own store, in `tests/store-worker/build`.
    pub(crate) store_worker: bool,
    /// The benchmark's baseline in `bench/noop-worker/build`.
    pub(crate) noop_worker: bool,
    /// Chromium and chromedriver.
    pub(crate) browser: bool,
    /// Python with other people's clients.
    pub(crate) python: bool,
}

/// Installs and builds what is needed and not there.
pub(crate) fn prepare(workspace: &Workspace, needs: &Needs) -> Result<Tools> {
    // One at a time in a checkout: npm would pull the packages from under the other.
    let _lock = cache::lock(&workspace.target("xtask.lock"))?;
    rust_target::ensure(workspace.root())?;

    let any_worker = needs.worker || needs.store_worker || needs.noop_worker;
    let tools = thread::scope(|scope| -> Result<_> {
        let network = scope.spawn(|| -> Result<_> {
            npm::ensure(workspace)?;
            needs.browser.then(chromium::ensure).transpose()
        });
        let programs = scope.spawn(|| -> Result<_> {
            let cache = Cache::open()?;
            let wasm_bindgen = wasm_bindgen::ensure(workspace, &cache)?;
            let worker_build =
                any_worker.then(|| worker_build::ensure(workspace, &cache)).transpose()?;
            cache.tidy()?;
            let python = needs.python.then(|| python::ensure(workspace, &cache)).transpose()?;
            Ok((wasm_bindgen, worker_build, python))
        });
        let compiler = scope.spawn(|| build::compile(workspace, needs));
        let browser = joined(network)?;
        let (wasm_bindgen, worker_build, python) = joined(programs)?;
        joined(compiler)?;
        Ok(Tools { wasm_bindgen, worker_build, browser, python })
    })?;
    build::finish(workspace, needs, &tools)?;
    Ok(tools)
}

/// The result of a lane.
pub(crate) fn joined<T>(lane: thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    lane.join().map_err(|_| anyhow!("a part of cargo xtask panicked: see above"))?
}
