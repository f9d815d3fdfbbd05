// SPDX-License-Identifier: Apache-2.0
// Removes what an earlier build left, so that a renamed module cannot stay in the package.
import { rmSync } from "node:fs";

rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true });
