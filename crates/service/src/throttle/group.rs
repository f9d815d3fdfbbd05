// SPDX-License-Identifier: Apache-2.0
//! Groups of calls, each with the quota that is its rate.

use edgekms_api::{action::Throttle, quota::Quota};

use super::MILLI;
use crate::quota::{QuotaRow, Quotas};

/// How many groups there are.
pub const GROUPS: usize = 10;

/// Calls that share a rate: those that the table of actions says, what is charged after the fact, and
/// what goes through a gateway of the account's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Making keys.
    CreateKey,
    /// Reads.
    Reads,
    /// Changes.
    Writes,
    /// Reads of tags.
    TagReads,
    /// Symmetric cryptography, through the shared gateway.
    Symmetric,
    /// Asymmetric cryptography.
    Asymmetric,
    /// The account's own state.
    Account,
    /// Ciphertexts that no key opens, each of which may cost a look far away. Charged after the fact.
    Misses,
    /// Symmetric cryptography with software keys, of an account with a dedicated gateway.
    SoftwareGateway,
    /// Symmetric cryptography with hardware keys, of an account with a dedicated gateway.
    HardwareGateway,
}

/// A group's name on the wire between isolates and objects, its quota, and its name for callers.
struct Row {
    group: Group,
    name: &'static str,
    quota: Quota,
    calls: &'static str,
}

#[rustfmt::skip]
const ROWS: [Row; GROUPS] = [
    Row { group: Group::CreateKey,       name: "create-key",       quota: Quota::CreateKeyRate,       calls: "of CreateKey" },
    Row { group: Group::Reads,           name: "reads",            quota: Quota::ReadRate,            calls: "that read" },
    Row { group: Group::Writes,          name: "writes",           quota: Quota::WriteRate,           calls: "that change something" },
    Row { group: Group::TagReads,        name: "tag-reads",        quota: Quota::TagReadRate,         calls: "that list tags" },
    Row { group: Group::Symmetric,       name: "symmetric",        quota: Quota::SymmetricRate,       calls: "of symmetric cryptography" },
    Row { group: Group::Asymmetric,      name: "asymmetric",       quota: Quota::AsymmetricRate,      calls: "of asymmetric cryptography" },
    Row { group: Group::Account,         name: "account",          quota: Quota::AccountRate,         calls: "about the account's service" },
    Row { group: Group::Misses,          name: "misses",           quota: Quota::MissRate,            calls: "with a ciphertext that no key opens" },
    Row { group: Group::SoftwareGateway, name: "software-gateway", quota: Quota::SoftwareGatewayRate, calls: "of symmetric cryptography with software keys" },
    Row { group: Group::HardwareGateway, name: "hardware-gateway", quota: Quota::HardwareGatewayRate, calls: "of symmetric cryptography with hardware keys" },
];

impl Group {
    /// Every group, each at its [`Group::index`].
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.group)
    }

    /// Its number.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    fn row(self) -> Option<&'static Row> {
        ROWS.get(self.index())
    }

    /// Its name between isolates and objects.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.name)
    }

    /// The inverse of [`Group::name`]; none for a later release's.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.group)
    }

    /// Which calls, after their number.
    #[must_use]
    pub fn calls(self) -> &'static str {
        self.row().map_or("", |row| row.calls)
    }

    /// The quota that is its rate.
    #[must_use]
    pub fn quota(self) -> Option<Quota> {
        self.row().map(|row| row.quota)
    }
}

impl From<Throttle> for Group {
    fn from(column: Throttle) -> Self {
        match column {
            Throttle::CreateKey => Self::CreateKey,
            Throttle::Reads => Self::Reads,
            Throttle::Writes => Self::Writes,
            Throttle::TagReads => Self::TagReads,
            Throttle::Symmetric => Self::Symmetric,
            Throttle::Asymmetric => Self::Asymmetric,
            Throttle::Account => Self::Account,
        }
    }
}

/// An account's rate of each group, in calls a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates([u64; GROUPS]);

impl Rates {
    /// Those that these quotas say.
    #[must_use]
    pub fn of(quotas: &Quotas) -> Self {
        Self(ROWS.each_ref().map(|row| quotas.get(row.quota)))
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, group: Group) -> u64 {
        self.0.get(group.index()).copied().unwrap_or(0)
    }

    /// One of them, in thousandths of a call a second.
    #[must_use]
    pub fn milli(&self, group: Group) -> u64 {
        self.get(group).saturating_mul(MILLI)
    }

    /// With another rate of one group.
    #[must_use]
    pub fn with(mut self, group: Group, rate: u64) -> Self {
        if let Some(held) = self.0.get_mut(group.index()) {
            *held = rate;
        }
        self
    }
}

/// The variable that sets a group's rate for every account.
#[must_use]
pub fn variable_of(group: Group) -> &'static str {
    group.quota().and_then(QuotaRow::of).map_or("", |row| row.variable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_the_manual_s() {
        let rates = Rates::of(&Quotas::default());
        let of = |column: Throttle| rates.get(column.into());
        assert_eq!(of(Throttle::Symmetric), 1_000);
        assert_eq!(of(Throttle::Asymmetric), 200);
        assert_eq!((of(Throttle::Reads), of(Throttle::Writes)), (50, 30));
        assert_eq!((of(Throttle::CreateKey), of(Throttle::TagReads)), (10, 300));
        assert_eq!(of(Throttle::Account), 1);
        assert_eq!(rates.get(Group::SoftwareGateway), 0, "none unless it is paid for");
    }

    #[test]
    fn groups_stand_in_their_order_and_are_known_by_their_names() {
        for (index, group) in Group::all().enumerate() {
            assert_eq!(group.index(), index);
            assert_eq!(Group::from_name(group.name()), Some(group));
            assert!(!variable_of(group).is_empty());
        }
        assert_eq!(Group::from_name("of-a-later-release"), None);
    }
}
