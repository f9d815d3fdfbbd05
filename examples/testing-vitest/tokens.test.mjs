// SPDX-License-Identifier: Apache-2.0

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startKms } from "edgekms/testing";
import { issue, userOf } from "./tokens.mjs";

const DAY = 24 * 60 * 60 * 1000;

let kms;
beforeAll(async () => {
  kms = await startKms({ seed: { keys: { "alias/tokens": {} }, users: { app: { accessKey: true } } } });
});
afterAll(() => kms?.stop());

describe("a token", () => {
  test("tells whose it is", async () => {
    const client = kms.client();
    expect(await userOf(client, await issue(client, "alice"))).toBe("alice");
  });

  test("is nothing to somebody without permission", async () => {
    const token = await issue(kms.client(), "alice");
    const [app] = kms.seeded.accessKeys;
    await expect(userOf(kms.client({ credentials: app }), token)).rejects.toMatchObject({ code: "Forbidden.NoPermission" });
  });

  test("is good after the key has got a new version", async () => {
    const client = kms.client();
    const { keyMetadata } = await client.describeKey({ keyId: "alias/tokens" });
    const { keyId } = keyMetadata;
    await client.updateRotationPolicy({ keyId, enableAutomaticRotation: true, rotationInterval: "30d" });
    const token = await issue(client, "alice");
    await kms.clock.advance(30 * DAY);
    const { totalCount } = await client.listKeyVersions({ keyId });
    expect(totalCount).toBe(2);
    expect(await userOf(client, token)).toBe("alice");
  });
});
