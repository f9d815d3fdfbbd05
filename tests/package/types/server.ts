// SPDX-License-Identifier: Apache-2.0

// What the package uses of edgekms-server is what that has; and neither needs anybody else's types.

import * as server from "edgekms-server";
import { type Kms, startKms } from "edgekms/testing";
import type { ServerModule } from "../../../pkg/dist/companion.js";

export const used: ServerModule = server;

export async function started(): Promise<void> {
  await using kms: Kms = await startKms({ seed: { keys: { "alias/photos": {} } }, now: new Date(0) });
  await kms.client({ dialect: "aws" }).describeKey({ keyId: "alias/photos" });
  // @ts-expect-error: AWS's protocol has no such action.
  await kms.client({ dialect: "aws" }).listKeyVersions({ keyId: "alias/photos" });
  const now: Date = await kms.clock.advance(1_000);
  void now;
  // @ts-expect-error: it is a KMS of its own, with no folder.
  await startKms({ state: ".edgekms" });
}
