// SPDX-License-Identifier: Apache-2.0
/** `edgekms configure`: profiles, which say where a KMS is and who asks. */

import { type Context, type Group, leaf } from "../command.js";
import { type Environment, keepProfile, ownPath, profileFiles, useProfile } from "../config/files.js";
import { modeOf, type Profile } from "../config/profile.js";
import { CliError, usage } from "../exit.js";
import { readSmall } from "../files/small.js";
import { saying, table } from "../output.js";

interface SetOptions {
  readonly accessKeyId?: string;
  readonly secretFile?: string;
  readonly roleArn?: string;
  readonly sessionName?: string;
  readonly operator?: boolean;
}

const ID = "--access-key-id";
const SECRET = "--secret-file";
/** Of a secret: more is another file. */
const MOST_BYTES = 1_024;

const set = leaf<SetOptions>({
  about:
    "Asks for what no option says. A secret is not shown, and no option takes one: a pipe or a file does, by --secret-file. " +
    "The file is readable by you alone.",
  options: [
    { flags: "--access-key-id <id>", about: "the access key" },
    { flags: "--secret-file <path>", about: "a file with its secret, or - for standard input" },
    { flags: "--role-arn <arn>", about: "a role that is taken on with the access key" },
    { flags: "--session-name <name>", about: "what the trail calls the role's sessions" },
    { flags: "--operator", about: "the access key is that of whoever runs the deployment: `edgekms accounts` takes it" },
  ],
  examples: [
    { what: "By questions", line: "edgekms configure" },
    { what: "Another profile", line: "edgekms configure --profile staging" },
    { what: "In a script", line: "printenv SECRET | edgekms configure --endpoint https://kms.example.com --region cn-hangzhou --access-key-id LTAI0123456789 --secret-file -" },
  ],
  async run(context, { options }) {
    const name = context.global.profile ?? process.env["EDGEKMS_PROFILE"] ?? "default";
    const held = await ownProfile(name);
    const profile = await asked(context, { ...held, name }, options);
    const path = await keepProfile(profile);
    const data = { Profile: name, File: path };
    await context.output.result(data, saying(`profile '${name}' is in ${path}; \`edgekms doctor\` says whether it works`));
  },
});

async function ownProfile(name: string, env: Environment = process.env): Promise<Profile | undefined> {
  const own = (await profileFiles(env)).find(({ program }) => program === "edgekms");
  return own?.profiles.find((profile) => profile.name === name);
}

/** What options say, and otherwise a person; what is held is what a person need not type again. */
async function asked({ global, prompt, signal }: Context, held: Profile, options: SetOptions): Promise<Profile> {
  const endpoint = global.endpoint ?? (await prompt.text("Where is the KMS? Its URL:", held.endpoint, "Give --endpoint."));
  checkUrl(endpoint);
  const region = global.region ?? (await prompt.text("The region of its keys:", held.region_id ?? "cn-hangzhou", "Give --region."));
  const before = options.operator ? held.operator_access_key_id : held.access_key_id;
  const id = options.accessKeyId ?? (await prompt.text("Access key id:", before, `Give ${ID}.`));
  const secret = options.secretFile === undefined
    ? await prompt.secret("Access key secret:", `Give ${SECRET}.`)
    : (await readSmall(options.secretFile, MOST_BYTES, "the secret", signal)).toString("utf8").trim();
  if (!/^[!-~]+$/.test(id)) throw usage("an access key id is letters, digits, '.', '_' or '-'", "Did a line break get into it?");
  if (secret === "") throw usage("the secret is empty", `Give it by ${SECRET}, or when asked.`);
  const place = { endpoint, region_id: region };
  if (options.operator) {
    return { ...held, ...place, operator_access_key_id: id, operator_access_key_secret: secret };
  }
  const { mode: _, sts_token: __, ram_role_arn: ___, ram_session_name: ____, ...rest } = held;
  const role = options.roleArn === undefined ? { mode: "AK" } : {
    mode: "RamRoleArn",
    ram_role_arn: options.roleArn,
    ram_session_name: options.sessionName ?? "edgekms-cli",
  };
  return { ...rest, ...place, ...role, access_key_id: id, access_key_secret: secret };
}

function checkUrl(endpoint: string): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return;
  throw usage(`'${endpoint}' is no URL of a KMS`, "It is a scheme, a host and perhaps a port: https://kms.example.com");
}

const list = leaf({
  about: "Of edgekms' own file and of that of the aliyun command line, which is read too. Secrets are not shown.",
  examples: [{ what: "Which there are", line: "edgekms configure list" }],
  async run(context) {
    const files = await profileFiles();
    const found = files.flatMap(({ path, program, current, profiles }) =>
      profiles.map((profile) => ({ profile, path, program, isCurrent: profile.name === (current ?? "default") })),
    );
    const data = found.map(({ profile, path, isCurrent }) => ({
      Name: profile.name,
      Current: isCurrent,
      Mode: modeOf(profile) ?? null,
      Endpoint: profile.endpoint ?? null,
      RegionId: profile.region_id ?? null,
      AccessKeyId: profile.access_key_id ?? null,
      OperatorAccessKeyId: profile.operator_access_key_id ?? null,
      File: path,
    }));
    const rows = data.map(({ Name, Current, Mode, Endpoint, RegionId, AccessKeyId, File }) =>
      [Current ? `${Name} *` : Name, Mode, Endpoint, RegionId, AccessKeyId, File]);
    const head = ["PROFILE", "MODE", "ENDPOINT", "REGION", "ACCESS KEY", "FILE"];
    await context.output.result({ Profiles: data }, table(head, rows, "there are no profiles: `edgekms configure` makes one"));
  },
});

const use = leaf({
  arguments: [{ name: "profile", about: "a profile of edgekms' own file", required: true }],
  examples: [{ what: "From now on", line: "edgekms configure use staging" }],
  async run(context, { args: [name = ""] }) {
    if ((await ownProfile(name)) === undefined) {
      throw new CliError("notFound", `there is no profile '${name}' in ${ownPath()}`, "`edgekms configure list` has them.");
    }
    const path = await useProfile(name);
    await context.output.result({ Profile: name, File: path }, saying(`profile '${name}' is used when none is named`));
  },
});

/** The group. */
export const configure: Group = {
  about:
    "What is given by an option counts first, then a profile that --profile names, then the environment " +
    "(EDGEKMS_ENDPOINT, EDGEKMS_REGION, EDGEKMS_ACCESS_KEY_ID, EDGEKMS_ACCESS_KEY_SECRET, EDGEKMS_SECURITY_TOKEN, " +
    "EDGEKMS_PROFILE, and Alibaba's own ALIBABA_CLOUD_...), then the current profile of edgekms' own file, then that of " +
    "the aliyun command line.",
  commands: [
    { name: "set", summary: "Make or change a profile (also by `edgekms configure` alone)", isDefault: true, load: async () => set },
    { name: "list", summary: "List the profiles", load: async () => list },
    { name: "use", summary: "Choose the profile that is used when none is named", load: async () => use },
  ],
  examples: [
    { what: "By questions", line: "edgekms configure" },
    { what: "Which profiles there are", line: "edgekms configure list" },
  ],
};
