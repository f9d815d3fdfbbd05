// SPDX-License-Identifier: Apache-2.0
/** Whether a stream shows colours, in one place. */

import type { WriteStream } from "node:tty";
import pico from "picocolors";

/** The colours, or functions that change nothing. */
export type Colors = ReturnType<typeof pico.createColors>;

/** What picocolors itself would decide looks at standard output alone, and colours what is piped in CI. */
export function colorsFor(stream: NodeJS.WriteStream, wanted: boolean, env: NodeJS.ProcessEnv = process.env): Colors {
  return pico.createColors(wanted && hasColors(stream, env));
}

/** https://no-color.org and https://force-color.org: a variable that is set and not empty. */
function hasColors(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  if (env["NO_COLOR"]) return false;
  const forced = env["FORCE_COLOR"];
  if (forced) return forced !== "0" && forced !== "false";
  return stream.isTTY === true && (stream as WriteStream).hasColors();
}
