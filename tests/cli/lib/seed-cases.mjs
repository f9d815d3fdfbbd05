// SPDX-License-Identifier: Apache-2.0

/** Seeds, and what are none. */

import { wholeSeed } from "./seeds.mjs";

const statement = (more) => ({ Effect: "Allow", Action: "kms:*", Resource: "*", ...more });
const policy = (more, version = "1") => ({ policies: { p: { document: { Version: version, Statement: [statement(more)] } } } });
const role = (more) => ({
  roles: { r: { trust: { Version: "1", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { RAM: "acs:ram::${account}:root" }, ...more }] } } },
});
const keyPolicy = (more) => ({
  keys: { "alias/k": { policy: { Version: "1", Statement: [statement({ Principal: { RAM: "*" }, ...more })] } } },
});
export const key = (fields) => ({ keys: { "alias/k": fields } });
const user = (fields) => ({ users: { u: fields } });
const PATH = '$.policies.p.document.Statement[0]';

/** What both take. */
export const TAKEN = {
  "nothing": {},
  "where its schema is": { $schema: "./node_modules/edgekms/seed.schema.json" },
  "everything": wholeSeed("all"),
  "one statement without a list": { policies: { p: { document: { Version: "1", Statement: statement() } } } },
  "several actions and resources": policy({ Action: ["kms:Encrypt", "ram:Get*", "oss:Get-Object/x"], Resource: ["*", "acs:kms:cn-*:*:key/a?"] }),
  "conditions of every family": policy({
    Condition: {
      StringNotEqualsIgnoreCase: { "kms:tag/a": ["b", "c"] },
      NumericLessThanEquals: { "acs:x": "-0.5" },
      DateGreaterThan: { "acs:CurrentTime": "2030-01-01T08:00:00+08:00" },
      Bool: { "acs:SecureTransport": "true" },
      NotIpAddress: { "acs:SourceIp": ["192.0.2.0/24", "2001:db8::/32", "::ffff:192.0.2.1"] },
    },
  }),
  "key policies as AWS's count": { keys: { "alias/k": { policy: { Version: "2012-10-17", Id: "of mine", Statement: statement({ Principal: { RAM: ["acs:ram::1234567890123456:role/r", "*"] } }) } } } },
  "identity providers and services that assume a role": role({ Principal: { Federated: "acs:ram::${account}:oidc-provider/github", Service: ["ecs.aliyuncs.com"] } }),
  "names like those of objects' own": JSON.parse('{"users": {"__proto__": {}, "constructor": {"groups": ["toString"]}}, "groups": {"toString": {}}}'),
  "imported material, in the most bytes of an alias": { keys: { [`alias/${"k".repeat(122)}`]: { origin: "EXTERNAL", material: "AAAA" } } },
};

/** What neither takes: the seed, where, and what the reader says. */
export const REFUSED = {
  "what is no object": [[], "$", "must be an object, not an array"],
  "an unknown field": [{ user: {} }, "$.user", 'is a field that is not known; did you mean "users"?'],
  "an unknown field deep down": [user({ polices: [] }), "$.users.u.polices", 'did you mean "policies"?'],
  "one that is like no other": [user({ quota: 1 }), "$.users.u.quota", "there are displayName, comments, email, mobilePhone, groups, policies, accessKey"],
  "an account in an account": [{ accounts: { a: { accounts: {} } } }, "$.accounts.a.accounts", "is a field that is not known"],
  "a wrong type": [user({ accessKey: "yes" }), "$.users.u.accessKey", "must be a boolean, not a string"],
  "null": [user(null), "$.users.u", "must be an object, not null"],
  "a text that holds a policy": [{ policies: { p: { document: '{"Version":"1"}' } } }, "$.policies.p.document", "must be an object, not a string"],
  "a policy without a document": [{ policies: { p: {} } }, "$.policies.p", 'must have the field "document"'],
  "a role without trust": [{ roles: { r: {} } }, "$.roles.r", 'must have the field "trust"'],
  "a user's name": [{ users: { "a b": {} } }, '$.users["a b"]', "has a name that is not possible: it must be 1 to 64 letters"],
  "an alias without its prefix": [{ keys: { photos: {} } }, "$.keys.photos", "must be alias/ and 1 to 122 letters"],
  "an alias of the service": [{ keys: { "alias/acs/oss": {} } }, '$.keys["alias/acs/oss"]', "names that begin with alias/acs are the service's own"],
  "a number too small": [{ roles: { r: { ...role().roles.r, maxSessionSeconds: 60 } } }, "$.roles.r.maxSessionSeconds", "must be at least 3600"],
  "a number too large": [{ roles: { r: { ...role().roles.r, maxSessionSeconds: 1e6 } } }, "$.roles.r.maxSessionSeconds", "must be at most 43200"],
  "a fraction": [{ roles: { r: { ...role().roles.r, maxSessionSeconds: 3600.5 } } }, "$.roles.r.maxSessionSeconds", "must be a whole number, not a number"],
  "a group twice": [{ groups: { g: {} }, users: { u: { groups: ["g", "g"] } } }, "$.users.u.groups", "must have each entry once"],
  "an email address": [user({ email: "alice" }), "$.users.u.email", "must be an email address"],
  "a phone": [user({ mobilePhone: "123" }), "$.users.u.mobilePhone", "86-18600008888"],
  "a control character": [user({ comments: "a\u0007" }), "$.users.u.comments", "none of them a control character"],
  "a spec": [key({ spec: "AES_256" }), '$.keys["alias/k"].spec', 'must be one of "Aliyun_AES_256", '],
  "a spec, with what was meant": [key({ spec: "EC_P265" }), '$.keys["alias/k"].spec', 'did you mean "EC_P256"?'],
  "a usage that the spec has not": [key({ spec: "EC_P256", usage: "ENCRYPT/DECRYPT" }), '$.keys["alias/k"].usage', 'must be "SIGN/VERIFY"'],
  "a usage that the default spec has not": [key({ usage: "SIGN/VERIFY" }), '$.keys["alias/k"].usage', 'must be "ENCRYPT/DECRYPT"'],
  "rotation of a key that signs": [key({ spec: "EC_P256", rotation: "30d" }), '$.keys["alias/k"].rotation', "is only for symmetric keys that encrypt"],
  "rotation in hours": [key({ rotation: "24h" }), '$.keys["alias/k"].rotation', "must be 7 to 730 days, such as 365d"],
  "rotation too rare": [key({ rotation: "731d" }), '$.keys["alias/k"].rotation', "must be 7 to 730 days"],
  "rotation of imported material": [key({ material: "AAAA", rotation: "30d" }), '$.keys["alias/k"].rotation', "is not for a key with imported material"],
  "material of a key that the service makes": [key({ material: "AAAA", origin: "Aliyun_KMS" }), '$.keys["alias/k"].origin', 'must be "EXTERNAL"'],
  "material that is not base64": [key({ material: "AAA" }), '$.keys["alias/k"].material', "must be base64"],
  "a tag's key of the seed's own": [key({ tags: { "edgekms-seed": "x" } }), '$.keys["alias/k"].tags["edgekms-seed"]', "not edgekms-seed"],
  "a tag's value with a space": [key({ tags: { a: "b c" } }), '$.keys["alias/k"].tags.a', "must be at most 128 letters, digits"],
  "too many tags": [key({ tags: Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`t${n}`, ""])) }), '$.keys["alias/k"].tags', "must have at most 19 entries"],
  "a policy's version": [policy({}, "2012-10-17"), "$.policies.p.document.Version", 'must be "1"'],
  "a policy without statements": [{ policies: { p: { document: { Version: "1", Statement: [] } } } }, "$.policies.p.document.Statement", "must not be empty"],
  "an element that policies do not have": [policy({ NotAction: "kms:*" }), `${PATH}.NotAction`, "is a field that is not known"],
  "a principal in a policy of users": [policy({ Principal: { RAM: "*" } }), `${PATH}.Principal`, "is a field that is not known"],
  "an effect": [policy({ Effect: "allow" }), `${PATH}.Effect`, 'must be one of "Allow", "Deny"; did you mean "Allow"?'],
  "an action": [policy({ Action: ["kms:Encrypt", "Decrypt"] }), `${PATH}.Action[1]`, "must be \"*\" or an action such as kms:Encrypt"],
  "no actions": [policy({ Action: [] }), `${PATH}.Action`, "must not be empty"],
  "a resource": [policy({ Resource: "acs:kms:*:key/x" }), `${PATH}.Resource`, "must be \"*\" or an ARN such as acs:kms:"],
  "an operator": [policy({ Condition: { StringEqual: { "a:b": "c" } } }), `${PATH}.Condition.StringEqual`, "is a field that is not known"],
  "a condition's key": [policy({ Condition: { StringEquals: { user: "c" } } }), `${PATH}.Condition.StringEquals.user`, "must be a key of conditions"],
  "a condition's number": [policy({ Condition: { NumericEquals: { "a:b": 10 } } }), `${PATH}.Condition.NumericEquals["a:b"]`, "must be a text that holds a decimal number"],
  "a condition's date": [policy({ Condition: { DateEquals: { "a:b": ["2030-01-01"] } } }), `${PATH}.Condition.DateEquals["a:b"][0]`, "must be a time such as 2030-01-01T00:00:00Z"],
  "a condition's address": [policy({ Condition: { IpAddress: { "a:b": "localhost" } } }), `${PATH}.Condition.IpAddress["a:b"]`, "must be an address or a range"],
  "somebody who assumes a role": [role({ Principal: { RAM: "alice" } }), "$.roles.r.trust.Statement[0].Principal.RAM", "must be an ARN such as acs:ram::${account}:user/alice"],
  "nobody who assumes a role": [role({ Principal: {} }), "$.roles.r.trust.Statement[0].Principal", "must not be empty"],
  "another action of trust": [role({ Action: "kms:Encrypt" }), "$.roles.r.trust.Statement[0].Action", "must be an action such as sts:AssumeRole"],
  "another resource of a key's policy": [keyPolicy({ Resource: "acs:kms:*:*:key/x" }), '$.keys["alias/k"].policy.Statement[0].Resource', 'must be "*"'],
  "another action of a key's policy": [keyPolicy({ Action: "*" }), '$.keys["alias/k"].policy.Statement[0].Action', "must be an action such as kms:Encrypt"],
};

/** What the schema cannot say, and the reader does. */
export const READER_ALONE = {
  "a group that is not there": [{ groups: { readers: {} }, users: { u: { groups: ["reader"] } } }, "$.users.u.groups[0]", 'did you mean "readers"?'],
  "a group where there are none": [user({ groups: ["readers"] }), "$.users.u.groups[0]", "give it an entry there, which may be {}"],
  "an alias of a key that is not there": [{ keys: { "alias/photos": {} }, aliases: { "alias/p": "alias/photo" } }, '$.aliases["alias/p"]', 'did you mean "alias/photos"?'],
  "an alias twice": [{ keys: { "alias/a": {}, "alias/b": {} }, aliases: { "alias/a": "alias/b" } }, '$.aliases["alias/a"]', 'is the alias of a key in "keys" already'],
  "an account that is not there": [policy({ Resource: "acs:kms:*:${account:acme}:key/x" }), `${PATH}.Resource`, "${account:acme}, which stands for nothing here"],
  "a key that is not there": [{ ...policy({ Resource: "acs:kms:*:*:key/${key:alias/photo}" }), keys: { "alias/photos": {} } }, `${PATH}.Resource`, 'did you mean "alias/photos"?'],
  "a placeholder that does not end": [policy({ Resource: "acs:kms:*:*:${key" }), `${PATH}.Resource`, "has ${ without a name and }"],
  "another placeholder": [policy({ Resource: "acs:kms:*:*:${region}" }), `${PATH}.Resource`, "there are ${account}, ${account:NAME}"],
  "a key's id in a key's policy": [keyPolicy({ Sid: "x", Condition: { StringEquals: { "a:b": "${key:alias/k}" } } }), '$.keys["alias/k"].policy.Statement[0].Condition.StringEquals["a:b"]', "stands for nothing here"],
  "an address that is none": [policy({ Condition: { IpAddress: { "a:b": "300.0.0.1" } } }), `${PATH}.Condition.IpAddress["a:b"]`, "must be an address or a range"],
  "a range that is none": [policy({ Condition: { IpAddress: { "a:b": "192.0.2.0/33" } } }), `${PATH}.Condition.IpAddress["a:b"]`, "must be an address or a range"],
  "a policy that is too long": [policy({ Action: Array.from({ length: 500 }, (_, n) => `kms:Action${n}`) }), "$.policies.p.document", "must have at most 6144 bytes as JSON without spaces, and has "],
};
