// SPDX-License-Identifier: Apache-2.0
/** Where the worker is and who calls: from the environment, where secrets belong. */

export const settings = {
  endpoint: setting("EDGEKMS_ENDPOINT"),
  region: setting("EDGEKMS_REGION", "cn-hangzhou"),
  accessKeyId: setting("EDGEKMS_ACCESS_KEY_ID"),
  accessKeySecret: setting("EDGEKMS_ACCESS_KEY_SECRET"),
};

const url = new URL(settings.endpoint);

/** These SDKs take the host and the protocol apart. */
export const endpoint = url.host;
export const protocol = url.protocol === "https:" ? "HTTPS" : "HTTP";

function setting(name, otherwise) {
  const value = process.env[name] ?? otherwise;
  if (value) return value;
  console.error(`Set ${name} first; README.md says to what.`);
  process.exit(2);
}
