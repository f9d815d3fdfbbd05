// SPDX-License-Identifier: Apache-2.0
//! How many of each thing an account may have in one region, and how many calls a second it may make: the
//! deployment's numbers, and those that an operator has set for one keyring.

use std::collections::BTreeMap;

use edgekms_api::{
    error::{ApiError, ErrorCode},
    quota::Quota,
};
use serde::{Deserialize, Serialize};

/// A quota as the deployment has it.
#[derive(Debug)]
pub struct QuotaRow {
    /// Which one.
    pub quota: Quota,
    /// The variable that sets it for every account and region.
    pub variable: &'static str,
    /// Its number where the variable is not set: Alibaba's (wire reference, section 2.2).
    pub default: u64,
    /// The largest number that it can be: what was measured (docs/operations.md), or the wire's own.
    pub most: u64,
    /// What it counts, after a number.
    counts: &'static str,
}

/// What a rate counts.
const RATE: &str = "calls a second";
/// The greatest rate: more than a place was ever measured to answer.
const RATE_MOST: u64 = 100_000;

/// What a dedicated gateway lets through a second, as it is paid for: the table of key classes', to which a
/// test holds it.
pub(crate) const GATEWAYS: [(Quota, &[u32]); 2] = [
    (Quota::SoftwareGatewayRate, &[1_000, 2_000, 4_000]),
    (Quota::HardwareGatewayRate, &[2_000, 4_000, 6_000]),
];

/// Every quota.
#[rustfmt::skip]
pub const QUOTAS: [QuotaRow; 15] = [
    QuotaRow { quota: Quota::Keys, variable: "MAX_KEYS", default: 200, most: 100_000, counts: "keys in this account and region" },
    QuotaRow { quota: Quota::Aliases, variable: "MAX_ALIASES", default: 300, most: 100_000, counts: "aliases in this account and region" },
    QuotaRow { quota: Quota::KeyVersions, variable: "MAX_KEY_VERSIONS", default: 10_000, most: 1_000_000, counts: "key versions in this account and region" },
    QuotaRow { quota: Quota::AsymmetricKeyVersions, variable: "MAX_ASYMMETRIC_KEY_VERSIONS", default: 50, most: 1_000, counts: "versions of an asymmetric key" },
    QuotaRow { quota: Quota::KeyTags, variable: "MAX_KEY_TAGS", default: 50, most: 50, counts: "tags of a key" },
    QuotaRow { quota: Quota::CreateKeyRate, variable: "CREATE_KEY_RATE", default: 10, most: RATE_MOST, counts: RATE },
    QuotaRow { quota: Quota::ReadRate, variable: "READ_RATE", default: 50, most: RATE_MOST, counts: RATE },
    QuotaRow { quota: Quota::WriteRate, variable: "WRITE_RATE", default: 30, most: RATE_MOST, counts: RATE },
    QuotaRow { quota: Quota::TagReadRate, variable: "TAG_READ_RATE", default: 300, most: RATE_MOST, counts: RATE },
    QuotaRow { quota: Quota::SymmetricRate, variable: "SYMMETRIC_RATE", default: 1_000, most: RATE_MOST, counts: RATE },
    QuotaRow { quota: Quota::AsymmetricRate, variable: "ASYMMETRIC_RATE", default: 200, most: RATE_MOST, counts: RATE },
    QuotaRow { quota: Quota::AccountRate, variable: "ACCOUNT_RATE", default: 1, most: RATE_MOST, counts: RATE },
    // The manual has none: a tenth of what may be opened.
    QuotaRow { quota: Quota::MissRate, variable: "MISS_RATE", default: 100, most: RATE_MOST, counts: RATE },
    // No dedicated gateway, unless an account has one.
    QuotaRow { quota: Quota::SoftwareGatewayRate, variable: "SOFTWARE_GATEWAY_RATE", default: 0, most: 4_000, counts: RATE },
    QuotaRow { quota: Quota::HardwareGatewayRate, variable: "HARDWARE_GATEWAY_RATE", default: 0, most: 6_000, counts: RATE },
];

impl QuotaRow {
    /// Whether it can be this number.
    ///
    /// # Errors
    /// What it can be, as a sentence.
    pub fn allows(&self, number: u64) -> Result<(), String> {
        if let Some((_, rates)) = GATEWAYS.iter().find(|(quota, _)| *quota == self.quota) {
            if number == 0 || rates.iter().any(|rate| u64::from(*rate) == number) {
                return Ok(());
            }
            return Err(format!("{} can be one of {rates:?}, or 0 for none.", self.quota));
        }
        if (1..=self.most).contains(&number) {
            return Ok(());
        }
        Err(format!("{} can be from 1 to {}.", self.quota, self.most))
    }

    /// The row of a quota.
    #[must_use]
    pub fn of(quota: Quota) -> Option<&'static Self> {
        QUOTAS.iter().find(|row| row.quota == quota)
    }
}

/// Numbers that differ from [`QUOTAS`]' defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quotas(BTreeMap<Quota, u64>);

impl Quotas {
    /// Sets one.
    #[must_use]
    pub fn with(mut self, quota: Quota, number: u64) -> Self {
        self.0.insert(quota, number);
        self
    }

    /// These, and of `self` those that `over` does not have.
    #[must_use]
    pub fn overlaid(&self, over: &Self) -> Self {
        let Self(held) = self;
        Self(held.iter().chain(&over.0).map(|(quota, number)| (*quota, *number)).collect())
    }

    /// The number of one.
    #[must_use]
    pub fn get(&self, quota: Quota) -> u64 {
        let default = || QuotaRow::of(quota).map_or(0, |row| row.default);
        self.0.get(&quota).copied().unwrap_or_else(default)
    }

    /// Whether `more` can be added to `held`.
    ///
    /// # Errors
    /// `Rejected.LimitExceeded`, which names the limit and says how it is raised.
    pub fn check(&self, quota: Quota, held: u64, more: u64) -> Result<(), ApiError> {
        let most = self.get(quota);
        if held.saturating_add(more) <= most {
            return Ok(());
        }
        let (counts, variable) =
            QuotaRow::of(quota).map_or(("", ""), |row| (row.counts, row.variable));
        let message = format!(
            "{} There may be at most {most} {counts}. An operator raises this with the variable \
             {variable}, or for this account and region alone with SetQuota (Quota={quota}).",
            ErrorCode::LimitExceeded.default_message()
        );
        Err(ApiError::with_message(ErrorCode::LimitExceeded, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_quota_has_a_row_and_a_default_that_it_can_be() {
        for &quota in Quota::ALL {
            let row = QuotaRow::of(quota).unwrap();
            assert_eq!(row.allows(row.default), Ok(()), "{row:?}");
            assert_eq!(row.allows(row.most), Ok(()), "{row:?}");
            assert!(row.allows(row.most + 1).is_err(), "{row:?}");
            assert_eq!(Quotas::default().get(quota), row.default);
        }
    }

    #[test]
    fn a_keyring_s_own_number_wins_and_the_refusal_names_both_ways_to_raise_it() {
        let deployment = Quotas::default().with(Quota::Keys, 3).with(Quota::Aliases, 4);
        let quotas = deployment.overlaid(&Quotas::default().with(Quota::Keys, 5));
        assert_eq!((quotas.get(Quota::Keys), quotas.get(Quota::Aliases)), (5, 4));
        assert!(quotas.check(Quota::Keys, 4, 1).is_ok());
        let error = quotas.check(Quota::Keys, 4, 2).unwrap_err();
        assert_eq!(error.code(), ErrorCode::LimitExceeded);
        for part in ["at most 5 keys", "MAX_KEYS", "SetQuota"] {
            assert!(error.message().contains(part), "{}", error.message());
        }
    }

    #[test]
    fn the_stored_text_is_pinned() {
        let quotas = Quotas::default().with(Quota::KeyVersions, 20_000);
        let text = r#"{"KeyVersions":20000}"#;
        assert_eq!(serde_json::to_string(&quotas).unwrap(), text);
        assert_eq!(serde_json::from_str::<Quotas>(text).unwrap(), quotas);
    }
}
