// SPDX-License-Identifier: Apache-2.0
//! What the service tells of itself.

use serde_json::json;

use super::*;

#[test]
fn the_account_s_service_is_open_and_cannot_be_opened() {
    let service = Service::new();
    assert_eq!(service.call("DescribeAccountKmsStatus", &[])["AccountStatus"], "Enabled");
    let (status, refused) = service.signed("OpenKmsService", &[], &service.nonce());
    assert_eq!((status, &*code(&refused)), (400, "Forbidden.Opened"));
    assert_eq!(service.call("GetDefaultKmsInstance", &[])["DefaultKmsInstanceId"], "");
    assert!(service.world.messages.borrow().is_empty(), "no keyring is asked");
    assert_eq!(service.world.audit.lines.borrow().len(), 3);
}

#[test]
fn the_kinds_of_keys_that_are_told_can_be_made_and_no_others() {
    let service = Service::new();
    let told = service.call("DescribeService", &[]);
    assert_eq!(
        told["ProtectionLevels"],
        json!({ "ProtectionLevel": [{ "Type": "SOFTWARE" }, { "Type": "HSM" }] })
    );
    let mut made = 0;
    for spec in told["KeySpecs"]["KeySpec"].as_array().unwrap() {
        let texts = |value: &Value| {
            let all = value.as_array().unwrap().iter();
            all.map(|text| text.as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let name = spec["Name"].as_str().unwrap();
        let levels = texts(&spec["SupportedProtectionLevels"]["SupportedProtectionLevel"]);
        let usages = texts(&spec["Usages"]["Usage"]);
        for level in ["SOFTWARE", "HSM"] {
            for usage in &usages {
                let params =
                    [("KeySpec", name), ("ProtectionLevel", level), ("KeyUsage", usage.as_str())];
                let (status, answer) = service.signed("CreateKey", &params, &service.nonce());
                let offered = levels.iter().any(|held| held == level);
                // Not every size of RSA can be made in these tests.
                let taken = status == 200 || code(&answer) == "ServiceUnavailableTemporary";
                assert_eq!(taken, offered, "{params:?}: {answer}");
                made += u32::from(status == 200);
            }
        }
    }
    assert!(made > 5, "{made}");
}
