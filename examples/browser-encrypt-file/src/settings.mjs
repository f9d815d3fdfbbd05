// SPDX-License-Identifier: Apache-2.0
/** The key and how to reach it. The address is remembered for the next visit, the secrets never. */

const STORE = "edgekms-example";
const REMEMBERED = { endpoint: "endpoint", region: "region", keyId: "key-id", output: "output" };

const field = (id) => document.getElementById(id);
const text = (id) => field(id).value.trim();

/** What the form says. */
export function readSettings() {
  const securityToken = text("security-token");
  return {
    keyId: text("key-id"),
    endpoint: text("endpoint"),
    region: text("region"),
    output: text("output"),
    credentials: {
      accessKeyId: text("access-key-id"),
      accessKeySecret: text("access-key-secret"),
      ...(securityToken && { securityToken }),
    },
  };
}

/** Keeps the harmless part of `settings`; without `settings`, fills it into the form. */
export function rememberSettings(settings) {
  try {
    if (settings) {
      const kept = Object.fromEntries(Object.keys(REMEMBERED).map((name) => [name, settings[name]]));
      localStorage.setItem(STORE, JSON.stringify(kept));
      return;
    }
    const kept = JSON.parse(localStorage.getItem(STORE) ?? "{}");
    for (const [name, id] of Object.entries(REMEMBERED)) {
      if (typeof kept[name] === "string") field(id).value = kept[name];
    }
  } catch {
    // Storage is switched off: then the form starts empty each time.
  }
}
