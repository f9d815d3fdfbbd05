// SPDX-License-Identifier: Apache-2.0
/** All that needs `node:fs`. Imported by the Node entry point only, when it is first used. */

export { openFile } from "./open-file.js";
export { rewrapFile } from "./rewrap-file.js";
export { sealFile } from "./seal-file.js";

export { SHARED } from "../shared.js";
