// SPDX-License-Identifier: Apache-2.0

/** The scenarios, each a list of chapters that build on those before. */

import * as accounts from "./accounts.mjs";
import * as alibabaCrypto from "./alibaba-crypto.mjs";
import * as alibabaKeys from "./alibaba-keys.mjs";
import * as alibabaMore from "./alibaba-more.mjs";
import * as awsCrypto from "./aws-crypto.mjs";
import * as awsKeys from "./aws-keys.mjs";
import * as awsMore from "./aws-more.mjs";
import * as trail from "./trail.mjs";

/** Chapters whose actions are not in this checkout yet: their steps wait, and are no rows of the table. */
const WAITING = [];

/** Whether the steps of a chapter are taken. */
export const isHere = (chapter) => !WAITING.includes(chapter);

const CHAPTERS = {
  alibaba: {
    creation: alibabaKeys.CREATION,
    lists: alibabaKeys.LISTS,
    life: alibabaKeys.LIFE,
    aliases: alibabaKeys.ALIASES,
    "aliases of a key": alibabaMore.ALIASES_OF_A_KEY,
    tags: alibabaKeys.TAGS,
    "tags of several": alibabaMore.TAGS_OF_SEVERAL,
    rotation: alibabaKeys.ROTATION,
    symmetric: alibabaCrypto.SYMMETRIC,
    asymmetric: alibabaCrypto.ASYMMETRIC,
    moved: alibabaCrypto.MOVED,
    macs: alibabaCrypto.MACS,
    policies: alibabaMore.POLICIES,
    import: alibabaMore.IMPORT,
    service: alibabaMore.SERVICE,
  },
  accounts: {
    identity: accounts.SESSIONS,
    users: accounts.USERS,
    "access keys": accounts.ACCESS_KEYS,
    groups: accounts.GROUPS,
    policies: accounts.POLICIES,
    roles: accounts.ROLES,
    sessions: accounts.TAKEN_ON,
    attachments: accounts.ATTACHMENTS,
    "identity providers": accounts.PROVIDERS,
    ends: accounts.ENDS,
  },
  trail: { events: trail.EVENTS },
  aws: {
    life: awsKeys.LIFE,
    names: awsKeys.NAMES,
    rotation: awsKeys.ROTATION,
    symmetric: awsCrypto.SYMMETRIC,
    moved: awsCrypto.MOVED,
    asymmetric: awsCrypto.ASYMMETRIC,
    macs: awsCrypto.MACS,
    policies: awsMore.POLICIES,
    import: awsMore.IMPORT,
  },
};

/** @type {Record<"alibaba" | "accounts" | "trail" | "aws", import("./step.mjs").Step[]>} */
export const SCENARIOS = Object.fromEntries(
  Object.entries(CHAPTERS).map(([dialect, chapters]) => {
    const told = Object.entries(chapters).filter(([name]) => isHere(name));
    return [dialect, told.flatMap(([, steps]) => steps)];
  }),
);
