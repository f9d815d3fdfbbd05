// SPDX-License-Identifier: Apache-2.0
//! The products of Alibaba Cloud whose OpenAPIs are answered: a row each.
//!
//! One worker answers all of them at one address. What tells them apart is the version that a request
//! names, which no two have in common.

/// A product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Product {
    /// Key Management Service: keys, and what is done with them.
    Kms,
    /// Resource Access Management: users, groups, roles and policies of one account.
    Ram,
    /// Security Token Service: credentials that expire.
    Sts,
    /// Identity Management Service: whom an account takes for an identity provider. Policies know it as RAM.
    Ims,
    /// ActionTrail: who did what.
    Trail,
}

/// What is alike for all actions of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProductRow {
    /// Its name for people.
    pub name: &'static str,
    /// The version of its API.
    pub version: &'static str,
    /// What events call it.
    pub service: &'static str,
    /// The first labels of its host names, in front of the region's.
    pub hosts: &'static [&'static str],
    /// Whether each region has a service of its own, or all have one.
    pub is_regional: bool,
}

impl Product {
    /// Every product.
    pub const ALL: &'static [Self] = &[Self::Kms, Self::Ram, Self::Sts, Self::Ims, Self::Trail];

    /// Its row.
    #[must_use]
    pub const fn row(self) -> ProductRow {
        match self {
            Self::Kms => ProductRow {
                name: "Key Management Service",
                version: "2016-01-20",
                service: "Kms",
                hosts: &["kms", "kms-vpc", "kms-intranet"],
                is_regional: true,
            },
            Self::Ram => ProductRow {
                name: "Resource Access Management",
                version: "2015-05-01",
                service: "Ram",
                hosts: &["ram"],
                is_regional: false,
            },
            Self::Sts => ProductRow {
                name: "Security Token Service",
                version: "2015-04-01",
                service: "Sts",
                hosts: &["sts", "sts-vpc"],
                is_regional: false,
            },
            Self::Ims => ProductRow {
                name: "Identity Management Service",
                version: "2019-08-15",
                service: "Ims",
                hosts: &["ims"],
                is_regional: false,
            },
            Self::Trail => ProductRow {
                name: "ActionTrail",
                version: "2020-07-06",
                service: "Actiontrail",
                hosts: &["actiontrail"],
                is_regional: true,
            },
        }
    }

    /// What stands in front of its actions in policies, and in the ARNs of what it holds.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Kms => "kms",
            Self::Ram | Self::Ims => "ram",
            Self::Sts => "sts",
            Self::Trail => "actiontrail",
        }
    }

    /// The product whose API has this version.
    #[must_use]
    pub fn of_version(version: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|product| product.row().version == version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_tells_the_product() {
        for &product in Product::ALL {
            assert_eq!(Product::of_version(product.row().version), Some(product));
        }
        assert_eq!(Product::of_version("2016-01-2"), None);
    }
}
