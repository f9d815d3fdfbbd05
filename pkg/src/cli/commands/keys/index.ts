// SPDX-License-Identifier: Apache-2.0
/** `edgekms keys`: the keys of a region, from their making to their end. */

import type { Group } from "../../command.js";

const LIFE = "A key's life";
const USE = "Signatures";
const SAFETY = "Safety";

/** The group. */
export const keys: Group = {
  about: "Where a command takes a key, it takes its id, its ARN or an alias.",
  commands: [
    { name: "list", summary: "List the keys", group: LIFE, load: async () => (await import("./list.js")).list },
    { name: "show", summary: "Tell all about a key", group: LIFE, load: async () => (await import("./show.js")).show },
    { name: "create", summary: "Make a key", group: LIFE, load: async () => (await import("./create.js")).create },
    { name: "describe", summary: "Replace a key's description", group: LIFE, load: async () => (await import("./state.js")).describe },
    { name: "enable", summary: "Let a key be used", group: LIFE, load: async () => (await import("./state.js")).enable },
    { name: "disable", summary: "Stop every use of a key", group: LIFE, load: async () => (await import("./state.js")).disable },
    { name: "protect", summary: "Refuse a key's deletion, or no longer", group: LIFE, load: async () => (await import("./state.js")).protect },
    { name: "rotate", summary: "Give a key a new version, now or regularly", group: LIFE, load: async () => (await import("./rotate.js")).rotate },
    { name: "import", summary: "Give a key material of your own, wrapped here", group: LIFE, load: async () => (await import("./import.js")).importMaterial },
    { name: "delete-material", summary: "Delete a key's imported material", group: LIFE, load: async () => (await import("./import.js")).deleteMaterial },
    {
      name: "schedule-deletion",
      summary: "Stop every use of a key, and delete it after some days",
      group: LIFE,
      load: async () => (await import("./deletion.js")).scheduleDeletion,
    },
    { name: "cancel-deletion", summary: "Keep a key that waits for its deletion", group: LIFE, load: async () => (await import("./deletion.js")).cancelDeletion },
    { name: "sign", summary: "Sign a file", group: USE, load: async () => (await import("./sign.js")).sign },
    { name: "verify", summary: "Say whether a signature is good", group: USE, load: async () => (await import("./sign.js")).verify },
    { name: "public-key", summary: "Print a key's public key", group: USE, load: async () => (await import("./sign.js")).publicKey },
    { name: "explain", summary: "Say whether somebody may use a key, and why", group: SAFETY, load: async () => (await import("./explain.js")).explain },
    { name: "usage", summary: "Tell how often keys were used", group: SAFETY, load: async () => (await import("./usage.js")).usage },
    { name: "backup", summary: "Write all keys of the region into a file", group: SAFETY, load: async () => (await import("./backup.js")).backup },
    { name: "restore", summary: "Restore such a file into a region without keys", group: SAFETY, load: async () => (await import("./restore.js")).restore },
  ],
  examples: [
    { what: "A key for files, with a name", line: "edgekms keys create --alias photos" },
    { what: "The keys that are in use", line: "edgekms keys list --state Enabled" },
    { what: "Why a user may not decrypt", line: "edgekms keys explain alias/photos --user alice --may Decrypt" },
  ],
};
