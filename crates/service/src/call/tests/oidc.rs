// SPDX-License-Identifier: Apache-2.0
//! Roles that are taken on by a token of an identity provider, by whole calls: who registers one, whose token is
//! good, what it lets its holder do, and what is recorded.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use edgekms_api::{place::Place, product::Product};
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use serde_json::json;

use super::{
    accounts::{Signer, allow},
    *,
};

const ACCOUNT: &str = "1234567890123456";
pub(super) const ISSUER: &str = "https://login.example.com";

/// An identity provider on the web.
pub(super) struct Issuer {
    key: SigningKey,
    kid: &'static str,
}

impl Issuer {
    pub(super) fn new() -> Self {
        Self { key: SigningKey::from_slice(&[7; 32]).unwrap(), kid: "one" }
    }

    /// A token with these claims instead of a good one's.
    pub(super) fn token(&self, changes: &Value) -> String {
        let mut claims = json!({
            "iss": ISSUER, "sub": "alice", "aud": "web", "iat": NOW_SECS, "exp": NOW_SECS + 600,
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let header = json!({ "alg": "ES256", "kid": self.kid, "typ": "JWT" });
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature: Signature = self.key.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    pub(super) fn publish(&self, service: &Service) {
        let point = self.key.verifying_key().to_sec1_point(false);
        let half = |bytes: Option<&_>| URL_SAFE_NO_PAD.encode(bytes.unwrap());
        let key = json!({
            "kty": "EC", "crv": "P-256", "kid": self.kid, "x": half(point.x()), "y": half(point.y()),
        });
        let document = json!({ "issuer": ISSUER, "jwks_uri": format!("{ISSUER}/keys") });
        let mut web = service.world.web.documents.borrow_mut();
        web.insert(format!("{ISSUER}/.well-known/openid-configuration"), document.to_string());
        web.insert(format!("{ISSUER}/keys"), json!({ "keys": [key] }).to_string());
    }
}

fn provider_arn() -> String {
    format!("acs:ram::{ACCOUNT}:oidc-provider/login")
}

fn role_arn() -> String {
    format!("acs:ram::{ACCOUNT}:role/web")
}

const TRUST: &str = r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Federated":["PROVIDER"]},"Condition":{"StringEquals":{"oidc:iss":"https://login.example.com","oidc:aud":["web"]},"StringLike":{"oidc:sub":["alice","ci:*"]}}}"#;

impl Service {
    pub(super) fn ims(&self, action: &str, params: &[(&str, &str)]) -> Value {
        let (status, value) = self.asked(Product::Ims, &Signer::root(), action, params);
        assert_eq!(status, 200, "{action}: {value}");
        value
    }

    fn ims_refused(&self, action: &str, params: &[(&str, &str)]) -> String {
        let (status, value) = self.asked(Product::Ims, &Signer::root(), action, params);
        assert_ne!(status, 200, "{action}: {value}");
        code(&value)
    }

    /// A service whose account trusts an issuer, and has a role for its users.
    fn with_login(trust: &str) -> (Self, Issuer) {
        Self::new().and_login(trust)
    }

    fn and_login(self, trust: &str) -> (Self, Issuer) {
        let (service, issuer) = (self, Issuer::new());
        issuer.publish(&service);
        service.ims("CreateOIDCProvider", &LOGIN);
        service.has_role("web", trust);
        (service, issuer)
    }

    fn has_role(&self, name: &str, trust: &str) {
        let trust = trust.replace("PROVIDER", &provider_arn());
        let trust = format!(r#"{{"Version":"1","Statement":[{trust}]}}"#);
        self.ram("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", &trust)]);
    }

    /// A request that nobody signs, with all in the query.
    fn unsigned(&self, params: &[(&str, &str)]) -> (u16, Value) {
        let mut query = Params::new();
        for (name, value) in params {
            query.insert(*name, *value).unwrap();
        }
        self.send(&format!("/?{}", query.encode()), &[], b"")
    }

    fn assume_with(&self, token: &str, changes: &[(&str, &str)]) -> (u16, Value) {
        let (provider, role) = (provider_arn(), role_arn());
        let mut params = vec![
            ("Action", "AssumeRoleWithOIDC"),
            ("Version", "2015-04-01"),
            ("OIDCProviderArn", provider.as_str()),
            ("RoleArn", role.as_str()),
            ("RoleSessionName", "alice"),
            ("OIDCToken", token),
        ];
        for (name, value) in changes {
            params.retain(|(held, _)| held != name);
            params.push((name, value));
        }
        self.unsigned(&params)
    }

    fn assume_refused(&self, token: &str, changes: &[(&str, &str)]) -> (u16, String, String) {
        let (status, answer) = self.assume_with(token, changes);
        (status, code(&answer), answer["Message"].as_str().unwrap().to_owned())
    }

    pub(super) fn lines(&self, part: &str) -> Vec<Value> {
        let lines = self.world.audit.lines.borrow();
        let of_part = lines.iter().filter(|line| line.contains(part));
        of_part.map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

const LOGIN: [(&str, &str); 3] =
    [("OIDCProviderName", "login"), ("IssuerUrl", ISSUER), ("ClientIds", "web,app")];

#[test]
fn a_provider_s_user_takes_on_a_role_that_trusts_it() {
    let (service, issuer) = Service::with_login(TRUST);
    let key = service.new_key();
    service.new_policy("page", &allow("kms:*", &format!("acs:kms:*:{ACCOUNT}:key/*")));
    service.attach("page", "Role", "web");
    let policy =
        format!(r#"{{"Version":"1","Statement":[{}]}}"#, allow("kms:GenerateDataKey", "*"));
    let wish = [("Policy", policy.as_str()), ("DurationSeconds", "900")];
    let (status, told) = service.assume_with(&issuer.token(&json!({})), &wish);
    assert_eq!(status, 200, "{told}");
    assert_eq!(
        told["OIDCTokenInfo"],
        json!({
            "Subject": "alice", "Issuer": ISSUER, "ClientIds": "web", "VerificationInfo": "Success",
            "IssuanceTime": "2023-11-14T22:13:20Z", "ExpirationTime": "2023-11-14T22:23:20Z",
        })
    );
    let arn = format!("acs:ram::{ACCOUNT}:role/web/alice");
    assert_eq!(told["AssumedRoleUser"]["Arn"], arn.as_str());
    assert_eq!(told["Credentials"]["Expiration"], "2023-11-14T22:28:20Z");
    let session = Signer::of(&told["Credentials"]);
    let key = [("KeyId", key.as_str())];
    assert_eq!(service.outcome(&session, "GenerateDataKey", &key), "OK");
    assert_eq!(service.outcome(&session, "DescribeKey", &key), "Forbidden.NoPermission");
    service.world.pass(900_000);
    let expired = service.outcome(&session, "GenerateDataKey", &key);
    assert_eq!(expired, "InvalidSecurityToken.Expired");
}

#[test]
fn the_event_names_provider_and_subject_and_nothing_of_the_token() {
    let (service, issuer) = Service::with_login(TRUST);
    let token = issuer.token(&json!({}));
    assert_eq!(service.assume_with(&token, &[]).0, 200);
    let refused = service.assume_refused(&issuer.token(&json!({ "sub": "mallory" })), &[]);
    assert_eq!((refused.0, refused.1.as_str()), (403, "AuthenticationFail.NoPermission"));
    let events = service.lines("AssumeRoleWithOIDC");
    let [done, denied] = &events[..] else { panic!("{events:?}") };
    let identity = &done["userIdentity"];
    assert_eq!(
        (&identity["type"], &identity["arn"]),
        (&json!("oidc-user"), &json!(provider_arn()))
    );
    assert_eq!(
        (&identity["principalId"], &identity["accessKeyId"]),
        (&json!("alice"), &Value::Null)
    );
    assert_eq!((&done["serviceName"], &done["errorCode"]), (&json!("Sts"), &Value::Null));
    assert_eq!(done["requestParameters"]["RoleArn"], role_arn().as_str());
    assert_eq!(denied["errorCode"], "AuthenticationFail.NoPermission");
    assert_eq!(denied["userIdentity"]["principalId"], "mallory");
    service.world.work(&Place::global(ACCOUNT.parse().unwrap()).unwrap());
    let provider = service.lines("CreateOIDCProvider");
    assert_eq!(
        (&provider[0]["serviceName"], &provider[0]["eventRW"]),
        (&json!("Ims"), &json!("Write"))
    );
    for line in
        service.world.audit.lines.borrow().iter().chain(&*service.world.faults.lines.borrow())
    {
        for part in token.split('.') {
            assert!(!line.contains(part), "{line}");
        }
    }
}

#[test]
fn a_token_that_is_not_proven_gets_one_answer_and_leaves_no_event() {
    let (service, issuer) = Service::with_login(TRUST);
    let good = issuer.token(&json!({}));
    let thief = Issuer { key: SigningKey::from_slice(&[8; 32]).unwrap(), kid: "one" };
    let other = format!("acs:ram::{ACCOUNT}:oidc-provider/other");
    let elsewhere = "acs:ram::9999999999999999:oidc-provider/login";
    let invalid = service.assume_refused(&thief.token(&json!({})), &[]);
    assert_eq!((invalid.0, invalid.1.as_str()), (400, "AuthenticationFail.OIDCToken.Invalid"));
    for (name, token, changes) in [
        ("another audience", issuer.token(&json!({ "aud": "other" })), vec![]),
        ("another issuer", issuer.token(&json!({ "iss": "https://evil.example.com" })), vec![]),
        ("not yet", issuer.token(&json!({ "nbf": NOW_SECS + 100 })), vec![]),
        ("nonsense", "nonsense".to_owned(), vec![]),
        ("a provider that there is not", good.clone(), vec![("OIDCProviderArn", other.as_str())]),
        ("an account that there is not", good.clone(), vec![("OIDCProviderArn", elsewhere)]),
    ] {
        assert_eq!(service.assume_refused(&token, &changes), invalid, "{name}");
    }
    // Its time is told of a token alone that is the issuer's.
    let late = json!({ "iat": NOW_SECS - 700, "exp": NOW_SECS - 100 });
    let expired = service.assume_refused(&issuer.token(&late), &[]).1;
    assert_eq!(expired, "AuthenticationFail.OIDCToken.Expired");
    assert_eq!(service.assume_refused(&thief.token(&late), &[]), invalid);
    assert!(service.lines("AssumeRoleWithOIDC").is_empty());
    assert!(service.world.web.asked.borrow().iter().all(|url| url.starts_with(ISSUER)));
    // For nobody else's account does anything begin.
    let accounts = service.world.account_stores.borrow();
    assert!(accounts.keys().all(|name| !name.contains("9999999999999999")));
}

#[test]
fn the_role_says_whose_word_it_takes() {
    const DENY: &str = r#"{"Effect":"Deny","Action":"sts:AssumeRoleWithOIDC","Principal":{"Federated":["PROVIDER"]},"Condition":{"StringEquals":{"oidc:sub":"ci:bad"}}}"#;
    let (service, issuer) = Service::with_login(&format!("{TRUST},{DENY}"));
    service.has_role("named", &TRUST.replace("AssumeRole\"", "AssumeRoleWithOIDC\""));
    service.has_role("users", r#"{"Effect":"Allow","Action":"sts:*","Principal":{"RAM":["acs:ram::1234567890123456:root"]}}"#);
    service.has_role(
        "others",
        &TRUST.replace("PROVIDER", "acs:ram::1234567890123456:oidc-provider/other"),
    );
    service.has_role(
        "tls",
        &TRUST.replace(r#""StringLike""#, r#""Bool":{"acs:SecureTransport":"true"},"StringLike""#),
    );
    let outcome = |changes: Value, role: &str| {
        let role = format!("acs:ram::{ACCOUNT}:role/{role}");
        let (status, answer) = service.assume_with(&issuer.token(&changes), &[("RoleArn", &role)]);
        if status == 200 { "OK".to_owned() } else { code(&answer) }
    };
    let no = "AuthenticationFail.NoPermission";
    for (subject, role, expected) in [
        ("alice", "web", "OK"),
        ("alice", "WEB", "OK"),
        ("ci:main", "web", "OK"),
        ("ci:bad", "web", no),
        ("bob", "web", no),
        ("alice", "named", "OK"),
        ("alice", "users", no),
        ("alice", "others", no),
        ("alice", "tls", no),
        ("alice", "none", no),
    ] {
        assert_eq!(outcome(json!({ "sub": subject }), role), expected, "{subject} {role}");
    }
    assert_eq!(outcome(json!({ "aud": "app" }), "web"), no, "the role takes but one audience");
    assert_eq!(outcome(json!({ "aud": ["app", "web"] }), "web"), "OK");
    let elsewhere = [("RoleArn", "acs:ram::9999999999999999:role/web")];
    assert_eq!(service.assume_refused(&issuer.token(&json!({})), &elsewhere).1, no);
    let long = [("DurationSeconds", "7200")];
    let long = service.assume_refused(&issuer.token(&json!({})), &long).1;
    assert_eq!(long, "InvalidParameter.DurationSeconds");
}

#[test]
fn official_clients_forms_of_the_call_are_read_and_no_other_call_goes_unsigned() {
    let (service, issuer) = Service::with_login(TRUST);
    let token = issuer.token(&json!({}));
    let form = {
        let mut form = Params::new();
        for (name, value) in [
            ("OIDCProviderArn", provider_arn().as_str()),
            ("OIDCToken", &token),
            ("RoleArn", &role_arn()),
            ("RoleSessionName", "alice"),
            ("DurationSeconds", "3600"),
        ] {
            form.insert(name, value).unwrap();
        }
        form.encode()
    };
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let form_type = header("content-type", "application/x-www-form-urlencoded");
    let action = header("x-acs-action", "AssumeRoleWithOIDC");
    let version = header("x-acs-version", "2015-04-01");
    let send = |target: &str, headers: &[(String, String)], body: &str| {
        let (status, answer) = service.send(target, headers, body.as_bytes());
        if status == 200 { "OK".to_owned() } else { code(&answer) }
    };
    // @alicloud/credentials: the common parameters in the query, the others in a form.
    let common = "/?Version=2015-04-01&Action=AssumeRoleWithOIDC&Format=JSON&Timestamp=2023-11-14T22%3A13%3A20Z";
    assert_eq!(send(common, std::slice::from_ref(&form_type), &form), "OK");
    // @alicloud/sts20150401: all in the query, action and version in headers besides.
    let query = format!("{common}&SignatureNonce=n&{form}");
    assert_eq!(send(&query, &[action.clone(), version.clone()], ""), "OK");
    assert_eq!(
        send(&query, &[action.clone(), version.clone()], ""),
        "OK",
        "a token may be used again"
    );
    // Newer cores: in headers alone.
    assert_eq!(send(&format!("/?{form}"), &[action.clone(), version.clone()], ""), "OK");
    let other = [header("x-acs-action", "ListKeys")];
    assert_eq!(send(&query, &other, ""), "InvalidParameter");
    assert_eq!(send(&query.replace("2015-04-01", "2016-01-20"), &[], ""), "InvalidApi.NotFound");
    assert_eq!(
        send(common, &[header("content-type", "application/json")], "{}"),
        "ParseRequestParameterException"
    );
    // Whoever names an access key must have signed.
    assert_eq!(send(&format!("{query}&AccessKeyId=testid"), &[], ""), "MissingParameter");
    assert_eq!(send(&format!("{query}&%41ccessKeyId=testid"), &[], ""), "IncompleteSignature");
    assert_eq!(send(&format!("{query}&Signature=AAAA"), &[], ""), "MissingParameter");
    let long = format!("{common}&OIDCToken={}", "a".repeat(20_001));
    assert_eq!(send(&long, &[], ""), "InvalidParameter");
    for (action, version) in [
        ("AssumeRole", "2015-04-01"),
        ("GetCallerIdentity", "2015-04-01"),
        ("ListKeys", "2016-01-20"),
        ("DescribeRegions", "2016-01-20"),
        ("CreateOIDCProvider", "2019-08-15"),
    ] {
        let target = format!("/?Action={action}&Version={version}&{form}");
        assert_eq!(send(&target, &[], ""), "MissingParameter", "{action}");
    }
    // Who signs it, as old clients do, is still whom the token vouches for.
    let params = [
        ("OIDCProviderArn", &*provider_arn()),
        ("OIDCToken", &token),
        ("RoleArn", &role_arn()),
        ("RoleSessionName", "alice"),
    ];
    let (status, told) =
        service.asked(Product::Sts, &Signer::root(), "AssumeRoleWithOIDC", &params);
    assert_eq!(status, 200, "{told}");
    assert!(
        service
            .lines("AssumeRoleWithOIDC")
            .iter()
            .all(|line| line["userIdentity"]["type"] == "oidc-user")
    );
}

#[test]
fn providers_are_registered_changed_and_forgotten_within_the_bound() {
    let (service, issuer) = Service::with_login(TRUST);
    let outcome = |changes: Value| {
        let (status, answer) = service.assume_with(&issuer.token(&changes), &[]);
        if status == 200 { "OK".to_owned() } else { code(&answer) }
    };
    assert_eq!(outcome(json!({})), "OK");
    let told = service.ims("GetOIDCProvider", &LOGIN[..1])["OIDCProvider"].clone();
    assert_eq!(told["Arn"], provider_arn().as_str());
    assert_eq!((&told["ClientIds"], &told["IssuanceLimitTime"]), (&json!("web,app"), &json!(12)));
    let exists = "EntityAlreadyExists.OIDCProvider";
    assert_eq!(service.ims_refused("CreateOIDCProvider", &LOGIN), exists);
    let twin = [("OIDCProviderName", "twin"), LOGIN[1]];
    assert_eq!(
        service.ims_refused("CreateOIDCProvider", &twin),
        exists,
        "one issuer, one provider"
    );
    for bad in
        ["http://login.example.com", "https://10.0.0.1", "https://localhost", "http://127.0.0.1:1"]
    {
        let params = [("OIDCProviderName", "bad"), ("IssuerUrl", bad)];
        assert_eq!(service.ims_refused("CreateOIDCProvider", &params), "InvalidParameter", "{bad}");
    }
    let client = [LOGIN[0], ("ClientId", "web")];
    service.ims("RemoveClientIdFromOIDCProvider", &client);
    assert_eq!(outcome(json!({})), "AuthenticationFail.OIDCToken.Invalid");
    service.ims("AddClientIdToOIDCProvider", &client);
    assert_eq!(
        service.ims("AddClientIdToOIDCProvider", &client)["OIDCProvider"]["ClientIds"],
        "app,web"
    );
    assert_eq!(outcome(json!({})), "OK");
    let old = json!({ "iat": NOW_SECS - 2 * 3_600 });
    assert_eq!(outcome(old.clone()), "OK");
    let update = [LOGIN[0], ("IssuanceLimitTime", "1"), ("NewDescription", "people")];
    let updated = service.ims("UpdateOIDCProvider", &update)["OIDCProvider"].clone();
    assert_eq!(
        (&updated["Description"], &updated["ClientIds"]),
        (&json!("people"), &json!("app,web"))
    );
    assert_eq!(outcome(old), "AuthenticationFail.OIDCToken.Expired");
    for number in 0..5 {
        let fingerprint = [LOGIN[0], ("Fingerprint", &*format!("AA{number}"))];
        service.ims("AddFingerprintToOIDCProvider", &fingerprint);
    }
    let sixth = [LOGIN[0], ("Fingerprint", "AA5")];
    assert_eq!(service.ims_refused("AddFingerprintToOIDCProvider", &sixth), "LimitExceeded");
    service.ims("RemoveFingerprintFromOIDCProvider", &[LOGIN[0], ("Fingerprint", "AA0")]);
    let listed = service.ims("ListOIDCProviders", &[("MaxItems", "1")]);
    let rows = listed["OIDCProviders"]["OIDCProvider"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["Fingerprints"]), (1, &json!("AA1,AA2,AA3,AA4")));
    service.ims("DeleteOIDCProvider", &LOGIN[..1]);
    assert_eq!(outcome(json!({})), "AuthenticationFail.OIDCToken.Invalid");
    assert_eq!(service.ims_refused("GetOIDCProvider", &LOGIN[..1]), "EntityNotExist.OIDCProvider");
    // Users need RAM's permission.
    let alice = service.user("alice");
    let get = |signer: &Signer| service.asked(Product::Ims, signer, "ListOIDCProviders", &[]);
    assert_eq!(code(&get(&alice).1), "NoPermission");
    service.new_policy(
        "looks",
        &allow("ram:ListOIDCProviders", &format!("acs:ram:*:{ACCOUNT}:oidc-provider/*")),
    );
    service.attach("looks", "User", "alice");
    service.world.pass(60_000);
    assert_eq!(get(&alice).0, 200);
}

#[test]
fn keys_are_fetched_once_and_an_issuer_that_is_away_is_told_of() {
    let (service, issuer) = Service::with_login(TRUST);
    for _ in 0..3 {
        assert_eq!(service.assume_with(&issuer.token(&json!({})), &[]).0, 200);
    }
    assert_eq!(service.world.web.asked.borrow().len(), 2);
    service.world.pass(3_600_000);
    service.world.web.hangs.set(true);
    let now = service.world.clock.0.get() / 1000;
    let token = issuer.token(&json!({ "iat": now, "exp": now + 600 }));
    let (status, code, _) = service.assume_refused(&token, &[]);
    assert_eq!((status, code.as_str()), (503, "ServiceUnavailableTemporary"));
}

#[test]
fn whoever_makes_up_providers_does_not_make_the_account_be_asked_over_and_over() {
    // The report of refusals moves the clock.
    let (service, issuer) = Service::with(&[("AUDIT_LOG", "off")]).and_login(TRUST);
    let token = issuer.token(&json!({}));
    assert_eq!(service.assume_with(&token, &[]).0, 200);
    let asked = || service.world.asked("view");
    let before = asked();
    let made_up = |number: u32| {
        let arn = format!("acs:ram::{ACCOUNT}:oidc-provider/made-up-{number}");
        service.assume_refused(&token, &[("OIDCProviderArn", &arn)]).1
    };
    let outcomes: Vec<_> = (0..60).map(made_up).collect();
    assert_eq!(outcomes[19], "AuthenticationFail.OIDCToken.Invalid");
    assert!(outcomes[20..].iter().all(|code| code == "Rejected.Throttling"));
    assert_eq!(asked() - before, 20);
    // One that is in the cache needs no question; others are asked for again in a while.
    assert_eq!(service.assume_with(&token, &[]).0, 200);
    service.world.pass(10_000);
    assert_eq!(made_up(60), "AuthenticationFail.OIDCToken.Invalid");
}

#[test]
fn an_issuer_on_the_machine_itself_is_for_development() {
    let service = Service::with(&[("OIDC_HTTP_LOOPBACK", "on")]);
    let own = [("OIDCProviderName", "own"), ("IssuerUrl", "http://127.0.0.1:8080")];
    service.ims("CreateOIDCProvider", &own);
    let other = [("OIDCProviderName", "other"), ("IssuerUrl", "http://login.example.com")];
    assert_eq!(service.ims_refused("CreateOIDCProvider", &other), "InvalidParameter");
}
