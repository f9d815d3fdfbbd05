// SPDX-License-Identifier: Apache-2.0

/** Every command in a Markdown file is one: its program has it, with these options, and scripts are where it says. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, test } from "node:test";

import { commandsOf, faultOf } from "./lib/commands.mjs";
import { DOCUMENTS, exists, ROOT } from "./lib/documents.mjs";

/** What begins a command between backticks. Shorter ones are the names of programs. */
const INLINE = /^(?:cargo xtask|(?:npx )?(?:wrangler|edgekms)) [a-z]/;

/** Each command of a document, with its line. */
function commandsIn({ blocks, code }) {
  const shell = blocks.filter(({ language }) => language === "sh");
  const inline = code.filter(({ text }) => INLINE.test(text));
  const all = [...shell, ...inline.map(({ text, line }) => ({ text: oneOfEach(text), line }))];
  return all.flatMap(({ text, line }) => commandsOf(text).map((words) => ({ words, line })));
}

/** `[a|b]` is either, as `[a]` is. In a table `|` has a backslash before it. */
const oneOfEach = (text) => text.replaceAll("\\|", "|").replaceAll(/\[([^\]|]*)\|[^\]]*\]/g, "[$1]");

/** The script that a command of Node's runs, from the document's folder or from the root. */
function scriptFault(path, words) {
  if (!/(?:^|\/)node$/.test(words[0]) || /^-[ep]$/.test(words[1])) return undefined;
  const script = words.slice(1).find((word) => !word.startsWith("-"));
  const places = [normalize(join(dirname(path), script)), normalize(script)];
  return places.some(exists) ? undefined : `${script} is not there`;
}

describe("commands", () => {
  test("are seen to be wrong", async () => {
    for (const [text, fault] of [
      ["cargo xtask serv", "cargo xtask  has no command serv"],
      ["cargo xtask serve --prot 8787", "cargo xtask serve has no option --prot"],
      ["cargo xtask serve 8787", "cargo xtask serve does not take so many words"],
      ["wrangler secret put --nmae x NAME", "wrangler secret put has no option --nmae"],
      ["edgekmss dev", "nobody here knows edgekmss"],
    ]) {
      assert.equal(await faultOf(commandsOf(text)[0]), fault);
    }
    for (const right of ["cargo xtask serve --port 8787 -- --set A=b", "A=b wrangler secret put NAME | cargo xtask demo FILE # both", "cargo xtask test --only KIND..."]) {
      for (const words of commandsOf(right)) assert.equal(await faultOf(words), undefined, right);
    }
  });

  for (const document of DOCUMENTS) {
    const commands = commandsIn(document);
    if (commands.length === 0) continue;
    test(document.path, async () => {
      const faults = await Promise.all(
        commands.map(async ({ words, line }) => {
          const fault = (await faultOf(words)) ?? scriptFault(document.path, words);
          return fault && `${document.path}:${line}: ${fault}`;
        }),
      );
      assert.deepEqual(faults.filter(Boolean), []);
      for (const { language, text, line } of document.blocks) {
        if (language !== "sh") continue;
        const { status, stderr } = spawnSync("bash", ["-n"], { input: text, encoding: "utf8" });
        assert.equal(status, 0, `${document.path}:${line}: ${stderr}`);
      }
    });
  }

  test("were looked for where there are any", () => {
    const having = DOCUMENTS.filter((document) => commandsIn(document).length > 0).map(({ path }) => path);
    for (const path of ["README.md", "CONTRIBUTING.md", "docs/operations.md", "tests/README.md"]) assert.ok(having.includes(path), path);
    assert.ok(existsSync(`${ROOT}crates/xtask`));
  });
});
