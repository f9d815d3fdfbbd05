// SPDX-License-Identifier: Apache-2.0

import { defineConfig } from "vitest/config";

// A start takes a second, and several on a busy machine.
export default defineConfig({ test: { testTimeout: 30_000, hookTimeout: 60_000 } });
