// SPDX-License-Identifier: Apache-2.0
/** Wrangler, Cloudflare's own tool, as it is installed in the project: it knows who you are there. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { CliError } from "../exit.js";

/** The first that takes secrets with a version (4.74) and makes namespaces that have no id (4.45). */
const LEAST = [4, 74] as const;
const INSTALL = "npm install --save-dev wrangler@4";
/** Of Wrangler's own demands. */
const LEAST_NODE = 22;

/** What a deployment came to. */
export interface Deployed {
  /** Where it answers. */
  readonly targets: readonly string[];
}

/** One installed Wrangler. */
export class Wrangler {
  readonly #bin: string;
  readonly #signal: AbortSignal;

  private constructor(bin: string, signal: AbortSignal) {
    this.#bin = bin;
    this.#signal = signal;
  }

  /**
   * Finds it, from the folders in their order.
   *
   * @throws CliError `usage` if there is none, or one that is too old
   */
  static find(folders: readonly string[], signal: AbortSignal): Wrangler {
    const node = Number(process.versions.node.split(".")[0]);
    if (node < LEAST_NODE) throw new CliError("usage", `Wrangler needs Node ${LEAST_NODE}, and this is ${process.version}`, "Run it with a newer one.");
    for (const folder of folders) {
      const manifest = manifestFrom(folder);
      if (manifest === undefined) continue;
      const { version, bin } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string; bin: { wrangler: string } };
      const [major = 0, minor = 0] = version.split(".").map(Number);
      if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1])) {
        throw new CliError("usage", `Wrangler ${version} is too old: ${LEAST.join(".")} is the first that will do`, `${INSTALL} brings a newer one.`);
      }
      return new Wrangler(join(dirname(manifest), bin.wrangler), signal);
    }
    throw new CliError("usage", "Wrangler, Cloudflare's tool, is not installed here", `${INSTALL} brings it.`);
  }

  /**
   * Names of the secrets that a worker has; none if there is no such worker.
   *
   * @throws CliError `unreachable` if Cloudflare does not say: whoever is not sure must not send others
   */
  async secretsOf(config: string): Promise<string[]> {
    const { code, out, err } = await this.#run(["secret", "list", "--config", config, "--format", "json"], "piped");
    if (code === 0) return (JSON.parse(out) as { name: string }[]).map(({ name }) => name);
    if (/Worker ".*" not found/.test(out + err)) return [];
    process.stderr.write(err);
    const remedy = "`npx wrangler login` signs in, or CLOUDFLARE_API_TOKEN; the same line goes on from here.";
    throw new CliError("unreachable", "Cloudflare does not say which secrets the worker has", remedy);
  }

  /**
   * `wrangler deploy`. What it says goes to standard error.
   *
   * @throws CliError `unexpected` if it fails: it has said why
   */
  async deploy(config: string, { dryRun, secretsFile }: { dryRun: boolean; secretsFile: string | undefined }): Promise<Deployed> {
    const told = await mkdtemp(join(tmpdir(), "edgekms-deploy-"));
    const output = join(told, "output.jsonl");
    try {
      const secrets = secretsFile === undefined ? [] : ["--secrets-file", secretsFile];
      const dry = dryRun ? ["--dry-run", "--outdir", join(told, "bundle")] : [];
      const { code } = await this.#run(["deploy", "--config", config, ...secrets, ...dry], "shown", { WRANGLER_OUTPUT_FILE_PATH: output });
      if (code !== 0) {
        throw new CliError("unexpected", `wrangler deploy ended with ${code}`, "It says why, above. The same line goes on from here.");
      }
      return { targets: targetsIn(await readFile(output, "utf8").catch(() => "")) };
    } finally {
      await rm(told, { recursive: true, force: true });
    }
  }

  async #run(args: readonly string[], how: "piped" | "shown", env: Record<string, string> = {}) {
    const child = spawn(process.execPath, [this.#bin, ...args], {
      // Our standard output has the result alone.
      stdio: how === "piped" ? ["ignore", "pipe", "pipe"] : ["inherit", 2, 2],
      env: { ...process.env, ...env },
      signal: this.#signal,
    });
    const said = { out: "", err: "" };
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (said.out += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (said.err += text));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, ...said };
  }
}

function manifestFrom(folder: string): string | undefined {
  try {
    return createRequire(join(folder, "package.json")).resolve("wrangler/package.json");
  } catch {
    return undefined;
  }
}

/** A line of JSON for each thing that Wrangler has done. */
function targetsIn(output: string): string[] {
  const lines = output.split("\n").filter((line) => line !== "");
  const events = lines.map((line) => JSON.parse(line) as { type?: string; targets?: string[] });
  return events.filter(({ type }) => type === "deploy").flatMap(({ targets }) => targets ?? []);
}
