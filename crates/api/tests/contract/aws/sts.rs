// SPDX-License-Identifier: Apache-2.0
//! AWS STS: forms that are read, XML that is written, and what is refused.

use std::collections::BTreeMap;

use edgekms_api::account::{AssumedRoleUser, SecretText, SessionCredentials};
use edgekms_api::action::{Command, Reply};
use edgekms_api::dialect::aws::sigv4;
use edgekms_api::dialect::response::{Response, ResponseForm};
use edgekms_api::dialect::signature::{AccessKeySecret, Credentials};
use edgekms_api::dialect::{AuthenticatedRequest, Dialect};
use edgekms_api::error::{ApiError, ErrorCode};
use edgekms_api::id::RequestId;
use edgekms_api::place::Place;
use edgekms_api::sts::assume_role::AssumeRoleReply;
use edgekms_api::sts::get_caller_identity::{GetCallerIdentityReply, IdentityType};
use edgekms_api::time::Timestamp;

use crate::support::Parts;

const DATE: &str = "20261122T120000Z";
const HOST: &str = "sts.example.com";
const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";
const ID: &str = "4bd560a1-729e-45f1-a3d9-b2a33d61046b";
const ASSUME: &str = "Action=AssumeRole&Version=2011-06-15\
    &RoleArn=arn%3Aaws%3Aiam%3A%3A1234567890123456%3Arole%2FWeb&RoleSessionName=alice";

fn now() -> Timestamp {
    Timestamp::from_basic(DATE).unwrap()
}

/// A request that signs these headers.
fn signed_for(service: &str, body: &str, headers: &[(&str, &str)]) -> Parts {
    let all = [("content-type", FORM), ("host", HOST), ("x-amz-date", DATE)];
    let headers: BTreeMap<String, String> = all
        .iter()
        .chain(headers)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let credentials = Credentials {
        access_key_id: "AKIDEXAMPLE".to_owned(),
        access_key_secret: AccessKeySecret::new("testsecret"),
        security_token: None,
    };
    let scope = sigv4::Scope { date: DATE, region: "us-east-1", service };
    let authorization =
        sigv4::authorization(&scope, &headers, body.as_bytes(), &credentials).unwrap();
    let mut headers: Vec<_> = headers.into_iter().collect();
    headers.push(("authorization".to_owned(), authorization));
    let (method, target) = ("POST".to_owned(), "/".to_owned());
    Parts { method, target, headers, body: body.as_bytes().to_vec() }
}

fn signed(body: &str) -> Parts {
    signed_for("sts", body, &[])
}

fn verify(parts: &Parts) -> Result<AuthenticatedRequest, ApiError> {
    parts.verify("testsecret", now())
}

fn command(body: &str) -> Result<Command, ApiError> {
    let request = verify(&signed(body))?;
    request.command(request.action()?, &Dialect::Aws.limits(Default::default()))
}

fn form(parts: &Parts) -> ResponseForm {
    parts.raw(|raw| ResponseForm::of(&raw, ID.parse::<RequestId>().unwrap()))
}

fn place() -> Place {
    Place { account: "1234567890123456".parse().unwrap(), region: "cn-hangzhou".parse().unwrap() }
}

fn answered(body: &str, reply: Reply) -> Response {
    form(&signed(body)).success(&command(body).unwrap(), reply, &place()).unwrap()
}

fn failed(parts: &Parts, error: &ApiError) -> (u16, String) {
    let answer = form(parts).failure(HOST, error);
    assert_eq!(answer.content_type, "text/xml");
    assert!(answer.headers.contains(&("x-amzn-requestid", ID.to_owned())));
    (answer.status, answer.body)
}

/// Status and code of the refusal.
fn refused(parts: &Parts) -> (u16, String) {
    let error = verify(parts).and_then(|request| {
        request.command(request.action()?, &Dialect::Aws.limits(Default::default()))
    });
    let (status, body) = failed(parts, &error.unwrap_err());
    let code = body.split("<Code>").nth(1).unwrap().split("</Code>").next().unwrap();
    (status, code.to_owned())
}

#[test]
fn a_session_is_told_as_botocore_reads_it() {
    let reply = Reply::AssumeRole(AssumeRoleReply {
        assumed_role_user: AssumedRoleUser {
            arn: "acs:ram::1234567890123456:role/web/alice".to_owned(),
            assumed_role_id: "300:alice".to_owned(),
        },
        credentials: SessionCredentials {
            access_key_id: "STS.ABC".parse().unwrap(),
            access_key_secret: SecretText::new("<s&\"'>".to_owned()),
            security_token: SecretText::new("t-o_k".to_owned()),
            expiration: now(),
        },
    });
    let answer = answered(ASSUME, reply);
    assert_eq!((answer.status, answer.content_type), (200, "text/xml"));
    let expected = concat!(
        r#"<?xml version="1.0" encoding="UTF-8"?>"#,
        r#"<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>"#,
        "<AssumedRoleUser><Arn>arn:aws:sts::1234567890123456:assumed-role/web/alice</Arn>",
        "<AssumedRoleId>300:alice</AssumedRoleId></AssumedRoleUser>",
        "<Credentials><AccessKeyId>STS.ABC</AccessKeyId>",
        "<SecretAccessKey>&lt;s&amp;\"'&gt;</SecretAccessKey><SessionToken>t-o_k</SessionToken>",
        "<Expiration>2026-11-22T12:00:00Z</Expiration></Credentials></AssumeRoleResult>",
        "<ResponseMetadata><RequestId>4bd560a1-729e-45f1-a3d9-b2a33d61046b</RequestId>",
        "</ResponseMetadata></AssumeRoleResponse>",
    );
    assert_eq!(answer.body, expected);
}

#[test]
fn a_caller_is_told_by_aws_s_name() {
    for (own, aws) in [
        ("acs:ram::1234567890123456:root", "arn:aws:iam::1234567890123456:root"),
        ("acs:ram::1234567890123456:user/a", "arn:aws:iam::1234567890123456:user/a"),
        (
            "acs:ram::1234567890123456:assumed-role/web/a",
            "arn:aws:sts::1234567890123456:assumed-role/web/a",
        ),
    ] {
        let reply = Reply::GetCallerIdentity(GetCallerIdentityReply {
            identity_type: IdentityType::Account,
            account_id: place().account,
            principal_id: "7".to_owned(),
            arn: own.to_owned(),
            user_id: None,
            role_id: None,
        });
        let body = answered("Action=GetCallerIdentity&Version=2011-06-15", reply).body;
        let result = format!(
            "<GetCallerIdentityResult><Account>1234567890123456</Account><Arn>{aws}</Arn>\
             <UserId>7</UserId></GetCallerIdentityResult>"
        );
        assert!(body.contains(&result), "{body}");
    }
}

#[test]
fn an_error_is_told_as_botocore_reads_it() {
    let error = ApiError::with_message(ErrorCode::NoPermission, "not <you> & yours");
    let (status, body) = failed(&signed(ASSUME), &error);
    let expected = concat!(
        r#"<?xml version="1.0" encoding="UTF-8"?>"#,
        r#"<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>"#,
        "<Type>Sender</Type><Code>AccessDenied</Code>",
        "<Message>not &lt;you&gt; &amp; yours</Message></Error>",
        "<RequestId>4bd560a1-729e-45f1-a3d9-b2a33d61046b</RequestId></ErrorResponse>",
    );
    assert_eq!((status, body.as_str()), (403, expected));
    let (status, body) = failed(&signed(ASSUME), &ApiError::internal("secret"));
    assert!(status == 500 && body.contains("<Type>Receiver</Type><Code>InternalFailure</Code>"));
    assert!(!body.contains("secret"));
}

#[test]
fn a_form_is_a_typed_command() {
    let policy = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C\
        %22Action%22%3A%22kms%3ASign%22%2C%22Resource%22%3A%22*%22%7D%7D";
    let body = format!("{ASSUME}&DurationSeconds=900&ExternalId=a%2Fb&Policy={policy}&Unknown=1");
    let Command::AssumeRole(asked) = command(&body).unwrap() else { panic!() };
    assert_eq!(asked.role_arn.to_string(), "acs:ram::1234567890123456:role/Web");
    assert_eq!(asked.role_session_name.as_str(), "alice");
    assert_eq!(asked.duration_seconds.map(|secs| secs.get()), Some(900));
    assert_eq!(asked.external_id.unwrap().as_str(), "a/b");
    let own = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:AsymmetricSign","Resource":"*"}]}"#;
    assert_eq!(asked.policy.unwrap().as_str(), own);
}

#[test]
fn what_cannot_be_has_aws_s_names() {
    let with = |more: &str| format!("{ASSUME}&{more}");
    for (body, code) in [
        (ASSUME.replace("AssumeRole&", "AssumeRoleX&"), "InvalidAction"),
        (ASSUME.replace("AssumeRole&", "GetSessionToken&"), "InvalidAction"),
        (ASSUME.replace("2011-06-15", "2015-04-01"), "InvalidAction"),
        (ASSUME.replace("&Version=2011-06-15", ""), "InvalidAction"),
        (ASSUME.replace("alice", "a"), "ValidationError"),
        (ASSUME.replace("arn%3Aaws", "acs%3Aram"), "ValidationError"),
        (ASSUME.replace("&RoleSessionName=alice", ""), "ValidationError"),
        (with("RoleSessionName=bob"), "ValidationError"),
        (with("DurationSeconds=60"), "ValidationError"),
        (with("SerialNumber=x"), "ValidationError"),
        (with("PolicyArns.member.1.arn=x"), "ValidationError"),
        (with("Tags.member.1.Key=x"), "ValidationError"),
        (with("ExternalId=%zz"), "ValidationError"),
        (with("Policy=%7B%7D"), "MalformedPolicyDocument"),
        (with(&format!("Policy={}", "x".repeat(2_049))), "MalformedPolicyDocument"),
    ] {
        assert_eq!(refused(&signed(&body)), (400, code.to_owned()), "{body}");
    }
}

#[test]
fn a_request_is_for_the_service_that_it_is_signed_for() {
    let denied = |code: &str| (403, code.to_owned());
    assert_eq!(refused(&signed_for("kms", ASSUME, &[])), denied("SignatureDoesNotMatch"));
    let no_date = signed(ASSUME).with(|parts| {
        let value = parts.header("authorization");
        *value = value.replace("host;x-amz-date", "host");
    });
    assert_eq!(refused(&no_date), (400, "IncompleteSignature".to_owned()));
    // With a header that nobody signed it would be another service's.
    let as_kms =
        signed(ASSUME).with(|parts| parts.add_header("x-amz-target", "TrentService.ListKeys"));
    assert_eq!(verify(&as_kms).unwrap_err().code(), ErrorCode::IncompleteSignature);
    let as_both = signed_for("sts", ASSUME, &[("x-amz-target", "TrentService.ListKeys")]);
    assert_eq!(verify(&as_both).unwrap_err().code(), ErrorCode::MalformedBody);
}

#[test]
fn who_does_not_sign_is_told_so_in_the_protocol_of_the_form() {
    let unsigned = signed(ASSUME)
        .with(|parts| parts.headers.retain(|(name, _)| name.as_str() != "authorization"));
    assert_eq!(refused(&unsigned), (403, "MissingAuthenticationToken".to_owned()));
    // One of Alibaba's is told so in Alibaba's.
    let other = unsigned.with(|parts| {
        parts.body = ASSUME.replace("2011-06-15", "2015-04-01").into_bytes();
    });
    let answer = form(&other).failure(HOST, &verify(&other).unwrap_err());
    assert!(!answer.body.contains("ErrorResponse"), "{}", answer.body);
}

#[test]
fn a_token_is_signed_and_comes_once() {
    let with_token = signed_for("sts", ASSUME, &[("x-amz-security-token", "token")]);
    assert_eq!(verify(&with_token).unwrap().security_token().unwrap().expose_secret(), "token");
    let incomplete = (400, "IncompleteSignature".to_owned());
    let unsigned = signed(ASSUME).with(|parts| parts.add_header("X-Amz-Security-Token", "token"));
    assert_eq!(refused(&unsigned), incomplete);
    let doubled = with_token.with(|parts| parts.add_header("x-amz-security-token", "token"));
    assert_eq!(refused(&doubled), incomplete);
    let joined =
        with_token.with(|parts| *parts.header("x-amz-security-token") = "token, token".into());
    assert_eq!(refused(&joined), (403, "SignatureDoesNotMatch".to_owned()));
    let another = with_token.with(|parts| *parts.header("x-amz-security-token") = "other".into());
    assert_eq!(refused(&another), (403, "SignatureDoesNotMatch".to_owned()));
}
