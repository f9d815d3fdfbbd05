// SPDX-License-Identifier: Apache-2.0
//! The names of all settings: whoever hands some to a worker can refuse one that it does not know.

use crate::quota::QUOTAS;

/// A variable that the worker reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Variable {
    /// As it is set.
    pub name: &'static str,
    /// Whether its value may be shown to nobody.
    pub secret: bool,
}

const fn plain(name: &'static str) -> Variable {
    Variable { name, secret: false }
}

const fn secret(name: &'static str) -> Variable {
    Variable { name, secret: true }
}

/// Every variable but those of [`QUOTAS`], which have a table of their own.
const VARIABLES: [Variable; 25] = [
    plain("ACCESS_KEY_ID"),
    secret("ACCESS_KEY_SECRET"),
    plain("ACCOUNT_ID"),
    plain("ALLOWED_ORIGINS"),
    plain("AUDIT"),
    plain("AUDIT_FAILURE"),
    plain("AUDIT_LOG"),
    plain("AUDIT_RETENTION_DAYS"),
    secret("BACKUP_KEY"),
    plain("ENVIRONMENT"),
    plain("FIPS"),
    plain("IMPORT_PKCS1_V1_5"),
    plain("MAX_PLAINTEXT_BYTES"),
    secret("METRICS_TOKEN"),
    plain("OIDC_HTTP_LOOPBACK"),
    plain("OPERATOR_ACCESS_KEY_ID"),
    secret("OPERATOR_ACCESS_KEY_SECRET"),
    secret("PRODUCTS"),
    plain("PRODUCT_KEY_ROTATION_DAYS"),
    plain("REGIONS"),
    secret("ROOT_KEYS"),
    plain("STATE_CONSISTENCY"),
    plain("THROTTLE"),
    plain("UNAUDITED_KEY_SPECS"),
    plain("USAGE"),
];

/// All of them, by name.
#[must_use]
pub fn variables() -> Vec<Variable> {
    let quotas = QUOTAS.iter().map(|row| plain(row.variable));
    let mut all: Vec<_> = VARIABLES.into_iter().chain(quotas).collect();
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, collections::BTreeSet};

    use super::variables;
    use crate::{settings::Settings, testing};

    #[test]
    fn they_are_what_is_read_and_no_others() {
        let set = testing::variables();
        let asked = RefCell::new(BTreeSet::new());
        let read = Settings::read(|name| {
            asked.borrow_mut().insert(name.to_owned());
            set.get(name).cloned()
        });
        read.unwrap();
        let names: BTreeSet<_> = variables().iter().map(|known| known.name.to_owned()).collect();
        assert_eq!(names, asked.into_inner());
        assert_eq!(names.len(), variables().len(), "none is there twice");
    }
}
