// SPDX-License-Identifier: Apache-2.0
/** What a client must know of each cloud before it calls; the rest of a dialect may come later. */

import { aliyun } from "./aliyun.js";
import type { Cloud, Dialect } from "./dialect.js";
import { part } from "../part.js";

export const CLOUDS: Readonly<Record<Dialect, Cloud>> = {
  aliyun: {
    provider: "aliyun-kms",
    keyId: (name) => name.replace(/^arn:aws[^:]*:kms:/, "acs:kms:"),
    protocol: () => aliyun,
  },
  aws: {
    provider: "aws-kms",
    keyId: (name) => name.replace(/^acs:kms:/, "arn:aws:kms:"),
    protocol: async () => (await part(() => import("./aws.js"))).aws,
  },
};
