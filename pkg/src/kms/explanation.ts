// SPDX-License-Identifier: Apache-2.0
/** Why policies decide as they do, whoever was asked. */

import { EdgekmsError } from "../errors.js";
import { answerFields } from "./wire.js";

/** A policy's kind: attached to a user, a group or a role; of a session; of a key. */
export type PolicyKind = "identity" | "session" | "trust" | "key";

/** Where a statement stands. */
export interface StatementPlace {
  policyKind: PolicyKind;
  policyName: string;
  /** In the policy's text, from 1. */
  number: number;
  /** What its author calls it. */
  sid?: string;
}

/** A statement, and where it stops. */
export interface ExplainedStatement extends StatementPlace {
  effect: "Allow" | "Deny";
  /** The first element that does not match; absent if it matches. */
  stopsAt?: "Action" | "Principal" | "Resource" | "Condition";
  /** Of the condition that does not hold. */
  operator?: string;
  /** Of the condition that does not hold, as the policy has it. */
  conditionKey?: string;
}

/** Whether it would be allowed, and why. */
export interface Explanation {
  decision: "Allow" | "ImplicitDeny" | "ExplicitDeny";
  /**
   * Why: statements in `deciding` allow it or one denies it, or nothing allows it; or whatever policies say, the
   * account itself asks for its own (`Owner`), it is another account's and never leaves it (`StaysHome`), or a name
   * or a value is longer than what is compared (`TooLong`).
   */
  reason: "Allowed" | "Denied" | "Nothing" | "Owner" | "StaysHome" | "TooLong";
  /** Whose leave is missing, where nothing denies it and not all allow it that must. */
  missing?: "Identity" | "Session" | "Resource" | "IdentityOrResource";
  /** The statements that decide: the one that denies it, or all that allow it. */
  deciding: StatementPlace[];
  /** Every statement of every policy that has a say, in the order of their texts. */
  statements: ExplainedStatement[];
}

interface Answer extends Pick<Explanation, "decision" | "reason" | "missing"> {
  deciding?: { statement?: StatementPlace[] };
  policies?: { policy?: ToldPolicy[] };
}

interface ToldPolicy extends Pick<StatementPlace, "policyKind" | "policyName"> {
  statements?: { statement?: ExplainedStatement[] };
}

/** An answer of ExplainPermission. */
export function explanationOf(answer: object): Explanation {
  const { decision, reason, missing, deciding, policies } = answerFields(answer) as Answer;
  if (typeof decision !== "string") {
    throw new EdgekmsError("InvalidAnswer", "the answer of ExplainPermission has no decision; is `endpoint` edgekms?");
  }
  const statements = (policies?.policy ?? []).flatMap(({ policyKind, policyName, statements: told }) =>
    (told?.statement ?? []).map((statement) => ({ ...statement, policyKind, policyName })),
  );
  return {
    decision,
    reason,
    ...(missing === undefined ? {} : { missing }),
    deciding: deciding?.statement ?? [],
    statements,
  };
}
