// SPDX-License-Identifier: Apache-2.0
/** The suite and the frame length that are our defaults. */
import { FRAME } from "../plan.mjs";
import { UNSIGNED, awsCrypto, makeKeyring } from "./aws-crypto.mjs";

export const { message, stream, files } = awsCrypto(makeKeyring, { suiteId: UNSIGNED, frameLength: FRAME });
