// SPDX-License-Identifier: Apache-2.0
//! A caller: whom a verified request is of, and what that alone lets it do.

use super::{granted::Granted, session::Session};
use crate::account::record::Owner;
use edgekms_api::{
    account::{EntityId, OidcProviderArn, UserName},
    error::{ApiError, ErrorCode},
    id::AccountId,
    key::kept::Product,
};
use serde::{Deserialize, Serialize};

/// Who made a request, once its signature is verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    /// The account.
    pub account: AccountId,
    /// The access key that signed; empty if none did.
    pub access_key_id: String,
    /// What the access key stands for.
    pub principal: Principal,
    /// The principal's full name, such as `acs:ram::1234567890123456:root`.
    pub arn: String,
    /// What it may do, before anybody else's policy says something of it.
    pub permissions: Permissions,
    /// The name of the user that it is, or of the role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The id of the user that it is, or of the role and its session (`<role id>:<session>`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal_id: Option<String>,
    /// The cloud product that it is, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
    /// When it is nobody any more, in seconds since 1970; `None` for a caller that stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
    /// When the session that it is was made, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<i64>,
}

/// What kind of identity an access key stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Principal {
    /// The account itself.
    RootAccount,
    /// A user of the account.
    RamUser,
    /// Somebody who has taken on a role for a while.
    AssumedRole,
    /// Somebody for whom an identity provider of the account's vouches.
    OidcUser,
    /// Whoever runs the deployment. It has no keys, and may use nobody's.
    Operator,
    /// A cloud product that acts for the account.
    Product,
    /// The service, carrying out what was planned. It holds no access key and sends no request.
    #[default]
    System,
}

/// What a caller may do by what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Permissions {
    /// Everything with what its account owns, and nothing with what another does (wire reference,
    /// section 3.3).
    Owner,
    /// What is the operator's alone, with any account's keyrings.
    Operator,
    /// To encrypt and decrypt what it keeps for its account, with the keys that are there for that.
    Product,
    /// What its policies say.
    Policies(Granted),
    /// Nothing.
    None,
    /// These permissions, each with the one key or alias that is named beside it: until there are
    /// policies, how tests tell who was asked for what.
    #[cfg(test)]
    #[serde(skip)]
    Only(&'static [(&'static str, String)]),
}

impl Caller {
    /// The operator, dealing with an account.
    #[must_use]
    pub fn operator(account: AccountId, access_key_id: String) -> Self {
        Self {
            arn: "edgekms::operator".to_owned(),
            account,
            access_key_id,
            principal: Principal::Operator,
            name: None,
            principal_id: None,
            product: None,
            expires: None,
            issued: None,
            permissions: Permissions::Operator,
        }
    }

    /// An account's root.
    #[must_use]
    pub fn root(account: AccountId, access_key_id: String) -> Self {
        Self {
            arn: format!("acs:ram::{account}:root"),
            account,
            access_key_id,
            principal: Principal::RootAccount,
            permissions: Permissions::Owner,
            name: None,
            principal_id: None,
            product: None,
            expires: None,
            issued: None,
        }
    }

    /// A user of an account.
    #[must_use]
    pub fn user(
        account: AccountId,
        name: &UserName,
        user_id: &EntityId,
        access_key_id: String,
        granted: Granted,
    ) -> Self {
        Self {
            arn: format!("acs:ram::{account}:user/{name}"),
            account,
            access_key_id,
            principal: Principal::RamUser,
            permissions: Permissions::Policies(granted),
            name: Some(name.to_string()),
            principal_id: Some(user_id.to_string()),
            product: None,
            expires: None,
            issued: None,
        }
    }

    /// Somebody who took on a role.
    #[must_use]
    pub fn session(session: &Session, granted: Granted) -> Self {
        Self {
            arn: session.arn(),
            account: session.account.clone(),
            access_key_id: session.access_key_id.to_string(),
            principal: Principal::AssumedRole,
            permissions: Permissions::Policies(granted),
            name: Some(session.role.to_string()),
            principal_id: Some(session.principal_id()),
            product: None,
            issued: Some(session.issued),
            expires: Some(session.expires),
        }
    }

    /// Somebody for whom an identity provider vouches: no policy is its own, and it holds no access key.
    #[must_use]
    pub fn federated(provider: &OidcProviderArn, subject: &str) -> Self {
        Self {
            arn: provider.to_string(),
            account: provider.account.clone(),
            access_key_id: String::new(),
            principal: Principal::OidcUser,
            permissions: Permissions::None,
            name: Some(subject.to_owned()),
            principal_id: Some(subject.to_owned()),
            product: None,
            expires: None,
            issued: None,
        }
    }

    /// A product that acts for an account.
    #[must_use]
    pub fn product(account: AccountId, product: Product, access_key_id: String) -> Self {
        Self {
            arn: format!("acs:ram::{account}:product/{product}"),
            account,
            access_key_id,
            principal: Principal::Product,
            permissions: Permissions::Product,
            name: None,
            principal_id: None,
            product: Some(product),
            expires: None,
            issued: None,
        }
    }

    /// Whether it is still somebody: asked wherever something is permitted, in isolate and object alike.
    ///
    /// # Errors
    /// `InvalidSecurityToken.Expired`.
    pub fn check_time(&self, now_secs: i64) -> Result<(), ApiError> {
        if self.expires.is_some_and(|expires| now_secs >= expires) {
            return Err(ErrorCode::InvalidSecurityTokenExpired.into());
        }
        Ok(())
    }

    /// Whose access keys are its own, if it can have any.
    #[must_use]
    pub fn owner(&self) -> Option<Owner> {
        match (self.principal, &self.principal_id) {
            (Principal::RootAccount, _) => Some(Owner::Root),
            (Principal::RamUser, Some(id)) => Some(Owner::User(id.clone())),
            _ => None,
        }
    }
}
