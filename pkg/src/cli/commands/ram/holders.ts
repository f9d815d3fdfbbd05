// SPDX-License-Identifier: Apache-2.0
/** Users and roles alike: both have policies, which are attached and detached. */

import { accountOf, rowsOf } from "../../account.js";
import { type Leaf, leaf } from "../../command.js";
import type { WireCall } from "../../../entrypoints/management.js";
import { text } from "../../output.js";
import type { Policy } from "./rows.js";

/** What may hold policies, as its actions call it. */
export type Holder = "User" | "Role";

/** The service's own policies begin so; the account's may not. */
const SYSTEM = /^Aliyun/;

/** Whose a policy is: by its name, unless the caller says. */
export function typeOf(name: string, type: string | undefined): string {
  return type ?? (SYSTEM.test(name) ? "System" : "Custom");
}

/** What `--type` says. */
export const TYPE = {
  flags: "--type <type>",
  about: "whose the policy is (default by its name: the service's own begin with Aliyun)",
  choices: ["Custom", "System"],
} as const;

/** The policies that are attached. */
export async function attachedTo(call: WireCall, holder: Holder, name: string): Promise<Policy[]> {
  return rowsOf(await call<object>(`ListPoliciesFor${holder}`, { [`${holder}Name`]: name }));
}

/** The command that attaches, or the one that detaches. */
export function attachment(holder: Holder, verb: "attach" | "detach"): Leaf {
  const [noun, group] = [holder.toLowerCase(), `${holder.toLowerCase()}s`];
  const action = verb === "attach" ? `AttachPolicyTo${holder}` : `DetachPolicyFrom${holder}`;
  return leaf<{ type?: string }>({
    ...(verb === "detach" && { about: "Asks before: what the policy allows is then not allowed any more, and what it denies not denied." }),
    arguments: [
      { name: noun, about: `the ${noun}'s name`, required: true },
      { name: "policy", about: "the policy's name", required: true, many: true },
    ],
    options: [TYPE],
    examples: [{ what: "A policy of the account's own", line: `edgekms ${group} ${verb} ${noun === "user" ? "alice" : "web"} photos-readers` }],
    async run(context, { args: [name = "", ...policies], options: { type } }) {
      const call = await accountOf(context);
      if (verb === "detach") await context.prompt.confirm(`Detach ${policies.join(", ")} from the ${noun} ${name}?`);
      for (const policy of policies) {
        await call(action, { PolicyName: policy, PolicyType: typeOf(policy, type), [`${holder}Name`]: name });
      }
      const attached = await attachedTo(call, holder, name);
      const names = attached.map(({ PolicyName }) => PolicyName).join(", ");
      await context.output.result(
        { [`${holder}Name`]: name, Policies: attached },
        text(names === "" ? `${name} has no policy` : `${name} has ${names}`),
      );
    },
  });
}

/** Takes all policies off, before the holder itself goes. */
export async function detachAll(call: WireCall, holder: Holder, name: string, policies: readonly Policy[]): Promise<void> {
  for (const { PolicyName, PolicyType } of policies) {
    await call(`DetachPolicyFrom${holder}`, { PolicyName, PolicyType, [`${holder}Name`]: name });
  }
}
