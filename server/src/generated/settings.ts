// SPDX-License-Identifier: Apache-2.0
// Made by `cargo xtask generate` from the worker's settings: change those, not this.

/** A variable that the worker reads. */
export interface Variable {
  readonly name: string;
  /** Whether its value may be shown to nobody. */
  readonly secret: boolean;
}

/** Every one, by name; docs/operations.md says what each is. */
export const VARIABLES: readonly Variable[] = [
  { name: "ACCESS_KEY_ID", secret: false },
  { name: "ACCESS_KEY_SECRET", secret: true },
  { name: "ACCOUNT_ID", secret: false },
  { name: "ACCOUNT_RATE", secret: false },
  { name: "ALLOWED_ORIGINS", secret: false },
  { name: "ASYMMETRIC_RATE", secret: false },
  { name: "AUDIT", secret: false },
  { name: "AUDIT_FAILURE", secret: false },
  { name: "AUDIT_LOG", secret: false },
  { name: "AUDIT_RETENTION_DAYS", secret: false },
  { name: "BACKUP_KEY", secret: true },
  { name: "CREATE_KEY_RATE", secret: false },
  { name: "ENVIRONMENT", secret: false },
  { name: "FIPS", secret: false },
  { name: "HARDWARE_GATEWAY_RATE", secret: false },
  { name: "IMPORT_PKCS1_V1_5", secret: false },
  { name: "MAX_ALIASES", secret: false },
  { name: "MAX_ASYMMETRIC_KEY_VERSIONS", secret: false },
  { name: "MAX_KEYS", secret: false },
  { name: "MAX_KEY_TAGS", secret: false },
  { name: "MAX_KEY_VERSIONS", secret: false },
  { name: "MAX_PLAINTEXT_BYTES", secret: false },
  { name: "METRICS_TOKEN", secret: true },
  { name: "MISS_RATE", secret: false },
  { name: "OIDC_HTTP_LOOPBACK", secret: false },
  { name: "OPERATOR_ACCESS_KEY_ID", secret: false },
  { name: "OPERATOR_ACCESS_KEY_SECRET", secret: true },
  { name: "PRODUCTS", secret: true },
  { name: "PRODUCT_KEY_ROTATION_DAYS", secret: false },
  { name: "READ_RATE", secret: false },
  { name: "REGIONS", secret: false },
  { name: "ROOT_KEYS", secret: true },
  { name: "SOFTWARE_GATEWAY_RATE", secret: false },
  { name: "STATE_CONSISTENCY", secret: false },
  { name: "SYMMETRIC_RATE", secret: false },
  { name: "TAG_READ_RATE", secret: false },
  { name: "THROTTLE", secret: false },
  { name: "UNAUDITED_KEY_SPECS", secret: false },
  { name: "USAGE", secret: false },
  { name: "WRITE_RATE", secret: false },
];
