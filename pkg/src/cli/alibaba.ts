// SPDX-License-Identifier: Apache-2.0
/** Answers of the client with the names that Alibaba's reference has, for programs: these do not change. */

/** Names that begin with more than one capital. */
const ACRONYMS: Readonly<Record<string, string>> = { dkmsInstanceId: "DKMSInstanceId" };

/** A name of the client as it is on the wire. */
type Wire<Name> = Name extends string ? Capitalize<Name> : never;

/** The value with the wire's names, without what belongs to the call and not to the answer. */
export type Alibaba<T> = T extends readonly (infer Row)[]
  ? Alibaba<Row>[]
  : T extends object
    ? { [Name in keyof T as Name extends "requestId" ? never : Wire<Name>]: Alibaba<T[Name]> }
    : T;

/** The value with the wire's names. */
export function alibaba<T>(value: T): Alibaba<T> {
  if (Array.isArray(value)) return value.map(alibaba) as Alibaba<T>;
  if (typeof value !== "object" || value === null) return value as Alibaba<T>;
  const fields = Object.entries(value).filter(([name]) => name !== "requestId");
  return Object.fromEntries(fields.map(([name, inner]) => [wireName(name), alibaba(inner as unknown)])) as Alibaba<T>;
}

function wireName(name: string): string {
  return ACRONYMS[name] ?? name.charAt(0).toUpperCase() + name.slice(1);
}
