// SPDX-License-Identifier: Apache-2.0
/** `edgekms keys create` */

import { alibaba } from "../../alibaba.js";
import { leaf } from "../../command.js";
import { CliError } from "../../exit.js";
import type { CreateKeyRequest } from "../../../entrypoints/node.js";
import { aliasName } from "../../keys.js";
import { list } from "../../output.js";
import { policyFrom } from "../../policy-file.js";
import { tagOf } from "../../tag.js";

interface Options {
  readonly alias?: string;
  readonly description?: string;
  readonly spec?: CreateKeyRequest["keySpec"];
  readonly usage?: CreateKeyRequest["keyUsage"];
  readonly rotateEvery?: string;
  readonly external?: boolean;
  readonly hsm?: boolean;
  readonly policy?: string;
  readonly tag?: readonly { tagKey: string; tagValue: string }[];
}

/** The group's `create`. */
export const create = leaf<Options>({
  options: [
    { flags: "--alias <name>", about: "what to call it: alias/photos, or photos for short" },
    { flags: "--description <text>", about: "what it is for" },
    { flags: "--spec <spec>", about: "its kind, such as RSA_3072 or EC_P256 (default Aliyun_AES_256)" },
    { flags: "--usage <usage>", about: "what it is for, if its kind has more than one usage", choices: ["ENCRYPT/DECRYPT", "SIGN/VERIFY", "GENERATE_VERIFY_MAC"] },
    { flags: "--rotate-every <days>", about: "new versions come by themselves, such as every 365d (symmetric keys)" },
    { flags: "--external", about: "without material: `edgekms keys import` gives it yours" },
    { flags: "--hsm", about: "with material that hardware guards, if the deployment has any" },
    { flags: "--policy <file>", about: "a file with its policy, in JSON" },
    { flags: "--tag <name=value>", about: "a tag; may be repeated", many: true, parse: tagOf },
  ],
  examples: [
    { what: "To encrypt with, by a name", line: "edgekms keys create --alias photos" },
    { what: "To sign with", line: "edgekms keys create --alias invoices --spec EC_P256" },
    { what: "Its id, for a script", line: "edgekms keys create --json | jq -r .KeyId" },
  ],
  async run(context, { options }) {
    const { alias, description, spec, usage, rotateEvery, external, hsm, tag } = options;
    const policy = options.policy === undefined ? undefined : await policyFrom(options.policy, context.signal);
    const kms = await context.kms();
    const { keyMetadata: key } = await kms.createKey({
      ...(description !== undefined && { description }),
      ...(spec !== undefined && { keySpec: spec }),
      ...(usage !== undefined && { keyUsage: usage }),
      ...(rotateEvery !== undefined && { enableAutomaticRotation: true, rotationInterval: rotateEvery }),
      ...(external && { origin: "EXTERNAL" }),
      ...(hsm && { protectionLevel: "HSM" }),
      ...(policy !== undefined && { policy }),
      ...(tag !== undefined && { tags: [...tag] }),
    });
    const names = alias === undefined ? [] : [aliasName(alias)];
    for (const name of names) {
      await kms.createAlias({ keyId: key.keyId, aliasName: name }).catch((cause: unknown) => {
        throw unnamed(key.keyId, name, cause);
      });
    }
    const pairs = [["key", key.keyId], ["arn", key.arn], ["state", key.keyState], ["alias", names[0]]] as const;
    await context.output.result({ ...alibaba(key), Aliases: names }, list(pairs.filter(([, value]) => value !== undefined)));
  },
});

/** The key is there, and whoever reads the error must know that it is. */
function unnamed(keyId: string, name: string, cause: unknown): CliError {
  const { code, message } = cause as { code?: string; message?: string };
  const why = code === "AliasAlreadyExists" ? `another key is called ${name}` : (message ?? "");
  const remedy = `\`edgekms aliases create NAME ${keyId}\` gives it another name.`;
  return new CliError(code === "AliasAlreadyExists" ? "conflict" : "partly", `the key ${keyId} was made, and has no alias: ${why}`, remedy, { cause });
}
