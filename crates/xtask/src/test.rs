// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask test`: everything that CI checks, in two lanes on two cores.
//!
//! What needs only Rust runs in one lane while the other sets up, builds the artefacts and runs the
//! JavaScript tests against them. The lane that is done first takes what the other has not begun. What a
//! kind wrote is shown if it failed.

mod count;
mod kinds;
mod queue;

use std::{
    fs,
    path::Path,
    process::Command,
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow, bail};

use self::{
    count::Count,
    kinds::{KINDS, Kind, Lane, Run},
    queue::Queue,
};
use crate::{
    lane::joined,
    needs::Needs,
    prepare::prepare,
    process::{self, Finished, line},
    progress::{brief, say},
    setup::{Tools, rust_target},
    workspace::Workspace,
};

/// What one kind of tests came to.
struct Outcome {
    kind: &'static Kind,
    count: Count,
    took: Duration,
}

/// Names the kinds.
#[allow(clippy::unnecessary_wraps, reason = "a command among others")]
pub(crate) fn list() -> Result<()> {
    for kind in &KINDS {
        println!("{:<14} {}", kind.name, kind.about);
    }
    Ok(())
}

/// Runs the kinds named, or all.
pub(crate) fn run(workspace: &Workspace, only: &[String]) -> Result<()> {
    let chosen = kinds::chosen(only)?;
    let commit = only.is_empty().then(|| committed(workspace)).flatten();
    rust_target::ensure(workspace.root())?;
    if chosen.iter().any(|kind| kind.needs.pkg) {
        dump_vectors(workspace)?;
    }
    let session = Session { workspace, needs: kinds::needs(&chosen), tools: OnceLock::new() };
    let queue = Queue::new(chosen);
    let lane = |lane| {
        let kinds = std::iter::from_fn(|| queue.next(lane));
        kinds.map(|kind| session.outcome(kind)).collect::<Result<Vec<_>>>()
    };
    let mut outcomes = thread::scope(|scope| {
        let rust = scope.spawn(|| lane(Lane::Rust));
        let mut outcomes = lane(Lane::JavaScript)?;
        outcomes.extend(joined(rust)?);
        anyhow::Ok(outcomes)
    })?;
    outcomes.sort_by_key(|outcome| KINDS.iter().position(|kind| kind.name == outcome.kind.name));
    report(&outcomes)?;
    if let Some(commit) = commit {
        fs::write(workspace.target("test-reports").join("passed"), commit)?;
    }
    Ok(())
}

/// The commit that is checked out, if nothing differs from it: what all tests passed on, `cargo xtask release` asks.
fn committed(workspace: &Workspace) -> Option<String> {
    let git = |arguments: &[&str]| {
        let output = process::command("git").current_dir(workspace.root()).args(arguments).output();
        output.ok().filter(|output| output.status.success()).map(|output| output.stdout)
    };
    let changed = git(&["status", "--porcelain"])?;
    let commit = git(&["rev-parse", "HEAD"])?;
    changed.is_empty().then(|| String::from_utf8(commit).ok()).flatten()
}

/// Wycheproof's vectors for the JavaScript tests.
fn dump_vectors(workspace: &Workspace) -> Result<()> {
    let mut cargo = process::cargo(workspace.root());
    cargo.args(["run", "--quiet", "--package", "edgekms-tests", "--bin", "dump-vectors"]);
    process::run(cargo.arg(workspace.target("vectors")), "writing out Wycheproof's vectors")
}

/// One run of the command; the set-up happens when the first kind asks for it.
struct Session<'a> {
    workspace: &'a Workspace,
    needs: Needs,
    tools: OnceLock<Option<Tools>>,
}

impl Session<'_> {
    fn outcome(&self, kind: &'static Kind) -> Result<Outcome> {
        let started = Instant::now();
        let mut count = Count::default();
        for run in kind.runs {
            count += self.count(kind, run)?;
        }
        if count.ran() == 0 {
            println!("FAILED {}: no test of this kind ran", kind.name);
            count.failed = 1;
        }
        let took = started.elapsed();
        let verdict = if count.failed == 0 { "ok" } else { "FAILED" };
        say(format_args!("{verdict:<6} {}: {count} in {}", kind.name, brief(took)));
        Ok(Outcome { kind, count, took })
    }

    fn count(&self, kind: &Kind, run: &Run) -> Result<Count> {
        let tap = self.workspace.target("test-reports").join(format!("{}.tap", kind.name));
        let mut command = match self.command(kind, run, &tap) {
            Ok(command) => command,
            Err(error) => {
                println!("FAILED {}: {error:#}", kind.name);
                return Ok(Count { failed: 1, ..Count::default() });
            }
        };
        let finished = process::watch(&mut command, kind.name)?;
        let mut count = match run {
            Run::Check(_) | Run::Format => Count::of_check(finished.status.success()),
            Run::Cargo(_) | Run::Wasm { .. } => Count::of_cargo(&finished.output),
            Run::Node => Count::of_tap(&fs::read_to_string(&tap).unwrap_or_default()),
        };
        if !finished.status.success() {
            // What did not get as far as a test (it does not compile, it crashed) failed as well.
            count.failed = count.failed.max(1);
        }
        if count.failed > 0 {
            show(kind, &command, &finished);
        }
        Ok(count)
    }

    fn command(&self, kind: &Kind, run: &Run, tap: &Path) -> Result<Command> {
        Ok(match run {
            Run::Check(arguments) | Run::Cargo(arguments) => {
                let mut cargo = process::cargo(self.workspace.root());
                cargo.args(*arguments).env("RUSTDOCFLAGS", "--deny warnings");
                cargo
            }
            Run::Format => {
                let mut rustfmt = process::command("rustfmt");
                rustfmt.current_dir(self.workspace.root()).args(["--check", "--edition", "2024"]);
                rustfmt.args(self.workspace.rust_files()?);
                rustfmt
            }
            Run::Wasm { arguments, browser } => self.wasm(arguments, *browser)?,
            Run::Node => {
                if let Some(folder) = tap.parent() {
                    fs::create_dir_all(folder)?;
                }
                let mut node = self.tools()?.command(self.workspace, "node")?;
                node.args(["--test", "--test-reporter=spec", "--test-reporter-destination=stdout"])
                    .args(["--test-reporter=tap", "--test-reporter-destination"])
                    .arg(tap)
                    // A test that hangs fails, rather than the whole run.
                    .arg("--test-timeout=900000")
                    .arg(format!("tests/{}/**/*.test.mjs", kind.name))
                    .env("EDGEKMS_VECTORS", self.workspace.target("vectors"))
                    .env("EDGEKMS_XTASK", std::env::current_exe()?);
                node
            }
        })
    }

    fn wasm(&self, arguments: &[&str], browser: bool) -> Result<Command> {
        let tools = self.tools()?;
        let mut cargo = tools.command(self.workspace, "cargo")?;
        let runner = tools.wasm_bindgen.join("wasm-bindgen-test-runner");
        cargo
            .args(["test", "--no-fail-fast", "--target", rust_target::WASM32])
            .args(arguments)
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
            // Debug builds of the cryptography are slow, and a busy machine is slower.
            .env("WASM_BINDGEN_TEST_TIMEOUT", "300")
            .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60");
        if browser {
            let settings = self.workspace.target("webdriver.json");
            fs::write(&settings, webdriver(tools)?)?;
            cargo
                .env("WASM_BINDGEN_USE_BROWSER", "1")
                .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", settings);
        }
        Ok(cargo)
    }

    fn tools(&self) -> Result<&Tools> {
        let prepared = self.tools.get_or_init(|| {
            prepare(self.workspace, &self.needs)
                .inspect_err(|error| println!("FAILED set-up: {error:#}"))
                .ok()
        });
        prepared.as_ref().ok_or_else(|| anyhow!("the set-up failed, see above"))
    }
}

/// How chromedriver starts Chromium: without the sandbox, which root and containers cannot have.
fn webdriver(tools: &Tools) -> Result<String> {
    let Some(browser) = &tools.browser else { bail!("Chromium was not asked for") };
    let options = serde_json::json!({
        "binary": browser.chromium,
        "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync",
        ],
    });
    Ok(serde_json::json!({ "goog:chromeOptions": options }).to_string())
}

fn show(kind: &Kind, command: &Command, finished: &Finished) {
    println!("---- {} ----\n{}", kind.name, finished.output.trim_end());
    println!("---- {} FAILED ({}): {}", kind.name, finished.status, line(command));
}

/// The last lines: how many of each kind ran, and then the sum alone on a line.
fn report(outcomes: &[Outcome]) -> Result<()> {
    println!();
    println!("{:<14} {:>7} {:>7} {:>7} {:>9}", "kind", "passed", "failed", "skipped", "time");
    let mut sum = Count::default();
    for Outcome { kind, count, took } in outcomes {
        let Count { passed, failed, skipped } = count;
        println!("{:<14} {passed:>7} {failed:>7} {skipped:>7} {:>9}", kind.name, brief(*took));
        sum += *count;
    }
    println!("{} passed, {} failed", sum.passed, sum.failed);
    if sum.failed > 0 {
        // The lines above are the answer; an error message would come after the last of them.
        std::process::exit(1);
    }
    Ok(())
}
