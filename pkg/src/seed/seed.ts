// SPDX-License-Identifier: Apache-2.0
/** What a seed says. `seed.schema.json` has the limits of every field, and the same words for editors. */

/** What an account begins with. Whatever is absent stays as it is. */
export interface SeedContent {
  /** Policies of the account's own, by name. */
  policies?: Record<string, SeedPolicy>;
  /** Groups, by name. */
  groups?: Record<string, SeedGroup>;
  /** Users, by name. */
  users?: Record<string, SeedUser>;
  /** Roles, by name. */
  roles?: Record<string, SeedRole>;
  /** Keys, by their alias. */
  keys?: Record<string, SeedKey>;
  /** Further aliases of keys that `keys` has, each with that key's alias. */
  aliases?: Record<string, string>;
}

/** What a KMS begins with: content of the account whose credentials apply it, and further accounts. */
export interface Seed extends SeedContent {
  /** Where the schema is, for editors. */
  $schema?: string;
  /** Further accounts, by name. */
  accounts?: Record<string, SeedContent>;
}

/** A policy. In the texts of its document, `${account}`, `${account:NAME}` and `${key:ALIAS}` are ids. */
export interface SeedPolicy {
  description?: string;
  document: object;
}

/** A group. */
export interface SeedGroup {
  comments?: string;
  /** Attached policies: the account's own, and the service's. */
  policies?: string[];
}

/** A user. */
export interface SeedUser {
  displayName?: string;
  comments?: string;
  email?: string;
  mobilePhone?: string;
  /** Groups that the user is in. */
  groups?: string[];
  /** Attached policies: the account's own, and the service's. */
  policies?: string[];
  /** Whether the user has an access key. */
  accessKey?: boolean;
}

/** A role. */
export interface SeedRole {
  description?: string;
  /** Who may assume it. */
  trust: object;
  /** The longest session. The service's default is 3600. */
  maxSessionSeconds?: number;
  /** Attached policies: the account's own, and the service's. */
  policies?: string[];
}

/** A key. */
export interface SeedKey {
  /** `Aliyun_AES_256` if absent. */
  spec?: string;
  /** The spec's own default if absent. */
  usage?: string;
  /** `Aliyun_KMS` if absent, or `EXTERNAL` if there is `material`. */
  origin?: string;
  description?: string;
  tags?: Record<string, string>;
  /** Days between versions, such as `365d`. */
  rotation?: string;
  policy?: object;
  /** Base64 of material that is imported: for tests. */
  material?: string;
}
