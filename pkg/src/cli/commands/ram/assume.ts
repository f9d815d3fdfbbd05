// SPDX-License-Identifier: Apache-2.0
/** `edgekms roles assume` */

import { accountOf } from "../../account.js";
import { leaf } from "../../command.js";
import { wholeNumber } from "../../numbers.js";
import { text } from "../../output.js";
import { policyFrom } from "../../policy-file.js";
import { exportLines, type Shell, SHELLS } from "../../shell.js";

interface Answer {
  Credentials: { AccessKeyId: string; AccessKeySecret: string; SecurityToken: string; Expiration: string };
  AssumedRoleUser: { Arn: string };
}

interface Options {
  readonly session?: string;
  readonly duration?: number;
  readonly policy?: string;
  readonly externalId?: string;
  readonly shell?: Shell;
}

/** The group's `assume`. */
export const assume = leaf<Options>({
  about: "Prints lines that set the session's credentials in a shell, which then are those of every command.",
  arguments: [{ name: "role", about: "its name, or its ARN if it is another account's", required: true }],
  options: [
    { flags: "--session <name>", about: "what the trail calls the session (default edgekms-cli)" },
    { flags: "--duration <seconds>", about: "900 to the role's longest (default 3600)", parse: wholeNumber("--duration", 900, 43_200) },
    { flags: "--policy <file>", about: "a file with what the session may do at the most" },
    { flags: "--external-id <text>", about: "what the role's trust policy asks for" },
    { flags: "--shell <shell>", about: "whose lines to print (default sh)", choices: SHELLS },
  ],
  examples: [
    { what: "In this shell", line: 'eval "$(edgekms roles assume web)"' },
    { what: "In PowerShell", line: "edgekms roles assume web --shell powershell | Invoke-Expression" },
  ],
  async run(context, { args: [role = ""], options: { session = "edgekms-cli", duration, policy, externalId, shell = "sh" } }) {
    const document = policy === undefined ? undefined : await policyFrom(policy, context.signal);
    const call = await accountOf(context);
    const answer = await call<Answer>("AssumeRole", {
      RoleArn: role.startsWith("acs:") ? role : await arnOf(call, role),
      RoleSessionName: session,
      DurationSeconds: duration,
      Policy: document,
      ExternalId: externalId,
    });
    const { Credentials, AssumedRoleUser } = answer;
    const lines = exportLines(shell, {
      EDGEKMS_ACCESS_KEY_ID: Credentials.AccessKeyId,
      EDGEKMS_ACCESS_KEY_SECRET: Credentials.AccessKeySecret,
      EDGEKMS_SECURITY_TOKEN: Credentials.SecurityToken,
    });
    context.output.note(`${AssumedRoleUser.Arn}, until ${Credentials.Expiration}`);
    await context.output.result({ Credentials, AssumedRoleUser }, text(lines));
  },
});

/** A role's name as an ARN needs the account: whoever asks may not be allowed to look the role up. */
async function arnOf(call: Awaited<ReturnType<typeof accountOf>>, role: string): Promise<string> {
  const { AccountId } = await call<{ AccountId: string }>("GetCallerIdentity");
  return `acs:ram::${AccountId}:role/${role.toLowerCase()}`;
}
