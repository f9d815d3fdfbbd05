// SPDX-License-Identifier: Apache-2.0

/** What is asked before something is destroyed, as a person has it at a terminal. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Envelope } from "edgekms";
import { edgekmsClient } from "../lib/clients.mjs";
import { startManaged } from "./lib/managed.mjs";
import { plain, terminal } from "./lib/terminal.mjs";

const [ENTER, CTRL_C] = ["\r", "\u0003"];

let kms;
let key;
before(async () => {
  kms = await startManaged();
  key = (await kms.told(["keys", "create", "--alias", "photos"])).KeyId;
  await kms.ok(["keys", "rotate", key]);
  await kms.ok(["aliases", "create", "archive", key]);
  const envelope = new Envelope({ keyring: edgekmsClient(kms.worker).keyring(key) });
  await envelope.encrypt(Buffer.from("used"));
});
after(() => kms?.stop());

/** Asks, and answers with these keys. */
async function asked(args, keys) {
  const it = terminal(args, { cwd: kms.folder, env: kms.env, columns: 400 });
  await it.until(/Yes.*No/s);
  it.type(keys);
  return { code: await it.exit, shown: plain(it.shown()) };
}

const stateOf = async () => (await kms.told(["keys", "show", key])).KeyState;

describe("before a key goes", () => {
  test("it is said what breaks: its aliases, its versions, its uses; no is the answer that nothing need be typed for", async () => {
    const { code, shown } = await asked(["keys", "schedule-deletion", "alias/photos", "--days", "7"], ENTER);
    assert.equal(code, 130);
    assert.match(shown, new RegExp(`Delete ${key} in 7 days\\?`));
    assert.match(shown, /is lost for good then/);
    assert.match(shown, /alias\/archive, alias\/photos point at it\. It has 2 versions\. It was (not )?used/);
    assert.match(shown, /edgekms keys schedule-deletion: nothing was done/);
    assert.equal(await stateOf(), "Enabled");
  });

  test("Ctrl-C is no, and yes is yes", async () => {
    const { code, shown } = await asked(["keys", "schedule-deletion", "alias/photos"], CTRL_C);
    assert.equal(code, 130);
    assert.match(shown, /edgekms keys schedule-deletion: interrupted/);
    assert.equal(await stateOf(), "Enabled");
    const yes = await asked(["keys", "schedule-deletion", "alias/photos"], `y${ENTER}`);
    assert.equal(yes.code, 0, yes.shown);
    assert.match(yes.shown, /will be deleted at .*cancel-deletion/);
    assert.equal(await stateOf(), "PendingDeletion");
    await kms.ok(["keys", "cancel-deletion", key]);
  });

  test("--yes asks nothing", async () => {
    const it = terminal(["keys", "disable", "alias/photos", "--yes"], { cwd: kms.folder, env: kms.env });
    assert.equal(await it.exit, 0, it.shown());
    assert.doesNotMatch(it.shown(), /Yes/);
    assert.equal(await stateOf(), "Disabled");
    await kms.ok(["keys", "enable", key]);
  });
});

test("who would be refused is said before a user goes", async () => {
  const { AccessKey } = await kms.told(["users", "create", "alice", "--access-key"]);
  const { code, shown } = await asked(["users", "delete", "alice"], ENTER);
  assert.equal(code, 130);
  assert.match(shown, new RegExp(`Delete the user alice\\? Whoever signs with ${AccessKey.AccessKeyId} is refused from then on\\.`));
  assert.equal((await kms.told(["users", "show", "alice"])).UserName, "alice");
});
