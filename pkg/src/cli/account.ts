// SPDX-License-Identifier: Apache-2.0
/** Calls about accounts: users, roles, policies, events. Names and answers are Alibaba's own. */

import { operatorReachFor, type Reach, reachFor } from "./client.js";
import type { Context } from "./command.js";
import type { WireCall } from "../entrypoints/management.js";

/** Calls of whoever the options, the environment and the configuration say. */
export async function accountOf(context: Context): Promise<WireCall> {
  return callsOf(await reachFor(context.global), context);
}

/** Calls of whoever runs the deployment. */
export async function operatorOf(context: Context): Promise<WireCall> {
  return callsOf(await operatorReachFor(context.global), context);
}

async function callsOf(reach: Reach, { signal }: Context): Promise<WireCall> {
  const { wireCalls } = await import("../entrypoints/management.js");
  const call = wireCalls(reach);
  return (action, parameters, options) => call(action, parameters, { signal, ...options });
}

/** All rows of a list that is told in pages: `Users.User` of ListUsers, for example. */
export async function allRows<Row>(call: WireCall, action: string, parameters: object = {}): Promise<Row[]> {
  const rows: Row[] = [];
  let Marker: string | undefined;
  do {
    const page = await call<Page>(action, { ...parameters, MaxItems: 1_000, Marker });
    rows.push(...rowsOf<Row>(page));
    Marker = page.IsTruncated ? page.Marker : undefined;
  } while (Marker !== undefined);
  return rows;
}

interface Page {
  IsTruncated?: boolean;
  Marker?: string;
}

/** The rows of an answer, whose one list is inside an object of one field. */
export function rowsOf<Row>(answer: object): Row[] {
  const inner: unknown[] = Object.values(answer).flatMap((value: unknown) =>
    typeof value === "object" && value !== null ? Object.values(value) : []);
  return inner.filter(Array.isArray).flat() as Row[];
}
