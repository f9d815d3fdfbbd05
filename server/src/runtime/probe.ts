// SPDX-License-Identifier: Apache-2.0
/** Whether the worker answers, and takes its settings. */

import { request } from "node:http";

import { ServerError } from "../errors.js";

const WITHIN_MS = 30_000;

/**
 * Asks once, and so has the isolate compiled and the settings read. A preflight of nobody's is refused, and is no
 * call that would be recorded. Not by `fetch`, which tests replace.
 *
 * @throws ServerError `InvalidSetting`, with the worker's own sentence; `RuntimeFailed`.
 */
export async function probe(origin: URL): Promise<void> {
  const { status, body } = await ask(origin).catch((cause: Error) => {
    throw new ServerError("RuntimeFailed", `the worker does not answer: ${cause.message}`, cause);
  });
  if (status < 500) return;
  const { Message: message } = parsed(body);
  throw new ServerError("InvalidSetting", message ?? `the worker answered with ${status}`);
}

function ask(origin: URL): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const options = { method: "OPTIONS", agent: false, signal: AbortSignal.timeout(WITHIN_MS) };
    const sent = request(origin, options, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text: string) => (body += text));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body })).on("error", reject);
    });
    sent.on("error", reject).end();
  });
}

function parsed(body: string): { Message?: string } {
  try {
    return JSON.parse(body) as { Message?: string };
  } catch {
    return {};
  }
}
