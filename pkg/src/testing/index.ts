// SPDX-License-Identifier: Apache-2.0
/** A KMS for tests: `edgekms/testing`. It runs in Node, and needs the package edgekms-server. */

export type { ServerClock as KmsClock } from "../companion.js";
export { type ClientOptions, type Kms, startKms, type StartKmsOptions } from "./start-kms.js";
