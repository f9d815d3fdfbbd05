// SPDX-License-Identifier: Apache-2.0
/** What breaks when a key goes, in sentences for whoever is asked. */

import type { KeyMetadata, DailyCalls, KmsClient } from "../entrypoints/node.js";
import { aliasesOf, versionsOf } from "./keys.js";
import { counted } from "./numbers.js";

/** How far back uses are counted. */
const DAYS = 30;

/** Who would notice: aliases, versions, uses of the last days; what the caller may not see is left out. */
export async function inUse(kms: KmsClient, { keyId }: KeyMetadata): Promise<string> {
  const [aliases, versions, calls] = await Promise.all([
    seen(async () => aliasesOf(kms, keyId)),
    seen(async () => versionsOf(kms, keyId)),
    seen(async () => callsOf(kms, keyId)),
  ]);
  const names = aliases?.map(({ aliasName }) => aliasName) ?? [];
  return [
    names.length > 0 && `${names.join(", ")} ${names.length === 1 ? "points" : "point"} at it.`,
    versions !== undefined && versions.length > 1 && `It has ${versions.length} versions.`,
    calls !== undefined && usesText(calls),
  ].filter((sentence) => sentence !== false).join(" ");
}

function usesText(calls: number): string {
  if (calls === 0) return `It was not used in the last ${DAYS} days, as far as it was counted.`;
  return `It was used ${counted(calls, "time")} in the last ${DAYS} days.`;
}

/** Calls with a key in the last days. */
async function callsOf(kms: KmsClient, keyId: string): Promise<number> {
  const rows = await usagesSince(kms, DAYS);
  return rows.filter((row) => row.keyId === keyId && CRYPTO.test(row.action)).reduce((sum, { calls }) => sum + calls, 0);
}

/** Of what is counted, what needs the key's material. */
const CRYPTO = /^(Encrypt|Decrypt|GenerateDataKey|ReEncrypt|ExportDataKey|GenerateAndExport|Asymmetric|GenerateMac|VerifyMac|Sign|Verify)/;

/** Counts of the last days, of all keys. */
export async function usagesSince(kms: KmsClient, days: number): Promise<DailyCalls[]> {
  const startDate = new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
  const rows: DailyCalls[] = [];
  let nextToken: string | undefined;
  do {
    const page = await kms.listKeyUsage({ startDate, ...(nextToken && { nextToken }) });
    rows.push(...page.keyUsages);
    nextToken = page.nextToken;
  } while (nextToken);
  return rows;
}

/** What is only of help must not stop whoever lacks a permission for it. */
async function seen<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (typeof (error as { status?: unknown }).status === "number") return undefined;
    throw error;
  }
}
