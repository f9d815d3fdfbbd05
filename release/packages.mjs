// SPDX-License-Identifier: Apache-2.0
/** What is published, and the folder of each from the root. */
export const PACKAGES = [
  { name: "edgekms", folder: "pkg" },
  { name: "edgekms-server", folder: "server" },
];
