// SPDX-License-Identifier: Apache-2.0

/** An npm registry on loopback that has packages which are not published, and sends for all others to the real one. */

import { createHash } from "node:crypto";
import { once } from "node:events";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Packs a workspace as it would be published. @returns what the registry has of it */
async function packed(workspace, folder) {
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: workspace, maxBuffer: 1 << 26 });
  const [{ filename }] = JSON.parse(stdout);
  const tarball = await readFile(join(folder, filename));
  const manifest = JSON.parse(await readFile(join(workspace, "package.json"), "utf8"));
  return { manifest, tarball, file: basename(filename) };
}

/**
 * @param {string[]} workspaces the folders of the packages
 * @param {string} folder where their tarballs are put
 * @returns {Promise<{ address: string, [Symbol.asyncDispose](): Promise<void> }>}
 */
export async function startRegistry(workspaces, folder) {
  const { stdout } = await run("npm", ["config", "get", "registry"], { cwd: folder });
  const upstream = stdout.trim().replace(/\/$/, "");
  const ours = await Promise.all(workspaces.map((workspace) => packed(workspace, folder)));
  let address;
  const server = createServer((request, response) => {
    const path = request.url.slice(1);
    const file = ours.find(({ file }) => path === `-/${file}`);
    if (file) return response.end(file.tarball);
    const one = ours.find(({ manifest }) => path === manifest.name);
    if (!one) return response.writeHead(307, { location: `${upstream}/${path}` }).end();
    return response.setHeader("content-type", "application/json").end(JSON.stringify(packument(one, address)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  address = `http://127.0.0.1:${server.address().port}`;
  return {
    address,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** What npm asks of a package (the registry's package metadata). */
function packument({ manifest, tarball, file }, address) {
  const { name, version } = manifest;
  const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  const dist = { tarball: `${address}/-/${file}`, integrity, shasum: createHash("sha1").update(tarball).digest("hex") };
  return { name, "dist-tags": { latest: version }, versions: { [version]: { ...manifest, dist } } };
}
