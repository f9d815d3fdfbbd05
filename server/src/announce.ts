// SPDX-License-Identifier: Apache-2.0
/** What a server says of itself in a terminal: text that a shell can read, so that it can be pasted or evaluated. */

import type { Server } from "./server.js";

/** The shells whose way to set a variable is known. */
export const SHELLS = ["sh", "fish", "powershell", "cmd"] as const;

/** One of them. */
export type Shell = (typeof SHELLS)[number];

/** How each sets a variable for the programs that it starts, and begins a comment. */
const WAYS: Readonly<Record<Shell, { comment: string; set(name: string, value: string): string }>> = {
  sh: { comment: "#", set: (name, value) => `export ${name}='${value.replaceAll("'", `'\\''`)}'` },
  fish: { comment: "#", set: (name, value) => `set -gx ${name} '${value.replace(/[\\']/g, "\\$&")}'` },
  powershell: { comment: "#", set: (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'` },
  cmd: { comment: "rem", set: (name, value) => `set "${name}=${value}"` },
};

/**
 * The variables by which clients find a server, and trust it: those of this package's client, and for a server by
 * https those of Node, of OpenSSL and what heeds it, and of Python's: requests (Alibaba's newer SDKs),
 * aliyun-python-sdk-core (`oss2`, the encryption SDK) and botocore (AWS's). Also the operator's access key, of which
 * `edgekms accounts` makes use.
 */
export function environmentOf(server: Omit<Server, keyof AsyncDisposable | "clock" | "ended" | "stop">): Record<string, string> {
  const { address, region, accessKeyId, accessKeySecret, operator, trust } = server;
  return {
    EDGEKMS_ENDPOINT: address,
    EDGEKMS_REGION: region,
    EDGEKMS_ACCESS_KEY_ID: accessKeyId,
    EDGEKMS_ACCESS_KEY_SECRET: accessKeySecret,
    EDGEKMS_OPERATOR_ACCESS_KEY_ID: operator.accessKeyId,
    EDGEKMS_OPERATOR_ACCESS_KEY_SECRET: operator.accessKeySecret,
    ...(trust && {
      NODE_EXTRA_CA_CERTS: trust.authorityFile,
      SSL_CERT_FILE: trust.bundleFile,
      REQUESTS_CA_BUNDLE: trust.bundleFile,
      ALIBABA_CLOUD_CA_BUNDLE: trust.bundleFile,
      AWS_CA_BUNDLE: trust.bundleFile,
    }),
  };
}

/** Lines that set these variables in a shell. */
export function exportLines(environment: Readonly<Record<string, string>>, shell: Shell = "sh"): string[] {
  return Object.entries(environment).map(([name, value]) => WAYS[shell].set(name, value));
}

/** The same after a sentence, as a comment, so that all of it can be evaluated. */
export function announcement(server: Server, shell: Shell = "sh"): string {
  const about = `edgekms answers at ${server.address} (region ${server.region}, account ${server.accountId}). End it with Ctrl-C.`;
  return [`${WAYS[shell].comment} ${about}`, ...exportLines(environmentOf(server), shell)].join("\n");
}

/** Ends a server, and then this process, when that is asked to end. */
export function endOnSignals(server: Pick<Server, "stop">): void {
  let stopping: Promise<void> | undefined;
  for (const signal of ["SIGTERM", "SIGINT"]) {
    process.on(signal, () => (stopping ??= server.stop().finally(() => process.exit(0))));
  }
}
