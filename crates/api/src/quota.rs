// SPDX-License-Identifier: Apache-2.0
//! What is bounded in number, and how often an account may call (wire reference, section 2.2).

use crate::text::words;

words! {
    /// A quota: of one account in one region, or of one key there.
    Quota,
    "It must be Keys, Aliases, KeyVersions, AsymmetricKeyVersions, KeyTags, or a rate: CreateKeyRate, ReadRate, \
     WriteRate, TagReadRate, SymmetricRate, AsymmetricRate, AccountRate, MissRate, SoftwareGatewayRate or \
     HardwareGatewayRate.";
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
    /// Calls of CreateKey a second.
    CreateKeyRate = "CreateKeyRate",
    /// Calls a second that read.
    ReadRate = "ReadRate",
    /// Calls a second that change something.
    WriteRate = "WriteRate",
    /// Calls a second that list tags.
    TagReadRate = "TagReadRate",
    /// Calls of symmetric cryptography a second, through the shared gateway.
    SymmetricRate = "SymmetricRate",
    /// Calls of asymmetric cryptography a second.
    AsymmetricRate = "AsymmetricRate",
    /// Calls a second about the account's service.
    AccountRate = "AccountRate",
    /// Calls a second with a ciphertext that no key opens.
    MissRate = "MissRate",
    /// Calls of symmetric cryptography a second with software keys, through the account's dedicated
    /// gateway; 0 if it has none.
    SoftwareGatewayRate = "SoftwareGatewayRate",
    /// The same with hardware keys.
    HardwareGatewayRate = "HardwareGatewayRate",
}
