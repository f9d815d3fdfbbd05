// SPDX-License-Identifier: Apache-2.0
//! `Principal`: whom statements are about.

use super::{Untranslatable, named};
use crate::id::AccountId;
use crate::policy::document::{ANYBODY, PrincipalClass, PrincipalName};

/// How names begin, with both clouds.
const AWS: &str = "arn:aws:iam::";
const OWN: &str = "acs:ram::";

/// What can stand behind an account: the end of a name, or how it begins if a name of its own follows. With
/// both clouds the same words.
const WHOLE: &str = "root";
const NAMED: [&str; 2] = ["user/", "role/"];
/// Our other word for an account, which means the same.
const OWN_WHOLE: &str = "*";

pub(super) fn to_own(principal: &PrincipalName) -> Result<PrincipalName, Untranslatable> {
    let name = match principal.class {
        PrincipalClass::Aws => name_to_own(&principal.name),
        PrincipalClass::Ram | PrincipalClass::Federated | PrincipalClass::Service => None,
    };
    let named_so = || {
        format!(
            "Principal {}: {} is nobody here. Name *, an account of 16 digits, or one of its users or \
             roles, such as arn:aws:iam::<account>:role/<name>.",
            principal.class,
            named(&principal.name),
        )
    };
    name.map(|name| PrincipalName { class: PrincipalClass::Ram, name }).ok_or_else(named_so)
}

fn name_to_own(text: &str) -> Option<String> {
    if text == ANYBODY {
        return Some(ANYBODY.to_owned());
    }
    if is_account_id(text) {
        return Some(format!("{OWN}{text}:{WHOLE}"));
    }
    // Sessions by their own names (`sts`, `assumed-role`) have none here: a statement about one of them
    // must not become one about its whole role.
    let (account, who) = text.strip_prefix(AWS)?.split_once(':')?;
    is_account_id(account).then_some(())?;
    (who == WHOLE || is_named(who)).then(|| format!("{OWN}{account}:{who}"))
}

pub(super) fn to_aws(principal: &PrincipalName) -> Option<PrincipalName> {
    let text = principal.name.as_str();
    let name = if text == ANYBODY {
        ANYBODY.to_owned()
    } else {
        let (account, who) = text.strip_prefix(OWN)?.split_once(':')?;
        let who = if who == OWN_WHOLE { WHOLE } else { who };
        format!("{AWS}{account}:{who}")
    };
    (principal.class == PrincipalClass::Ram)
        .then_some(PrincipalName { class: PrincipalClass::Aws, name })
}

/// Whether ours names this account as a whole.
pub(super) fn is_account(principal: &PrincipalName, account: &AccountId) -> bool {
    let who = principal.name.strip_prefix(OWN).and_then(|rest| rest.split_once(':'));
    who.is_some_and(|(of, who)| of == account.as_str() && [WHOLE, OWN_WHOLE].contains(&who))
}

fn is_account_id(text: &str) -> bool {
    text.parse::<AccountId>().is_ok()
}

/// A user or a role with a name that one can have here: AWS's may have a path, and some other characters.
fn is_named(who: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".@_-".contains(&byte))
    };
    NAMED.iter().find_map(|start| who.strip_prefix(start)).is_some_and(is_name)
}
