// SPDX-License-Identifier: Apache-2.0
/** What KMS keyrings say of a message that they do not encrypt or decrypt. Loaded when there is one. */

export const DISCOVERY_ONLY_DECRYPTS = "a discovery keyring only decrypts; encrypt with a keyring that names a CMK";

/** Whose CMKs the message is for, by their ARNs, and whose the keyring is for. */
export function passedOver(arns: readonly string[], keptTo: string): string {
  const message =
    arns.length === 0
      ? "the message has no data key of a key service"
      : `the message is for ${list(arns)}`;
  return message + keptTo;
}

/** What a strict keyring is for. */
export function keptToCmks(names: readonly string[]): string {
  return `, and this keyring is for ${list(names)}`;
}

/** What a discovery keyring is for. */
export function keptToAccounts(accounts: readonly string[]): string {
  return accounts.length === 0 ? "" : `, and this keyring is for the accounts ${list(accounts)}`;
}

/** The CMK did not open the blob. */
export function notUnwrapped(arn: string): string {
  return `the CMK ${shown(arn)} does not unwrap the message's data key; was it encrypted with this context?`;
}

/** The service used another key than the message names. */
export function otherCmk(used: string, arn: string): string {
  return `the key service used the CMK ${shown(used)}, and the message names ${shown(arn)}`;
}

/** What the service made is no data key of the message's suite. */
export function otherLengthMade(name: string, length: number, wanted: number): string {
  return `the CMK ${name} gave a data key of ${length} bytes, not of ${wanted}`;
}

/** The service does not say which CMK it was, which messages name. */
export function noArn(name: string): string {
  return `the key service gave no ARN of its CMK ${name}`;
}

/** What came is no data key of the message's suite. */
export function otherLength(arn: string, length: number, wanted: number): string {
  return `the CMK ${shown(arn)} unwrapped a key of ${length} bytes, not of ${wanted}`;
}

function list(names: readonly string[]): string {
  const most = names.slice(0, 3).map(shown).join(", ");
  return names.length > 3 ? `${most} and ${names.length - 3} more` : most;
}

/** What a message names is anyone's: it must not fill a log, or write lines into it. */
function shown(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, "?").slice(0, 200);
}
