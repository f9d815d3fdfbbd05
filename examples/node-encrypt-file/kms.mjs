// SPDX-License-Identifier: Apache-2.0
/** Which key, and how to reach it: from the environment, where secrets belong. */
import { Envelope, KmsClient } from "edgekms";

/** @returns {Envelope} what seals and opens under the key `EDGEKMS_KEY_ID`. */
export function envelope() {
  return new Envelope({ keyring: client().keyring(setting("EDGEKMS_KEY_ID")) });
}

/** @returns {KmsClient} */
export function client() {
  return new KmsClient({
    endpoint: setting("EDGEKMS_ENDPOINT"),
    region: setting("EDGEKMS_REGION", "cn-hangzhou"),
    credentials: {
      accessKeyId: setting("EDGEKMS_ACCESS_KEY_ID"),
      accessKeySecret: setting("EDGEKMS_ACCESS_KEY_SECRET"),
    },
  });
}

function setting(name, otherwise) {
  const value = process.env[name] ?? otherwise;
  if (value) return value;
  console.error(`Set ${name} first; README.md says to what.`);
  process.exit(2);
}
