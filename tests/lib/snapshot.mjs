// SPDX-License-Identifier: Apache-2.0

/** What a region holds, read through the client: to show that a bad request changed none of it. */

const PAGE_SIZE = 100;

/**
 * The metadata of every key, in the order of their ids.
 *
 * @param {import("edgekms").KmsClient} kms
 */
export async function listedKeys(kms) {
  const ids = [];
  for (let pageNumber = 1; ; pageNumber += 1) {
    const { keys, totalCount } = await kms.listKeys({ pageNumber, pageSize: PAGE_SIZE });
    ids.push(...keys.map((key) => key.keyId));
    if (pageNumber * PAGE_SIZE >= totalCount) break;
  }
  const described = await Promise.all(ids.map((keyId) => kms.describeKey({ keyId })));
  return described.map(({ keyMetadata }) => keyMetadata).sort((a, b) => (a.keyId < b.keyId ? -1 : 1));
}

/**
 * Keys with all their metadata, and aliases. Compare with `deepEqual`.
 *
 * @param {import("edgekms").KmsClient} kms
 */
export async function snapshot(kms) {
  const { aliases } = await kms.listAliases({ pageNumber: 1, pageSize: PAGE_SIZE });
  return { keys: await listedKeys(kms), aliases };
}
