// SPDX-License-Identifier: Apache-2.0
//! The kinds of tests, as data: what each runs, what it needs, how its tests are counted.

use anyhow::{Result, bail};

use crate::needs::Needs;

/// One row of the report.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) lane: Lane,
    pub(crate) needs: Needs,
    pub(crate) runs: &'static [Run],
}

/// Who begins with a kind. Those of one lane run one after the other, in the order of [`KINDS`].
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Lane {
    Rust,
    JavaScript,
}

/// A command, and with it the way to count its tests.
pub(crate) enum Run {
    /// rustfmt over every file, those too that `cargo fmt` does not find since a macro declares them.
    Format,
    /// cargo with these arguments, itself one check.
    Check(&'static [&'static str]),
    /// `cargo test` and its lines of results.
    Cargo(&'static [&'static str]),
    /// `cargo test` of wasm32 programs, in Node or in Chromium.
    Wasm { arguments: &'static [&'static str], browser: bool },
    /// Node's test runner over the files of `tests/<name of the kind>`, and its TAP report.
    Node,
}

const NOTHING: Needs = Needs {
    pkg: false,
    hot_module: false,
    worker: false,
    server: false,
    store_worker: false,
    noop_worker: false,
    browser: false,
    python: false,
    peers: false,
    openssl: false,
    runtimes: false,
    shells: false,
};
const WORKER: Needs = Needs { worker: true, server: true, ..NOTHING };
const STORE: Needs = Needs { store_worker: true, ..WORKER };
const BOTH: Needs = Needs { pkg: true, ..WORKER };
const FOREIGN: Needs = Needs { python: true, openssl: true, ..BOTH };
const ALL: Needs = Needs { browser: true, ..BOTH };
const SHELLS: Needs = Needs { shells: true, ..BOTH };
const EVERYWHERE: Needs = Needs { runtimes: true, ..ALL };

const WASM_CRATES: &[&str] = &[
    "--package",
    "edgekms-wasm",
    "--package",
    "edgekms-wasm-api",
    "--package",
    "edgekms-wasm-extra",
];

pub(crate) static KINDS: [Kind; 17] = [
    Kind {
        name: "formatting",
        about: "rustfmt",
        lane: Lane::Rust,
        needs: NOTHING,
        runs: &[Run::Format],
    },
    Kind {
        name: "lints",
        about: "clippy natively and for wasm32, rustdoc, warnings denied",
        lane: Lane::Rust,
        needs: NOTHING,
        runs: &[
            Run::Check(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]),
            Run::Check(&[
                "clippy",
                "--package",
                "edgekms-core",
                "--no-default-features",
                "--",
                "--deny",
                "warnings",
            ]),
            Run::Check(&[
                "clippy",
                "--workspace",
                "--exclude",
                "edgekms-xtask",
                "--exclude",
                "edgekms-generate",
                "--exclude",
                "edgekms-tests",
                "--exclude",
                "edgekms-simulation",
                // What tests alone have, too: it only adds to what is deployed.
                "--features",
                "edgekms-worker/conformance",
                "--target",
                "wasm32-unknown-unknown",
                "--",
                "--deny",
                "warnings",
            ]),
            Run::Check(&["doc", "--workspace", "--no-deps", "--document-private-items"]),
        ],
    },
    Kind {
        name: "generated",
        about: "the files that `cargo xtask generate` makes are current",
        lane: Lane::Rust,
        needs: NOTHING,
        runs: &[Run::Check(&["run", "--quiet", "--package", "edgekms-generate", "--", "--check"])],
    },
    Kind {
        name: "native",
        about: "unit, property, vector and layer tests of the Rust crates, and their examples",
        lane: Lane::Rust,
        needs: NOTHING,
        runs: &[Run::Cargo(&[
            "test",
            "--no-fail-fast",
            "--workspace",
            "--exclude",
            "edgekms-wasm",
            "--exclude",
            "edgekms-wasm-api",
            "--exclude",
            "edgekms-wasm-extra",
            // Too slow without optimisation: below.
            "--exclude",
            "edgekms-simulation",
        ])],
    },
    Kind {
        name: "simulation",
        about: "five million steps of the service under faults, and defects put back and found",
        lane: Lane::Rust,
        needs: NOTHING,
        runs: &[Run::Cargo(&[
            "test",
            "--no-fail-fast",
            "--profile",
            "simulation",
            "--package",
            "edgekms-simulation",
        ])],
    },
    Kind {
        name: "wasm-node",
        about: "the bindings as WebAssembly in Node",
        lane: Lane::Rust,
        needs: NOTHING,
        runs: &[Run::Wasm { arguments: WASM_CRATES, browser: false }],
    },
    Kind {
        name: "wasm-browser",
        about: "the bindings as WebAssembly in headless Chromium",
        lane: Lane::Rust,
        needs: Needs { browser: true, ..NOTHING },
        runs: &[Run::Wasm { arguments: WASM_CRATES, browser: true }],
    },
    node("worker", "the worker in workerd", STORE),
    node("package", "the npm package and all its engines", BOTH),
    node("packaging", "the tarball, installed under each runtime and bundler", EVERYWHERE),
    node("cli", "the command line, as people and programs use it", SHELLS),
    node("foreign", "other people's SDKs, unmodified, and messages that others sealed", FOREIGN),
    node("faults", "killed processes, callers who hang up, and failing stores", BOTH),
    node("bad-input", "what is refused, and with which code", BOTH),
    node("examples", "each folder of examples/", ALL),
    node("browser", "end to end in Chromium", ALL),
    node("readme", "every block, command and link of every Markdown file", ALL),
];

const fn node(name: &'static str, about: &'static str, needs: Needs) -> Kind {
    Kind { name, about, lane: Lane::JavaScript, needs, runs: &[Run::Node] }
}

/// The kinds named, or all of them.
pub(crate) fn chosen(only: &[String]) -> Result<Vec<&'static Kind>> {
    if let Some(unknown) = only.iter().find(|name| KINDS.iter().all(|kind| kind.name != **name)) {
        let names: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
        bail!("no kind of tests is called {unknown}; there are: {}", names.join(", "));
    }
    let wanted = |kind: &&Kind| only.is_empty() || only.iter().any(|name| name == kind.name);
    Ok(KINDS.iter().filter(wanted).collect())
}

/// What the kinds need together.
pub(crate) fn needs(kinds: &[&Kind]) -> Needs {
    kinds.iter().fold(Needs::default(), |sum, kind| Needs {
        pkg: sum.pkg || kind.needs.pkg,
        hot_module: sum.hot_module || kind.needs.hot_module,
        worker: sum.worker || kind.needs.worker,
        server: sum.server || kind.needs.server,
        store_worker: sum.store_worker || kind.needs.store_worker,
        noop_worker: sum.noop_worker || kind.needs.noop_worker,
        browser: sum.browser || kind.needs.browser,
        python: sum.python || kind.needs.python,
        peers: sum.peers || kind.needs.peers,
        openssl: sum.openssl || kind.needs.openssl,
        runtimes: sum.runtimes || kind.needs.runtimes,
        shells: sum.shells || kind.needs.shells,
    })
}
