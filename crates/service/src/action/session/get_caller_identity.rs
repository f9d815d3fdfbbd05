// SPDX-License-Identifier: Apache-2.0
//! GetCallerIdentity: what the signature says, and nothing that is looked up.

use edgekms_api::{
    action::GetCallerIdentity,
    error::ApiError,
    sts::get_caller_identity::{GetCallerIdentityReply, IdentityType},
};

use super::super::{Edge, EdgeRule};
use crate::identity::Principal;

impl EdgeRule for GetCallerIdentity {
    fn run(&self, edge: &Edge<'_>) -> Result<GetCallerIdentityReply, ApiError> {
        let caller = edge.caller;
        let own_id = caller.principal_id.clone();
        let principal_id = own_id.clone().unwrap_or_else(|| caller.account.to_string());
        let (identity_type, user_id, role_id) = match caller.principal {
            Principal::RamUser => (IdentityType::RamUser, own_id, None),
            Principal::AssumedRole => {
                let role = principal_id.split(':').next().map(str::to_owned);
                (IdentityType::AssumedRoleUser, None, role)
            }
            Principal::RootAccount
            | Principal::Operator
            | Principal::Product
            | Principal::OidcUser
            | Principal::System => (IdentityType::Account, None, None),
        };
        Ok(GetCallerIdentityReply {
            identity_type,
            account_id: caller.account.clone(),
            principal_id,
            arn: caller.arn.clone(),
            user_id,
            role_id,
        })
    }
}
