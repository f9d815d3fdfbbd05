// SPDX-License-Identifier: Apache-2.0
/** Events of the trail, in ActionTrail's words, and the question for them. */

import type { WireCall } from "../../../entrypoints/management.js";

/** What of an event is shown in a line; programs get all of it. */
export interface Event {
  readonly eventId: string;
  readonly eventTime: string;
  readonly eventName: string;
  readonly serviceName?: string;
  readonly errorCode?: string;
  readonly sourceIpAddress?: string;
  readonly userIdentity?: { readonly type?: string; readonly userName?: string; readonly accessKeyId?: string };
  readonly referencedResources?: Readonly<Record<string, readonly string[]>>;
}

/** One condition, which is all that the service takes. */
export interface Condition {
  readonly key: string;
  readonly value: string;
}

/** Which events. */
export interface Question {
  readonly condition?: Condition | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly forward: boolean;
}

interface Answer {
  readonly Events: readonly Event[];
  readonly EndTime: string;
  readonly NextToken?: string;
}

/** A page has no more. */
const PAGE = 50;

/** Events page by page, with the moment up to which the service has looked. */
export async function* pagesOf(call: WireCall, { condition, from, until, forward }: Question): AsyncGenerator<Answer> {
  const asked = {
    ...(condition && { "LookupAttribute.1.Key": condition.key, "LookupAttribute.1.Value": condition.value }),
    Direction: forward ? "FORWARD" : "BACKWARD",
    StartTime: from,
    EndTime: until,
    MaxResults: PAGE,
  };
  let NextToken: string | undefined;
  do {
    // With a token, the times must be those that the first answer told.
    const page: Answer = await call<Answer>("LookupEvents", { ...asked, NextToken });
    yield page;
    NextToken = page.NextToken || undefined;
  } while (NextToken !== undefined);
}

/** What a table shows of an event. */
export const HEAD = ["TIME", "WHO", "EVENT", "WHAT", "FROM", "REFUSED BY"] as const;

/** An event under that head. */
export function cellsOf({ eventTime, eventName, errorCode, sourceIpAddress, userIdentity, referencedResources }: Event) {
  const who = userIdentity?.userName ?? userIdentity?.type;
  const what = Object.values(referencedResources ?? {}).flat().join(" ");
  return [eventTime, who, eventName, what, sourceIpAddress, errorCode];
}
