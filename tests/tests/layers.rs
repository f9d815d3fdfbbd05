// SPDX-License-Identifier: Apache-2.0
//! Arrows go one way: `core`, `api` <- `policy` <- `service` <- `worker`; `core`, `api`, `policy` <- `wasm` <- `pkg`.
//!
//! The pure crates hold the rules and the cryptography. They stay testable with no browser and no
//! worker only while nothing of either can be reached from them, so each test here asks cargo
//! itself, for the native target and for wasm32, with every feature switched on.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test panics to fail; clippy's exception for tests does not reach helpers here"
)]

use std::{collections::BTreeSet, env, fs, path::Path, process::Command};

use serde_json::Value;

/// What each crate of the workspace may depend on, tests and build scripts included.
const ALLOWED: [(&str, &[&str]); 15] = [
    ("edgekms-core", &[]),
    ("edgekms-aliyun-message", &[]),
    ("edgekms-api", &[]),
    ("edgekms-policy", &["edgekms-api"]),
    ("edgekms-service", &["edgekms-core", "edgekms-api", "edgekms-policy"]),
    ("edgekms-worker", &["edgekms-core", "edgekms-api", "edgekms-service"]),
    // Tests of the service and of the worker, which bring nothing into what is deployed.
    ("edgekms-simulation", &["edgekms-api", "edgekms-service"]),
    ("edgekms-wasm", &["edgekms-core"]),
    ("edgekms-lookup", &[]),
    ("edgekms-password", &["edgekms-core"]),
    (
        "edgekms-wasm-extra",
        &["edgekms-core", "edgekms-aliyun-message", "edgekms-lookup", "edgekms-password"],
    ),
    ("edgekms-tests", &["edgekms-core", "edgekms-api", "edgekms-service"]),
    ("edgekms-xtask", &[]),
    // Writes files of the repository; nothing deployed has it.
    ("edgekms-generate", &["edgekms-core", "edgekms-api", "edgekms-service"]),
    // The baseline of the server's benchmark: the `worker` crate and nothing of ours.
    ("edgekms-noop-worker", &[]),
];

/// The crates with no I/O, no clock and no JavaScript, and their folders.
const PURE: [(&str, &str); 7] = [
    ("edgekms-core", "crates/core"),
    ("edgekms-aliyun-message", "crates/aliyun-message"),
    ("edgekms-lookup", "crates/lookup"),
    ("edgekms-password", "crates/password"),
    ("edgekms-api", "crates/api"),
    ("edgekms-policy", "crates/policy"),
    ("edgekms-service", "crates/service"),
];

/// What a pure crate never reaches. `getrandom` brings the first two in when its `wasm_js` backend
/// is on, which is for `wasm` and `worker` to decide.
const OUT_OF_REACH: [&str; 5] = ["wasm-bindgen", "js-sys", "web-sys", "worker", "tokio"];

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env::var("CARGO").unwrap_or("cargo".into()))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .output()
        .expect("cargo starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {arguments:?}:\n{errors}");
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

/// The names of all crates that `package` links into a program for `target`.
fn reachable(package: &str, target: &str) -> BTreeSet<String> {
    let tree = cargo(&[
        "tree",
        "--locked",
        "--package",
        package,
        "--all-features",
        "--target",
        target,
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

fn host() -> String {
    let version = Command::new("rustc").arg("-vV").output().expect("rustc starts").stdout;
    let version = String::from_utf8(version).expect("rustc writes UTF-8");
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("rustc names its host").to_owned()
}

#[test]
fn workspace_crates_depend_only_in_the_drawn_direction() {
    let metadata = cargo(&["metadata", "--locked", "--no-deps", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&metadata).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    for package in packages {
        let name = package["name"].as_str().expect("a package has a name");
        let (_, allowed) = ALLOWED.iter().find(|(known, _)| *known == name).unwrap_or_else(|| {
            panic!("{name} is new: say in ALLOWED of tests/tests/layers.rs what it may depend on")
        });
        for dependency in package["dependencies"].as_array().expect("a list of dependencies") {
            // Only workspace crates are named by a path.
            if dependency["path"].is_null() {
                continue;
            }
            let to = dependency["name"].as_str().expect("a dependency has a name");
            assert!(allowed.contains(&to), "{name} depends on {to}, against the layers");
        }
    }
    assert_eq!(packages.len(), ALLOWED.len(), "ALLOWED names a crate that is gone");
}

#[test]
fn pure_crates_reach_no_platform_natively() {
    let host = host();
    for (package, _) in PURE {
        assert_out_of_reach(package, &host);
    }
}

#[test]
fn pure_crates_reach_no_platform_on_wasm32() {
    for (package, _) in PURE {
        assert_out_of_reach(package, "wasm32-unknown-unknown");
    }
}

fn assert_out_of_reach(package: &str, target: &str) {
    let reached = reachable(package, target);
    assert!(reached.contains(package), "cargo tree did not list {package} itself");
    for forbidden in OUT_OF_REACH {
        assert!(
            !reached.contains(forbidden),
            "{package} reaches {forbidden} on {target}: \
             see `cargo tree -p {package} --target {target} -e normal -i {forbidden}`"
        );
    }
}

/// The feature that can put defects back belongs to tests alone.
#[test]
fn nothing_deployed_can_have_a_defect_put_back() {
    let features = |options: &[&str]| {
        let tree = ["tree", "--locked", "--package", "edgekms-worker"];
        let target = ["--target", "wasm32-unknown-unknown", "--edges", "features,normal"];
        cargo(&[&tree[..], &target, options, &["--invert", "edgekms-service"]].concat())
    };
    let named = "edgekms-service feature \"simulation\"";
    assert!(!features(&[]).contains(named));
    assert!(features(&["--features", "conformance"]).contains(named), "the control");
}

/// JSON Schemas are for what writes files, and for nobody else.
#[test]
fn nothing_deployed_carries_the_schemas() {
    for package in ["edgekms-worker", "edgekms-wasm", "edgekms-wasm-extra"] {
        let tree = ["--target", "wasm32-unknown-unknown", "--edges", "normal", "--prefix", "none"];
        let tree = cargo(&[&["tree", "--locked", "--package", package][..], &tree].concat());
        assert!(tree.contains(package) && !tree.contains("schemars"), "{package} has schemars");
    }
    assert!(reachable("edgekms-generate", &host()).contains("schemars"), "the control");
}

/// The control of the two tests above: the same question finds the platform where it may be.
#[test]
fn the_worker_does_reach_the_platform() {
    let reached = reachable("edgekms-worker", "wasm32-unknown-unknown");
    assert!(reached.contains("worker") && reached.contains("wasm-bindgen"));
}

#[test]
fn pure_crates_forbid_unsafe_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (package, folder) in PURE {
        let source = fs::read_to_string(root.join(folder).join("src/lib.rs")).expect("lib.rs");
        assert!(
            source.lines().any(|line| line == "#![forbid(unsafe_code)]"),
            "{package} does not forbid unsafe code"
        );
    }
}
