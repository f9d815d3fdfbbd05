// SPDX-License-Identifier: Apache-2.0
/** Keys by the names that people give them, and all that is told of one in pages. */

import type { AliasRow, KeyMetadata, KeyVersionRow, KmsClient } from "../entrypoints/node.js";

/** The most that a page has. */
const PAGE_SIZE = 100;

const KEY_ARN = /^(?:acs:kms|arn:aws[\w-]*:kms):[^:]*:[^:]*:key\/([\w-]+)$/;

/** What every command says of its argument. */
export const KEY = { name: "key", about: "its id, its ARN, or an alias such as alias/photos", required: true } as const;

/**
 * The plain id, which is all that some actions take. An alias is looked up, and needs the permission to describe the
 * key.
 */
export async function keyIdOf(kms: KmsClient, name: string): Promise<string> {
  const ofArn = KEY_ARN.exec(name)?.[1];
  if (ofArn !== undefined) return ofArn;
  return name.includes("/") ? (await described(kms, name)).keyId : name;
}

/** What the service knows of a key. */
export async function described(kms: KmsClient, name: string): Promise<KeyMetadata> {
  return (await kms.describeKey({ keyId: name })).keyMetadata;
}

/** Its aliases. */
export function aliasesOf(kms: KmsClient, keyId: string): Promise<AliasRow[]> {
  return allPages(async (page) => {
    const { aliases, totalCount } = await kms.listAliasesByKeyId({ keyId, ...page });
    return { rows: aliases, totalCount };
  });
}

/** Its versions, the newest first. */
export function versionsOf(kms: KmsClient, keyId: string): Promise<KeyVersionRow[]> {
  return allPages(async (page) => {
    const { keyVersions, totalCount } = await kms.listKeyVersions({ keyId, ...page });
    return { rows: keyVersions, totalCount };
  });
}

/** Every row of a list that is told by page numbers. */
export async function allPages<Row>(
  page: (at: { pageNumber: number; pageSize: number }) => Promise<{ rows: Row[]; totalCount: number }>,
): Promise<Row[]> {
  const all: Row[] = [];
  for (let pageNumber = 1; ; pageNumber += 1) {
    const { rows, totalCount } = await page({ pageNumber, pageSize: PAGE_SIZE });
    all.push(...rows);
    if (rows.length === 0 || all.length >= totalCount) return all;
  }
}

/** The alias with its prefix, which may be left out. */
export function aliasName(name: string): string {
  return name.startsWith("alias/") ? name : `alias/${name}`;
}
