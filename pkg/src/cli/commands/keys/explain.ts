// SPDX-License-Identifier: Apache-2.0
/** `edgekms keys explain` */

import { reachFor } from "../../client.js";
import { leaf } from "../../command.js";
import { usage } from "../../exit.js";
import type { Explanation, ExplainedStatement, StatementPlace } from "../../../entrypoints/node.js";
import { KEY } from "../../keys.js";
import { moment } from "../../numbers.js";
import { table, text } from "../../output.js";
import { policyFrom } from "../../policy-file.js";
import { tagOf } from "../../tag.js";
import { edgekms } from "../../package.js";

interface Options {
  readonly user?: string;
  readonly role?: string;
  readonly may?: string;
  readonly context?: readonly { tagKey: string; tagValue: string }[];
  readonly from?: string;
  readonly at?: Date;
  readonly sessionPolicy?: string;
}

/** The group's `explain`. */
export const explain = leaf<Options>({
  about:
    "Asks the service with the policies as they are now, and does nothing with the key. What is not said of the call is " +
    "absent in it: a condition that asks for it does not hold.",
  arguments: [KEY],
  options: [
    { flags: "--user <name>", about: "the user who would" },
    { flags: "--role <name>", about: "the role, a session of which would" },
    { flags: "--may <action>", about: "what: Decrypt, or kms:Decrypt as policies call it" },
    { flags: "--context <name=value>", about: "a pair of the encryption context; may be repeated", many: true, parse: tagOf },
    { flags: "--from <address>", about: "the address that the call would come from" },
    { flags: "--at <time>", about: "when it would come (default now)", parse: moment("--at") },
    { flags: "--session-policy <file>", about: "a file with what the session may do at the most" },
  ],
  examples: [
    { what: "Why alice may not decrypt", line: "edgekms keys explain alias/photos --user alice --may Decrypt --context album=42" },
    { what: "For a script: Allow, ImplicitDeny or ExplicitDeny", line: "edgekms keys explain alias/photos --role web --may Encrypt --json | jq -r .Decision" },
  ],
  async run(context, { args: [keyId = ""], options }) {
    const { user, role, may, from, at, sessionPolicy } = options;
    if ((user === undefined) === (role === undefined)) throw usage("say who would: --user or --role");
    if (may === undefined) throw usage("say what they would do: --may Decrypt, for example");
    const { explainPermission } = await edgekms();
    const pairs = options.context?.map(({ tagKey, tagValue }) => [tagKey, tagValue] as const);
    const found = await explainPermission({
      ...(await reachFor(context.global)),
      ...(user !== undefined && { userName: user }),
      ...(role !== undefined && { roleName: role }),
      permission: may.includes(":") ? may : `kms:${may}`,
      keyId,
      ...(pairs !== undefined && { encryptionContext: Object.fromEntries(pairs) }),
      ...(from !== undefined && { sourceIp: from }),
      ...(at !== undefined && { currentTime: at }),
      ...(sessionPolicy !== undefined && { sessionPolicy: await policyFrom(sessionPolicy, context.signal) }),
    });
    const { alibaba } = await import("../../alibaba.js");
    const rows = found.statements.map((statement) => [placeText(statement), statement.effect, stopText(statement)]);
    await context.output.result(
      alibaba(found),
      text(sentence(found)),
      table(["STATEMENT", "EFFECT", "FOR THIS CALL"], rows, "no policy has a statement about it"),
    );
  },
});

const MISSING: Readonly<Record<NonNullable<Explanation["missing"]>, string>> = {
  Identity: "none of their policies allows it",
  Session: "the session's own policy does not allow it",
  Resource: "the key's policy does not allow it",
  IdentityOrResource: "neither their policies nor the key's allow it",
};

function sentence({ decision, missing, deciding }: Explanation): string {
  const where = deciding.map(placeText).join(" and ");
  if (decision === "Allow") return where === "" ? "Allowed." : `Allowed, by ${where}.`;
  if (decision === "ExplicitDeny") return `Denied, by ${where}: that counts more than what allows it.`;
  return `Not allowed: ${missing === undefined ? "nothing allows it" : MISSING[missing]}.`;
}

function placeText({ policyKind, policyName, number, sid }: StatementPlace): string {
  const name = policyKind === "identity" ? `policy ${policyName}` : `${policyKind} policy`;
  return `${name}, statement ${number}${sid === undefined ? "" : ` (${sid})`}`;
}

function stopText({ stopsAt, operator, conditionKey }: ExplainedStatement): string {
  if (stopsAt === undefined) return "matches";
  if (stopsAt !== "Condition") return `its ${stopsAt} is another`;
  return `its Condition does not hold: ${[operator, conditionKey].filter(Boolean).join(" of ")}`;
}
