// SPDX-License-Identifier: Apache-2.0
//! CONTRIBUTING's walk-through "Adding an action" is true: its patch, applied to a copy of the project,
//! adds an action in three places and a fourth for AWS, the action answers in both dialects, and the
//! client, the reference and the OpenAPI document have it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test panics to fail; clippy's exception for tests does not reach helpers here"
)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What the patch may touch: contract, rule, row, and AWS's form.
const PLACES: [&str; 4] = [
    "crates/api/src/action/table.rs",
    "crates/api/src/dialect/aws/kms/count_keys.rs",
    "crates/api/src/kms/count_keys.rs",
    "crates/service/src/action/key/count_keys.rs",
];

/// What follows from the row and the types, and is written by nobody.
const GENERATED: [(&str, &str); 6] = [
    ("pkg/src/generated/table.ts", "  countKeys: { bare: true },"),
    ("pkg/src/generated/methods.ts", "  countKeys(...given: Given<D, \"countKeys\">)"),
    ("pkg/src/generated/aliyun.ts", "export interface CountKeysAnswer"),
    ("docs/api/key.md", "## CountKeys"),
    ("docs/openapi.json", "\"/#Action=CountKeys\""),
    ("docs/openapi.json", "\"/#X-Amz-Target=TrentService.CountKeys\""),
];

/// A call of the new action, put among the tests of whole calls.
const CALLS: &str = r##"
#[test]
fn the_action_of_the_walk_through_is_carried_out_in_both_dialects() {
    let service = Service::new();
    service.new_key();
    assert_eq!(service.call("CountKeys", &[])["TotalCount"], 1);

    let unsigned = edgekms_api::dialect::aws::sigv4::Unsigned {
        host: "localhost",
        region: "cn-hangzhou",
        action: "CountKeys",
        body: b"{}",
        // The moment at which the clock of these tests stands.
        date: "20231114T221320Z",
        headers: &[],
    };
    let mut headers =
        edgekms_api::dialect::aws::sigv4::sign(&unsigned, &credentials()).unwrap();
    headers.push(("host".to_owned(), "localhost".to_owned()));
    let request = RawRequest {
        method: "POST",
        target: "/",
        headers: &borrowed(&headers),
        body: unsigned.body,
    };
    let response = block_on(service.server.answer(request, &service.world.ports())).response;
    assert_eq!(response.body, r#"{"Count":1}"#, "{}", response.status);
}
"##;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The one block of CONTRIBUTING.md that is a patch.
fn patch() -> String {
    let text = fs::read_to_string(root().join("CONTRIBUTING.md")).expect("CONTRIBUTING.md");
    let (_, rest) = text.split_once("```diff\n").expect("a block of diff");
    let (patch, rest) = rest.split_once("```").expect("its end");
    assert!(!rest.contains("```diff"), "one patch");
    patch.to_owned()
}

/// Copies what cargo needs to build the crates; not what was built.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name();
        let left_out = ["target", "node_modules", "build", "dist", ".git"];
        if left_out.iter().any(|out| name == *out) {
            continue;
        }
        let (from, to) = (entry.path(), to.join(&name));
        if entry.file_type().expect("a type").is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a copy");
        }
    }
}

fn run(folder: &Path, program: &str, arguments: &[&str]) {
    let mut command = Command::new(program);
    // The copy is in no repository: seen as a folder of this one, git would pass the patch over.
    command
        .current_dir(folder)
        .args(arguments)
        .env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap_or(folder));
    let output = command.output().expect("it starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{program} {arguments:?}:\n{}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
}

#[test]
fn an_action_is_three_places_and_a_fourth_for_aws() {
    let patch = patch();
    let mut touched: Vec<_> =
        patch.lines().filter_map(|line| line.strip_prefix("+++ b/")).collect();
    touched.sort_unstable();
    assert_eq!(touched, PLACES);
    let is_row = |line: &&str| line.starts_with('+') && line.contains("permission audited");
    assert_eq!(patch.lines().filter(is_row).count(), 1);

    let tmp = fs::canonicalize(env!("CARGO_TARGET_TMPDIR")).expect("a folder for tests");
    let scratch = tmp.join("walkthrough");
    if scratch.exists() {
        fs::remove_dir_all(&scratch).expect("an empty place");
    }
    copy(&root(), &scratch);
    let file = scratch.join("walkthrough.patch");
    fs::write(&file, &patch).expect("the patch");
    run(&scratch, "git", &["apply", "walkthrough.patch"]);
    let calls = scratch.join("crates/service/src/call/tests.rs");
    let tests = fs::read_to_string(&calls).expect("the tests of whole calls");
    fs::write(&calls, tests + CALLS).expect("the new call");

    let cargo = env::var("CARGO").unwrap_or("cargo".into());
    // A target folder of its own: cargo knows a package by its place in the workspace, and would take what
    // is built from the copy for the project's.
    let target = tmp.join("walkthrough-target");
    let target = target.to_str().expect("a name in UTF-8");
    let test = [
        "test",
        "--locked",
        "--package",
        "edgekms-service",
        "--target-dir",
        target,
        "--lib",
        "walk_through",
    ];
    run(&scratch, &cargo, &test);

    let generate = ["run", "--locked", "--package", "edgekms-generate", "--target-dir", target];
    run(&scratch, &cargo, &generate);
    for (file, text) in GENERATED {
        let made = fs::read_to_string(scratch.join(file)).expect(file);
        assert!(made.contains(text), "{file} does not have {text}");
    }
    fs::remove_dir_all(&scratch).expect("nothing is left");
}
