// SPDX-License-Identifier: Apache-2.0
//! Finding the caller: the first thing that is asked of a request, and the only one that is asked of
//! a request of nobody's.

use edgekms_api::{
    dialect::signature::SecurityToken,
    error::ErrorCode,
    id::{AccessKeyId, AccountId},
};

use super::*;
use crate::{
    identity::{bootstrap::Account, minted::Minted},
    port::LocalFuture,
    testing::root_keys,
};

/// The account's own, with a record of whom it was asked for.
struct Watched {
    account: Account,
    asked: Rc<RefCell<Vec<String>>>,
}

impl Directory for Watched {
    fn find<'a>(
        &'a self,
        id: &'a AccessKeyId,
        token: Option<&'a SecurityToken>,
    ) -> LocalFuture<'a, Result<Rc<KnownKey>, ApiError>> {
        self.asked.borrow_mut().push(id.to_string());
        self.account.find(id, token)
    }
}

/// A service, and whom its directory is asked for.
fn watched() -> (Service, Rc<RefCell<Vec<String>>>) {
    let mut service = Service::new();
    let account: AccountId = place().account;
    let account = Account::new(account, "testid".to_owned(), SECRET.to_owned());
    let asked = Rc::new(RefCell::default());
    service.directory = Some(Box::new(Watched { account, asked: Rc::clone(&asked) }));
    (service, asked)
}

/// Requests that say they are of `id`, one a form of signature, with nothing else in order: what of
/// them is no header cannot be read at all.
fn garbage_of(id: &str) -> Vec<(&'static str, RawRequestParts)> {
    let header = |name: &str, value: String| vec![(name.to_owned(), value)];
    let form = ("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned());
    let garbage = b"\xff\xfe%zz&a=b&a=b".to_vec();
    let acs = format!("ACS3-HMAC-SHA256 Credential={id},SignedHeaders=B;A,Signature=x");
    let aws = format!("AWS4-HMAC-SHA256 Credential={id}/x, SignedHeaders=B;A, Signature=x");
    let query = format!("/?AccessKeyId={id}&%zz&a=b&a=b&Signature=x");
    vec![
        ("InvalidAccessKeyId.NotFound", (query, Vec::new(), Vec::new())),
        (
            "InvalidAccessKeyId.NotFound",
            ("/".to_owned(), vec![form], format!("AccessKeyId={id}&%zz&a=b&a=b").into_bytes()),
        ),
        (
            "InvalidAccessKeyId.NotFound",
            ("/?%zz".to_owned(), header("authorization", acs), garbage.clone()),
        ),
        ("UnrecognizedClientException", ("/".to_owned(), header("authorization", aws), garbage)),
    ]
}

/// Target, headers and body.
type RawRequestParts = (String, Vec<(String, String)>, Vec<u8>);

/// The code of a refusal, in either dialect.
fn code_of(service: &Service, (target, headers, body): &RawRequestParts) -> String {
    let headers = borrowed(headers);
    let request = RawRequest { method: "POST", target, headers: &headers, body };
    let (response, _) = service.answer(request);
    assert_ne!(response.status, 200);
    let body: Value = serde_json::from_str(&response.body).unwrap();
    let code = body["Code"].as_str().or(body["__type"].as_str());
    code.unwrap_or_else(|| panic!("{body}")).to_owned()
}

#[test]
fn an_unknown_access_key_is_refused_before_anything_is_parsed() {
    let (service, asked) = watched();
    for (code, parts) in garbage_of("nobody") {
        assert_eq!(code_of(&service, &parts), code, "{parts:?}");
    }
    assert_eq!(*asked.borrow(), ["nobody"; 4]);
    // Of somebody who is known, the same is read, and is garbage.
    for (code, parts) in garbage_of("testid") {
        assert_ne!(code_of(&service, &parts), code, "{parts:?}");
    }
}

#[test]
fn an_id_that_was_made_up_never_reaches_the_directory() {
    let (service, asked) = watched();
    let minted = Minted::make(&place().account, &root_keys(), &*service.world.entropy).unwrap();
    let last = if minted.as_str().ends_with('A') { "B" } else { "A" };
    let forged = format!("{}{last}", &minted.as_str()[..minted.as_str().len() - 1]);
    for (code, parts) in garbage_of(&forged) {
        assert_eq!(code_of(&service, &parts), code);
    }
    assert!(asked.borrow().is_empty());
    // One that was made here is looked up where its account is.
    let (_, parts) = &garbage_of(minted.as_str())[0];
    code_of(&service, parts);
    assert!(asked.borrow().is_empty());
    assert!(service.world.asked("view") > 0);
}

/// It may be older than the root keys that are listed, so that its account is asked; but not for ever.
#[test]
fn ids_that_were_made_up_do_not_make_the_account_be_asked_over_and_over() {
    // The report of refusals moves the clock.
    let service = Service::with(&[("AUDIT_LOG", "off")]);
    let minted = Minted::make(&place().account, &root_keys(), &*service.world.entropy).unwrap();
    let asked = || service.world.asked("view");
    for number in 0..60 {
        let forged = format!("{}{number:02X}", &minted.as_str()[..minted.as_str().len() - 2]);
        let credentials = Credentials { access_key_id: forged, ..credentials() };
        let nonce = service.nonce();
        let (_, refused) = service.signed_by(&credentials, "localhost", "ListKeys", &[], &nonce, 0);
        assert_eq!(code(&refused), "InvalidAccessKeyId.NotFound");
    }
    assert_eq!(asked(), 20);
}

#[test]
fn an_id_that_cannot_be_one_is_nobody_s() {
    let (service, asked) = watched();
    let long = "x".repeat(129);
    for id in ["a%20b", "%00", &long] {
        for (code, parts) in &garbage_of(id)[..2] {
            assert_eq!(code_of(&service, parts), *code, "{id}");
        }
    }
    for id in ["é", "a@b", &long] {
        for (code, parts) in &garbage_of(id)[2..] {
            assert_eq!(code_of(&service, parts), *code, "{id}");
        }
    }
    assert!(asked.borrow().is_empty());
}

#[test]
fn the_root_s_key_has_no_token() {
    let service = Service::new();
    let token = || Some(SecurityToken::new("token"));
    let with_token = Credentials { security_token: token(), ..credentials() };
    let nonce = service.nonce();
    let (_, refused) = service.signed_by(&with_token, "localhost", "ListKeys", &[], &nonce, 0);
    assert_eq!(code(&refused), "InvalidSecurityToken.MismatchWithAccessKey");
    let request = service.aws_request("ListKeys", &serde_json::json!({}));
    let mut headers = service.aws_signed(&request);
    headers.push(("x-amz-security-token".to_owned(), "token".to_owned()));
    let refused = service.aws_send(&headers, request.body.as_bytes());
    assert_eq!(refused.error.as_deref(), Some("UnrecognizedClientException"));
}

#[test]
fn a_directory_that_is_away_refuses_everybody_and_may_be_asked_again() {
    struct Away;
    impl Directory for Away {
        fn find<'a>(
            &'a self,
            _: &'a AccessKeyId,
            _: Option<&'a SecurityToken>,
        ) -> LocalFuture<'a, Result<Rc<KnownKey>, ApiError>> {
            Box::pin(async { Err(ErrorCode::ServiceUnavailableTemporary.into()) })
        }
    }
    let mut service = Service::new();
    service.directory = Some(Box::new(Away));
    let (status, refused) = service.signed("CreateKey", &[], "n");
    assert_eq!((status, code(&refused).as_str()), (503, "ServiceUnavailableTemporary"));
    let create = service.aws_request("CreateKey", &serde_json::json!({}));
    let refused = service.aws_answer(&create);
    assert_eq!(refused.error.as_deref(), Some("DependencyTimeoutException"));
    assert!(service.world.messages.borrow().is_empty());
    // Neither has been used up.
    service.directory = None;
    assert_eq!(service.signed("CreateKey", &[], "n").0, 200);
    assert_eq!(service.aws_answer(&create).status, 200);
}
