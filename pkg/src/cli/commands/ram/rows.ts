// SPDX-License-Identifier: Apache-2.0
/** What RAM tells, as far as it is used here; names are the wire's. */

/** A user. */
export interface User {
  UserName: string;
  UserId: string;
  DisplayName?: string;
  Comments?: string;
  Email?: string;
  MobilePhone?: string;
  CreateDate: string;
}

/** A role. */
export interface Role {
  RoleName: string;
  Arn: string;
  Description?: string;
  MaxSessionDuration: number;
  CreateDate: string;
  AssumeRolePolicyDocument?: string;
}

/** A policy. */
export interface Policy {
  PolicyName: string;
  PolicyType: "System" | "Custom";
  Description?: string;
  DefaultVersion: string;
  AttachmentCount: number;
  UpdateDate: string;
}

/** A version of one. */
export interface PolicyVersion {
  VersionId: string;
  IsDefaultVersion: boolean;
  PolicyDocument?: string;
  CreateDate: string;
}

/** An access key; its secret is told when it is made, and never again. */
export interface AccessKey {
  AccessKeyId: string;
  AccessKeySecret?: string;
  Status: string;
  CreateDate: string;
}

/** An account that the operator has made. */
export interface Account {
  AccountId: string;
  DisplayName?: string;
  CreateDate: string;
}
