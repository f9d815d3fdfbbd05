// SPDX-License-Identifier: Apache-2.0
import { invalidArgument } from "../errors.js";
import type { CommitmentPolicy } from "./bindings.js";

/** In the order of `CommitmentPolicy::ALL` in crates/core/src/commitment.rs. */
const POLICIES: readonly CommitmentPolicy[] = [
  "require-encrypt-require-decrypt",
  "require-encrypt-allow-decrypt",
  "forbid-encrypt-allow-decrypt",
];

/** The core's number for a policy. */
export function policyNumber(policy: CommitmentPolicy = "require-encrypt-require-decrypt"): number {
  const number = POLICIES.indexOf(policy);
  if (number >= 0) return number;
  throw invalidArgument(`commitmentPolicy must be ${POLICIES.join(", ")}`);
}
