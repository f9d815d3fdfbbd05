// SPDX-License-Identifier: Apache-2.0
/**
 * What the command line needs of the package besides its public interface: not exported to anybody else, who has
 * Alibaba's own SDKs of RAM, STS and ActionTrail.
 */

import "./node.js";

export { type WireCall, wireCalls } from "../kms/wire-calls.js";
