// SPDX-License-Identifier: Apache-2.0
//! What commands need, as data.

/// What a command cannot do without.
#[derive(Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent wishes, named where they are made")]
pub(crate) struct Needs {
    /// The npm package in `pkg/dist`.
    pub(crate) pkg: bool,
    /// The WebAssembly module that every page loads, alone, in `pkg/wasm`.
    pub(crate) hot_module: bool,
    /// The worker in `worker/build`.
    pub(crate) worker: bool,
    /// The package that brings the worker and runs it, in `server/dist`. It needs the worker.
    pub(crate) server: bool,
    /// The worker that tries its own store, in `worker/build-conformance`.
    pub(crate) store_worker: bool,
    /// The benchmark's baseline in `bench/noop-worker/build`.
    pub(crate) noop_worker: bool,
    /// Chromium and chromedriver.
    pub(crate) browser: bool,
    /// Python with other people's clients.
    pub(crate) python: bool,
    /// Servers that ours is measured beside.
    pub(crate) peers: bool,
    /// OpenSSL's command line.
    pub(crate) openssl: bool,
    /// Other people's runtimes, bundlers and browsers.
    pub(crate) runtimes: bool,
    /// The shells whose completions the command line has.
    pub(crate) shells: bool,
}
