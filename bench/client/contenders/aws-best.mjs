// SPDX-License-Identifier: Apache-2.0
/** As fast as it goes: no signature, large frames, and a cache of data keys, which serve a hundred messages each. */
import { MIB } from "../plan.mjs";
import { UNSIGNED, awsCrypto, makeCache } from "./aws-crypto.mjs";

export const { message, stream, files } = awsCrypto(makeCache, { suiteId: UNSIGNED, frameLength: MIB });
