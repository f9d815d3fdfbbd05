// SPDX-License-Identifier: Apache-2.0
/** The steps of a plan, carried out. */

import type { AccountCall } from "../kms/account-calls.js";
import { fromBase64 } from "../bytes.js";
import type { CreateKeyRequest } from "../generated/aliyun.js";
import type { Ids } from "./ids.js";
import type { Keep } from "./keep.js";
import type { ReachOf, Site } from "./site.js";
import type { Step } from "./steps.js";
import type { Reach } from "./there.js";
import type { KeptAccessKey } from "./vault.js";

interface Made {
  accessKey: { accessKeyId: string; accessKeySecret: string };
}

/** Makes the account of a site, if it is not there, and an access key of its root. */
export async function open(
  { site, name }: { site: Site; name: string },
  operator: AccountCall,
  keep: Keep,
  reachOf: ReachOf,
): Promise<void> {
  if (site.accountId === undefined) {
    await keep.begin(name);
    const { account } = await operator<{ account: { accountId: string } }>("CreateAccount", { displayName: name });
    site.accountId = account.accountId;
  }
  const { accountId } = site;
  const { accessKey } = await operator<Made>("CreateAccountAccessKey", { accountId });
  const credentials = secretOf(accessKey);
  await keep.add({ account: name, accountId, ...credentials });
  site.reach = reachOf(credentials);
}

const secretOf = ({ accessKeyId, accessKeySecret }: Made["accessKey"]) => ({ accessKeyId, accessKeySecret });

interface Hands {
  site: Site;
  ids: Ids;
  keep: Keep;
}

type Doing = {
  [D in Step["does"]]: (step: Extract<Step, { does: D }>, hands: Hands & { reach: Reach }) => Promise<unknown>;
};

const DOING: Doing = {
  ram: ({ action, request }, { reach, ids }) => reach.account(action, request(ids)),
  async accessKey({ user }, { reach, site, keep }) {
    const { accessKey } = await reach.account<Made>("CreateAccessKey", { userName: user });
    const made: KeptAccessKey = { accountId: site.accountId ?? "", user, ...secretOf(accessKey) };
    await keep.add(site.name === undefined ? made : { account: site.name, ...made });
  },
  async key({ alias, request }, { reach, site, ids }) {
    const { keyMetadata } = await reach.kms.createKey(request(ids) as CreateKeyRequest, reach.options);
    site.keys.set(alias, keyMetadata.keyId);
  },
  material: ({ alias, material }, { reach, ids }) =>
    reach.kms.importKey(ids.key(alias), fromBase64(material) ?? new Uint8Array(), reach.options),
  alias: ({ alias, key }, { reach, ids }) => reach.kms.createAlias({ aliasName: alias, keyId: ids.key(key) }, reach.options),
  tags({ alias, tags }, { reach, ids }) {
    const all = Object.entries(tags).map(([tagKey, tagValue]) => ({ tagKey, tagValue }));
    return reach.kms.tagResource({ keyId: ids.key(alias), tags: all }, reach.options);
  },
};

/** Carries out one step. */
export async function perform(step: Step, hands: Hands): Promise<void> {
  const { reach } = hands.site;
  if (reach === undefined) throw new Error("the account is not open");
  await (DOING[step.does] as (step: Step, hands: Hands & { reach: Reach }) => Promise<unknown>)(step, { ...hands, reach });
}
