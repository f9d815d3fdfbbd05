// SPDX-License-Identifier: Apache-2.0
/** What the blocks of `docs` take for granted: `tests/readme/blocks.test.mjs` compiles them with it. */

declare const KmsClient: typeof import("edgekms").KmsClient;
declare const endpoint: string;
declare const region: string;
declare const accessKeyId: string;
declare const accessKeySecret: string;
declare const kms: import("edgekms").KmsClient;
