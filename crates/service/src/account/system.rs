// SPDX-License-Identifier: Apache-2.0
//! The policies that every account has and nobody can change (wire reference, section 3.2).

use edgekms_api::account::{PolicyName, PolicyType, PolicyVersionId};

use super::record::{PolicyRecord, VersionRecord};

/// A system policy.
struct System {
    name: &'static str,
    description: &'static str,
    document: &'static str,
}

/// Every system policy, in the order in which they are listed.
const SYSTEM: [System; 4] = [
    System {
        name: "AliyunKMSCryptoAdminAccess",
        description: "Administers keys, and does nothing with them.",
        document: r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["kms:Create*","kms:Describe*","kms:List*","kms:Enable*","kms:Disable*","kms:Update*","kms:Delete*","kms:Schedule*","kms:Cancel*","kms:Tag*","kms:Untag*","kms:Set*","kms:GetKeyPolicy","kms:GetPublicKey","kms:GetParametersForImport","kms:GetKeyRotationStatus","kms:ImportKeyMaterial","kms:RotateKeyOnDemand","kms:OpenKmsService","kms:GetDefaultKmsInstance"],"Resource":"*"}]}"#,
    },
    System {
        name: "AliyunKMSCryptoUserAccess",
        description: "Uses keys, and does not administer them.",
        document: r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:Generate*","kms:ExportDataKey","kms:Asymmetric*","kms:VerifyMac","kms:GetPublicKey","kms:Describe*","kms:List*"],"Resource":"*"}]}"#,
    },
    System {
        name: "AliyunKMSFullAccess",
        description: "Does everything with keys.",
        document: r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}"#,
    },
    System {
        name: "AliyunKMSReadOnlyAccess",
        description: "Looks at keys.",
        document: r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["kms:Describe*","kms:List*","kms:Get*"],"Resource":"*"}]}"#,
    },
];

/// When they came to be what they are, in seconds since 1970.
const SINCE: i64 = 1_767_225_600;

/// Every system policy.
pub fn all() -> impl Iterator<Item = PolicyRecord> {
    SYSTEM.iter().filter_map(System::record)
}

/// The system policy of this name.
#[must_use]
pub fn find(name: &PolicyName) -> Option<PolicyRecord> {
    SYSTEM.iter().find(|policy| policy.name == name.as_str()).and_then(System::record)
}

/// Their type.
pub const TYPE: PolicyType = PolicyType::System;

impl System {
    fn record(&self) -> Option<PolicyRecord> {
        let version: PolicyVersionId = "v1".parse().ok()?;
        Some(PolicyRecord {
            name: self.name.parse().ok()?,
            description: self.description.parse().ok(),
            default_version: version.clone(),
            next_version: 2,
            created: SINCE,
            updated: SINCE,
            versions: vec![VersionRecord {
                id: version,
                document: self.document.to_owned(),
                created: SINCE,
            }],
        })
    }
}

#[cfg(test)]
mod tests {
    use edgekms_api::policy::{PolicyKind, PolicyText};

    use super::*;

    #[test]
    fn every_system_policy_is_one_and_they_are_in_order() {
        let names: Vec<_> = all().map(|policy| policy.name.to_string()).collect();
        assert_eq!(names.len(), SYSTEM.len());
        assert!(names.is_sorted());
        for policy in all() {
            let text: PolicyText = policy.counting().unwrap().document.parse().unwrap();
            PolicyKind::Identity.check(&text).unwrap();
        }
    }
}
