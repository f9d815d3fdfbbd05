// SPDX-License-Identifier: Apache-2.0
//! Roles that are taken on by a token of an identity provider, by AWS's protocol: whole calls.

use serde_json::json;

use super::{
    accounts::{ACCOUNT, Signer, allow},
    aws_sts::element,
    oidc::{ISSUER, Issuer},
    *,
};

const TRUST: &str = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
    "Principal":{"Federated":["acs:ram::1234567890123456:oidc-provider/login.example.com"]},
    "Condition":{"StringEquals":{"oidc:aud":["web"],"oidc:sub":["alice"]}}}]}"#;

impl Service {
    /// A service whose account trusts an issuer by the name that AWS's clients lead to, and has a role for its
    /// users.
    fn with_web_identities() -> (Self, Issuer) {
        let (service, issuer) = (Self::new(), Issuer::new());
        issuer.publish(&service);
        let provider = [
            ("OIDCProviderName", "login.example.com"),
            ("IssuerUrl", ISSUER),
            ("ClientIds", "web,app"),
        ];
        service.ims("CreateOIDCProvider", &provider);
        service.ram("CreateRole", &[("RoleName", "Web"), ("AssumeRolePolicyDocument", TRUST)]);
        service.new_policy("page", &allow("kms:*", "*"));
        service.attach("page", "Role", "Web");
        (service, issuer)
    }

    /// A request that nobody signs: status and body.
    fn web_identity(&self, token: &str, changes: &[(&str, &str)]) -> (u16, String) {
        let role = format!("arn:aws:iam::{ACCOUNT}:role/Web");
        let mut params = vec![
            ("Action", "AssumeRoleWithWebIdentity"),
            ("Version", "2011-06-15"),
            ("RoleArn", role.as_str()),
            ("RoleSessionName", "alice"),
            ("WebIdentityToken", token),
        ];
        for (name, value) in changes {
            params.retain(|(held, _)| held != name);
            params.push((name, value));
        }
        let mut form = Params::new();
        for (name, value) in params {
            form.insert(name, value).unwrap();
        }
        let body = form.encode();
        let headers = [
            ("host", "localhost"),
            ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
        ];
        let request =
            RawRequest { method: "POST", target: "/", headers: &headers, body: body.as_bytes() };
        let (response, request_id) = self.answer(request);
        assert_eq!(response.content_type, "text/xml", "{}", response.body);
        assert_eq!(element(&response.body, "RequestId"), request_id.as_str());
        (response.status, response.body)
    }

    fn web_identity_refused(&self, token: &str, changes: &[(&str, &str)]) -> (u16, String) {
        let (status, body) = self.web_identity(token, changes);
        (status, element(&body, "Code").to_owned())
    }
}

#[test]
fn a_provider_s_user_takes_on_a_role_by_aws_s_protocol() {
    let (service, issuer) = Service::with_web_identities();
    let key = service.new_key();
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*",
        "Action":"kms:GenerateDataKey"}}"#;
    let wish = [("Policy", policy), ("DurationSeconds", "900")];
    let (status, told) = service.web_identity(&issuer.token(&json!({})), &wish);
    assert_eq!(status, 200, "{told}");
    for (name, value) in [
        ("SubjectFromWebIdentityToken", "alice"),
        ("Provider", ISSUER),
        ("Audience", "web"),
        ("Arn", &*format!("arn:aws:sts::{ACCOUNT}:assumed-role/web/alice")),
        ("Expiration", "2023-11-14T22:28:20Z"),
    ] {
        assert_eq!(element(&told, name), value, "{name}");
    }
    let session = Signer {
        id: element(&told, "AccessKeyId").to_owned(),
        secret: element(&told, "SecretAccessKey").to_owned(),
        token: Some(element(&told, "SessionToken").to_owned()),
    };
    let data_key = json!({ "KeyId": key, "KeySpec": "AES_256" });
    assert_eq!(service.aws_by(&session, "GenerateDataKey", &data_key).status, 200);
    let described = service.aws_by(&session, "DescribeKey", &json!({ "KeyId": key }));
    assert_eq!(described.status, 400, "the session's policy has no such action");
    let [event] = &service.lines("AssumeRoleWithOIDC")[..] else { panic!("one event") };
    assert_eq!(event["userIdentity"]["principalId"], "alice");
}

#[test]
fn a_token_that_is_not_good_is_refused_in_aws_s_words() {
    let (service, issuer) = Service::with_web_identities();
    let good = issuer.token(&json!({}));
    let invalid = (400, "InvalidIdentityToken".to_owned());
    for claims in [
        json!({ "iss": "https://other.example.com" }),
        json!({ "iss": "login.example.com" }),
        json!({ "iss": 7 }),
        json!({ "aud": "somebody-else" }),
    ] {
        assert_eq!(service.web_identity_refused(&issuer.token(&claims), &[]), invalid, "{claims}");
    }
    assert_eq!(service.web_identity_refused("no.token.atall", &[]), invalid);
    let (head, _) = good.rsplit_once('.').unwrap();
    assert_eq!(service.web_identity_refused(&format!("{head}.AAAA"), &[]), invalid);
    let old = issuer.token(&json!({ "iat": NOW_SECS - 7_200, "exp": NOW_SECS - 3_600 }));
    let expired = (400, "ExpiredTokenException".to_owned());
    assert_eq!(service.web_identity_refused(&old, &[]), expired);
    let denied = (403, "AccessDenied".to_owned());
    let mallory = issuer.token(&json!({ "sub": "mallory" }));
    assert_eq!(service.web_identity_refused(&mallory, &[]), denied);
    let no_role = format!("arn:aws:iam::{ACCOUNT}:role/None");
    assert_eq!(service.web_identity_refused(&good, &[("RoleArn", &no_role)]), denied);
    let elsewhere = "arn:aws:iam::9999999999999999:role/Web";
    assert_eq!(service.web_identity_refused(&good, &[("RoleArn", elsewhere)]), invalid);
    for (name, value) in [
        ("ProviderId", "www.amazon.com"),
        ("RoleArn", "acs:ram::1234567890123456:role/Web"),
        ("RoleSessionName", "x"),
        ("DurationSeconds", "60"),
    ] {
        let refused = service.web_identity_refused(&good, &[(name, value)]);
        assert_eq!(refused, (400, "ValidationError".to_owned()), "{name}");
    }
}

#[test]
fn nothing_else_of_aws_s_is_answered_without_a_signature() {
    let (service, issuer) = Service::with_web_identities();
    let good = issuer.token(&json!({}));
    for action in ["AssumeRole", "GetCallerIdentity", "AssumeRoleWithSAML", "AssumeRoleWithOIDC"] {
        let refused = service.web_identity_refused(&good, &[("Action", action)]);
        assert_eq!(refused, (403, "MissingAuthenticationToken".to_owned()), "{action}");
    }
}
