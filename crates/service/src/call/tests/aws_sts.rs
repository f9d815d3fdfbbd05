// SPDX-License-Identifier: Apache-2.0
//! Roles taken on by AWS's protocol, and keys used with their sessions: whole calls.

use std::collections::BTreeMap;

use edgekms_api::dialect::aws::sigv4;
use serde_json::json;

use super::{
    accounts::{ACCOUNT, Signer, allow},
    aws::AwsAnswer,
    *,
};

const TRUST: &str = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
    "Principal":{"RAM":["acs:ram::1234567890123456:user/broker"]}}]}"#;

/// What a page may: make data keys for its user.
const PAGE: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
    "Action":["kms:GenerateDataKey","kms:Decrypt"],"Resource":"*",
    "Condition":{"StringEquals":{"kms:EncryptionContext:user":"alice"}}}]}"#;

const DENIED: Option<&str> = Some("AccessDeniedException");

/// The text of the first element of this name.
pub(super) fn element<'a>(xml: &'a str, name: &str) -> &'a str {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let after = xml.split_once(&open).unwrap_or_else(|| panic!("{name} in {xml}")).1;
    after.split_once(&close).unwrap().0
}

impl Service {
    fn now(&self) -> String {
        let now = Timestamp::from_unix_secs(self.world.clock.0.get() / 1000);
        now.to_string().replace(['-', ':'], "")
    }

    /// Headers of a request signed for a service, with these besides.
    fn signed_for(
        &self,
        service: &str,
        signer: &Signer,
        more: &[(&str, &str)],
        body: &str,
    ) -> Vec<(String, String)> {
        let (date, nonce) = (self.now(), self.nonce());
        let mut headers: BTreeMap<String, String> = [
            ("host", "localhost"),
            ("x-amz-date", date.as_str()),
            ("amz-sdk-invocation-id", nonce.as_str()),
        ]
        .iter()
        .chain(more)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
        if let Some(token) = &signer.token {
            headers.insert("x-amz-security-token".to_owned(), token.clone());
        }
        let scope = sigv4::Scope { date: &date, region: "us-east-1", service };
        let scope = sigv4::Scope {
            region: if service == "kms" { "cn-hangzhou" } else { scope.region },
            ..scope
        };
        let credentials = signer.credentials();
        let signed = sigv4::authorization(&scope, &headers, body.as_bytes(), &credentials);
        headers.insert("authorization".to_owned(), signed.unwrap());
        headers.into_iter().collect()
    }

    /// A call of AWS STS: status and body.
    fn sts(&self, signer: &Signer, params: &[(&str, &str)]) -> (u16, String) {
        let mut form = Params::new();
        for (name, value) in [("Version", "2011-06-15")].iter().chain(params) {
            form.insert(*name, *value).unwrap();
        }
        let body = form.encode();
        let media = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        let headers = self.signed_for("sts", signer, &[media], &body);
        let headers = borrowed(&headers);
        let request =
            RawRequest { method: "POST", target: "/", headers: &headers, body: body.as_bytes() };
        let (response, request_id) = self.answer(request);
        assert_eq!(response.content_type, "text/xml");
        assert_eq!(element(&response.body, "RequestId"), request_id.as_str());
        (response.status, response.body)
    }

    fn sts_refused(&self, signer: &Signer, params: &[(&str, &str)]) -> (u16, String) {
        let (status, body) = self.sts(signer, params);
        (status, element(&body, "Code").to_owned())
    }

    fn assumed(&self, signer: &Signer, more: &[(&str, &str)]) -> Signer {
        let (status, body) = self.sts(signer, &[&assume_role("Web")[..], more].concat());
        assert_eq!(status, 200, "{body}");
        Signer {
            id: element(&body, "AccessKeyId").to_owned(),
            secret: element(&body, "SecretAccessKey").to_owned(),
            token: Some(element(&body, "SessionToken").to_owned()),
        }
    }

    fn kms_headers(&self, signer: &Signer, action: &str, body: &str) -> Vec<(String, String)> {
        let target = format!("TrentService.{action}");
        let more = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", &target)];
        self.signed_for("kms", signer, &more, body)
    }

    /// A call of AWS KMS by somebody.
    pub(super) fn aws_by(&self, signer: &Signer, action: &str, body: &Value) -> AwsAnswer {
        let body = body.to_string();
        self.aws_send(&self.kms_headers(signer, action, &body), body.as_bytes())
    }

    /// A role with all of KMS, and a user who may take it on.
    fn broker(&self) -> Signer {
        let broker = self.user("broker");
        self.ram("CreateRole", &[("RoleName", "Web"), ("AssumeRolePolicyDocument", TRUST)]);
        self.new_policy("all", &allow("kms:*", "*"));
        self.attach("all", "Role", "Web");
        let role = format!("acs:ram::{ACCOUNT}:role/*");
        self.new_policy("may-assume", &allow("sts:AssumeRole", &role));
        self.attach("may-assume", "User", "broker");
        broker
    }
}

fn assume_role(role: &str) -> Vec<(&'static str, &'static str)> {
    let arn = match role {
        "Web" => "arn:aws:iam::1234567890123456:role/Web",
        _ => "arn:aws:iam::1234567890123456:role/Other",
    };
    vec![("Action", "AssumeRole"), ("RoleArn", arn), ("RoleSessionName", "alice")]
}

#[test]
fn everybody_learns_by_which_name_aws_s_clients_know_him() {
    let service = Service::new();
    let who = |signer: &Signer| {
        let (status, body) = service.sts(signer, &[("Action", "GetCallerIdentity")]);
        assert_eq!((status, element(&body, "Account")), (200, ACCOUNT));
        (element(&body, "Arn").to_owned(), element(&body, "UserId").to_owned())
    };
    let broker = service.broker();
    let root = (format!("arn:aws:iam::{ACCOUNT}:root"), ACCOUNT.to_owned());
    assert_eq!(who(&Signer::root()), root);
    let user = who(&broker);
    assert_eq!(user.0, format!("arn:aws:iam::{ACCOUNT}:user/broker"));
    let (_, told) = service.sts(&broker, &assume_role("Web"));
    let session = service.assumed(&broker, &[]);
    let session = who(&session);
    // A role's name is the same in any case.
    let arn = format!("arn:aws:sts::{ACCOUNT}:assumed-role/web/alice");
    assert!(session.0.eq_ignore_ascii_case(&arn), "{}", session.0);
    assert!(element(&told, "Arn").eq_ignore_ascii_case(&arn), "{told}");
    assert_eq!(session.1, element(&told, "AssumedRoleId"));
    assert!(session.1.ends_with(":alice"), "{}", session.1);
}

#[test]
fn a_session_may_what_its_role_and_its_own_policy_in_aws_s_words_both_say() {
    let service = Service::new();
    let key = service.new_key();
    let broker = service.broker();
    let session = service.assumed(&broker, &[("Policy", PAGE), ("DurationSeconds", "900")]);
    let (context, bob) = (json!({ "user": "alice" }), json!({ "user": "bob" }));
    let asks = |action: &str, body: Value| service.aws_by(&session, action, &body);
    let data = asks(
        "GenerateDataKey",
        json!({ "KeyId": key, "KeySpec": "AES_256", "EncryptionContext": context }),
    );
    assert_eq!(data.error, None, "{}", data.body);
    let blob = &data.body["CiphertextBlob"];
    let opened = asks("Decrypt", json!({ "CiphertextBlob": blob, "EncryptionContext": context }));
    assert_eq!(opened.body["Plaintext"], data.body["Plaintext"]);
    for (action, body) in [
        ("GenerateDataKey", json!({ "KeyId": key, "KeySpec": "AES_256" })),
        (
            "GenerateDataKey",
            json!({ "KeyId": key, "KeySpec": "AES_256", "EncryptionContext": bob }),
        ),
        ("Encrypt", json!({ "KeyId": key, "Plaintext": "aGVsbG8=", "EncryptionContext": context })),
        ("DescribeKey", json!({ "KeyId": key })),
        ("ListKeys", json!({})),
        ("CreateKey", json!({})),
        ("PutKeyPolicy", json!({ "KeyId": key, "Policy": super::policy::AWS_POLICY })),
    ] {
        assert_eq!(asks(action, body).error.as_deref(), DENIED, "{action}");
    }
    // The same credentials speak the other cloud's protocol too.
    let list = service.outcome(&session, "ListKeys", &[]);
    assert_eq!(list, "Forbidden.NoPermission");
    service.world.pass(900_000);
    let expired = asks("ListKeys", json!({}));
    assert_eq!(expired.error.as_deref(), Some("ExpiredTokenException"));
    let identity = [("Action", "GetCallerIdentity")];
    assert_eq!(service.sts_refused(&session, &identity), (403, "ExpiredToken".to_owned()));
}

#[test]
fn a_token_that_is_not_signed_doubled_missing_or_another_s_is_refused() {
    let service = Service::new();
    let broker = service.broker();
    let (session, other) = (service.assumed(&broker, &[]), service.assumed(&broker, &[]));
    assert_eq!(service.aws_by(&session, "ListKeys", &json!({})).error, None);
    let token = session.token.clone().unwrap();
    let bare = Signer { token: None, ..session.clone() };
    let with = |signer: &Signer, more: &[&str]| {
        let mut headers = service.kms_headers(signer, "ListKeys", "{}");
        let more = more.iter().map(|token| ("X-Amz-Security-Token", *token));
        headers.extend(more.map(|(name, value)| (name.to_owned(), value.to_owned())));
        service.aws_send(&headers, b"{}").error.unwrap()
    };
    assert_eq!(with(&bare, &[]), "UnrecognizedClientException");
    assert_eq!(with(&bare, &[&token]), "IncompleteSignatureException");
    assert_eq!(with(&session, &[&token]), "IncompleteSignatureException");
    let swapped = Signer { token: other.token, ..session.clone() };
    assert_eq!(with(&swapped, &[]), "UnrecognizedClientException");
    // As a runtime joins the lines of one header.
    let joined = Signer { token: Some(format!("{token}, {token}")), ..session.clone() };
    assert_eq!(with(&joined, &[]), "UnrecognizedClientException");
    let spoilt = Signer { token: Some(token.replacen('A', "B", 1)), ..session };
    assert_eq!(with(&spoilt, &[]), "UnrecognizedClientException");
}

#[test]
fn who_may_not_take_on_a_role_does_not_learn_whether_there_is_one() {
    let service = Service::new();
    let broker = service.broker();
    let denied = (403, "AccessDenied".to_owned());
    let eve = service.user("eve");
    for (signer, role) in
        [(&eve, "Web"), (&eve, "Other"), (&broker, "Other"), (&Signer::root(), "Web")]
    {
        assert_eq!(service.sts_refused(signer, &assume_role(role)), denied, "{role}");
    }
    let bad = PAGE.replace("kms:Decrypt", "kms:Decript");
    let params = [&assume_role("Web")[..], &[("Policy", bad.as_str())]].concat();
    let (status, body) = service.sts(&broker, &params);
    assert_eq!((status, element(&body, "Code")), (400, "MalformedPolicyDocument"));
    assert!(
        element(&body, "Message").contains("Action \"kms:Decript\" has no meaning here"),
        "{body}"
    );
    let long = [&assume_role("Web")[..], &[("DurationSeconds", "43200")]].concat();
    assert_eq!(service.sts_refused(&broker, &long), (400, "ValidationError".to_owned()));
}

#[test]
fn a_key_s_policy_in_aws_s_words_decides_as_with_aws() {
    let service = Service::new();
    let key = service.new_aws_key();
    let (alice, bob) = (service.user("alice"), service.user("bob"));
    service.new_policy("all", &allow("kms:*", "*"));
    service.attach("all", "User", "bob");
    let body = json!({ "KeyId": key, "Plaintext": "aGVsbG8=" });
    let encrypt = |signer: &Signer| service.aws_by(signer, "Encrypt", &body).error;
    assert_eq!((encrypt(&alice).as_deref(), encrypt(&bob)), (DENIED, None));
    let put = |statements: Value| {
        let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        service.aws_call("PutKeyPolicy", &json!({ "KeyId": key, "Policy": document }));
        service.world.pass(60_000);
    };
    let lets = |who: &str| {
        json!({ "Effect": "Allow", "Resource": "*", "Action": "kms:Encrypt",
            "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:{who}") } })
    };
    put(json!([lets("user/alice")]));
    assert_eq!(encrypt(&alice), None, "who is named needs no policy of her own");
    assert_eq!(encrypt(&bob).as_deref(), DENIED, "his own are not effective without the account's");
    put(json!([lets("user/alice"), lets("root")]));
    assert_eq!((encrypt(&alice), encrypt(&bob)), (None, None));
    let describe = service.aws_by(&bob, "DescribeKey", &json!({ "KeyId": key }));
    assert_eq!(describe.error.as_deref(), DENIED, "of what the account may");
    // The account itself can always put it right.
    assert_eq!(encrypt(&Signer::root()), None);
}
