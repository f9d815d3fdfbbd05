// SPDX-License-Identifier: Apache-2.0
/** Compiled and not run: what texts, JSON, fields, lists, look-ups and passwords are to the compiler. */

import {
  type Decrypted,
  Envelope,
  type Lookup,
  type ManyProgress,
  type Outcome,
  passwordKeyring,
  type PasswordKeyringOptions,
} from "edgekms";

const options: PasswordKeyringOptions = { password: new Uint8Array(8), name: "ada", memoryKiB: 65_536 };
const envelope = new Envelope({ keyring: passwordKeyring(options) });

interface User {
  readonly id: string;
  email?: string;
  born: number;
  address: { street: string; city: string; geo: { lat: number } };
}

export async function fields(user: User, names: string[]): Promise<void> {
  const sealed = await envelope.encryptFields(user, ["email", "born", "address.street", "address.geo"], {
    encryptionContext: { user: user.id },
    missing: "skip",
  });
  const born: string = sealed.born;
  const street: string = sealed.address.street;
  const geo: string = sealed.address.geo;
  const city: string = sealed.address.city;
  const email: string | undefined = sealed.email;
  // @ts-expect-error it is a text now
  const number: number = sealed.born;
  const opened = await envelope.decryptFields(sealed, ["born"]);
  const unknown: unknown = opened.born;
  // @ts-expect-error what comes out of a message is not known to the compiler
  const wrong: number = opened.born;
  // Paths that the compiler does not know leave the object's type alone.
  const same: User = await envelope.encryptFields(user, names);
  console.log(born, street, geo, city, email, number, unknown, wrong, same);
}

export async function values(): Promise<void> {
  const text: string = await envelope.encryptText("text", { encryptionContext: { row: "1" } });
  const opened: string = await envelope.decryptText(text);
  const json: string = await envelope.encryptJson({ a: [1, null] });
  const typed: { a: number } = await envelope.decryptJson<{ a: number }>(json);
  const untyped: unknown = await envelope.decryptJson(json);
  // @ts-expect-error texts alone
  await envelope.encryptText(new Uint8Array(1));
  // @ts-expect-error a text, not bytes
  await envelope.decryptText(new Uint8Array(1));
  console.log(opened, typed, untyped);
}

export async function many(rows: { id: string; iban: string }[]): Promise<void> {
  const sealed: Uint8Array<ArrayBuffer>[] = await envelope.encryptMany(
    rows.map(({ iban }) => iban),
    {
      concurrency: 8,
      encryptionContext: (index) => ({ row: rows[index]?.id ?? "" }),
      onProgress: ({ done, total }: ManyProgress) => console.log(done / total),
      signal: AbortSignal.timeout(1000),
    },
  );
  const opened: Decrypted[] = await envelope.decryptMany(new Set(sealed));
  const outcomes: Outcome<Decrypted>[] = await envelope.decryptMany(sealed, { onFailure: "collect" });
  for (const outcome of outcomes) {
    if (outcome.status === "fulfilled") console.log(outcome.value.plaintext);
  }
  // @ts-expect-error outcomes are not values
  const values: Decrypted[] = await envelope.decryptMany(sealed, { onFailure: "collect" });
  console.log(opened, values);
}

export async function lookups(): Promise<void> {
  const key: Uint8Array = await envelope.createLookupKey({ encryptionContext: { table: "t" } });
  const lookup: Lookup = await envelope.lookup(key, { field: "email", namespace: "customers" });
  const text: string = lookup.decrypt(lookup.encrypt("a"));
  lookup.close();
  // @ts-expect-error which field
  await envelope.lookup(text, {});
}

// @ts-expect-error a password is needed
passwordKeyring({ name: "ada" });
