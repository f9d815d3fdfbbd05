// SPDX-License-Identifier: Apache-2.0
//! Set-up and builds, overlapped: the network, the tools and the compiler have a lane each, so a
//! clean clone on two cores waits for the longest and not for the sum.

use std::thread;

use anyhow::Result;

use crate::{
    build,
    cache::{self, Cache},
    lane::joined,
    needs::Needs,
    setup::{
        Tools, chromium, npm, openssl, python, runtimes, rust_target, shells, wasm_bindgen,
        worker_build,
    },
    workspace::Workspace,
};

/// Installs and builds what is needed and not there.
pub(crate) fn prepare(workspace: &Workspace, needs: &Needs) -> Result<Tools> {
    // One at a time in a checkout: npm would pull the packages from under the other.
    let _lock = cache::lock(&workspace.target("xtask.lock"))?;
    rust_target::ensure(workspace.root())?;

    let any_worker = needs.worker || needs.store_worker || needs.noop_worker;
    let tools = thread::scope(|scope| -> Result<_> {
        let network = scope.spawn(|| -> Result<_> {
            npm::ensure(workspace)?;
            needs.openssl.then(openssl::ensure).transpose()?;
            needs.shells.then(shells::ensure).transpose()?;
            needs.browser.then(chromium::ensure).transpose()
        });
        let programs = scope.spawn(|| -> Result<_> {
            let cache = Cache::open()?;
            let wasm_bindgen = wasm_bindgen::ensure(workspace, &cache)?;
            let worker_build =
                any_worker.then(|| worker_build::ensure(workspace, &cache)).transpose()?;
            cache.tidy()?;
            let packages = |is_needed: bool, packages| {
                is_needed.then(|| python::ensure(workspace, &cache, packages)).transpose()
            };
            let python = packages(needs.python, python::CLIENTS)?;
            let peers = packages(needs.peers, python::PEERS)?;
            let runtimes =
                needs.runtimes.then(|| runtimes::ensure(workspace, &cache)).transpose()?;
            Ok((wasm_bindgen, worker_build, python, peers, runtimes))
        });
        let compiler = scope.spawn(|| build::compile(workspace, needs));
        let browser = joined(network)?;
        let (wasm_bindgen, worker_build, python, peers, runtimes) = joined(programs)?;
        joined(compiler)?;
        Ok(Tools { wasm_bindgen, worker_build, browser, python, peers, runtimes })
    })?;
    build::finish(workspace, needs, &tools)?;
    Ok(tools)
}
