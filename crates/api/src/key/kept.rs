// SPDX-License-Identifier: Apache-2.0
//! For whom a key is kept: for the customer who made it, or for cloud products that encrypt what they
//! keep for the customer.

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, AliasName};
use crate::text::checked_text;

checked_text!(
    /// A cloud product, such as `oss`: 1 to 32 lowercase letters, digits or `-`. `default` is the alias
    /// of the default master key, and no product.
    Product, is_product,
    "It must be 1 to 32 lowercase letters, digits or '-', and not default."
);

checked_text!(
    /// Who made a key: an account's 16 digits, or a product.
    Creator, is_creator,
    "It must be an account id or a product."
);

/// For whom a key is kept. Stored state: never change the words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// The customer who made it.
    #[default]
    Customer,
    /// Every product: the default master key, one of an account and region.
    DefaultMaster,
    /// One product: its service key, one of an account and region.
    Service(Product),
    /// Nobody any more: carried over from the 1.0 service, to be looked at.
    CarriedOver,
}

impl Kept {
    /// Whether a customer made it.
    #[must_use]
    pub fn is_customer(&self) -> bool {
        *self == Self::Customer
    }

    /// The product that alone may use it.
    #[must_use]
    pub const fn product(&self) -> Option<&Product> {
        match self {
            Self::Service(product) => Some(product),
            Self::Customer | Self::DefaultMaster | Self::CarriedOver => None,
        }
    }

    /// The alias that it is found by, if it is made at a product's need.
    #[must_use]
    pub fn alias(&self) -> Option<AliasName> {
        match self {
            Self::Customer | Self::CarriedOver => None,
            Self::DefaultMaster => "alias/acs/default".parse().ok(),
            Self::Service(product) => format!("alias/acs/{product}").parse().ok(),
        }
    }

    /// Who made it, of the account's.
    #[must_use]
    pub fn creator(&self, account: &AccountId) -> Creator {
        Creator(self.product().map_or(account.as_str(), Product::as_str).into())
    }
}

impl Creator {
    /// Whether a product made the key.
    #[must_use]
    pub fn is_product(&self) -> bool {
        is_product(self.as_str()) && self.as_str().parse::<AccountId>().is_err()
    }
}

fn is_word(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// Not digits alone, so that a product is never taken for an account.
fn is_product(text: &str) -> bool {
    is_word(text) && text != "default" && !text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_creator(text: &str) -> bool {
    is_product(text) || text.parse::<AccountId>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_a_word_and_no_account() {
        for good in ["oss", "a", "rds-mysql", "s3", &"x".repeat(32)] {
            assert!(good.parse::<Product>().is_ok(), "{good}");
        }
        for bad in ["", "OSS", "a b", "default", "1234567890123456", &"x".repeat(33), "a/b"] {
            assert!(bad.parse::<Product>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_stored_words_and_the_aliases_are_pinned() {
        let service = Kept::Service("oss".parse().unwrap());
        let account: AccountId = "1234567890123456".parse().unwrap();
        for (kept, text, alias, creator) in [
            (Kept::Customer, r#""customer""#, None, account.as_str()),
            (
                Kept::DefaultMaster,
                r#""default-master""#,
                Some("alias/acs/default"),
                account.as_str(),
            ),
            (service, r#"{"service":"oss"}"#, Some("alias/acs/oss"), "oss"),
            (Kept::CarriedOver, r#""carried-over""#, None, account.as_str()),
        ] {
            assert_eq!(serde_json::to_string(&kept).unwrap(), text);
            assert_eq!(serde_json::from_str::<Kept>(text).unwrap(), kept);
            assert_eq!(kept.alias().as_ref().map(AliasName::as_str), alias);
            assert_eq!(kept.creator(&account).as_str(), creator);
            assert_eq!(kept.creator(&account).is_product(), creator == "oss");
        }
    }
}
