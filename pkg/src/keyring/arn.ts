// SPDX-License-Identifier: Apache-2.0
/**
 * Key providers: the key management services whose CMKs wrap data keys, and the form of their ARNs. The same
 * rules as crates/core/src/keyring/key_provider.rs, by the same vectors.
 */

/** The parts of a key's ARN. New partitions of AWS come up, and all that there were begin with `aws`. */
const FORMS = {
  "aliyun-kms": /^acs:kms:([^:]+):([^:]+):key\/([^:]+)$/,
  "aws-kms": /^arn:aws[^:]*:kms:([^:]+):([^:]+):key\/([^:]+)$/,
};

/** Who wrapped a data key, as messages name it. */
export type KeyProvider = keyof typeof FORMS;

/** Which key an ARN names. */
export interface KeyArn {
  readonly account: string;
  readonly keyId: string;
  /**
   * Equal means the same key, whichever provider's form the ARNs have: one edgekms answers both clouds'
   * protocols. AWS's multi-region keys (`mrk-`) get no treatment of their own: in another region it is
   * another key.
   */
  readonly key: string;
}

/** Reads the ARN of a key of this provider, or of any; nothing else, so no alias. */
export function keyArn(text: string, provider?: string): KeyArn | undefined {
  for (const [id, form] of Object.entries(FORMS)) {
    if (provider !== undefined && provider !== id) continue;
    const [, region, account, keyId] = form.exec(text) ?? [];
    if (account !== undefined && keyId !== undefined) {
      return { account, keyId, key: `${region}:${account}:${keyId}` };
    }
  }
  return undefined;
}

/** Whether a key service that used the key `name`, a key id or a key ARN, used this one. */
export function isNamed(arn: KeyArn, name: string): boolean {
  return name === arn.keyId || keyArn(name)?.key === arn.key;
}
