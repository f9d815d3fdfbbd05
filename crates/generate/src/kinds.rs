// SPDX-License-Identifier: Apache-2.0
//! The kinds of keys: `docs/api/kinds.md`, from the table of offers.

use edgekms_api::key::ProtectionLevel;
use edgekms_api::key::algorithm::Algorithms;
use edgekms_api::key::offer::{OFFERED, Offer, Review};

/// The page's text, without its head.
pub(crate) fn page() -> String {
    let lines = OFFERED.iter().map(|offer| {
        format!(
            "| `{}` | `{}` | {} | {} | {} | {} |\n",
            offer.spec,
            offer.usage,
            algorithms(offer.algorithms),
            levels(offer.protection_levels),
            review(offer.review),
            approved(offer),
        )
    });
    format!(
        "# Kinds of keys\n\n\
         What CreateKey makes. **Unaudited** kinds are off unless the operator names their KeySpec in \
         `UNAUDITED_KEY_SPECS`; the [security model](../security-model.md#implementations) says what is known of each \
         implementation. With `FIPS=on` only what the last column names is made and used. `HSM` needs a hardware \
         store, which no deployment has yet. Keys of Origin `EXTERNAL` can be of every kind, with `SOFTWARE`.\n\n\
         | KeySpec | KeyUsage | algorithms | ProtectionLevel | review | approved by FIPS |\n\
         |---|---|---|---|---|---|\n{}",
        lines.collect::<String>()
    )
}

fn algorithms(all: Algorithms) -> String {
    let names: Vec<String> = match all {
        Algorithms::Symmetric => return "blobs and data keys".to_owned(),
        Algorithms::Signing(all) => all.iter().map(|each| format!("`{each}`")).collect(),
        Algorithms::Encryption(all) => all.iter().map(|each| format!("`{each}`")).collect(),
        Algorithms::Mac(all) => all.iter().map(|each| format!("`{each}`")).collect(),
    };
    names.join(", ")
}

fn levels(levels: &[ProtectionLevel]) -> String {
    levels.iter().map(|level| format!("`{level}`")).collect::<Vec<_>>().join(", ")
}

fn review(review: Review) -> &'static str {
    match review {
        Review::Audited => "audited",
        Review::Established => "established",
        Review::Unaudited => "**unaudited**",
    }
}

fn approved(offer: &Offer) -> String {
    match offer.approved {
        None => "no".to_owned(),
        Some(approved) if approved == offer.algorithms => "yes".to_owned(),
        Some(approved) => algorithms(approved),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unaudited_kinds_are_marked_and_no_others() {
        let page = page();
        for offer in OFFERED {
            let start = format!("| `{}` | `{}` |", offer.spec, offer.usage);
            let line = page.lines().find(|line| line.starts_with(&start)).unwrap();
            let marked = line.contains("**unaudited**");
            assert_eq!(marked, offer.review == Review::Unaudited, "{line}");
        }
    }
}
