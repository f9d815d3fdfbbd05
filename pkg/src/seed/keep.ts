// SPDX-License-Identifier: Apache-2.0
/** The access keys of a run: those that it found, and those that it makes, kept before anything else is done. */

import type { KeptAccessKey, SeedSecrets, SeedVault } from "./vault.js";

/** What is kept of one run. */
export class Keep {
  readonly #vault: SeedVault | undefined;
  #secrets: SeedSecrets;

  private constructor(vault: SeedVault | undefined, secrets: SeedSecrets) {
    this.#vault = vault;
    this.#secrets = secrets;
  }

  static async of(vault: SeedVault | undefined): Promise<Keep> {
    return new Keep(vault, (await vault?.load()) ?? { begun: [], accessKeys: [] });
  }

  get secrets(): SeedSecrets {
    return this.#secrets;
  }

  /** Before an account is made: whoever finds it without an access key then knows whose it is. */
  async begin(account: string): Promise<void> {
    await this.#save({ ...this.#secrets, begun: [...new Set([...this.#secrets.begun, account])] });
  }

  async add(accessKey: KeptAccessKey): Promise<void> {
    await this.#save({ ...this.#secrets, accessKeys: [...this.#secrets.accessKeys, accessKey] });
  }

  async #save(secrets: SeedSecrets): Promise<void> {
    this.#secrets = secrets;
    await this.#vault?.save(secrets);
  }
}
