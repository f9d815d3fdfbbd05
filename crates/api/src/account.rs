// SPDX-License-Identifier: Apache-2.0
//! What an account holds, as it is described and named: users with their access keys, groups, roles, and
//! the policies that are attached to them. Limits are those of RAM's manual (version 2015-05-01).

mod access_key;
mod group;
mod marker;
mod name;
mod policy;
mod registered;
mod role;
mod session;
mod user;

pub use self::{
    access_key::{AccessKeyRow, AccessKeyStatus, NewAccessKey, SecretText},
    group::{Group, Member, Membership},
    marker::Marker,
    name::{
        Comments, DisplayName, Email, Entity, EntityId, GroupName, MobilePhone, PolicyName,
        RamDescription, RoleName, UserName,
    },
    policy::{AttachedPolicy, Policy, PolicyType, PolicyVersion, PolicyVersionId, RotateStrategy},
    registered::Account,
    role::Role,
    session::{AssumedRoleUser, ExternalId, RoleArn, SessionCredentials, SessionName},
    user::User,
};
