// SPDX-License-Identifier: Apache-2.0
/** The hash of dist/edgekms.min.js in the package's README, in the lines that a page would have. */

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const PKG = new URL("../pkg/", import.meta.url);
const BLOCK = /(<!-- integrity -->\n)[^]*?(<!-- end -->)/;

/** An import map for a version and the hash of its file. */
export function integrityLine(version, hash) {
  const url = `/edgekms-${version}/edgekms.min.js`;
  return `<script type="importmap">
{ "imports": { "edgekms": "${url}" },
  "integrity": { "${url}": "${hash}" } }
</script>`;
}

/** The README as it should be, and as it is. */
export async function readme() {
  const text = await readFile(new URL("README.md", PKG), "utf8");
  const { version } = JSON.parse(await readFile(new URL("package.json", PKG), "utf8"));
  const hashes = JSON.parse(await readFile(new URL("dist/integrity.json", PKG), "utf8"));
  const block = `\`\`\`html\n${integrityLine(version, hashes["edgekms.min.js"])}\n\`\`\`\n`;
  return { text, wanted: text.replace(BLOCK, (_, start, end) => `${start}${block}${end}`) };
}

// `node release/integrity.mjs --write` puts it there; without, the exit code says whether it is.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { text, wanted } = await readme();
  if (process.argv[2] === "--write") await writeFile(new URL("README.md", PKG), wanted);
  else if (text !== wanted) {
    console.error("pkg/README.md has not the hash of pkg/dist/edgekms.min.js: node release/integrity.mjs --write");
    process.exitCode = 1;
  }
}
