// SPDX-License-Identifier: Apache-2.0
//! `Resource`: what statements are about. Of a key's policy it is `*`, the key itself.

use super::{Untranslatable, named};

/// How AWS's names begin, how ours do, and what the part behind the account must begin with. Keys and
/// aliases are called alike by both clouds; names of roles are the same in any case, and ours are compared in
/// small letters.
const KINDS: [Kind; 2] = [
    Kind { aws: "arn:aws:kms:", own: "acs:kms:", name: "", small: false },
    Kind { aws: "arn:aws:iam:", own: "acs:ram:", name: "role/", small: true },
];

struct Kind {
    aws: &'static str,
    own: &'static str,
    name: &'static str,
    small: bool,
}

pub(super) fn to_own(text: &String) -> Result<String, Untranslatable> {
    if text == "*" {
        return Ok(text.clone());
    }
    KINDS.iter().find_map(|kind| kind.to_own(text)).ok_or_else(|| {
        format!(
            "Resource {} is nothing here. Name *, keys and aliases such as \
             arn:aws:kms:<region>:<account>:key/<id>, or roles such as arn:aws:iam::<account>:role/<name>.",
            named(text)
        )
    })
}

impl Kind {
    fn to_own(&self, text: &str) -> Option<String> {
        let rest = text.strip_prefix(self.aws)?;
        // Region, account and name: no wildcard reaches from one into the next.
        let name = rest.splitn(3, ':').nth(2)?;
        name.starts_with(self.name).then_some(())?;
        let rest = if self.small { rest.to_ascii_lowercase() } else { rest.to_owned() };
        Some(format!("{}{rest}", self.own))
    }
}
