// SPDX-License-Identifier: Apache-2.0
//! The table of actions: a row each. What its columns mean is in [`super::row`].

/// Hands the table to the macro `$with`: families, each with its [`crate::product::Product`] in front, and with its rows.
///
/// A row: action, module of its contract and of its rule, [`ActionKind`](crate::action::ActionKind), [`Scope`](crate::action::Scope), [`KeyNames`](crate::action::KeyNames), whether
/// it needs a `permission` (`from_to`: one for each of two keys), is the `operator`'s alone, `free`, or proven
/// by a `token` instead of a signature (a [`Proof`](crate::action::Proof)), whether it is `audited`, [`Throttle`](crate::action::Throttle), [`Repeat`](crate::action::Repeat), and which [`Clouds`](crate::action::Clouds) have it: `Both`, `Aliyun`, `Aws`, or both
/// and AWS by the name that stands there.
#[macro_export]
macro_rules! with_actions {
    ($with:ident) => { $with! {
        kms key {
            CreateKey                       create_key                          Change Keys    None permission audited   CreateKey Never    Both;
            DescribeKey                     describe_key                        Read   Nothing Any  permission audited   Reads     Harmless Both;
            ListKeys                        list_keys                           Read   Keys    None permission audited   Reads     Harmless Both;
            UpdateKeyDescription            update_key_description              Change Nothing Key  permission audited   Writes    Harmless Both;
            EnableKey                       enable_key                          Change Nothing Key  permission audited   Writes    Harmless Both;
            DisableKey                      disable_key                         Change Nothing Key  permission audited   Writes    Harmless Both;
            ScheduleKeyDeletion             schedule_key_deletion               Change Nothing Key  permission audited   Writes    Never    Both;
            CancelKeyDeletion               cancel_key_deletion                 Change Nothing Key  permission audited   Writes    Never    Both;
            SetDeletionProtection           set_deletion_protection             Change Nothing Arn  permission audited   Writes    Harmless Aliyun;
            DescribeKeyVersion              describe_key_version                Read   Nothing Any  permission audited   Reads     Harmless Aliyun;
            ListKeyVersions                 list_key_versions                   Read   Nothing Any  permission audited   Reads     Harmless Aliyun;
        }
        kms rotation {
            UpdateRotationPolicy            update_rotation_policy              Change Nothing Key  permission audited   Writes    Harmless Aliyun;
            CreateKeyVersion                create_key_version                  Change Nothing Any  permission audited   Writes    Never    Aliyun;
            EnableKeyRotation               enable_key_rotation                 Change Nothing Key  permission audited   Writes    Harmless Aws;
            DisableKeyRotation              disable_key_rotation                Change Nothing Key  permission audited   Writes    Harmless Aws;
            GetKeyRotationStatus            get_key_rotation_status             Read   Nothing Key  permission audited   Reads     Harmless Aws;
            RotateKeyOnDemand               rotate_key_on_demand                Change Nothing Key  permission audited   Writes    Never    Aws;
            ListKeyRotations                list_key_rotations                  Read   Nothing Key  permission audited   Reads     Harmless Aws;
        }
        kms import {
            GetParametersForImport          get_parameters_for_import           Read   Nothing First permission audited   Writes    Harmless Both;
            ImportKeyMaterial               import_key_material                 Change Nothing Key  permission audited   Writes    Harmless Both;
            DeleteKeyMaterial               delete_key_material                 Change Nothing Key  permission audited   Writes    Harmless DeleteImportedKeyMaterial;
        }
        kms alias {
            CreateAlias                     create_alias                        Change Nothing Key  permission audited   Writes    Never    Both;
            UpdateAlias                     update_alias                        Change Nothing Key  permission audited   Writes    Harmless Both;
            DeleteAlias                     delete_alias                        Change Nothing None permission audited   Writes    Never    Both;
            ListAliases                     list_aliases                        Read   Aliases None permission audited   Reads     Harmless Both;
            ListAliasesByKeyId              list_aliases_by_key_id              Read   Nothing Key  permission audited   Reads     Harmless Aliyun;
        }
        kms tag {
            TagResource                     tag_resource                        Change Nothing Key  permission audited   Writes    Harmless Both;
            UntagResource                   untag_resource                      Change Nothing Key  permission audited   Writes    Harmless Both;
            ListResourceTags                list_resource_tags                  Read   Nothing Key  permission audited   TagReads  Harmless Both;
            TagResources                    tag_resources                       Change Nothing None permission audited   Writes    Harmless Aliyun;
            UntagResources                  untag_resources                     Change Nothing None permission audited   Writes    Harmless Aliyun;
            ListTagResources                list_tag_resources                  Read   Keys    None permission audited   TagReads  Harmless Aliyun;
        }
        kms policy {
            GetKeyPolicy                    get_key_policy                      Read   Nothing Arn  permission audited   Reads     Harmless Both;
            SetKeyPolicy                    set_key_policy                      Change Nothing Arn  permission audited   Writes    Harmless PutKeyPolicy;
            ListKeyPolicies                 list_key_policies                   Read   Nothing Arn  permission audited   Reads     Harmless Aws;
        }
        kms crypto {
            Encrypt                         encrypt                             Crypto Nothing Any  permission audited   Symmetric Harmless Both;
            Decrypt                         decrypt                             Crypto Nothing None permission audited   Symmetric Harmless Both;
            GenerateDataKey                 generate_data_key                   Crypto Nothing Any  permission audited   Symmetric Harmless Both;
            GenerateDataKeyWithoutPlaintext generate_data_key_without_plaintext Crypto Nothing Any  permission audited   Symmetric Harmless Both;
            ReEncrypt                       re_encrypt                          Crypto Nothing Any  from_to    audited   Symmetric Harmless Both;
            ExportDataKey                   export_data_key                     Crypto Nothing None permission audited   Symmetric Harmless Aliyun;
            GenerateAndExportDataKey        generate_and_export_data_key        Crypto Nothing Any  permission audited   Symmetric Harmless Aliyun;
            GenerateDataKeyPair             generate_data_key_pair              Crypto Nothing Any  permission audited   Symmetric Harmless Aws;
            GenerateDataKeyPairWithoutPlaintext generate_data_key_pair_without_plaintext Crypto Nothing Any  permission audited   Symmetric Harmless Aws;
            GenerateRandom                  generate_random                     Edge   Nothing None permission audited   Symmetric Harmless Aws;
            GenerateMac                     generate_mac                        Crypto Nothing Any  permission audited   Symmetric Harmless Both;
            VerifyMac                       verify_mac                          Crypto Nothing Any  permission audited   Symmetric Harmless Both;
        }
        kms asymmetric {
            AsymmetricSign                  asymmetric_sign                     Crypto Nothing Any  permission audited   Asymmetric Harmless Sign;
            AsymmetricVerify                asymmetric_verify                   Crypto Nothing Any  permission audited   Asymmetric Harmless Verify;
            AsymmetricEncrypt               asymmetric_encrypt                  Crypto Nothing Any  permission audited   Asymmetric Harmless Encrypt;
            AsymmetricDecrypt               asymmetric_decrypt                  Crypto Nothing Any  permission audited   Asymmetric Harmless Decrypt;
            GetPublicKey                    get_public_key                      Crypto Nothing Any  permission audited   Asymmetric Harmless Both;
        }
        kms service {
            DescribeRegions                 describe_regions                    Edge   Nothing None free       unaudited Reads     Harmless Aliyun;
            DescribeAccountKmsStatus        describe_account_kms_status         Edge   Nothing None permission audited   Account   Harmless Aliyun;
            OpenKmsService                  open_kms_service                    Edge   Nothing None permission audited   Account   Harmless Aliyun;
            DescribeService                 describe_service                    Edge   Nothing None permission audited   Reads     Harmless Aliyun;
            GetDefaultKmsInstance           get_default_kms_instance            Edge   Nothing None permission audited   Reads     Harmless Aliyun;
            ListKeyUsage                    list_key_usage                      Read   Keys    None permission audited   Reads     Harmless Aliyun;
        }
        kms operator {
            DescribeQuotas                  describe_quotas                     Read   Nothing None operator   audited   Reads     Harmless Aliyun;
            SetQuota                        set_quota                           Change Nothing None operator   audited   Writes    Harmless Aliyun;
            DescribeRootKeys                describe_root_keys                  Read   Nothing None operator   audited   Reads     Harmless Aliyun;
            RewrapKeys                      rewrap_keys                         Change Nothing None operator   audited   Writes    Harmless Aliyun;
            RetireRootKey                   retire_root_key                     Change Nothing None operator   audited   Writes    Never    Aliyun;
            BackupKeyring                   backup_keyring                      Change Nothing None operator   audited   Writes    Harmless Aliyun;
            RestoreKeyring                  restore_keyring                     Change Nothing None operator   audited   Writes    Harmless Aliyun;
            CloseKeyring                    close_keyring                       Change Nothing None operator   audited   Writes    Harmless Aliyun;
            ExportEvents                    export_events                       Trail  Nothing None operator   audited   Reads     Harmless Aliyun;
        }
        ram account {
            CreateAccount                   create_account                      Change Nothing None operator   audited   Writes    Never    Aliyun;
            ListAccounts                    list_accounts                       Read   Nothing None operator   audited   Reads     Harmless Aliyun;
            CreateAccountAccessKey          create_account_access_key           Change Nothing None operator   audited   Writes    Never    Aliyun;
            RewrapAccount                   rewrap_account                      Change Nothing None operator   audited   Writes    Harmless Aliyun;
            CloseAccount                    close_account                       Change Nothing None operator   audited   Writes    Harmless Aliyun;
            DeleteAccount                   delete_account                      Change Nothing None operator   audited   Writes    Never    Aliyun;
        }
        ram user {
            CreateUser                      create_user                         Change Nothing None permission audited   Writes    Never    Aliyun;
            GetUser                         get_user                            Read   Nothing None permission audited   Reads     Harmless Aliyun;
            ListUsers                       list_users                          Read   Nothing None permission audited   Reads     Harmless Aliyun;
            UpdateUser                      update_user                         Change Nothing None permission audited   Writes    Harmless Aliyun;
            DeleteUser                      delete_user                         Change Nothing None permission audited   Writes    Never    Aliyun;
        }
        ram access_key {
            CreateAccessKey                 create_access_key                   Change Nothing None permission audited   Writes    Never    Aliyun;
            ListAccessKeys                  list_access_keys                    Read   Nothing None permission audited   Reads     Harmless Aliyun;
            UpdateAccessKey                 update_access_key                   Change Nothing None permission audited   Writes    Harmless Aliyun;
            DeleteAccessKey                 delete_access_key                   Change Nothing None permission audited   Writes    Never    Aliyun;
        }
        ram group {
            CreateGroup                     create_group                        Change Nothing None permission audited   Writes    Never    Aliyun;
            GetGroup                        get_group                           Read   Nothing None permission audited   Reads     Harmless Aliyun;
            ListGroups                      list_groups                         Read   Nothing None permission audited   Reads     Harmless Aliyun;
            UpdateGroup                     update_group                        Change Nothing None permission audited   Writes    Harmless Aliyun;
            DeleteGroup                     delete_group                        Change Nothing None permission audited   Writes    Never    Aliyun;
            AddUserToGroup                  add_user_to_group                   Change Nothing None permission audited   Writes    Never    Aliyun;
            RemoveUserFromGroup             remove_user_from_group              Change Nothing None permission audited   Writes    Never    Aliyun;
            ListGroupsForUser               list_groups_for_user                Read   Nothing None permission audited   Reads     Harmless Aliyun;
            ListUsersForGroup               list_users_for_group                Read   Nothing None permission audited   Reads     Harmless Aliyun;
        }
        ram ram_policy {
            CreatePolicy                    create_policy                       Change Nothing None permission audited   Writes    Never    Aliyun;
            GetPolicy                       get_policy                          Read   Nothing None permission audited   Reads     Harmless Aliyun;
            ListPolicies                    list_policies                       Read   Nothing None permission audited   Reads     Harmless Aliyun;
            DeletePolicy                    delete_policy                       Change Nothing None permission audited   Writes    Never    Aliyun;
            CreatePolicyVersion             create_policy_version               Change Nothing None permission audited   Writes    Never    Aliyun;
            GetPolicyVersion                get_policy_version                  Read   Nothing None permission audited   Reads     Harmless Aliyun;
            ListPolicyVersions              list_policy_versions                Read   Nothing None permission audited   Reads     Harmless Aliyun;
            DeletePolicyVersion             delete_policy_version               Change Nothing None permission audited   Writes    Never    Aliyun;
            SetDefaultPolicyVersion         set_default_policy_version          Change Nothing None permission audited   Writes    Harmless Aliyun;
            ExplainPermission               explain_permission                  Read   Nothing None permission audited   Reads     Harmless Aliyun;
        }
        ram attachment {
            AttachPolicyToUser              attach_policy_to_user               Change Nothing None permission audited   Writes    Never    Aliyun;
            DetachPolicyFromUser            detach_policy_from_user             Change Nothing None permission audited   Writes    Never    Aliyun;
            ListPoliciesForUser             list_policies_for_user              Read   Nothing None permission audited   Reads     Harmless Aliyun;
            AttachPolicyToGroup             attach_policy_to_group              Change Nothing None permission audited   Writes    Never    Aliyun;
            DetachPolicyFromGroup           detach_policy_from_group            Change Nothing None permission audited   Writes    Never    Aliyun;
            ListPoliciesForGroup            list_policies_for_group             Read   Nothing None permission audited   Reads     Harmless Aliyun;
            AttachPolicyToRole              attach_policy_to_role               Change Nothing None permission audited   Writes    Never    Aliyun;
            DetachPolicyFromRole            detach_policy_from_role             Change Nothing None permission audited   Writes    Never    Aliyun;
            ListPoliciesForRole             list_policies_for_role              Read   Nothing None permission audited   Reads     Harmless Aliyun;
        }
        ram role {
            CreateRole                      create_role                         Change Nothing None permission audited   Writes    Never    Aliyun;
            GetRole                         get_role                            Read   Nothing None permission audited   Reads     Harmless Aliyun;
            ListRoles                       list_roles                          Read   Nothing None permission audited   Reads     Harmless Aliyun;
            UpdateRole                      update_role                         Change Nothing None permission audited   Writes    Harmless Aliyun;
            DeleteRole                      delete_role                         Change Nothing None permission audited   Writes    Never    Aliyun;
            RevokeRoleSessions              revoke_role_sessions                Change Nothing None permission audited   Writes    Harmless Aliyun;
        }
        ims oidc_provider {
            CreateOIDCProvider              create_oidc_provider                Change Nothing None permission audited   Writes    Never    Aliyun;
            GetOIDCProvider                 get_oidc_provider                   Read   Nothing None permission audited   Reads     Harmless Aliyun;
            ListOIDCProviders               list_oidc_providers                 Read   Nothing None permission audited   Reads     Harmless Aliyun;
            UpdateOIDCProvider              update_oidc_provider                Change Nothing None permission audited   Writes    Harmless Aliyun;
            DeleteOIDCProvider              delete_oidc_provider                Change Nothing None permission audited   Writes    Never    Aliyun;
            AddClientIdToOIDCProvider       add_client_id_to_oidc_provider      Change Nothing None permission audited   Writes    Harmless Aliyun;
            RemoveClientIdFromOIDCProvider  remove_client_id_from_oidc_provider Change Nothing None permission audited   Writes    Harmless Aliyun;
            AddFingerprintToOIDCProvider    add_fingerprint_to_oidc_provider    Change Nothing None permission audited   Writes    Harmless Aliyun;
            RemoveFingerprintFromOIDCProvider remove_fingerprint_from_oidc_provider Change Nothing None permission audited   Writes    Harmless Aliyun;
        }
        sts session {
            AssumeRole                      assume_role                         Session Nothing None permission audited   Writes    Harmless Both;
            AssumeRoleWithOIDC              assume_role_with_oidc               Session Nothing None token      audited   Writes    Harmless AssumeRoleWithWebIdentity;
            GetCallerIdentity               get_caller_identity                 Edge   Nothing None free       audited   Reads     Harmless Both;
        }
        trail trail {
            LookupEvents                    lookup_events                       Trail  Nothing None permission audited   Reads     Harmless Aliyun;
        }
    } };
}
