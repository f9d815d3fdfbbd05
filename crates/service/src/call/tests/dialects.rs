// SPDX-License-Identifier: Apache-2.0
//! Calls in AWS's dialect: the order of what is asked of one, what the refusals are called, what may
//! come again, and what means something else than in Alibaba's.

use serde_json::json;

use super::{aws::arn, *};

#[test]
fn a_key_is_made_used_and_listed_in_aws_s_words() {
    let service = Service::new();
    let made = service.aws_call("CreateKey", &json!({ "Description": "d" }));
    let key = made["KeyMetadata"]["KeyId"].as_str().unwrap();
    let described = service.aws_call("DescribeKey", &json!({ "KeyId": key }));
    assert_eq!(described, made);
    assert_eq!(described["KeyMetadata"]["Arn"], arn(&format!("key/{key}")));
    assert_eq!(described["KeyMetadata"]["KeySpec"], "SYMMETRIC_DEFAULT");
    assert_eq!(described["KeyMetadata"]["CreationDate"], 1_700_000_000);

    let alias = json!({ "AliasName": "alias/a", "TargetKeyId": key });
    assert_eq!(service.aws_call("CreateAlias", &alias), Value::Null, "an empty body");
    for name in [key, "alias/a", &arn(&format!("key/{key}")), &arn("alias/a")] {
        let context = json!({ "a": "1" });
        let sealed = service.aws_call(
            "Encrypt",
            &json!({ "KeyId": name, "Plaintext": "aGVsbG8=", "EncryptionContext": context }),
        );
        assert_eq!(sealed["KeyId"], arn(&format!("key/{key}")));
        let sealed = json!({ "CiphertextBlob": blob(&sealed), "EncryptionContext": context });
        assert_eq!(service.aws_call("Decrypt", &sealed)["Plaintext"], "aGVsbG8=");
    }
    // What one dialect sealed the other opens.
    let data = service.aws_call("GenerateDataKey", &json!({ "KeyId": key, "KeySpec": "AES_128" }));
    let opened = service.call("Decrypt", &[("CiphertextBlob", blob(&data))]);
    assert_eq!(opened["Plaintext"], data["Plaintext"]);
    let bare = json!({ "KeyId": key, "NumberOfBytes": 7 });
    let bare = service.aws_call("GenerateDataKeyWithoutPlaintext", &bare);
    assert_eq!(bare["Plaintext"], Value::Null);
    let opened = service.aws_call("Decrypt", &json!({ "CiphertextBlob": blob(&bare) }));
    assert_eq!(opened["Plaintext"].as_str().unwrap().len(), 12, "7 bytes in base64");
}

#[test]
fn random_bytes_need_no_key_and_nobody() {
    let service = Service::new();
    service.world.keyrings_broken.set(true);
    let draw = || service.aws_call("GenerateRandom", &json!({ "NumberOfBytes": 32 }));
    let (one, other) = (draw(), draw());
    assert_eq!(one["Plaintext"].as_str().unwrap().len(), 44, "32 bytes in base64");
    assert_ne!(one, other);
    assert_eq!(service.world.kv.loads.get(), 0);
    for bad in [json!({}), json!({ "NumberOfBytes": 0 }), json!({ "NumberOfBytes": 1025 })] {
        assert_eq!(service.aws_refused("GenerateRandom", &bad), "ValidationException", "{bad}");
    }
    // Alibaba has no such action.
    let params = [("NumberOfBytes", "32")];
    assert_eq!(service.refused("GenerateRandom", &params), "InvalidApi.NotFound");
}

/// Each request has one fault, and all the faults after it too.
#[test]
fn what_is_asked_of_a_call_is_asked_in_order() {
    let service = Service::new();
    let key = service.new_aws_key();
    let mut request = service.aws_request("Encrypt", &Value::Null);
    let body = |key: &str, plaintext: &str| {
        json!({ "KeyId": key, "Plaintext": plaintext, "DryRun": true }).to_string()
    };
    let mut faults = Vec::new();
    let mut with = |name, says: &'static str, request: &aws::AwsRequest| {
        faults.push((name, says, request.clone()));
    };
    request.body = body(&key, "aGVsbG8=");
    with("DryRunOperationException", "would have succeeded", &request);
    let doomed = service.new_aws_key();
    service.aws_call("DisableKey", &json!({ "KeyId": doomed }));
    request.body = body(&doomed, "aGVsbG8=");
    with("DisabledException", "state is Disabled", &request);
    request.body = body("no-such-key", "aGVsbG8=");
    with("NotFoundException", "Key is not found", &request);
    request.body = body("arn:aws:kms:cn-hangzhou:6543210987654321:key/no-such-key", "aGVsbG8=");
    with("AccessDeniedException", "forbidden", &request);
    request.body = body("arn:aws:kms:cn-hangzhou:6543210987654321:key/no-such-key", "not base64");
    with("ValidationException", "Plaintext", &request);
    request.body = "garbage".to_owned();
    with("SerializationException", "JSON object", &request);
    request.region = "cn-nowhere";
    with("InvalidSignatureException", "scoped to a region", &request);
    request.action = "Nonsense".to_owned();
    with("UnknownOperationException", "X-Amz-Target", &request);
    request.credentials.1 = "another secret";
    with("InvalidSignatureException", "not the one calculated", &request);
    request.clock_off_secs = -3_600;
    with("InvalidSignatureException", "15 minutes", &request);
    request.credentials.0 = "other";
    with("UnrecognizedClientException", "access key", &request);

    for (name, says, request) in faults {
        let headers = service.aws_signed(&request);
        let sent = || service.aws_send(&headers, request.body.as_bytes());
        let answer = sent();
        assert_eq!(answer.error.as_deref(), Some(name), "{}", answer.body);
        assert!(answer.message().contains(says), "{name}: {}", answer.body);
        // That it is a replay is found out once it is known to be its sender's, and before anything
        // is asked of what it is for.
        service.world.pass(5_000);
        let is_nobody_s = ["access key", "15 minutes", "calculated"]
            .iter()
            .any(|unverified| says.contains(unverified));
        let then = if is_nobody_s { name } else { "ThrottlingException" };
        assert_eq!(sent().error.as_deref(), Some(then), "{name}");
    }
}

#[test]
fn refusals_have_aws_s_names() {
    let service = Service::with(&[("MAX_KEYS", "3"), ("MAX_ALIASES", "1")]);
    let (key, doomed) = (service.new_aws_key(), service.new_aws_key());
    service.aws_call("ScheduleKeyDeletion", &json!({ "KeyId": doomed }));
    let disabled = service.new_aws_key();
    service.aws_call("DisableKey", &json!({ "KeyId": disabled }));
    service.aws_call("CreateAlias", &json!({ "AliasName": "alias/a", "TargetKeyId": key }));
    let of = |alias: &str, key: &str| json!({ "AliasName": alias, "TargetKeyId": key });
    let sealing = |key: &str| json!({ "KeyId": key, "Plaintext": "aGVsbG8=" });
    for (action, body, name) in [
        ("CreateKey", json!({}), "LimitExceededException"),
        ("CreateKey", json!({ "KeySpec": "ML_KEM_512" }), "UnsupportedOperationException"),
        ("CreateKey", json!({ "KeySpec": "AES" }), "ValidationException"),
        ("CreateKey", json!({ "Origin": "AWS_CLOUDHSM" }), "UnsupportedOperationException"),
        ("CreateKey", json!({ "Policy": "{}" }), "MalformedPolicyDocumentException"),
        ("CreateKey", json!({ "Tags": [{ "TagKey": "aws:a", "TagValue": "" }] }), "TagException"),
        ("CreateKey", json!({ "Description": 1 }), "SerializationException"),
        ("CreateAlias", of("alias/a", &key), "AlreadyExistsException"),
        ("CreateAlias", of("alias/b", &key), "LimitExceededException"),
        ("CreateAlias", of("alias/aws/b", &key), "InvalidAliasNameException"),
        ("CreateAlias", of("b", &key), "InvalidAliasNameException"),
        ("CreateAlias", of("alias/b", "alias/a"), "NotFoundException"),
        ("CreateAlias", of("alias/b", &doomed), "KMSInvalidStateException"),
        ("UpdateAlias", of("alias/none", &key), "NotFoundException"),
        ("DeleteAlias", json!({ "AliasName": "alias/none" }), "NotFoundException"),
        ("DescribeKey", json!({}), "ValidationException"),
        ("DescribeKey", json!({ "KeyId": "a b" }), "InvalidArnException"),
        ("DescribeKey", json!({ "KeyId": "arn:aws:s3:::a" }), "InvalidArnException"),
        ("DescribeKey", json!({ "KeyId": arn("key/none") }), "NotFoundException"),
        ("DescribeKey", json!({ "KeyId": arn("alias/none") }), "NotFoundException"),
        ("EnableKey", json!({ "KeyId": "alias/a" }), "NotFoundException"),
        ("EnableKey", json!({ "KeyId": doomed }), "KMSInvalidStateException"),
        ("CancelKeyDeletion", json!({ "KeyId": key }), "KMSInvalidStateException"),
        ("Encrypt", sealing(&doomed), "KMSInvalidStateException"),
        ("Encrypt", sealing(&disabled), "DisabledException"),
        ("Decrypt", json!({ "CiphertextBlob": "AAAA" }), "InvalidCiphertextException"),
        (
            "Decrypt",
            json!({ "KeyId": key, "CiphertextBlob": "AAAA", "EncryptionAlgorithm": "RSAES_OAEP_SHA_256" }),
            "InvalidKeyUsageException",
        ),
        ("GenerateDataKey", json!({ "KeyId": key }), "ValidationException"),
        ("ListKeys", json!({ "Limit": 0 }), "ValidationException"),
        ("ListKeys", json!({ "Marker": "x" }), "InvalidMarkerException"),
        ("ReEncrypt", json!({}), "ValidationException"),
        ("CreateGrant", json!({}), "UnsupportedOperationException"),
        ("DescribeRegions", json!({}), "UnknownOperationException"),
    ] {
        assert_eq!(service.aws_refused(action, &body), name, "{action} {body}");
    }
    service.world.keyrings_broken.set(true);
    let answer = service.aws("DescribeKey", &json!({ "KeyId": key }));
    assert_eq!(answer.error.as_deref(), Some("DependencyTimeoutException"));
    assert_eq!(answer.status, 503);
}

#[test]
fn an_equal_change_is_refused_and_changes_nothing() {
    let mut service = Service::new();
    let sent = |service: &Service, headers: &[(String, String)]| {
        service.aws_send(headers, b"{}").error.unwrap_or_default()
    };
    let create = service.aws_signed(&service.aws_request("CreateKey", &json!({})));
    assert_eq!(sent(&service, &create), "");
    assert_eq!(sent(&service, &create), "ThrottlingException", "within the same second");
    service.world.pass(5_000);
    assert_eq!(sent(&service, &create), "ThrottlingException", "by the isolate");
    service.new_isolate();
    assert_eq!(sent(&service, &create), "ThrottlingException", "by the keyring");
    let listed = service.aws_call("ListKeys", &json!({}));
    assert_eq!(listed["Keys"].as_array().unwrap().len(), 1);
    // A change that was refused is not decided anew.
    let alias = json!({ "AliasName": "alias/a" });
    let delete = service.aws_request("DeleteAlias", &alias);
    let headers = service.aws_signed(&delete);
    let again = |service: &Service| {
        service.aws_send(&headers, delete.body.as_bytes()).error.unwrap_or_default()
    };
    assert_eq!(again(&service), "NotFoundException");
    let key = listed["Keys"][0]["KeyId"].as_str().unwrap();
    service.aws_call("CreateAlias", &json!({ "AliasName": "alias/a", "TargetKeyId": key }));
    assert_eq!(again(&service), "ThrottlingException");
    assert_eq!(service.call("ListAliases", &[])["TotalCount"], 1);
    // Signed anew it is another call.
    service.world.pass(1_000);
    assert_eq!(service.aws_answer(&delete).error, None);
}

#[test]
fn an_equal_use_of_a_key_is_answered_for_a_moment() {
    let service = Service::new();
    let key = service.new_aws_key();
    let body = json!({ "KeyId": key, "NumberOfBytes": 16 });
    for action in ["GenerateDataKey", "DescribeKey"] {
        let request = service.aws_request(action, &body);
        let headers = service.aws_signed(&request);
        let sent = || service.aws_send(&headers, request.body.as_bytes());
        let first = sent();
        service.world.pass(4_999);
        let second = sent();
        assert_eq!((first.status, second.status), (200, 200));
        assert_eq!(action == "GenerateDataKey", first.body != second.body, "done, not repeated");
        service.world.pass(1);
        assert_eq!(sent().error.as_deref(), Some("ThrottlingException"));
        assert!(sent().message().contains("used already"));
    }
}

#[test]
fn a_blob_opens_under_the_key_that_its_caller_names_and_no_other() {
    let service = Service::new();
    let keys = [service.new_aws_key(), service.new_aws_key()];
    for (key, alias) in keys.iter().zip(["alias/right", "alias/wrong"]) {
        service.aws_call("CreateAlias", &json!({ "AliasName": alias, "TargetKeyId": key }));
    }
    let sealed = json!({ "KeyId": keys[0], "Plaintext": "aGVsbG8=" });
    let sealed = service.aws_call("Encrypt", &sealed);
    let decrypt = |name: &str| {
        service.aws("Decrypt", &json!({ "CiphertextBlob": blob(&sealed), "KeyId": name }))
    };
    let names = |key: &str, alias: &str| {
        [key.to_owned(), arn(&format!("key/{key}")), alias.to_owned(), arn(alias)]
    };
    for name in names(&keys[0], "alias/right") {
        assert_eq!(decrypt(&name).body["Plaintext"], "aGVsbG8=", "{name}");
    }
    for name in names(&keys[1], "alias/wrong") {
        assert_eq!(decrypt(&name).error.as_deref(), Some("IncorrectKeyException"), "{name}");
    }
    for name in names("no-such-key", "alias/none") {
        assert_eq!(decrypt(&name).error.as_deref(), Some("NotFoundException"), "{name}");
    }
    // Another key's name is told from the right one before the blob is opened.
    let spoilt = format!("{}AAA=", &blob(&sealed)[..blob(&sealed).len() - 4]);
    for (key, name) in keys.iter().zip(["InvalidCiphertextException", "IncorrectKeyException"]) {
        let body = json!({ "CiphertextBlob": spoilt, "KeyId": key });
        assert_eq!(service.aws_refused("Decrypt", &body), name);
    }
    service.aws_call("UpdateAlias", &json!({ "AliasName": "alias/wrong", "TargetKeyId": keys[0] }));
    assert_eq!(decrypt("alias/wrong").error, None, "it is the right key's now");
}

#[test]
fn an_alias_that_moves_is_as_old_as_it_was() {
    let service = Service::new();
    let keys = [service.new_aws_key(), service.new_aws_key()];
    let of = |key: &str| json!({ "AliasName": "alias/a", "TargetKeyId": key });
    service.aws_call("CreateAlias", &of(&keys[0]));
    service.world.pass(60_000);
    service.aws_call("UpdateAlias", &of(&keys[1]));
    let row = service.aws_call("ListAliases", &json!({}))["Aliases"][0].clone();
    assert_eq!(row["TargetKeyId"], keys[1].as_str());
    assert_eq!(row["CreationDate"], NOW_SECS);
    assert_eq!(row["AliasArn"], arn("alias/a"));
}

#[test]
fn a_key_that_is_kept_after_all_is_disabled_or_enabled_as_its_caller_s_cloud_has_it() {
    let service = Service::new();
    let key = service.new_aws_key();
    let state = || service.aws_call("DescribeKey", &json!({ "KeyId": key }))["KeyMetadata"].clone();
    let by_aws = |days: Value| {
        let body = json!({ "KeyId": key, "PendingWindowInDays": days });
        service.aws_call("ScheduleKeyDeletion", &body)
    };
    let told = by_aws(json!(7));
    let week = NOW_SECS + 7 * 24 * 60 * 60;
    assert_eq!(
        told,
        json!({
            "KeyId": arn(&format!("key/{key}")),
            "DeletionDate": week,
            "KeyState": "PendingDeletion",
            "PendingWindowInDays": 7,
        })
    );
    assert_eq!((&state()["DeletionDate"], &state()["Enabled"]), (&json!(week), &json!(false)));
    let kept = service.aws_call("CancelKeyDeletion", &json!({ "KeyId": key }));
    assert_eq!(kept, json!({ "KeyId": arn(&format!("key/{key}")) }));
    assert_eq!(state()["KeyState"], "Disabled");
    assert_eq!(state()["DeletionDate"], Value::Null);

    let told = by_aws(Value::Null);
    assert_eq!(told["PendingWindowInDays"], 30, "unless it is said");
    service.call("CancelKeyDeletion", &[("KeyId", &key)]);
    assert_eq!(state()["KeyState"], "Enabled");

    let schedule = [("KeyId", key.as_str()), ("PendingWindowInDays", "366")];
    let told = service.call("ScheduleKeyDeletion", &schedule);
    assert_eq!(told.as_object().unwrap().len(), 1, "Alibaba tells the request id alone: {told}");
    assert_eq!(state()["KeyState"], "PendingDeletion");
    for days in [json!(6), json!(31)] {
        let body = json!({ "KeyId": key, "PendingWindowInDays": days });
        assert_eq!(service.aws_refused("ScheduleKeyDeletion", &body), "ValidationException");
    }
}

/// Every row that a list tells in pages of `limit`, gone through by markers.
fn all_rows(service: &Service, action: &str, rows: &str, body: &Value, limit: u32) -> Vec<Value> {
    let (mut told, mut marker) = (Vec::new(), Value::Null);
    loop {
        let mut body = body.clone();
        body["Limit"] = json!(limit);
        body["Marker"] = marker;
        let page = service.aws_call(action, &body);
        let part = page[rows].as_array().unwrap();
        assert!(part.len() <= limit as usize);
        told.extend(part.iter().cloned());
        marker = page["NextMarker"].clone();
        assert_eq!(page["Truncated"], !marker.is_null());
        if marker.is_null() {
            return told;
        }
    }
}

#[test]
fn lists_go_on_where_their_markers_say() {
    let service = Service::new();
    let mut keys: Vec<_> = (0..7).map(|_| service.new_aws_key()).collect();
    keys.sort();
    for (index, key) in keys.iter().enumerate() {
        let body = json!({ "AliasName": format!("alias/{}", index % 5), "TargetKeyId": key });
        service.aws("CreateAlias", &body);
        let body = json!({ "AliasName": format!("alias/of/{index}"), "TargetKeyId": keys[0] });
        service.aws_call("CreateAlias", &body);
    }
    let column = |rows: Vec<Value>, name: &str| {
        rows.iter().map(|row| row[name].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = json!({});
    let of_first = json!({ "KeyId": keys[0] });
    for limit in [1, 2, 7, 100] {
        let told = all_rows(&service, "ListKeys", "Keys", &all, limit);
        assert_eq!(column(told, "KeyId"), keys, "{limit}");
        let told = column(all_rows(&service, "ListAliases", "Aliases", &all, limit), "AliasName");
        assert_eq!(told.len(), 12);
        assert!(told.is_sorted());
        let told = all_rows(&service, "ListAliases", "Aliases", &of_first, limit);
        assert!(told.iter().all(|row| row["TargetKeyId"] == keys[0].as_str()));
        assert_eq!(told.len(), 8);
    }
    // What comes and goes meanwhile makes no other row come twice or be passed over.
    let page = service.aws_call("ListAliases", &json!({ "Limit": 3 }));
    for gone in ["alias/0", "alias/2"] {
        service.aws_call("DeleteAlias", &json!({ "AliasName": gone }));
    }
    let next = json!({ "Limit": 1, "Marker": page["NextMarker"] });
    assert_eq!(service.aws_call("ListAliases", &next)["Aliases"][0]["AliasName"], "alias/3");
    // A marker of one list is good for the other at most by chance, and never an error of ours.
    let marker = json!({ "Marker": page["NextMarker"] });
    assert_eq!(service.aws("ListKeys", &marker).status, 200);
}
