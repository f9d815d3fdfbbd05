// SPDX-License-Identifier: Apache-2.0
//! `Action`: the names of the table of actions, each of which has one of AWS's.
//!
//! One name of AWS's can mean several of ours (`kms:Encrypt`, `kms:Sign`). An action that AWS does not have
//! goes by its own name. A wildcard means every action whose name in AWS's words it stands for; it is
//! written as it is where it stands for the same names of ours, and else as their list, so that nothing is
//! permitted or denied that its author did not see in the names.
//!
//! Actions that AWS has and nothing here does, and those that everybody may do, are permitted and denied without effect, as is true of them.
//! Their names are kept as they are, because AWS's own default policies have them.

use std::sync::LazyLock;

use super::glob::{is_pattern, matches};
use super::{Untranslatable, named};
use crate::action::ActionName;
use crate::dialect::aws::{kms, sts};
use crate::policy::PolicyKind;
use crate::product::Product;

/// A permission under its two names, both with their service in front.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) aws: String,
    pub(super) own: String,
}

/// The services that AWS's documents may speak of, and their actions that nothing here does.
const SERVICES: [(Product, &[&str]); 2] =
    [(Product::Kms, kms::OTHER_ACTIONS), (Product::Sts, sts::OTHER_ACTIONS)];

/// Every permission that there is.
pub(super) static NAMES: LazyLock<Vec<Name>> = LazyLock::new(|| {
    let of = |action: &ActionName| {
        let row = action.row();
        // Those of one key each are called alike by both clouds (`ReEncryptFrom`).
        let by_key = row.source_permission.is_some();
        let own = [row.permission, row.source_permission].into_iter().flatten();
        own.map(move |own| Name {
            aws: match by_key {
                true => own.to_owned(),
                false => format!("{}:{}", row.product.prefix(), row.aws_name),
            },
            own: own.to_owned(),
        })
    };
    let is_meant = |action: &&ActionName| {
        let row = action.row();
        !row.is_operators && SERVICES.iter().any(|(product, _)| *product == row.product)
    };
    ActionName::ALL.iter().filter(is_meant).flat_map(of).collect()
});

/// Names of AWS's that are kept as they are.
pub(super) static KEPT: LazyLock<Vec<String>> = LazyLock::new(|| {
    let of = |(product, names): &(Product, &'static [&str])| {
        let prefix = product.prefix();
        let rows = ActionName::of(*product).map(|action| action.row());
        let free = rows.filter(|row| row.permission.is_none()).map(|row| row.aws_name);
        names.iter().copied().chain(free).map(move |name| format!("{prefix}:{name}"))
    };
    SERVICES.iter().flat_map(of).collect()
});

/// Our names of what AWS's names mean.
pub(super) fn to_own(kind: PolicyKind, actions: &[String]) -> Result<Vec<String>, Untranslatable> {
    let mut own = Vec::new();
    for action in actions {
        let meant = one_to_own(kind, action)
            .ok_or_else(|| format!("Action {} has no meaning here.", named(action)))?;
        add(&mut own, meant);
    }
    Ok(own)
}

fn one_to_own(kind: PolicyKind, action: &str) -> Option<Vec<String>> {
    // A key's policy is about nothing but keys.
    let action = match (kind, action) {
        (PolicyKind::Key, "*") => "kms:*",
        (_, "*") => return Some(vec!["*".to_owned()]),
        (_, action) => action,
    };
    let (service, name) = action.split_once(':')?;
    let service = SERVICES.iter().map(|(product, _)| product.prefix()).find(|prefix| {
        prefix.eq_ignore_ascii_case(service)
            && (kind != PolicyKind::Key || *prefix == Product::Kms.prefix())
    })?;
    let action = format!("{service}:{name}");
    let own: Vec<_> = NAMES.iter().filter(|one| matches(&action, &one.aws)).collect();
    if is_pattern(name) && own.iter().copied().eq(of_own(&action)) && !own.is_empty() {
        return Some(vec![action]);
    }
    let mut all = Vec::new();
    // By AWS's names, in whose order they are written and read again.
    for name in own {
        let same = NAMES.iter().filter(|one| one.aws == name.aws);
        add(&mut all, same.map(|one| one.own.clone()).collect());
    }
    add(&mut all, KEPT.iter().filter(|one| matches(&action, one)).cloned().collect());
    (!all.is_empty()).then_some(all)
}

/// The permissions that a name of ours means, with wildcards.
fn of_own(action: &str) -> impl Iterator<Item = &'static Name> {
    NAMES.iter().filter(move |one| matches(action, &one.own))
}

/// Whether our names mean every permission for keys.
pub(super) fn are_all(actions: &[String]) -> bool {
    let all = format!("{}:*", Product::Kms.prefix());
    of_own(&all).all(|one| actions.iter().any(|action| matches(action, &one.own)))
}

/// AWS's names of what ours mean, if they mean exactly the same.
pub(super) fn to_aws(actions: &[String]) -> Option<Vec<String>> {
    let all: Vec<_> = actions.iter().flat_map(|action| of_own(action)).collect();
    let mut aws = Vec::new();
    for action in actions {
        if KEPT.contains(action) {
            add(&mut aws, vec![action.clone()]);
            continue;
        }
        let own: Vec<_> = of_own(action).collect();
        let is_same = NAMES.iter().filter(|one| matches(action, &one.aws)).eq(own.iter().copied());
        if own.is_empty() {
            return None;
        }
        if is_same {
            add(&mut aws, vec![action.clone()]);
            continue;
        }
        // A name of AWS's says it if all that it means is meant.
        let is_whole =
            |name: &str| NAMES.iter().filter(|one| one.aws == *name).all(|one| all.contains(&one));
        if !own.iter().all(|one| is_whole(&one.aws)) {
            return None;
        }
        add(&mut aws, own.into_iter().map(|one| one.aws.clone()).collect());
    }
    Some(aws)
}

/// Adds what is not there yet, in order.
fn add(to: &mut Vec<String>, more: Vec<String>) {
    for one in more {
        if !to.contains(&one) {
            to.push(one);
        }
    }
}
