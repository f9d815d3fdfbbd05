// SPDX-License-Identifier: Apache-2.0
/** With nothing chosen: suite 0x0578, which signs each message, and frames of 4 KiB. */
import { awsCrypto, makeKeyring } from "./aws-crypto.mjs";

export const { message, message: signed, stream, files } = awsCrypto(makeKeyring, {});
