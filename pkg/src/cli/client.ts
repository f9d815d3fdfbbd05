// SPDX-License-Identifier: Apache-2.0
/** The KMS that a command talks to. */

import type { KmsClient } from "../entrypoints/node.js";
import type { GlobalOptions } from "./global-options.js";
import { edgekms } from "./package.js";

/**
 * The client that the options, the configuration and the environment say, in this order.
 *
 * @throws EdgekmsError `InvalidArgument`, naming the setting that is missing
 */
export async function clientFor({ endpoint, region }: GlobalOptions): Promise<KmsClient> {
  const { KmsClient } = await edgekms();
  return KmsClient.fromEnv({ ...(endpoint && { endpoint }), ...(region && { region }) });
}
