// SPDX-License-Identifier: Apache-2.0
/**
 * What must be true before a version is published, in the order in which it is looked at: what is quick and concerns
 * the sources, then what is built, then what takes minutes. docs/releasing.md has the same list.
 *
 * Each has one of: `rule`, which gives a sentence for what is wrong, or nothing; `tests`, files of tests that CI runs
 * too; `xtask`, one of the developer's commands.
 *
 * @typedef {object} Place
 * @property {string} root of the checkout
 * @property {Date} now
 *
 * @typedef {object} Item
 * @property {string} name
 * @property {string} asks what must be true
 * @property {string} remedy
 * @property {(place: Place) => string | undefined | Promise<string | undefined>} [rule]
 * @property {string[]} [tests] below `tests`
 * @property {string[]} [xtask]
 */

import { figures } from "./checks/figures.mjs";
import { integrity } from "./checks/integrity.mjs";
import { locks } from "./checks/locks.mjs";
import { provenance } from "./checks/provenance.mjs";
import { reproducible } from "./checks/reproducible.mjs";
import { changelog, tag, tested, tree } from "./checks/repository.mjs";
import { toolchain, versions } from "./checks/versions.mjs";

/** @type {Item[]} */
export const CHECKLIST = [
  {
    name: "versions",
    asks: "Cargo.toml, the packages' package.json, jsr.json and both lock files have one version",
    remedy: "set it in Cargo.toml, package.json, pkg/package.json and pkg/jsr.json, then `cargo metadata` and `npm install --package-lock-only`",
    rule: versions,
  },
  {
    name: "changelog",
    asks: "CHANGELOG.md begins with this version and its date, and nothing is left under Unreleased",
    remedy: "put `## [VERSION] - YYYY-MM-DD` under `## [Unreleased]`",
    rule: changelog,
  },
  {
    name: "tree",
    asks: "everything is committed",
    remedy: "`git status` names what is not",
    rule: tree,
  },
  {
    name: "tag",
    asks: "there is no tag of this version",
    remedy: "what has been published stays as it is: take the next version",
    rule: tag,
  },
  {
    name: "toolchain",
    asks: "Rust is the `rust-version` of Cargo.toml: another compiler makes other bytes",
    remedy: "`rustup run VERSION cargo xtask release --check`, or raise `rust-version`",
    rule: toolchain,
  },
  {
    name: "locks",
    asks: "the lock files name no registry but npm's own, and a hash for each package",
    remedy: "make the lock file again where npm's `registry` is its own",
    rule: locks,
  },
  {
    name: "provenance",
    asks: "npm will say from which commit each package was built, in the repository that Cargo.toml names",
    remedy: "`publishConfig` with `provenance` and `access`, and `repository`, in the package's package.json",
    rule: provenance,
  },
  {
    name: "figures",
    asks: "what the documents say was measured was measured in the last 180 days",
    remedy: "`cargo xtask bench`, and write what it prints where the date is",
    rule: figures,
  },
  {
    name: "generated",
    asks: "the files that follow from the table of actions are current",
    remedy: "`cargo xtask generate`",
    xtask: ["generate", "--check"],
  },
  {
    name: "build",
    asks: "both packages are built from these sources",
    remedy: "what failed is above",
    xtask: ["build"],
  },
  {
    name: "integrity",
    asks: "the package's README has the hash of dist/edgekms.min.js as it is built now",
    remedy: "`node release/integrity.mjs --write`, and commit it",
    rule: integrity,
  },
  {
    name: "contents",
    asks: "the tarballs have the files that they should have, and maps that lead to their sources",
    remedy: "the lists are in the tests",
    tests: ["packaging/packaging.test.mjs", "packaging/maps.test.mjs"],
  },
  {
    name: "sbom",
    asks: "the bills of materials are valid, true, the same each time, and of licences that we may pass on",
    remedy: "`cargo xtask build` writes them; a new licence is a decision",
    tests: ["packaging/sbom.test.mjs"],
  },
  {
    name: "sizes",
    asks: "a page downloads no more than its budget",
    remedy: "the test prints what is in it",
    tests: ["package/sizes.test.mjs"],
  },
  {
    name: "script",
    asks: "dist/edgekms.min.js works in Chromium under its hash, and not with one byte changed",
    remedy: "the test says which page failed",
    tests: ["packaging/script.test.mjs"],
  },
  {
    name: "jsr",
    asks: "JSR takes the package: `deno publish --dry-run` has nothing to say",
    remedy: "`node release/jsr.mjs FOLDER` makes what it looks at",
    tests: ["packaging/jsr.test.mjs"],
  },
  {
    name: "image",
    asks: "the steps of the Dockerfile work, and what the image starts is well",
    remedy: "the test says which step failed",
    tests: ["packaging/image.test.mjs"],
  },
  {
    name: "tests",
    asks: "`cargo xtask test` has passed on this commit",
    remedy: "`cargo xtask test`",
    rule: tested,
  },
  {
    name: "reproducible",
    asks: "built again in another folder, every file of the packages is the same",
    remedy: "the files that differ are named: look for a path, a time or an order in them",
    rule: reproducible,
  },
];
