// SPDX-License-Identifier: Apache-2.0
//! DescribeRootKeys: what `ROOT_KEYS` holds beside what the keyring knows.

use std::collections::BTreeMap;

use edgekms_api::{
    action::DescribeRootKeys,
    error::ApiError,
    id::RootKeyVersion,
    kms::describe_root_keys::{DescribeRootKeysReply, RewrapRow, RewrapStatus, RootKeyRow},
    time::Timestamp,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::{
    keyring::{
        rewrap::{Rewrap, retirable_millis},
        store::RootUse,
        stored,
    },
    material::root_keys::RootKeys,
};

impl KeyringRule for DescribeRootKeys {
    fn decide(
        self,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<DescribeRootKeysReply>, ApiError> {
        let (store, roots) = (context.host.store, context.host.roots);
        let known = store.root_uses().map_err(stored)?;
        let mut rows: BTreeMap<&str, Option<&RootUse>> =
            roots.versions().map(|version| (version, None)).collect();
        rows.extend(known.iter().map(|root| (root.version.as_str(), Some(root))));
        let rows = rows.into_iter().map(|(version, known)| row(version, known, roots));
        let rewrap = Rewrap::load(store).map_err(stored)?;
        let reply = DescribeRootKeysReply {
            root_keys: rows.collect::<Result<_, _>>()?,
            rewrap: rewrap.map(progress).transpose()?,
        };
        Ok(Decision::look(reply, None))
    }
}

fn name(version: &str) -> Result<RootKeyVersion, ApiError> {
    version.parse().map_err(ApiError::internal)
}

fn row(version: &str, known: Option<&RootUse>, roots: &RootKeys) -> Result<RootKeyRow, ApiError> {
    let retirable = known.filter(|_| version != roots.current()).and_then(retirable_millis);
    Ok(RootKeyRow {
        root_key_version: name(version)?,
        current: version == roots.current(),
        known: known.is_some(),
        listed: roots.version(version).is_some(),
        references: known.map_or(0, |root| root.versions),
        // Rounded up, since before it a retirement is refused.
        retirable_date: retirable
            .map(|at| Timestamp::from_unix_secs(at.saturating_add(999).div_euclid(1000))),
    })
}

fn progress(rewrap: Rewrap) -> Result<RewrapRow, ApiError> {
    let Rewrap { root, rewrapped, left, done, .. } = rewrap;
    let status = if done { RewrapStatus::Done } else { RewrapStatus::Running };
    Ok(RewrapRow { status, root_key_version: name(&root)?, rewrapped, left })
}
