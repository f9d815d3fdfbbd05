// SPDX-License-Identifier: Apache-2.0
//! Signed requests of our own: what verifies, and the code that each fault gets.

use edgekms_api::action::{ActionName, Command};
use edgekms_api::dialect::alibaba::params::Params;
use edgekms_api::dialect::alibaba::request::Format;
use edgekms_api::dialect::alibaba::{acs, rpc_v1};
use edgekms_api::dialect::request::RequestLimits;
use edgekms_api::dialect::response::ResponseForm;
use edgekms_api::dialect::signature::{AccessKeySecret, Credentials, SecurityToken};
use edgekms_api::dialect::{AuthenticatedRequest, Dialect};
use edgekms_api::error::{ApiError, ErrorCode};
use edgekms_api::id::{Region, RequestId};
use edgekms_api::time::Timestamp;
use proptest::prelude::*;

use crate::support::Parts;

const NOW: &str = "2026-11-22T12:00:00Z";
const HOST: &str = "kms.cn-beijing.example.com:8080";

fn credentials(token: Option<&str>) -> Credentials {
    Credentials {
        access_key_id: "testid".to_owned(),
        access_key_secret: AccessKeySecret::new("testsecret"),
        security_token: token.map(SecurityToken::new),
    }
}

fn verify(parts: &Parts) -> Result<AuthenticatedRequest, ApiError> {
    parts.verify("testsecret", NOW.parse().unwrap())
}

fn code_of(parts: &Parts) -> ErrorCode {
    verify(parts).unwrap_err().code()
}

fn params(pairs: &[(&str, &str)]) -> Params {
    let mut params = Params::new();
    for (name, value) in pairs {
        params.insert(*name, *value).unwrap();
    }
    params
}

/// RPC v1, everything in the query.
fn rpc(pairs: &[(&str, &str)]) -> Parts {
    let mut all = params(pairs);
    all.merge(params(&[("Action", "ListKeys"), ("Version", "2016-01-20")])).unwrap();
    let signed = rpc_v1::sign("GET", all, &credentials(None), NOW, "nonce-1").unwrap();
    let headers = vec![("host".to_owned(), HOST.to_owned())];
    Parts {
        method: "GET".to_owned(),
        target: format!("/?{}", signed.encode()),
        headers,
        body: Vec::new(),
    }
}

/// ACS3, the parameters in a form body.
fn acs3(pairs: &[(&str, &str)], token: Option<&str>) -> Parts {
    let body = params(pairs).encode().into_bytes();
    let unsigned = acs::Unsigned {
        method: "POST",
        host: HOST,
        action: "ListKeys",
        version: "2016-01-20",
        query: &Params::new(),
        body: &body,
        date: NOW,
        nonce: "nonce-2",
        headers: &[("content-type", "application/x-www-form-urlencoded")],
    };
    let mut headers = acs::sign(&unsigned, &credentials(token)).unwrap();
    headers.push(("host".to_owned(), HOST.to_owned()));
    Parts { method: "POST".to_owned(), target: "/".to_owned(), headers, body }
}

#[test]
fn an_authenticated_request_tells_all_that_the_service_needs() {
    let request = verify(&acs3(&[("PageSize", "5")], Some("tok+/=en"))).unwrap();
    assert_eq!(request.action(), Ok(ActionName::ListKeys));
    assert_eq!(request.dialect(), Dialect::Alibaba);
    assert_eq!(request.access_key_id().as_str(), "testid");
    assert_eq!(request.security_token().unwrap().expose_secret(), "tok+/=en");
    assert_eq!(request.parameters(&["PageSize", "KeyId"]), [("PageSize", "5".to_owned())]);
    let command = request
        .command(ActionName::ListKeys, &Dialect::Alibaba.limits(Default::default()))
        .unwrap();
    let Command::ListKeys(command) = command else { panic!("{command:?}") };
    assert_eq!(command.page_size.map(|size| size.get()), Some(5));
    assert_eq!(request.timestamp().to_string(), NOW);
    let guard = request.replay_guard();
    assert_eq!((&*guard.token, guard.may_repeat), ("nonce-2", false));
    // One second after the last moment at which the window would let the request in again.
    assert_eq!(guard.expires.to_string(), "2026-11-22T12:15:01Z");
}

#[test]
fn a_request_shows_whose_it_is_and_nothing_that_it_asks_for() {
    let parts = rpc(&[("Plaintext", "czNjcmV0"), ("EncryptionContext.s3cret", "s3cret")]);
    let shown = format!("{:?}", verify(&parts).unwrap());
    let signed = parts
        .raw(|raw| format!("{:?}", raw.claim(&RequestLimits::default()).unwrap().parse().unwrap()));
    for text in [shown, signed] {
        assert!(text.contains("testid"), "{text}");
        assert!(!text.contains("czNjcmV0") && !text.contains("s3cret"), "{text}");
    }
}

#[test]
fn a_request_without_a_nonce_is_guarded_by_its_signature() {
    let secret = "41wk2SSX1GJh7fwnc5eqOfiJPFg=";
    let target = "/?AccessKeyId=testid&Action=CreateKey&Format=json&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0\
                  &Timestamp=2016-03-28T03%3A13%3A08Z&Version=2016-01-20&Signature=41wk2SSX1GJh7fwnc5eqOfiJPFg%3D";
    let manual = rpc(&[]).with(|parts| target.clone_into(&mut parts.target));
    let request = manual.verify("testsecret", "2016-03-28T03:13:08Z".parse().unwrap()).unwrap();
    assert_eq!(request.replay_guard().token, secret);
}

#[test]
fn the_window_is_fifteen_minutes_both_ways() {
    let now: Timestamp = NOW.parse().unwrap();
    let at = |secs: i64| {
        let moment = Timestamp::from_unix_secs(now.unix_secs() + secs);
        rpc(&[]).verify("testsecret", moment).map(|_| ()).map_err(|error| error.code())
    };
    for good in [-900, 0, 900] {
        assert_eq!(at(good), Ok(()), "{good}");
    }
    for bad in [-3600, -901, 901, 3600] {
        assert_eq!(at(bad), Err(ErrorCode::InvalidTimeStampExpired), "{bad}");
    }
}

#[test]
fn the_region_is_in_the_host_or_a_parameter_or_the_first() {
    let served: Vec<Region> =
        ["cn-hangzhou", "cn-beijing"].map(|name| name.parse().unwrap()).into();
    let region = |host: &str, pairs: &[(&str, &str)]| {
        let parts = rpc(pairs).with(|parts| host.clone_into(parts.header("host")));
        verify(&parts)
            .unwrap()
            .region(&served)
            .map(ToString::to_string)
            .map_err(|error| error.code())
    };
    assert_eq!(region(HOST, &[("RegionId", "cn-beijing")]).unwrap(), "cn-beijing");
    // The host is not signed here: it must not say another region than what is.
    assert_eq!(region(HOST, &[("RegionId", "cn-hangzhou")]), Err(ErrorCode::InvalidParameter));
    assert_eq!(region("kms-vpc.cn-beijing.aliyuncs.com", &[]).unwrap(), "cn-beijing");
    assert_eq!(region("KMS.CN-Beijing.example.com", &[]).unwrap(), "cn-beijing");
    assert_eq!(region("127.0.0.1:18081", &[("RegionId", "cn-beijing")]).unwrap(), "cn-beijing");
    assert_eq!(region("kms.example.com", &[]).unwrap(), "cn-hangzhou");
    assert_eq!(region("127.0.0.1", &[("RegionId", "eu-west-1")]), Err(ErrorCode::InvalidParameter));
}

#[test]
fn requests_that_are_not_well_formed_are_refused_with_the_remedy() {
    let good = rpc(&[]);
    let long = format!("{}&x={}", good.target, "y".repeat(200 * 1024));
    let cases = [
        (good.with(|parts| parts.method = "PUT".to_owned()), ErrorCode::UnsupportedHttpMethod),
        (good.with(|parts| parts.target.insert_str(1, "keys")), ErrorCode::InvalidApiNotFound),
        (good.with(|parts| parts.target = long), ErrorCode::ParseRequestParameterException),
        (
            good.with(|parts| parts.body = vec![b'x'; 200 * 1024]),
            ErrorCode::ParseRequestParameterException,
        ),
        (good.with(|parts| parts.target.push_str("&Action=ListKeys")), ErrorCode::InvalidParameter),
        (good.with(|parts| parts.body = b"Action=ListKeys".to_vec()), ErrorCode::InvalidParameter),
        (good.with(|parts| parts.target.push_str("&x=%ff")), ErrorCode::InvalidParameter),
        (
            good.with(|parts| parts.target.push_str("&%=x")),
            ErrorCode::ParseRequestParameterException,
        ),
        (rpc(&[("Format", "yaml")]), ErrorCode::InvalidParameter),
        (
            good.with(|parts| {
                parts.body = b"{}".to_vec();
                parts.headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
            }),
            ErrorCode::ParseRequestParameterException,
        ),
    ];
    for (index, (parts, code)) in cases.into_iter().enumerate() {
        assert_eq!(code_of(&parts), code, "case {index}");
    }
}

#[test]
fn rpc_v1_faults_have_their_codes() {
    let spoiled =
        |from: &str, to: &str| rpc(&[]).with(|parts| parts.target = parts.target.replace(from, to));
    for (from, to, code) in [
        ("AccessKeyId=testid", "", ErrorCode::MissingParameter),
        ("Signature=", "Signed=", ErrorCode::MissingParameter),
        ("Action=ListKeys", "", ErrorCode::MissingParameter),
        ("Version=2016-01-20", "", ErrorCode::MissingParameter),
        ("SignatureMethod=HMAC-SHA1", "", ErrorCode::MissingParameter),
        ("HMAC-SHA1", "HMAC-SHA256", ErrorCode::InvalidSignatureMethod),
        ("SignatureVersion=1.0", "SignatureVersion=2.0", ErrorCode::InvalidParameter),
        (
            "SignatureVersion=1.0",
            "SignatureVersion=1.0&SignatureType=BEARERTOKEN",
            ErrorCode::InvalidParameter,
        ),
        ("Timestamp=", "Time=", ErrorCode::IllegalTimestamp),
        ("00%3A00Z", "00%3A00", ErrorCode::InvalidTimeStampFormat),
        ("AccessKeyId=testid", "AccessKeyId=test%2Fid", ErrorCode::InvalidAccessKeyIdNotFound),
        ("nonce-1", "nonce-3", ErrorCode::SignatureDoesNotMatch),
        ("nonce-1", &"n".repeat(257), ErrorCode::InvalidParameter),
    ] {
        assert_eq!(code_of(&spoiled(from, to)), code, "{from} -> {to}");
    }
}

#[test]
fn no_credentials_at_all_is_a_missing_access_key_id() {
    let error = verify(&rpc(&[]).with(|parts| parts.target = "/".to_owned())).unwrap_err();
    assert_eq!(error.code(), ErrorCode::MissingParameter);
    assert!(error.message().contains("\"AccessKeyId\""));
}

#[test]
fn acs3_faults_have_their_codes() {
    let good = acs3(&[("PageSize", "5")], Some("token"));
    assert!(verify(&good).is_ok());
    let authorization = |from: &str, to: &str| {
        good.with(|parts| {
            let value = parts.header("authorization");
            assert!(value.contains(from), "{value}");
            *value = value.replace(from, to);
        })
    };
    for (from, to, code) in [
        ("ACS3-HMAC-SHA256 ", "ACS3-HMAC-SM3 ", ErrorCode::InvalidSignatureMethod),
        ("ACS3-HMAC-SHA256 ", "ACS3-RSA-SHA256 ", ErrorCode::InvalidSignatureMethod),
        ("ACS3-HMAC-SHA256 ", "Bearer ", ErrorCode::InvalidSignatureMethod),
        ("ACS3-HMAC-SHA256 ", "ACS4-HMAC-SHA256 ", ErrorCode::IncompleteSignature),
        (",Signature=", ",Signed=", ErrorCode::IncompleteSignature),
        ("Credential=testid", "Credential=", ErrorCode::IncompleteSignature),
        ("Credential=testid", "Credential=other", ErrorCode::IncompleteSignature),
        ("host;", "", ErrorCode::IncompleteSignature),
        ("x-acs-date;", "", ErrorCode::IncompleteSignature),
        ("x-acs-security-token;", "", ErrorCode::IncompleteSignature),
        ("host;", "host;host;", ErrorCode::IncompleteSignature),
        ("host;", "host;not-sent;", ErrorCode::IncompleteSignature),
        ("host;", "Host;", ErrorCode::IncompleteSignature),
        ("content-type;", "", ErrorCode::SignatureDoesNotMatch),
    ] {
        assert_eq!(code_of(&authorization(from, to)), code, "{from} -> {to}");
    }
    let cases = [
        (good.with(|parts| parts.body.push(b'0')), ErrorCode::SignatureDoesNotMatch),
        (
            good.with(|parts| parts.target = "/?PageNumber=2".to_owned()),
            ErrorCode::SignatureDoesNotMatch,
        ),
        (good.with(|parts| parts.method = "GET".to_owned()), ErrorCode::SignatureDoesNotMatch),
        (
            good.with(|parts| *parts.header("host") = "evil.example".to_owned()),
            ErrorCode::SignatureDoesNotMatch,
        ),
        (
            good.with(|parts| *parts.header("x-acs-date") = "yesterday".to_owned()),
            ErrorCode::InvalidTimeStampFormat,
        ),
        (
            good.with(|parts| parts.headers.retain(|(name, _)| name != "x-acs-security-token")),
            ErrorCode::IncompleteSignature,
        ),
        (
            good.with(|parts| {
                parts.headers.push(("X-Acs-Action".to_owned(), "Decrypt".to_owned()))
            }),
            ErrorCode::IncompleteSignature,
        ),
        (
            // Sorted, present and too many: looking for each among all would cost their square.
            good.with(|parts| {
                let names: Vec<String> = (0..65).map(|n| format!("a{n:02}")).collect();
                let list = format!("SignedHeaders={};", names.join(";"));
                let value = parts.header("authorization");
                *value = value.replace("SignedHeaders=", &list);
                parts.headers.extend(names.into_iter().map(|name| (name, "x".to_owned())));
            }),
            ErrorCode::IncompleteSignature,
        ),
    ];
    for (index, (parts, code)) in cases.into_iter().enumerate() {
        assert_eq!(code_of(&parts), code, "case {index}");
    }
}

#[test]
fn an_unsigned_header_may_change_and_a_token_must_not_be_added() {
    let good = acs3(&[], None);
    assert!(verify(&good.with(|parts| parts.add_header("User-Agent", "x"))).is_ok());
    let added = good.with(|parts| parts.add_header("x-acs-security-token", "stolen"));
    assert_eq!(code_of(&added), ErrorCode::IncompleteSignature);
}

#[test]
fn format_is_read_whatever_its_case() {
    let id: RequestId = "4bd560a1-729e-45f1-a3d9-b2a33d61046b".parse().unwrap();
    for (text, format) in [
        ("json", Format::Json),
        ("JSON", Format::Json),
        ("None", Format::Json),
        ("xMl", Format::Xml),
        // Such a request is refused, and told so in JSON.
        ("yaml", Format::Json),
    ] {
        let parts = rpc(&[("Format", text)]);
        let form = parts.raw(|raw| ResponseForm::of(&raw, id.clone()));
        let answer = form.failure("h", &ErrorCode::InternalFailure.into());
        assert_eq!(answer.content_type, format.content_type(), "{text}");
        assert_eq!(answer.headers, [("x-acs-request-id", id.to_string())]);
    }
}

#[test]
fn what_the_first_look_finds_is_what_is_signed() {
    // The first look does not decode names, so that nobody is looked up by one reading and let in by
    // another.
    let with_token = rpc(&[("SecurityToken", "tok")]);
    assert!(verify(&with_token).is_ok());
    let hidden = with_token
        .with(|parts| parts.target = parts.target.replace("SecurityToken=", "Security%54oken="));
    assert_eq!(code_of(&hidden), ErrorCode::IncompleteSignature);
    let hidden = rpc(&[])
        .with(|parts| parts.target = parts.target.replace("AccessKeyId=", "AccessKey%49d="));
    assert_eq!(code_of(&hidden), ErrorCode::MissingParameter);
}

#[test]
fn the_first_look_reads_no_more_than_whose_request_it_is() {
    let claimed = |parts: &Parts| {
        parts.raw(|raw| {
            let claimed = raw.claim(&RequestLimits::default()).map_err(|error| error.code())?;
            let id = claimed.access_key_id().to_string();
            let token = claimed.security_token().map(|token| token.expose_secret().to_owned());
            Ok((id, token))
        })
    };
    let found = Ok(("testid".to_owned(), Some("token".to_owned())));
    let unreadable = |parts: Parts| parts.with(|parts| parts.body = b"%=%&=\xff".to_vec());
    let header = unreadable(acs3(&[], Some("token")));
    assert_eq!(claimed(&header), found);
    assert_eq!(claimed(&unreadable(rpc(&[("SecurityToken", "token")]))), found);
    // What is no such header is told before anything else is read.
    let spoilt =
        header.with(|parts| *parts.header("authorization") = "ACS3-HMAC-SHA256 testid".to_owned());
    assert_eq!(claimed(&spoilt), Err(ErrorCode::IncompleteSignature));
}

#[test]
fn a_request_of_two_protocols_is_refused() {
    for name in ["x-amz-target", "X-Amz-Date", "x-amz-security-token"] {
        let both = acs3(&[], None).with(|parts| parts.add_header(name, "TrentService.ListKeys"));
        assert_eq!(code_of(&both), ErrorCode::IncompleteSignature, "{name}");
    }
    // Two signatures, whichever came first.
    for at in [0, 99] {
        let both = acs3(&[], None).with(|parts| {
            let other = "AWS4-HMAC-SHA256 Credential=testid/20261122/cn-hangzhou/kms/aws4_request, \
                         SignedHeaders=host;x-amz-date;x-amz-target, Signature=00";
            let at = at.min(parts.headers.len());
            parts.headers.insert(at, ("Authorization".to_owned(), other.to_owned()));
        });
        assert_eq!(code_of(&both), ErrorCode::IncompleteSignature, "{at}");
    }
    // Without any, a text of AWS's in a parameter does not make it AWS's request.
    let parts = rpc(&[("Description", "X-Amz-Algorithm=AWS4-HMAC-SHA256")]);
    let parts = parts.with(|parts| parts.target = parts.target.replace("%3DAWS4", "=AWS4"));
    assert_eq!(verify(&parts).unwrap().dialect(), Dialect::Alibaba);
}

#[test]
fn a_header_that_came_twice_verifies_however_the_runtime_gives_it() {
    let form = ("content-type", "application/x-www-form-urlencoded");
    let sign = |value: &str| {
        let unsigned = acs::Unsigned {
            method: "POST",
            host: HOST,
            action: "ListKeys",
            version: "2016-01-20",
            query: &Params::new(),
            body: b"",
            date: NOW,
            nonce: "nonce-2",
            headers: &[form, ("x-acs-extra", value)],
        };
        let mut headers = acs::sign(&unsigned, &credentials(None)).unwrap();
        headers.retain(|(name, _)| name != "x-acs-extra");
        headers.push(("host".to_owned(), HOST.to_owned()));
        let (method, target) = ("POST".to_owned(), "/".to_owned());
        Parts { method, target, headers, body: Vec::new() }
    };
    let sent = |signed: &str, values: &[&str]| {
        let parts = sign(signed).with(|parts| {
            values.iter().for_each(|value| parts.add_header("X-Acs-Extra", value));
        });
        verify(&parts).is_ok()
    };
    // The documented form: sorted, and joined by commas.
    assert!(sent("a,b", &["b", "a"]));
    assert!(sent("a,b", &["b, a"]));
    // One header that holds a comma.
    assert!(sent("b, a", &["b, a"]));
    assert!(!sent("b,a", &["b", "a"]));
    assert!(!sent("a,b", &["a", "c"]));
}

#[test]
fn a_hash_that_is_not_the_body_s_is_refused_though_it_is_signed() {
    let with_hash = |hash: &str| {
        let unsigned = acs::Unsigned {
            method: "POST",
            host: HOST,
            action: "ListKeys",
            version: "2016-01-20",
            query: &Params::new(),
            body: b"PageSize=5",
            date: NOW,
            nonce: "nonce-2",
            headers: &[("x-acs-content-sha256", hash)],
        };
        let mut headers = acs::sign(&unsigned, &credentials(None)).unwrap();
        headers.push(("host".to_owned(), HOST.to_owned()));
        let (method, target) = ("POST".to_owned(), "/".to_owned());
        Parts { method, target, headers, body: b"PageSize=5".to_vec() }
    };
    let hash = "0".repeat(64);
    assert_eq!(code_of(&with_hash(&hash)), ErrorCode::SignatureDoesNotMatch);
    assert_eq!(code_of(&with_hash("UNSIGNED-PAYLOAD")), ErrorCode::SignatureDoesNotMatch);
}

#[test]
fn there_are_at_most_256_headers() {
    let many = |count: usize| {
        acs3(&[], None).with(|parts| {
            let rest = count - parts.headers.len();
            (0..rest).for_each(|n| parts.add_header(&format!("a{n}"), ""));
        })
    };
    assert!(verify(&many(256)).is_ok());
    assert_eq!(code_of(&many(257)), ErrorCode::ParseRequestParameterException);
}

proptest! {
    #[test]
    fn what_we_sign_we_verify(
        pairs in prop::collection::btree_map("P[a-z.]{0,8}|\\PC{1,4}", "\\PC{0,40}", 0..6),
        token in prop::option::of("[ -~]{1,20}"),
    ) {
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        // A header's value is trimmed by every transport.
        let token = token.map(|token| format!("t{}t", token.trim()));
        let full: Vec<(&'static str, String)> = pairs
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (&*Box::leak((*name).to_owned().into_boxed_str()), (*value).to_owned()))
            .collect();
        let names: Vec<&'static str> = full.iter().map(|(name, _)| *name).collect();
        let sent = acs3(&pairs, token.as_deref());
        prop_assert_eq!(Params::decode(&sent.body).unwrap().encode(), params(&pairs).encode());
        prop_assert_eq!(verify(&sent).unwrap().parameters(&names), full.clone());
        prop_assert_eq!(verify(&rpc(&pairs)).unwrap().parameters(&names), full);
    }
}
