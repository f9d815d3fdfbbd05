// SPDX-License-Identifier: Apache-2.0
/**
 * The edgekms worker in workerd on this machine. `edgekms dev` and `edgekms/testing`, of the package edgekms, are
 * what most people want; this is what they start.
 */

export { announcement, environmentOf, exportLines, type Shell, SHELLS } from "./announce.js";
export type { Clock } from "./clock.js";
export { type Deployable, deployable } from "./deployable.js";
export { SERVER_CODES, ServerError, type ServerErrorCode } from "./errors.js";
export { type Variable, VARIABLES } from "./generated/settings.js";
export type { Settings } from "./settings.js";
export { type AccessKey, type Server, type ServerOptions, startServer, type Trust } from "./server.js";
