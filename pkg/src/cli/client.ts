// SPDX-License-Identifier: Apache-2.0
/** The KMS that a command talks to. */

import { type Given } from "./config/credentials.js";
import { endpointOf, identityOf, type Settings, settingsOf } from "./config/settings.js";
import type { KmsClient } from "../entrypoints/node.js";
import type { GlobalOptions } from "./global-options.js";
import { edgekms } from "./package.js";

/** Where it is and who asks: options of a client. */
export interface Reach {
  readonly endpoint: string;
  readonly region?: string;
  readonly credentials: Given;
}

/** One answer for one run: a role is assumed once, however many clients a command has. */
const REACHES = new WeakMap<GlobalOptions, Promise<Reach>>();

/**
 * Where the options, the configuration and the environment say, in this order.
 *
 * @throws CliError `usage`, naming the setting that is missing
 */
export function reachFor(global: GlobalOptions): Promise<Reach> {
  const held = REACHES.get(global) ?? settingsOf(global).then((settings) => reachOf(settings, identityOf(settings)));
  REACHES.set(global, held);
  return held;
}

/** The same for whoever runs the deployment: by the operator's own access key, if one is told apart. */
export async function operatorReachFor(global: GlobalOptions): Promise<Reach> {
  const settings = await settingsOf(global);
  if (settings.operator === undefined) return reachFor(global);
  return reachOf(settings, settings.operator.value);
}

async function reachOf(settings: Settings, identity: (at: { endpoint: string }) => Promise<Given>): Promise<Reach> {
  const endpoint = endpointOf(settings);
  const region = settings.region?.value;
  return { endpoint, ...(region !== undefined && { region }), credentials: await identity({ endpoint }) };
}

/**
 * The client of a reach.
 *
 * @throws EdgekmsError `InvalidArgument`, naming the option
 */
export async function clientFor(global: GlobalOptions): Promise<KmsClient> {
  return clientOf(await reachFor(global));
}

/** A client of the operator's. */
export async function operatorFor(global: GlobalOptions): Promise<KmsClient> {
  return clientOf(await operatorReachFor(global));
}

/** A client of a reach. */
export async function clientOf(reach: Reach): Promise<KmsClient> {
  const { KmsClient } = await edgekms();
  return new KmsClient(reach);
}
