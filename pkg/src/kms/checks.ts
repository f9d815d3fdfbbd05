// SPDX-License-Identifier: Apache-2.0
/** Requests and answers, checked by the server's own types in the third WebAssembly module. */

import { api } from "../core/api.js";
import type { KeyProvider } from "../keyring/arn.js";
import type { Field } from "./fields.js";

/** The checks of one action, which is named as the wire does. */
export interface Checks {
  /** Fails as the server would, if its types do not take what is about to be sent. */
  request(fields: Field[]): void;
  /** Fails if a field is missing or of another type. */
  answer(answer: object): void;
}

/** Loads the module, if this is the first check. */
export async function checksOf(provider: KeyProvider, action: string): Promise<Checks> {
  const { checkRequest, checkAnswer } = await api();
  const dialect = provider === "aws-kms" ? "aws" : "aliyun";
  return {
    request(fields) {
      // What JSON leaves out, such as an undefined field of an object, the server does not see.
      const sent = JSON.parse(JSON.stringify(Object.fromEntries(fields))) as object;
      checkRequest(dialect, action, sent);
    },
    answer(answer) {
      checkAnswer(dialect, action, answer);
    },
  };
}
