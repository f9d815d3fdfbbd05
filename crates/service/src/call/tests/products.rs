// SPDX-License-Identifier: Apache-2.0
//! Keys that are there for cloud products: made at a product's need, used by products alone.

use edgekms_api::{
    action::{ActionKind, Clouds, KeyNames},
    bytes::CiphertextBlob,
    key::kept::Kept,
};
use serde_json::json;

use super::{
    authorisation::{Names, parameters},
    aws::{AwsRequest, arn},
    *,
};
use crate::{
    keyring::store::Change,
    material::blob::join,
    object::{Batch, ObjectStore},
    testing::{key_record, version_record},
};

const PRODUCTS: &str = "oss=ossid:oss-secret-oss-secret,rds=rdsid:rds-secret-rds-secret";
const DEFAULT: &str = "alias/acs/default";

fn service_with(changes: &[(&str, &str)]) -> Service {
    let mut all = vec![("PRODUCTS", PRODUCTS)];
    all.extend(changes);
    let mut service = Service::with(&all);
    service.directory = Some(Box::new(settings(&all).account));
    service
}

impl Service {
    /// A call of a product's.
    fn by(&self, product: &str, action: &str, params: &[(&str, &str)]) -> (u16, Value) {
        let credentials = Credentials {
            access_key_id: format!("{product}id"),
            access_key_secret: AccessKeySecret::new(format!("{product}-secret-{product}-secret")),
            security_token: None,
        };
        self.signed_by(&credentials, "localhost", action, params, &self.nonce(), 0)
    }

    fn done_by(&self, product: &str, action: &str, params: &[(&str, &str)]) -> Value {
        let (status, answer) = self.by(product, action, params);
        assert_eq!(status, 200, "{product} {action}: {answer}");
        answer
    }

    fn refused_to(&self, product: &str, action: &str, params: &[(&str, &str)]) -> String {
        let (status, answer) = self.by(product, action, params);
        assert_ne!(status, 200, "{product} {action}: {answer}");
        code(&answer)
    }

    fn described(&self, key: &str) -> Value {
        self.call("DescribeKey", &[("KeyId", key)])["KeyMetadata"].clone()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn a_product_s_first_need_makes_its_key_and_every_later_one_uses_it() {
    let mut service = service_with(&[]);
    let first = service.done_by("oss", "GenerateDataKey", &[("KeyId", "alias/acs/oss")]);
    let key = text(&first["KeyId"]);
    let opened = service.done_by("oss", "Decrypt", &[("CiphertextBlob", blob(&first))]);
    assert_eq!(opened["Plaintext"], first["Plaintext"]);
    let again = service.done_by("oss", "GenerateDataKey", &[("KeyId", "alias/acs/oss")]);
    assert_eq!(again["KeyId"], key.as_str());
    // Another isolate finds it as well.
    service.server = Server::new(settings(&[("PRODUCTS", PRODUCTS)]), service.world.stores());
    let elsewhere =
        service.done_by("oss", "Encrypt", &[("KeyId", "alias/acs/oss"), ("Plaintext", "aGVsbG8=")]);
    assert_eq!(elsewhere["KeyId"], key.as_str());

    let told = service.described("alias/acs/oss");
    assert_eq!((&told["KeyId"], &told["Creator"]), (&json!(key), &json!("oss")));
    assert_eq!(told["AutomaticRotation"], "Disabled");
    let in_aws = service.aws_call("DescribeKey", &json!({ "KeyId": arn("alias/acs/oss") }));
    assert_eq!(in_aws["KeyMetadata"]["KeyManager"], "AWS");
    assert_eq!(in_aws["KeyMetadata"]["AWSAccountId"], "1234567890123456");
    let by_service = ("Filters", r#"[{"Key":"CreatorType","Values":["Service"]}]"#);
    assert_eq!(service.call("ListKeys", &[by_service])["Keys"]["Key"][0]["KeyId"], key.as_str());
    let aliases = service.call("ListAliasesByKeyId", &[("KeyId", &key)]);
    assert_eq!(aliases["Aliases"]["Alias"][0]["AliasName"], "alias/acs/oss");
}

#[test]
fn the_default_master_key_is_one_for_all_products() {
    let service = service_with(&[]);
    assert_eq!(service.refused("DescribeKey", &[("KeyId", DEFAULT)]), "Forbidden.AliasNotFound");
    // To look is no need.
    let looked = service.refused_to("oss", "DescribeKey", &[("KeyId", DEFAULT)]);
    assert_eq!(looked, "Forbidden.AliasNotFound");
    let by_oss = service.done_by("oss", "GenerateDataKey", &[("KeyId", DEFAULT)]);
    let by_rds = service.done_by("rds", "GenerateDataKeyWithoutPlaintext", &[("KeyId", DEFAULT)]);
    assert_eq!(by_oss["KeyId"], by_rds["KeyId"]);
    assert_eq!(service.described(DEFAULT)["Creator"], "1234567890123456");
    assert_eq!(service.call("ListKeys", &[])["TotalCount"], 1);
    service.done_by("rds", "Decrypt", &[("CiphertextBlob", blob(&by_oss))]);
}

#[test]
fn users_look_at_such_keys_and_use_them_for_nothing() {
    let service = service_with(&[]);
    for alias in ["alias/acs/oss", DEFAULT] {
        let made = service.done_by("oss", "GenerateDataKey", &[("KeyId", alias)]);
        let key = text(&made["KeyId"]);
        let forbidden = "Forbidden.NoPermission";
        for name in [alias, &key] {
            let plain = [("KeyId", name), ("Plaintext", "aGVsbG8=")];
            assert_eq!(service.refused("Encrypt", &plain), forbidden);
            assert_eq!(service.refused("GenerateDataKey", &[("KeyId", name)]), forbidden);
            let dry = [("KeyId", name), ("DryRun", "true")];
            assert_eq!(service.refused("GenerateDataKey", &dry), forbidden);
        }
        assert_eq!(service.refused("Decrypt", &[("CiphertextBlob", blob(&made))]), forbidden);
        let body = json!({ "CiphertextBlob": blob(&made) });
        assert_eq!(service.aws_refused("Decrypt", &body), "AccessDeniedException");
        let tags = [("KeyId", key.as_str()), ("Tags", r#"[{"TagKey":"a","TagValue":"b"}]"#)];
        service.call("TagResource", &tags);
        let own = format!("alias/mine-{}", alias.rsplit('/').next().unwrap());
        service.call("CreateAlias", &[("KeyId", &key), ("AliasName", &own)]);
        assert_eq!(service.described(&own)["KeyId"], key.as_str());
        assert_eq!(service.refused("DeleteAlias", &[("AliasName", alias)]), "InvalidParameter");
        // Rotation is the operator's.
        let rotation = [
            ("KeyId", key.as_str()),
            ("EnableAutomaticRotation", "true"),
            ("RotationInterval", "7d"),
        ];
        assert_eq!(service.refused("UpdateRotationPolicy", &rotation), "UnsupportedOperation");
        let body = json!({ "KeyId": key });
        assert_eq!(
            service.aws_refused("EnableKeyRotation", &body),
            "UnsupportedOperationException"
        );
    }
    // Nobody makes one by asking, whatever the parameter.
    let made = service.call("CreateKey", &[("kept", "default-master"), ("Kept", "default-master")]);
    let plain = text(&made["KeyMetadata"]["KeyId"]);
    service.call("GenerateDataKey", &[("KeyId", &plain)]);
}

#[test]
fn a_service_key_s_attributes_are_fixed_and_the_default_master_key_s_are_not() {
    let service = service_with(&[]);
    let made = |alias: &str| {
        text(&service.done_by("oss", "GenerateDataKey", &[("KeyId", alias)])["KeyId"])
    };
    let (of_product, default) = (made("alias/acs/oss"), made(DEFAULT));
    let changes = |key: &str| {
        let own = |params: &[(&'static str, &'static str)]| {
            let mut all = vec![("KeyId", key.to_owned())];
            all.extend(params.iter().map(|(name, value)| (*name, (*value).to_owned())));
            all
        };
        [
            ("UpdateKeyDescription", own(&[("Description", "d")])),
            ("SetKeyPolicy", own(&[("Policy", super::policy::POLICY)])),
            ("SetDeletionProtection", own(&[("EnableDeletionProtection", "true")])),
            ("SetDeletionProtection", own(&[("EnableDeletionProtection", "false")])),
            ("DisableKey", own(&[])),
            ("EnableKey", own(&[])),
            ("ScheduleKeyDeletion", own(&[("PendingWindowInDays", "7")])),
            ("CancelKeyDeletion", own(&[])),
        ]
    };
    let before = service.described(&of_product);
    for (action, params) in changes(&of_product) {
        let params: Vec<_> = params.iter().map(|(name, value)| (*name, &**value)).collect();
        assert_eq!(service.refused(action, &params), "UnsupportedOperation", "{action}");
    }
    assert_eq!(service.described(&of_product), before);
    for (action, params) in changes(&default) {
        let params: Vec<_> = params.iter().map(|(name, value)| (*name, &**value)).collect();
        service.call(action, &params);
    }
    assert_eq!(service.described(&default)["Description"], "d");
    service.done_by("oss", "GenerateDataKey", &[("KeyId", DEFAULT)]);
}

#[test]
fn a_deleted_default_master_key_comes_again_only_once_its_name_is_given_up() {
    let service = service_with(&[]);
    let old = service.done_by("oss", "GenerateDataKey", &[("KeyId", DEFAULT)]);
    let key = text(&old["KeyId"]);
    service.call("ScheduleKeyDeletion", &[("KeyId", &key), ("PendingWindowInDays", "7")]);
    let need = [("KeyId", DEFAULT)];
    assert_eq!(service.refused_to("oss", "GenerateDataKey", &need), "Rejected.PendingDeletion");
    service.world.pass(8 * 24 * 60 * 60 * 1000);
    service.work();
    assert_eq!(service.refused_to("oss", "GenerateDataKey", &need), "Forbidden.KeyNotFound");
    service.call("DeleteAlias", &[("AliasName", DEFAULT)]);
    let new = service.done_by("oss", "GenerateDataKey", &need);
    assert_ne!(new["KeyId"], key.as_str());
    let lost = service.refused_to("oss", "Decrypt", &[("CiphertextBlob", blob(&old))]);
    assert_eq!(lost, "InvalidParameter");
}

const PARAMETERS: [(&str, &str); 3] = [
    ("KeyId", DEFAULT),
    ("WrappingAlgorithm", "RSAES_OAEP_SHA_256"),
    ("WrappingKeySpec", "RSA_2048"),
];

#[test]
fn the_account_imports_the_default_master_key_s_material_before_anybody_needs_it() {
    let service = service_with(&[("PRODUCT_KEY_ROTATION_DAYS", "365")]);
    let key = text(&service.call("GetParametersForImport", &PARAMETERS)["KeyId"]);
    assert_eq!(service.call("GetParametersForImport", &PARAMETERS)["KeyId"], key.as_str());
    let told = service.described(DEFAULT);
    assert_eq!((&told["KeyId"], &told["KeyState"]), (&json!(key), &json!("PendingImport")));
    // Imported material has no successor, whatever the operator's setting.
    assert_eq!(
        (&told["Origin"], &told["AutomaticRotation"]),
        (&json!("EXTERNAL"), &json!("Disabled"))
    );
    let need = [("KeyId", DEFAULT)];
    assert_eq!(service.refused_to("oss", "GenerateDataKey", &need), "Rejected.PendingImport");
    service.import(&key, &[7; 32], "0").unwrap();
    let made = service.done_by("oss", "GenerateDataKey", &need);
    assert_eq!(made["KeyId"], key.as_str());
    assert_eq!(service.refused("GenerateDataKey", &need), "Forbidden.NoPermission");
    // What it has sealed opens again once the same material is back, and no other takes its place.
    service.call("DeleteKeyMaterial", &[("KeyId", &key)]);
    assert_eq!(service.import(&key, &[8; 32], "0").unwrap_err().0, "InvalidKeyMaterial");
    service.import(&key, &[7; 32], "0").unwrap();
    let opened = service.done_by("rds", "Decrypt", &[("CiphertextBlob", blob(&made))]);
    assert_eq!(opened["Plaintext"], made["Plaintext"]);
}

#[test]
fn once_a_product_has_needed_it_the_default_master_key_takes_no_material() {
    let service = service_with(&[]);
    service.done_by("oss", "GenerateDataKey", &[("KeyId", DEFAULT)]);
    assert_eq!(service.refused("GetParametersForImport", &PARAMETERS), "Unsupported.Origin");
    // No service key ever does, and no product imports.
    let of_product = [("KeyId", "alias/acs/rds"), PARAMETERS[1], PARAMETERS[2]];
    assert_eq!(service.refused("GetParametersForImport", &of_product), "Unsupported.Alias");
    let refused = service.refused_to("rds", "GetParametersForImport", &PARAMETERS);
    assert_eq!(refused, "Forbidden.NoPermission");
    assert_eq!(service.call("ListKeys", &[])["TotalCount"], 1);
}

#[test]
fn a_product_has_its_own_key_and_what_the_customer_made_and_nothing_else() {
    let service = service_with(&[]);
    let sealed = service.done_by("oss", "GenerateDataKey", &[("KeyId", "alias/acs/oss")]);
    let key = text(&sealed["KeyId"]);
    let forbidden = "Forbidden.NoPermission";
    // Another product's key, by any name; and it cannot be made for another either.
    for name in ["alias/acs/oss", key.as_str()] {
        assert_eq!(service.refused_to("rds", "GenerateDataKey", &[("KeyId", name)]), forbidden);
        assert_eq!(service.refused_to("rds", "DescribeKey", &[("KeyId", name)]), forbidden);
    }
    assert_eq!(
        service.refused_to("rds", "Decrypt", &[("CiphertextBlob", blob(&sealed))]),
        forbidden
    );
    let other = [("KeyId", "alias/acs/rds")];
    assert_eq!(service.refused_to("oss", "GenerateDataKey", &other), "Forbidden.AliasNotFound");
    // What a customer has made.
    let own = service.new_key();
    let data = service.done_by("rds", "GenerateDataKey", &[("KeyId", &own)]);
    service.call("Decrypt", &[("CiphertextBlob", blob(&data))]);
    service.done_by("rds", "DescribeKey", &[("KeyId", &own)]);
    // Nothing else.
    for (action, params) in [
        ("CreateKey", &[][..]),
        ("ListKeys", &[]),
        ("ListAliases", &[]),
        ("DisableKey", &[("KeyId", own.as_str())]),
        ("ScheduleKeyDeletion", &[("KeyId", &own), ("PendingWindowInDays", "7")]),
        ("CreateAlias", &[("KeyId", &own), ("AliasName", "alias/a")]),
        ("DeleteAlias", &[("AliasName", "alias/acs/oss")]),
        ("GetKeyPolicy", &[("KeyId", &own)]),
        ("ListResourceTags", &[("KeyId", &own)]),
    ] {
        assert_eq!(service.refused_to("rds", action, params), forbidden, "{action}");
    }
    assert_eq!(service.refused_to("nobody", "ListKeys", &[]), "InvalidAccessKeyId.NotFound");
    assert_eq!(service.call("ListKeys", &[])["TotalCount"], 2);
}

#[test]
fn a_dry_run_and_a_failing_keyring_make_no_key() {
    let service = service_with(&[]);
    let dry = [("KeyId", DEFAULT), ("DryRun", "true")];
    assert_eq!(service.refused_to("oss", "GenerateDataKey", &dry), "Forbidden.AliasNotFound");
    service.world.store(&place()).broken.set(true);
    let need = [("KeyId", DEFAULT)];
    assert_eq!(service.refused_to("oss", "GenerateDataKey", &need), "ServiceUnavailableTemporary");
    service.world.store(&place()).broken.set(false);
    assert_eq!(service.call("ListKeys", &[])["TotalCount"], 0);
    service.done_by("oss", "GenerateDataKey", &need);
    service.done_by("oss", "GenerateDataKey", &dry[..1]);
    assert_eq!(service.call("ListKeys", &[])["TotalCount"], 1);
}

#[test]
fn such_keys_take_no_room_from_the_customer_s() {
    let service = service_with(&[("MAX_KEYS", "1"), ("MAX_ALIASES", "1")]);
    for alias in ["alias/acs/oss", DEFAULT] {
        service.done_by("oss", "GenerateDataKey", &[("KeyId", alias)]);
    }
    let key = service.new_key();
    assert_eq!(service.refused("CreateKey", &[]), "Rejected.LimitExceeded");
    service.done_by("rds", "GenerateDataKey", &[("KeyId", "alias/acs/rds")]);
    service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8=")]);
}

#[test]
fn such_keys_rotate_as_the_operator_says() {
    let service = service_with(&[("PRODUCT_KEY_ROTATION_DAYS", "365")]);
    let old = service.done_by("oss", "GenerateDataKey", &[("KeyId", "alias/acs/oss")]);
    let told = service.described("alias/acs/oss");
    assert_eq!(told["AutomaticRotation"], "Enabled");
    assert_eq!(told["RotationInterval"], "31536000s");
    service.world.pass(366 * 24 * 60 * 60 * 1000);
    service.work();
    let new = service.done_by("oss", "GenerateDataKey", &[("KeyId", "alias/acs/oss")]);
    assert_eq!(new["KeyId"], old["KeyId"]);
    assert_ne!(new["KeyVersionId"], old["KeyVersionId"]);
    let opened = service.done_by("oss", "Decrypt", &[("CiphertextBlob", blob(&old))]);
    assert_eq!(opened["Plaintext"], old["Plaintext"]);
}

#[test]
fn the_making_of_such_a_key_is_recorded_as_the_product_s() {
    let service = service_with(&[]);
    service.done_by("oss", "GenerateDataKey", &[("KeyId", "alias/acs/oss")]);
    service.work();
    let lines = service.world.audit.lines.borrow();
    let events: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |name: &str| events.iter().find(|event| event["eventName"] == name).unwrap();
    for name in ["CreateKey", "GenerateDataKey"] {
        let identity = &of(name)["userIdentity"];
        assert_eq!(identity["type"], "product");
        assert_eq!(identity["arn"], "acs:ram::1234567890123456:product/oss");
    }
    assert_eq!(of("CreateKey")["eventRW"], "Write");
    assert_ne!(of("CreateKey")["eventId"], of("GenerateDataKey")["eventId"]);
    assert_eq!(of("CreateKey")["keyId"], of("GenerateDataKey")["keyId"]);
}

#[test]
fn the_keyring_makes_one_such_key_however_many_ask_and_none_for_a_user() {
    let service = service_with(&[]);
    service.done_by("oss", "GenerateDataKey", &[("KeyId", DEFAULT)]);
    let messages = service.world.messages.borrow().clone();
    let asked = messages.iter().find(|message| message.contains(r#""kept":"default-master""#));
    let asked: Value = serde_json::from_str(asked.unwrap()).unwrap();
    let again = |seen: u32, change: &dyn Fn(&mut Value)| {
        let mut message = asked.clone();
        let call = &mut message["ask"]["command"];
        call["request_id"] = format!("00000000-0000-4000-8000-{seen:012}").into();
        call["nonce"]["digest"] = format!("{seen:032x}").into();
        change(call);
        let answer = block_on(service.world.send(&place(), &message.to_string())).unwrap();
        serde_json::from_str::<Value>(&answer).unwrap()["answer"].clone()
    };
    // Another isolate of another product needed it at the same moment.
    let second = again(1, &|call| call["caller"]["product"] = "rds".into());
    let made = service.described(DEFAULT);
    assert_eq!(second["done"]["reply"]["CreateKey"]["KeyMetadata"]["KeyId"], made["KeyId"]);
    for (seen, change) in [
        (
            2,
            &(|call: &mut Value| {
                call["caller"]["permissions"] = "owner".into();
            }) as &dyn Fn(&mut Value),
        ),
        (3, &|call| call["command"]["CreateKey"]["kept"] = json!({ "service": "rds" })),
        (4, &|call| call["command"]["CreateKey"]["kept"] = json!("carried-over")),
        (5, &|call| call["command"]["CreateKey"]["kept"] = json!("customer")),
    ] {
        let refused = again(seen, change);
        assert_eq!(refused["refused"]["code"], "ForbiddenNoPermission", "{seen}: {refused}");
    }
    assert_eq!(service.call("ListKeys", &[])["TotalCount"], 1);
}

#[test]
fn a_key_carried_over_is_looked_at_and_every_other_action_is_refused() {
    let service = Service::new();
    service.call("ListKeys", &[]);
    let key = key_record().changed(|key| key.kept = Kept::CarriedOver);
    let changes =
        vec![Change::PutKey(Box::new(key)), Change::PutVersion(Box::new(version_record()))];
    let batch = Batch { changes, ..Batch::default() };
    service.world.store(&place()).commit(&batch, service.world.clock.0.get()).unwrap();
    let key = key_record().key_id.to_string();
    let rsa = [("KeySpec", "RSA_2048"), ("KeyUsage", "ENCRYPT/DECRYPT")];
    let rsa = text(&service.call("CreateKey", &rsa)["KeyMetadata"]["KeyId"]);
    let versions = service.call("ListKeyVersions", &[("KeyId", &rsa)]);
    let version = text(&versions["KeyVersions"]["KeyVersion"][0]["KeyVersionId"]);
    let pem = service.call("GetPublicKey", &[("KeyId", &rsa), ("KeyVersionId", &version)]);
    let pem = text(&pem["PublicKey"]);
    let public_key: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    // Of the key's own version, so that a blob leads to the key as well.
    let of_key = CiphertextBlob(join(&version_record().version_id, &[0; 72]));
    let blob = text(&serde_json::to_value(of_key).unwrap());
    let names = Names { key: key.clone(), alias: "alias/a".to_owned(), blob };
    let before = service.described(&key);
    let mut seen = [0, 0, 0];
    for &action in ActionName::ALL {
        let row = action.row();
        let names_key =
            row.key != KeyNames::None || matches!(row.name, "TagResources" | "UntagResources");
        if !names_key || row.clouds == Clouds::Aws {
            continue;
        }
        let mut params = parameters(action, &names);
        let export = params.iter_mut().find(|(name, _)| *name == "PublicKeyBlob").unwrap();
        export.1 = &public_key;
        let (status, answer) = service.signed(row.name, &params, &service.nonce());
        match row.kind {
            // Neither is its material imported, nor may it be; an action says what it finds first.
            _ if row.family == "import" => {
                let refused = ["Unsupported.Origin", "UnsupportedOperation"];
                assert!(refused.contains(&&*code(&answer)), "{}: {answer}", row.name);
            }
            ActionKind::Read => {
                let looked = status == 200 || code(&answer) == "Forbidden.KeyVersionNotFound";
                assert!(looked, "{}: {answer}", row.name);
                seen[0] += 1;
            }
            ActionKind::Change => {
                assert_eq!(code(&answer), "UnsupportedOperation", "{}: {answer}", row.name);
                seen[1] += 1;
            }
            ActionKind::Crypto => {
                assert_eq!(code(&answer), "Forbidden.NoPermission", "{}: {answer}", row.name);
                seen[2] += 1;
            }
            ActionKind::Edge | ActionKind::Session | ActionKind::Trail => panic!("{}", row.name),
        }
    }
    assert!(seen[0] >= 6 && seen[1] >= 12 && seen[2] >= 8, "{seen:?}");
    assert_eq!(service.described(&key), before);
}

#[test]
fn a_product_calls_in_either_dialect() {
    let service = service_with(&[]);
    let by_oss = |action: &str, body: Value| {
        let credentials = ("ossid", "oss-secret-oss-secret");
        service.aws_answer(&AwsRequest { credentials, ..service.aws_request(action, &body) })
    };
    let body = json!({ "KeyId": arn("alias/acs/oss"), "KeySpec": "AES_256" });
    let made = by_oss("GenerateDataKey", body.clone());
    assert_eq!(made.error, None, "{}", made.body);
    let opened = by_oss("Decrypt", json!({ "CiphertextBlob": blob(&made.body) }));
    assert_eq!(opened.body["Plaintext"], made.body["Plaintext"]);
    assert_eq!(service.aws_refused("GenerateDataKey", &body), "AccessDeniedException");
    let refused = by_oss("CreateKey", json!({}));
    assert_eq!(refused.error.as_deref(), Some("AccessDeniedException"));
}
