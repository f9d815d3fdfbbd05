// SPDX-License-Identifier: Apache-2.0
/**
 * Keyrings whose wrapping key is a CMK of a key management service.
 *
 * ```text
 * provider id   = "aliyun-kms" or "aws-kms"
 * provider info = the CMK's ARN, in the provider's form
 * ciphertext    = the decoded CiphertextBlob
 * ```
 * After the model of the specification's AWS KMS keyrings (framework/aws-kms): the strict keyring opens only
 * what names a CMK that it was given; discovery opens whatever the service will. Entries of the service's
 * provider are written, those of both are opened: one service may be reached by either cloud's protocol.
 */

import { type Bytes, utf8 } from "../bytes.js";
import { fromPairs } from "../context.js";
import { EdgekmsError, checkedText, checkedTexts, invalidArgument } from "../errors.js";
import { part } from "../part.js";
import { type KeyArn, isNamed, keyArn } from "./arn.js";
import { Attempts, isNoAnswer, notOpened } from "./attempts.js";
import type { KeyService, WrappedKey } from "./key-service.js";
import { Keyring } from "./keyring.js";
import type { EncryptedDataKey, MessageScope, OpenMaterials, SealMaterials } from "./materials.js";

/** See `KmsClient.keyring`. */
export function kmsKeyring(
  service: KeyService,
  keyId: string,
  additionalKeyIds: readonly string[],
): Keyring {
  const first = checkedText(keyId, "keyId");
  const others = checkedTexts(additionalKeyIds, "additionalKeyIds");
  return new Keyring("kms", {
    wrap: (materials, scope) => wrap(service, first, others, materials, scope),
    unwrap: (materials, scope) => unwrapStrictly(service, [first, ...others], materials, scope),
  });
}

/** See `KmsClient.discoveryKeyring`. */
export function discoveryKeyring(service: KeyService, accountIds: readonly string[]): Keyring {
  const accounts = checkedTexts(accountIds, "accountIds");
  return new Keyring("kms-discovery", {
    async wrap() {
      throw invalidArgument((await words()).DISCOVERY_ONLY_DECRYPTS);
    },
    async unwrap(materials, scope) {
      const attempts = new Attempts();
      const entries = entriesOf(materials);
      const trusted = entries.filter(({ arn }) => accounts.length === 0 || accounts.includes(arn.account));
      if (await unwrapOne(service, trusted, materials, attempts, scope)) return;
      const { keptToAccounts, passedOver } = await words();
      attempts.passedOver(passedOver(arnsOf(entries), keptToAccounts(accounts)));
      throw attempts.error();
    },
  });
}

/** The first CMK makes the data key, if there is none yet; the others wrap it, at once and in this order. */
async function wrap(
  service: KeyService,
  first: string,
  others: readonly string[],
  materials: SealMaterials,
  scope: MessageScope,
): Promise<void> {
  const context = fromPairs(materials.context);
  let dataKey = materials.dataKey();
  try {
    const wrapping: readonly string[] = dataKey === undefined ? others : [first, ...others];
    if (dataKey === undefined) {
      const generated = await by(first, service.generate(first, materials.keyLength, context, scope));
      dataKey = generated.plaintext;
      if (dataKey.length !== materials.keyLength) {
        const { otherLengthMade } = await words();
        throw new EdgekmsError("InvalidAnswer", otherLengthMade(first, dataKey.length, materials.keyLength));
      }
      materials.setDataKey(dataKey);
      materials.push(await entryOf(service, first, generated));
    }
    const key: Bytes = dataKey;
    // All settle before the data key is wiped, which they still read.
    const outcomes = await Promise.allSettled(
      wrapping.map((name) => by(name, service.encrypt(name, key, context, scope))),
    );
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === "rejected") throw outcome.reason;
      materials.push(await entryOf(service, wrapping[index] as string, outcome.value));
    }
  } finally {
    dataKey?.fill(0);
  }
}

/** A failure says which CMK it was: of several, one may lack the permission. */
async function by<T>(name: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof EdgekmsError)) throw error;
    const { code, message, requestId, status } = error;
    const details = { requestId, status, cause: error.cause };
    throw new EdgekmsError(code, `the CMK ${name} wraps no data key: ${message}`, details);
  }
}

async function entryOf(
  { provider }: KeyService,
  name: string,
  { arn, blob }: WrappedKey,
): Promise<EncryptedDataKey> {
  if (keyArn(arn, provider) === undefined) throw new EdgekmsError("InvalidAnswer", (await words()).noArn(name));
  return { providerId: provider, providerInfo: utf8(arn), ciphertext: blob };
}

/** A data key that a CMK wrapped. */
interface Entry {
  readonly text: string;
  readonly arn: KeyArn;
  readonly ciphertext: Bytes;
}

function entriesOf({ encryptedDataKeys }: OpenMaterials): Entry[] {
  return encryptedDataKeys.flatMap(({ providerId, providerInfo, ciphertext }) => {
    const text = textOf(providerInfo);
    const arn = text === undefined ? undefined : keyArn(text, providerId);
    return text === undefined || arn === undefined ? [] : [{ text, arn, ciphertext }];
  });
}

function textOf(bytes: Bytes): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * What names one of these CMKs by its ARN comes first, as it needs no call. Other names are resolved only if
 * that did not open the message, each once, so that a message of many entries does not cause as many calls.
 */
async function unwrapStrictly(
  service: KeyService,
  names: readonly string[],
  materials: OpenMaterials,
  scope: MessageScope,
): Promise<void> {
  const attempts = new Attempts();
  const entries = entriesOf(materials);
  const known = new Set(names.map((name) => keyArn(name)?.key));
  const [certain, possible] = split(entries, ({ arn }) => known.has(arn.key));
  if (await unwrapOne(service, certain, materials, attempts, scope)) return;
  const own = possible.length === 0 ? names : await resolve(service, names, attempts, scope);
  const resolved = new Set(own.map((name) => keyArn(name)?.key));
  const named = possible.filter(({ arn }) => resolved.has(arn.key));
  if (await unwrapOne(service, named, materials, attempts, scope)) return;
  const { keptToCmks, passedOver } = await words();
  attempts.passedOver(passedOver(arnsOf(entries), keptToCmks(own)));
  throw attempts.error();
}

function split<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

/** The ARNs of these names; a name itself, if what it names could not be learnt. */
async function resolve(
  service: KeyService,
  names: readonly string[],
  attempts: Attempts,
  scope: MessageScope,
): Promise<string[]> {
  const outcomes = await Promise.allSettled(names.map((name) => service.arnOf(name, scope)));
  return outcomes.map((outcome, index) => {
    if (outcome.status === "fulfilled") return outcome.value;
    const name = names[index] as string;
    const { reason } = outcome;
    attempts.failed(isNoAnswer(reason) ? reason : notOpened(`what CMK ${name} is could not be learnt`, reason), scope);
    if (isNoAnswer(reason)) throw attempts.error();
    return name;
  });
}

/** What services answer to a blob that they do not know, that was changed, or that has another context. */
const NOT_OPENED = ["InvalidParameter", "InvalidCiphertextException", "IncorrectKeyException"];

/** Whether one of these entries gave the data key. A service that does not answer is asked no more. */
async function unwrapOne(
  service: KeyService,
  entries: readonly Entry[],
  materials: OpenMaterials,
  attempts: Attempts,
  scope: MessageScope,
): Promise<boolean> {
  for (const entry of entries) {
    try {
      await unwrap(service, entry, materials, scope);
      return true;
    } catch (error) {
      attempts.failed(error, scope);
      if (isNoAnswer(error)) throw attempts.error();
    }
  }
  return false;
}

async function unwrap(
  service: KeyService,
  { text, arn, ciphertext }: Entry,
  materials: OpenMaterials,
  scope: MessageScope,
): Promise<void> {
  const decrypting = service.decrypt(ciphertext, fromPairs(materials.context), scope);
  const { keyId, plaintext } = await decrypting.catch(async (error: unknown) => {
    if (!(error instanceof EdgekmsError && NOT_OPENED.includes(error.code))) throw error;
    throw notOpened((await words()).notUnwrapped(text), error);
  });
  try {
    if (!isNamed(arn, keyId)) {
      throw new EdgekmsError("InvalidAnswer", (await words()).otherCmk(keyId, text));
    }
    if (!materials.accept(plaintext)) {
      const { otherLength } = await words();
      throw new EdgekmsError("InvalidAnswer", otherLength(text, plaintext.length, materials.keyLength));
    }
  } finally {
    plaintext.fill(0);
  }
}

const words = () => part(() => import("./kms-words.js"));

function arnsOf(entries: readonly Entry[]): string[] {
  return entries.map(({ text }) => text);
}
