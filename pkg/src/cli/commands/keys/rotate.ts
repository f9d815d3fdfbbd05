// SPDX-License-Identifier: Apache-2.0
/** `edgekms keys rotate` */

import { alibaba } from "../../alibaba.js";
import { type Context, leaf } from "../../command.js";
import { reachFor } from "../../client.js";
import { CliError } from "../../exit.js";
import type { KeyMetadata, KmsClient } from "../../../entrypoints/node.js";
import { described, KEY, versionsOf } from "../../keys.js";
import { saying } from "../../output.js";
import { edgekms } from "../../package.js";

/** The group's `rotate`. */
export const rotate = leaf<{ every?: string; off?: boolean }>({
  about:
    "What was encrypted under earlier versions still decrypts, and what they signed still verifies. Without an option " +
    "the key gets one version now; of an asymmetric key the service makes one a week at most.",
  arguments: [KEY],
  options: [
    { flags: "--every <days>", about: "from now on by itself: every 90d, from 7d to 730d (symmetric keys)" },
    { flags: "--off", about: "no longer by itself" },
  ],
  examples: [
    { what: "Now", line: "edgekms keys rotate alias/photos" },
    { what: "Every year", line: "edgekms keys rotate alias/photos --every 365d" },
  ],
  async run(context, { args: [name = ""], options: { every, off = false } }) {
    if (off && every !== undefined) throw new CliError("usage", "give --every or --off");
    const kms = await context.kms();
    const key = await described(kms, name);
    const { keyId } = key;
    if (every !== undefined) {
      await kms.updateRotationPolicy({ keyId, enableAutomaticRotation: true, rotationInterval: every });
    } else if (off) {
      await kms.updateRotationPolicy({ keyId, enableAutomaticRotation: false });
    } else {
      await rotateNow(context, kms, key);
    }
    const [now, versions] = await Promise.all([described(kms, keyId), versionsOf(kms, keyId)]);
    await context.output.result(alibaba({ ...now, versions }), saying(sentence(now, versions.length)));
  },
});

/** Alibaba's protocol gives versions to asymmetric keys alone; AWS's gives one to a symmetric key. edgekms speaks both. */
async function rotateNow(context: Context, kms: KmsClient, { keyId, arn, keySpec }: KeyMetadata): Promise<void> {
  if (!keySpec.startsWith("Aliyun_")) {
    await kms.createKeyVersion({ keyId });
    return;
  }
  const { KmsClient } = await edgekms();
  const region = arn.split(":")[2] as string;
  await new KmsClient({ ...(await reachFor(context.global)), region, dialect: "aws" }).rotateKeyOnDemand({ keyId });
}

function sentence({ keyId, automaticRotation, nextRotationDate }: KeyMetadata, versions: number): string {
  const next = automaticRotation === "Enabled" ? `, the next comes at ${nextRotationDate}` : "";
  return `${keyId} has ${versions} ${versions === 1 ? "version" : "versions"}${next}`;
}
