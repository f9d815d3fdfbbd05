// SPDX-License-Identifier: Apache-2.0
//! A CMK as the wire describes it: its words, its metadata, its tags, and the ways to name one.

pub mod algorithm;
pub mod data_key;
pub mod description;
pub mod filter;
pub mod import;
pub mod kept;
pub mod metadata;
pub mod offer;
pub mod public_key;
pub mod reference;
pub mod rotation;
pub mod signed;
pub mod spec;
pub mod tag;
pub mod wrapping;

pub use self::description::Description;
pub use self::metadata::KeyMetadata;
pub use self::reference::KeyReference;
pub use self::spec::{KeySpec, KeyUsage};
pub use self::tag::{Tag, Tags};

use crate::text::words;

words! {
    /// Where a key is in its life (wire reference, section 2.4).
    KeyState, "It must be Enabled, Disabled, PendingDeletion or PendingImport.";
    /// Usable.
    Enabled = "Enabled",
    /// Kept, and refused to every cryptographic call.
    Disabled = "Disabled",
    /// Waiting for its deletion date.
    PendingDeletion = "PendingDeletion",
    /// Made to hold imported material, and holding none.
    PendingImport = "PendingImport",
}

words! {
    /// Where a key's material comes from. Case-sensitive on the wire.
    Origin, "It must be Aliyun_KMS or EXTERNAL.";
    /// Made by the service.
    AliyunKms = "Aliyun_KMS",
    /// Imported by the user.
    External = "EXTERNAL",
}

words! {
    /// What guards a key's material.
    ProtectionLevel, "It must be SOFTWARE or HSM.";
    /// The service's own software.
    Software = "SOFTWARE",
    /// A hardware security module.
    Hsm = "HSM",
}

words! {
    /// Whether a key gets a new version by itself.
    AutomaticRotation, "It must be Enabled, Disabled or Suspended.";
    /// On.
    Enabled = "Enabled",
    /// Off.
    Disabled = "Disabled",
    /// On, and waiting for the key to be usable again.
    Suspended = "Suspended",
}
