// SPDX-License-Identifier: Apache-2.0
//! What bounds an account in a region, and how an operator raises it.

use super::*;
use crate::testing::OPERATOR;

impl Service {
    /// A call of the operator's.
    pub(super) fn operate(&self, action: &str, params: &[(&str, &str)]) -> (u16, Value) {
        let operator = Credentials { access_key_id: OPERATOR.to_owned(), ..credentials() };
        self.signed_by(&operator, "localhost", action, params, &self.nonce(), 0)
    }
}

#[test]
fn every_quota_is_refused_beyond_and_raised_for_one_keyring() {
    let service = Service::with(&[
        ("MAX_KEYS", "2"),
        ("MAX_ALIASES", "1"),
        ("MAX_KEY_TAGS", "1"),
        ("REGIONS", "cn-hangzhou,cn-beijing"),
    ]);
    let key = service.new_key();
    service.new_key();
    service.call("CreateAlias", &[("KeyId", &key), ("AliasName", "alias/a")]);
    let tags = ("Tags", r#"[{"TagKey":"a"},{"TagKey":"b"}]"#);
    type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);
    let beyond: [Case<'_>; 3] = [
        ("Keys", "CreateKey", &[]),
        ("Aliases", "CreateAlias", &[("KeyId", &key), ("AliasName", "alias/b")]),
        ("KeyTags", "TagResource", &[("KeyId", &key), tags]),
    ];
    for (quota, action, params) in beyond {
        let (status, refused) = service.signed(action, params, &service.nonce());
        assert_eq!((status, &*code(&refused)), (400, "Rejected.LimitExceeded"), "{action}");
        let message = refused["Message"].as_str().unwrap();
        assert!(message.contains("MAX_") && message.contains("SetQuota"), "{message}");
        let raise = [("Quota", quota), ("Number", "2")];
        let raise = if quota == "Keys" { [("Quota", quota), ("Number", "3")] } else { raise };
        assert_eq!(service.operate("SetQuota", &raise).0, 200, "{quota}");
        service.call(action, params);
        assert_eq!(service.refused("CreateKey", &[]), "Rejected.LimitExceeded");
    }
    let (_, told) = service.operate("DescribeQuotas", &[]);
    let rows = told["Quotas"]["Quota"].as_array().unwrap();
    assert_eq!(rows[0], serde_json::json!({ "Quota": "Keys", "Number": 3, "Used": 3 }));
    // The other region's is as it was.
    let elsewhere = ("RegionId", "cn-beijing");
    service.call("CreateKey", &[elsewhere]);
    service.call("CreateKey", &[elsewhere]);
    assert_eq!(service.refused("CreateKey", &[elsewhere]), "Rejected.LimitExceeded");
}

#[test]
fn a_quota_is_the_operator_s_to_set_and_within_what_was_measured() {
    let service = Service::new();
    let raise = |number: &'static str| [("Quota", "Keys"), ("Number", number)];
    assert_eq!(service.refused("SetQuota", &raise("300")), "Forbidden.NoPermission");
    assert_eq!(service.refused("DescribeQuotas", &[]), "Forbidden.NoPermission");
    for bad in ["100001", "0", "-1", "many"] {
        let (status, refused) = service.operate("SetQuota", &raise(bad));
        assert_eq!((status, &*code(&refused)), (400, "InvalidParameter"), "{bad}");
    }
    // The operator's key is no way to anybody's keys.
    let key = service.new_key();
    for (action, params) in [
        ("DescribeKey", vec![("KeyId", key.as_str())]),
        ("GenerateDataKey", vec![("KeyId", key.as_str())]),
        ("CreateKey", vec![]),
        ("ListKeys", vec![]),
    ] {
        let (status, refused) = service.operate(action, &params);
        assert_eq!((status, &*code(&refused)), (403, "Forbidden.NoPermission"), "{action}");
    }
}
