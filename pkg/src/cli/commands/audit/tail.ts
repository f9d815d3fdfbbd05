// SPDX-License-Identifier: Apache-2.0
/** `edgekms audit tail` */

import { setTimeout as sleep } from "node:timers/promises";

import { accountOf } from "../../account.js";
import { leaf } from "../../command.js";
import { moment, seconds, wholeNumber } from "../../numbers.js";
import { cellsOf, type Event, pagesOf } from "./events.js";

const DEFAULT_SECONDS = 5;
/** Events of several objects come in no order: what was stored so long before is looked at again. */
const OVERLAP_MILLIS = 15_000;
/** The question for events, which is an event itself, and would go on for ever. */
const QUESTION = "LookupEvents";

interface Options {
  readonly from?: Date;
  readonly every?: number;
  readonly questions?: boolean;
}

/** The group's `tail`. */
export const tail = leaf<Options>({
  about:
    "Asks again and again, until Ctrl-C. Each question is recorded as an event of its own, which is not shown unless " +
    "--questions is given.",
  options: [
    { flags: "--from <time>", about: "show first what was since then: a time, or how long ago, such as 10m", parse: moment("--from") },
    { flags: "--every <seconds>", about: `how often to ask (default ${DEFAULT_SECONDS})`, parse: wholeNumber("--every", 1, 3_600) },
    { flags: "--questions", about: "show look-ups for events too" },
  ],
  examples: [
    { what: "From now on", line: "edgekms audit tail" },
    { what: "What is refused, a line of JSON each", line: "edgekms audit tail --json | jq -c 'select(.errorCode)'" },
  ],
  async run(context, { options: { from, every = DEFAULT_SECONDS, questions = false } }) {
    const { output, signal } = context;
    const call = await accountOf(context);
    // The service's clock counts: it says up to when it has looked.
    let since = from === undefined ? await nowOf(call) : seconds(from);
    const shown = new Map<string, number>();
    for (;;) {
      let until = since;
      for await (const { Events, EndTime } of pagesOf(call, { from: since, forward: true })) {
        until = EndTime;
        for (const event of Events) {
          if (shown.has(event.eventId) || (!questions && event.eventName === QUESTION)) continue;
          shown.set(event.eventId, Date.now());
          await output.line(event, lineOf(event));
        }
      }
      forgetOld(shown);
      const overlapped = seconds(new Date(Date.parse(until) - OVERLAP_MILLIS));
      since = overlapped > since ? overlapped : since;
      await sleep(every * 1_000, undefined, { signal });
    }
  },
});

async function nowOf(call: Awaited<ReturnType<typeof accountOf>>): Promise<string> {
  for await (const { EndTime } of pagesOf(call, { forward: false })) return EndTime;
  return seconds(new Date());
}

/** What cannot be told again. */
function forgetOld(shown: Map<string, number>): void {
  const before = Date.now() - 20 * OVERLAP_MILLIS;
  for (const [id, at] of shown) if (at < before) shown.delete(id);
}

function lineOf(event: Event): string {
  return cellsOf(event).map((cell) => cell || "-").join("  ");
}
