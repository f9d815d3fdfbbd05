// SPDX-License-Identifier: Apache-2.0
//! Calls that come too fast: what is refused, how, and what that costs.

use super::*;

const ON: (&str, &str) = ("THROTTLE", "on");

/// How many of so many equal calls in one moment are answered.
fn at_once(service: &Service, number: usize, action: &str, params: &[(&str, &str)]) -> usize {
    let answered = |_: &usize| service.signed(action, params, &service.nonce()).0 == 200;
    (0..number).filter(answered).count()
}

#[test]
fn nothing_is_throttled_unless_it_is_asked_for() {
    let service = Service::new();
    assert_eq!(at_once(&service, 100, "ListKeys", &[]), 100);
    assert_eq!(service.world.asked("changes"), 0);
}

#[test]
fn what_comes_too_fast_is_refused_with_the_group_its_rate_and_the_remedy() {
    let service = Service::with(&[ON]);
    // Five at once before there is a lease; the answer to its question comes beside the first call.
    assert_eq!(at_once(&service, 20, "ListKeys", &[]), 5);
    let (status, refused) = service.signed("ListKeys", &[], &service.nonce());
    assert_eq!((status, &*code(&refused)), (429, "Rejected.Throttling"));
    let message = refused["Message"].as_str().unwrap();
    for part in ["QPS Limit Exceeded", "50 calls a second that read", "READ_RATE", "Quota=ReadRate"]
    {
        assert!(message.contains(part), "{message}");
    }
    // Another group's is another rate.
    assert_eq!(at_once(&service, 9, "CreateKey", &[]), 5);
    // A moment later, at the leased rate.
    service.world.pass(1_000);
    service.call("ListKeys", &[]);
    service.world.pass(1_000);
    assert!((5..=50).contains(&at_once(&service, 60, "ListKeys", &[])));
    // The share follows what is asked for.
    service.world.pass(1_000);
    service.call("ListKeys", &[]);
    service.world.pass(1_000);
    let answered = at_once(&service, 60, "ListKeys", &[]);
    assert!((30..=50).contains(&answered), "{answered}");
}

#[test]
fn the_rate_is_reached_and_not_passed_by_several_isolates() {
    let mut service = Service::with(&[ON, ("SYMMETRIC_RATE", "100")]);
    let key = service.new_key();
    let params = [("KeyId", key.as_str())];
    let mut others: Vec<_> = (0..3).map(|_| service.another_isolate()).collect();
    let mut answered = 0;
    for tick in 0..300 {
        service.world.pass(50);
        for other in &mut others {
            std::mem::swap(&mut service.server, other);
            // Each is asked for 60 calls a second: together 180 of 100.
            let passed = at_once(&service, 3, "GenerateDataKey", &params);
            std::mem::swap(&mut service.server, other);
            answered += if tick < 100 { 0 } else { passed };
        }
    }
    assert!((900..=1_050).contains(&answered), "{answered} in ten seconds");
}

#[test]
fn warm_calls_make_no_trip_and_questions_are_few() {
    let service = Service::with(&[ON]);
    let key = service.new_key();
    let params = [("KeyId", key.as_str())];
    for _ in 0..300 {
        service.world.pass(100);
        service.call("GenerateDataKey", &params);
    }
    let asked = service.world.asked("changes");
    assert!((2..=6).contains(&asked), "{asked} questions in 30 seconds");
    // Close to the rate, or past it: each second.
    for _ in 0..40 {
        service.world.pass(100);
        at_once(&service, 120, "GenerateDataKey", &params);
    }
    let asked = service.world.asked("changes") - asked;
    assert!((2..=6).contains(&asked), "{asked} questions in 4 seconds");
}

#[test]
fn only_what_the_caller_may_do_is_charged_and_refusals_leave_one_event_a_second() {
    let service = Service::with(&[ON]);
    for _ in 0..100 {
        assert_eq!(
            service.refused("SetQuota", &[("Quota", "Keys"), ("Number", "3")]),
            "Forbidden.NoPermission"
        );
    }
    let events = || service.world.audit.lines.borrow().len();
    let before = events();
    assert_eq!(at_once(&service, 200, "ListKeys", &[]), 5);
    assert_eq!(events() - before, 6, "five answered, and one of those refused");
    assert!(service.world.audit.lines.borrow().last().unwrap().contains("Rejected.Throttling"));
    service.world.pass(1_000);
    service.world.keyrings_broken.set(true);
    at_once(&service, 200, "ListKeys", &[]);
    assert!(events() - before <= 6 + 201);
}

#[test]
fn ciphertexts_that_no_key_opens_are_charged_after_the_fact() {
    let service = Service::with(&[ON, ("MISS_RATE", "2")]);
    let key = service.new_key();
    let sealed = service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8=")]);
    let open = |context| {
        let params = [("CiphertextBlob", blob(&sealed)), ("EncryptionContext", context)];
        code(&service.signed("Decrypt", &params, &service.nonce()).1)
    };
    assert_eq!(open(r#"{"a":"1"}"#), "InvalidParameter");
    assert_eq!(open(r#"{"a":"2"}"#), "InvalidParameter");
    assert_eq!(open(r#"{"a":"3"}"#), "Rejected.Throttling");
    // Whoever seals is none the worse for it.
    service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8=")]);
    service.world.pass(3_000);
    service.call("Decrypt", &[("CiphertextBlob", blob(&sealed))]);
}

#[test]
fn an_operator_sets_rates_and_gateways_of_one_account() {
    let service = Service::with(&[ON]);
    let key = service.new_key();
    let params = [("KeyId", key.as_str())];
    let set = |quota: &str, number: &str| {
        service.world.pass(2_000);
        service.operate("SetQuota", &[("Quota", quota), ("Number", number)]).0
    };
    assert_eq!(set("SymmetricRate", "20"), 200);
    for bad in
        [("SymmetricRate", "0"), ("SoftwareGatewayRate", "3000"), ("HardwareGatewayRate", "1000")]
    {
        assert_eq!(set(bad.0, bad.1), 400, "{bad:?}");
    }
    service.world.pass(11_000);
    service.call("GenerateDataKey", &params);
    service.world.pass(1_000);
    assert!(at_once(&service, 60, "GenerateDataKey", &params) <= 20);
    // Through a gateway of its own, a software key's calls are charged to that.
    assert_eq!(set("SoftwareGatewayRate", "2000"), 200);
    service.world.pass(11_000);
    service.call("GenerateDataKey", &params);
    service.world.pass(1_000);
    assert_eq!(at_once(&service, 150, "GenerateDataKey", &params), 150);
    // Which names no key is charged to the shared rate, after the fact.
    let refused = || service.refused("GenerateDataKey", &[("KeyId", "no-such-key")]);
    let codes: Vec<_> = (0..3).map(|_| refused()).collect();
    assert_eq!(codes, ["Forbidden.KeyNotFound"; 3]);
    let (_, told) = service.operate("DescribeQuotas", &[]);
    let rows = told["Quotas"]["Quota"].as_array().unwrap().clone();
    assert!(rows.contains(&serde_json::json!({ "Quota": "SoftwareGatewayRate", "Number": 2000 })));
}

#[test]
fn a_keyring_of_the_release_before_is_told_nothing_that_it_does_not_read() {
    let service = Service::with(&[ON]);
    let key = service.new_key();
    let nonce = service.nonce();
    let params = [("KeyId", key.as_str())];
    let (target, headers) =
        service.sign(&credentials(), "localhost", "GenerateDataKey", &params, &nonce, 0);
    let headers = borrowed(&headers);
    let request = RawRequest { method: "POST", target: &target, headers: &headers, body: b"" };
    let server = service.another_isolate();
    let ports = Ports { objects: &Unmetered(&service.world), ..service.ports() };
    let served = block_on(server.answer(request, &ports));
    assert_eq!(served.response.status, 200);
    assert!(!service.world.messages.borrow().last().unwrap().contains("demand"));
}

/// Keyrings that read version 4 and do not say that they read what isolates tell of their calls.
struct Unmetered<'a>(&'a World);

impl Objects for Unmetered<'_> {
    fn send<'a>(
        &'a self,
        place: &'a Place,
        message: &'a str,
    ) -> crate::port::LocalFuture<'a, Result<String, crate::port::PortError>> {
        Box::pin(async move {
            let reply = self.0.send(place, message).await?;
            let mut reply: Value = serde_json::from_str(&reply).unwrap();
            reply.as_object_mut().unwrap().remove("meters");
            Ok(reply.to_string())
        })
    }
}

#[test]
fn aws_s_callers_are_told_in_their_words() {
    let service = Service::with(&[ON]);
    let answers: Vec<_> = (0..9)
        .map(|number| service.aws("ListKeys", &serde_json::json!({ "Limit": number + 1 })))
        .collect();
    let last = answers.last().unwrap();
    assert_eq!((last.status, last.error.as_deref()), (400, Some("ThrottlingException")));
}
