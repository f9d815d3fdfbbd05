// SPDX-License-Identifier: Apache-2.0
//! Identity providers of an account: what is stored of one, which is also what isolates know of it.

use edgekms_api::{
    account::{
        CLIENT_IDS_MAX, ClientId, FINGERPRINTS_MAX, Fingerprint, IssuerUrl, OidcDescription,
        OidcProvider, OidcProviderArn, OidcProviderName,
    },
    commas::Commas,
    error::{ApiError, ErrorCode},
    id::AccountId,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{
    context::{AccountContext, Part},
    limit::Limit,
    record::Record,
    store::Kind,
};

/// How many hours ago a token may have been issued, if nobody says it.
pub const ISSUANCE_LIMIT_HOURS: u32 = 12;

const CLIENT_IDS: Limit = Limit::new(CLIENT_IDS_MAX as u64, "client ids of an identity provider");
const FINGERPRINTS: Limit =
    Limit::new(FINGERPRINTS_MAX as u64, "fingerprints of an identity provider");

/// An identity provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcProviderRecord {
    /// Its name.
    pub name: OidcProviderName,
    /// Who signs its tokens.
    pub issuer: IssuerUrl,
    /// For whom.
    pub client_ids: Vec<ClientId>,
    /// What is told of its certificates.
    pub fingerprints: Vec<Fingerprint>,
    /// How many hours ago a token may have been issued.
    pub issuance_limit_hours: u32,
    /// What it is for.
    pub description: Option<OidcDescription>,
    /// Seconds since 1970.
    pub created: i64,
    /// Seconds since 1970.
    pub updated: i64,
}

impl Record for OidcProviderRecord {
    const KIND: Kind = Kind::OidcProvider;

    fn id(&self) -> &str {
        self.name.as_str()
    }

    fn name(&self) -> String {
        self.name.to_string()
    }
}

/// Adds to a list what is not there yet.
fn add<T: PartialEq>(list: &mut Vec<T>, entry: T, limit: Limit) -> Result<(), ApiError> {
    if !list.contains(&entry) {
        limit.check(u64::try_from(list.len()).unwrap_or(u64::MAX))?;
        list.push(entry);
    }
    Ok(())
}

impl OidcProviderRecord {
    /// The provider as it is told.
    #[must_use]
    pub fn told(self, account: &AccountId) -> OidcProvider {
        let millis = |secs: i64| secs.saturating_mul(1000).to_string();
        OidcProvider {
            arn: OidcProviderArn { account: account.clone(), name: self.name.clone() },
            oidc_provider_name: self.name,
            issuer_url: self.issuer,
            client_ids: Commas(self.client_ids),
            fingerprints: Commas(self.fingerprints),
            issuance_limit_time: self.issuance_limit_hours,
            description: self.description,
            create_date: Timestamp::from_unix_secs(self.created),
            update_date: Timestamp::from_unix_secs(self.updated),
            gmt_create: millis(self.created),
            gmt_modified: millis(self.updated),
        }
    }

    /// Has it sign for one more client.
    ///
    /// # Errors
    /// `LimitExceeded`.
    pub fn add_client(&mut self, client: ClientId) -> Result<(), ApiError> {
        add(&mut self.client_ids, client, CLIENT_IDS)
    }

    /// Notes one more fingerprint.
    ///
    /// # Errors
    /// `LimitExceeded`.
    pub fn add_fingerprint(&mut self, fingerprint: Fingerprint) -> Result<(), ApiError> {
        add(&mut self.fingerprints, fingerprint, FINGERPRINTS)
    }
}

impl AccountContext<'_> {
    /// The identity provider of this name.
    ///
    /// # Errors
    /// `EntityNotExist.OIDCProvider`.
    pub fn oidc_provider(&self, name: &OidcProviderName) -> Result<OidcProviderRecord, ApiError> {
        self.named(name.as_str(), ErrorCode::OidcProviderNotExist)
    }

    /// Whether tokens of this issuer may be taken: it is public, or the deployment is for development, and no
    /// other provider has it.
    ///
    /// # Errors
    /// `InvalidParameter`; `EntityAlreadyExists.OIDCProvider`.
    pub fn check_issuer(&self, issuer: &IssuerUrl) -> Result<(), ApiError> {
        if issuer.is_loopback() && !self.loopback_issuers {
            return Err(ApiError::invalid_parameter("IssuerUrl", "It must begin with https://."));
        }
        // There are no more than a hundred.
        let all = self.page::<OidcProviderRecord>(&Part::asked(None, None))?;
        if all.rows.iter().any(|provider| provider.issuer == *issuer) {
            return Err(ErrorCode::OidcProviderAlreadyExists.into());
        }
        Ok(())
    }

    /// A change of a provider that is there.
    ///
    /// # Errors
    /// `EntityNotExist.OIDCProvider`, or what `change` says.
    pub fn change_oidc_provider(
        &self,
        name: &OidcProviderName,
        change: impl FnOnce(&mut OidcProviderRecord) -> Result<(), ApiError>,
    ) -> Result<OidcProviderRecord, ApiError> {
        let mut provider = self.oidc_provider(name)?;
        change(&mut provider)?;
        provider.updated = self.now_secs;
        Ok(provider)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stored state, and what is published in KV.
    #[test]
    fn a_stored_provider_is_pinned() {
        let text = r#"{"name":"login","issuer":"https://login.example.com","client_ids":["web"],"fingerprints":[],"issuance_limit_hours":12,"description":null,"created":1,"updated":2}"#;
        let provider = OidcProviderRecord::decode(text).unwrap();
        assert_eq!(provider.encode().unwrap(), text);
        let told = provider.told(&crate::testing::place().account);
        assert_eq!(told.arn.to_string(), "acs:ram::1234567890123456:oidc-provider/login");
        assert_eq!(told.gmt_modified, "2000");
    }
}
