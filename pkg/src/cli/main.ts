#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/** `edgekms`, as the package's `bin`. */

import { run } from "./run.js";
import { endWithPipe, listen } from "./signals.js";

endWithPipe();
const code = await run(process.argv.slice(2), listen());
// What is written must be out before the end; a reader of standard input, or a connection, must not delay it.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write("", done))));
process.exit(code);
