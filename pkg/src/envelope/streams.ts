// SPDX-License-Identifier: Apache-2.0
/** What a program downloads when it first uses a stream. */

export { OpenStage } from "./open-stream.js";
export { SealStage } from "./seal-stream.js";
export { SHARED } from "../shared.js";
