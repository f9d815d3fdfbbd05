// SPDX-License-Identifier: Apache-2.0
/** What a check has found. */

/** How it is: good, to be looked at, wrong, or not to be known here. */
export type Status = "ok" | "warning" | "failed" | "skipped";

/** A finding, with what to do about it where it is not good. */
export interface Finding {
  readonly check: string;
  readonly status: Status;
  readonly what: string;
  readonly remedy?: string;
}

/** Findings of one check. */
export function check(name: string) {
  return {
    ok: (what: string): Finding => ({ check: name, status: "ok", what }),
    warning: (what: string, remedy: string): Finding => ({ check: name, status: "warning", what, remedy }),
    failed: (what: string, remedy: string): Finding => ({ check: name, status: "failed", what, remedy }),
    skipped: (what: string, remedy: string): Finding => ({ check: name, status: "skipped", what, remedy }),
  };
}
