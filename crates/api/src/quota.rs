// SPDX-License-Identifier: Apache-2.0
//! What is bounded in number (wire reference, section 2.2).

use crate::text::words;

words! {
    /// A quota: of one account in one region, or of one key there.
    Quota,
    "It must be Keys, Aliases, KeyVersions, AsymmetricKeyVersions or KeyTags.";
    /// Keys.
    Keys = "Keys",
    /// Aliases.
    Aliases = "Aliases",
    /// Versions of all keys.
    KeyVersions = "KeyVersions",
    /// Versions of one asymmetric key.
    AsymmetricKeyVersions = "AsymmetricKeyVersions",
    /// Tags of one key.
    KeyTags = "KeyTags",
}
