// SPDX-License-Identifier: Apache-2.0
//! Requests that nobody signed: of which actions they are read, and in which forms.

use edgekms_api::action::{ActionName, Command};
use edgekms_api::dialect::request::RequestLimits;
use edgekms_api::dialect::{Asked, Dialect};
use edgekms_api::error::{ApiError, ErrorCode};

use crate::support::Parts;

const COMMON: &str =
    "Action=AssumeRoleWithOIDC&Version=2015-04-01&Format=JSON&Timestamp=2026-01-01T00%3A00%3A00Z";
const REST: &str = "OIDCProviderArn=acs%3Aram%3A%3A1234567890123456%3Aoidc-provider%2Flogin\
                    &OIDCToken=a.b.c&RoleArn=acs%3Aram%3A%3A1234567890123456%3Arole%2Fweb\
                    &RoleSessionName=alice&DurationSeconds=3600";

fn parts(query: &str, headers: &[(&str, &str)], body: &str) -> Parts {
    let header = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Parts {
        method: "POST".to_owned(),
        target: format!("/?{query}"),
        headers: headers.iter().map(header).collect(),
        body: body.as_bytes().to_vec(),
    }
}

fn read(query: &str, headers: &[(&str, &str)], body: &str) -> Result<Option<Asked>, ErrorCode> {
    let read = parts(query, headers, body).raw(|raw| raw.unsigned(&RequestLimits::default()));
    read.map_err(|error: ApiError| error.code())
}

#[test]
fn all_forms_that_official_clients_send_are_read_as_the_same() {
    let headers = [("x-acs-action", "AssumeRoleWithOIDC"), ("x-acs-version", "2015-04-01")];
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    for (query, headers, body) in [
        (format!("{COMMON}&{REST}"), &[][..], ""),
        (format!("{COMMON}&SignatureNonce=n&{REST}"), &headers, ""),
        (REST.to_owned(), &headers, ""),
        (COMMON.to_owned(), &form, REST),
        (String::new(), &form, &format!("{COMMON}&{REST}")),
    ] {
        let asked = read(&query, headers, body).unwrap().unwrap();
        assert_eq!(asked.dialect(), Dialect::Alibaba);
        let action = asked.action().unwrap();
        let command = asked.command(action, &Dialect::Alibaba.limits(Default::default())).unwrap();
        let Command::AssumeRoleWithOIDC(command) = command else { panic!("{command:?}") };
        assert_eq!(command.oidc_token.expose_secret(), "a.b.c");
        assert_eq!(command.oidc_provider_arn.name.as_str(), "login");
        assert!(asked.parameters(&["RoleArn"])[0].1.ends_with("role/web"));
    }
}

#[test]
fn no_other_action_is_read_without_a_signature() {
    for &action in ActionName::ALL {
        let row = action.row();
        let query = format!("Action={}&Version={}&{REST}", row.name, row.product.row().version);
        let is_read = read(&query, &[], "").unwrap().is_some();
        assert_eq!(is_read, action == ActionName::AssumeRoleWithOIDC, "{}", row.name);
    }
    for other in ["Action=Other", "Action=assumerolewithoidc", "Version=2015-04-01", ""] {
        assert!(read(&format!("{other}&{REST}"), &[], "").unwrap().is_none(), "{other}");
    }
    // Of another product there is no such action.
    let elsewhere = format!("{COMMON}&{REST}").replace("2015-04-01", "2016-01-20");
    assert_eq!(read(&elsewhere, &[], "").map(|_| ()), Err(ErrorCode::InvalidApiNotFound));
}

#[test]
fn what_is_or_says_to_be_signed_is_left_to_those_who_check_signatures() {
    let query = format!("{COMMON}&{REST}");
    for more in ["AccessKeyId=a", "Signature=a", "SecurityToken=a"] {
        assert!(read(&format!("{query}&{more}"), &[], "").unwrap().is_none(), "{more}");
        let form = [("content-type", "application/x-www-form-urlencoded")];
        assert!(read(&query, &form, more).unwrap().is_none(), "{more} in the form");
    }
    assert!(
        read(&query, &[("Authorization", "ACS3-HMAC-SHA256 Credential=a")], "").unwrap().is_none()
    );
    let hidden = format!("{query}&%41ccessKeyId=a");
    assert_eq!(read(&hidden, &[], "").map(|_| ()), Err(ErrorCode::IncompleteSignature));
}

#[test]
fn what_contradicts_itself_is_refused() {
    let query = format!("{COMMON}&{REST}");
    let invalid = Err(ErrorCode::InvalidParameter);
    let outcome = |query: &str, headers: &[(&str, &str)]| read(query, headers, "").map(|_| ());
    assert_eq!(outcome(&query, &[("x-acs-action", "ListKeys")]), invalid);
    assert_eq!(outcome(&query, &[("x-acs-version", "2016-01-20")]), invalid);
    assert_eq!(outcome(&format!("{query}&OIDCToken=d.e.f"), &[]), invalid, "a token twice");
    assert_eq!(outcome(&query.replace("Format=JSON", "Format=YAML"), &[]), invalid);
    let without = query.replace("&Version=2015-04-01", "");
    assert_eq!(outcome(&without, &[]), Err(ErrorCode::MissingParameter));
    let json = [("content-type", "application/json")];
    let body = read(COMMON, &json, "{}").map(|_| ());
    assert_eq!(body, Err(ErrorCode::ParseRequestParameterException));
}
