// SPDX-License-Identifier: Apache-2.0
/** `edgekms audit`: who did what, and whether the record of it is whole. */

import type { Group } from "../../command.js";

/** The group. */
export const audit: Group = {
  commands: [
    { name: "lookup", summary: "Find events", load: async () => (await import("./lookup.js")).lookup },
    { name: "tail", summary: "Show events as they come", load: async () => (await import("./tail.js")).tail },
    { name: "export", summary: "Write all events into a file that can be verified", load: async () => (await import("./export.js")).exportEvents },
    { name: "verify", summary: "Say whether such a file is what was recorded", load: async () => (await import("./verify.js")).verify },
  ],
  examples: [
    { what: "Who used a key today", line: "edgekms audit lookup --key alias/photos --from 24h" },
    { what: "What is refused, as it happens", line: "edgekms audit tail --json | jq 'select(.errorCode)'" },
  ],
};
