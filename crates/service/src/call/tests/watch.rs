// SPDX-License-Identifier: Apache-2.0
//! What an operator sees of calls while the worker runs: metrics, points, readiness, and how long stages took.

use edgekms_api::product::Product;

use super::{
    accounts::{ACCOUNT, Signer},
    *,
};
use crate::{
    port::{LocalFuture, WatchObject},
    testing::{OPERATOR, ROOT_KEYS},
    watch::{
        page::Document,
        stages::{ASKED_BY, TOLD_IN},
        teller::GATHER_MILLIS,
    },
};

const TOKEN: &str = "0123456789abcdef";
const ON: (&str, &str) = ("METRICS_TOKEN", TOKEN);

impl Service {
    fn scrape(&self) -> Document {
        let authorization = format!("Bearer {TOKEN}");
        block_on(self.server.scrape(Some(&authorization), &self.ports()))
    }

    /// The samples whose line begins so, without what a counter counts since.
    fn samples(&self, start: &str) -> Vec<String> {
        let document = self.scrape();
        assert_eq!(document.status, 200, "{}", document.body);
        let is_it = |line: &&str| line.starts_with(start) && !line.contains("_created");
        document.body.lines().filter(is_it).map(str::to_owned).collect()
    }

    fn ready(&self) -> (u16, Value) {
        let document = block_on(self.server.ready(&self.ports()));
        (document.status, serde_json::from_str(&document.body).unwrap())
    }

    /// The outcome of one check.
    fn check(&self, name: &str) -> Value {
        self.world.pass(6_000);
        self.ready().1["checks"][name].clone()
    }
}

#[test]
fn a_scrape_has_every_isolate_s_calls_by_action_code_and_caller() {
    let mut service = Service::with(&[ON]);
    let key = service.new_key();
    let alice = service.user("alice");
    service.call("GenerateDataKey", &[("KeyId", &key)]);
    service.refused("GenerateDataKey", &[("KeyId", "no-such-key")]);
    let first = service.new_isolate();
    service.call("GenerateDataKey", &[("KeyId", &key)]);
    service.outcome(&alice, "DescribeKey", &[("KeyId", &key)]);
    let operator = Signer::permanent(OPERATOR, SECRET);
    service.asked(Product::Kms, &operator, "DescribeQuotas", &[]);
    service.signed_by(&credentials(), "localhost", "ListKeys", &[], "late", -3_600);
    service.send("/?Action=ListKeys", &[], b"");
    // What the first one counted it tells by itself, a while later.
    block_on(first.carry_out_chore(Chore::TellWatch, &service.ports()));
    let samples = service.samples("edgekms_calls_total");
    let total = |action: &str, code: &str, caller: &str, number: u32| {
        format!(
            r#"edgekms_calls_total{{action="{action}",code="{code}",caller="{caller}"}} {number}"#
        )
    };
    for expected in [
        total("GenerateDataKey", "OK", "root", 2),
        total("GenerateDataKey", "Forbidden.KeyNotFound", "root", 1),
        total("CreateKey", "OK", "root", 1),
        total("DescribeKey", "Forbidden.NoPermission", "user", 1),
        total("DescribeQuotas", "OK", "operator", 1),
        total("unknown", "InvalidTimeStamp.Expired", "unauthenticated", 1),
        total("unknown", "MissingParameter", "unauthenticated", 1),
    ] {
        assert!(samples.contains(&expected), "{expected}\n{samples:#?}");
    }
    assert_eq!(samples, service.samples("edgekms_calls_total"), "each call once");
    let symmetric = r#"edgekms_call_duration_seconds_count{group="symmetric"} 3"#;
    assert_eq!(
        service.samples(r#"edgekms_call_duration_seconds_count{group="symmetric"#),
        [symmetric]
    );
    assert_eq!(service.samples("edgekms_isolates"), ["edgekms_isolates 2"]);
}

#[test]
fn a_report_whose_answer_is_lost_counts_once_and_one_that_never_came_is_not_lost() {
    let service = Service::with(&[ON]);
    service.call("ListKeys", &[]);
    let ports = Ports { watch: &Forgetful(&service.world), ..service.ports() };
    block_on(service.server.carry_out_chore(Chore::TellWatch, &ports));
    service.world.watch.broken.set(true);
    service.call("ListKeys", &[]);
    block_on(service.server.carry_out_chore(Chore::TellWatch, &service.ports()));
    assert_eq!(service.scrape().status, 503);
    let told = service.world.faults.lines.borrow().join("\n");
    assert!(told.contains("what was counted could not be told"), "{told}");
    service.world.watch.broken.set(false);
    let listed = r#"edgekms_calls_total{action="ListKeys""#;
    let two = [format!(r#"{listed},code="OK",caller="root"}} 2"#)];
    assert_eq!(service.samples(listed), two);
    // The object is ended: what was scraped is there.
    service.world.end_keyrings();
    assert_eq!(service.samples(listed), two);
}

/// Answers are lost, once what was told was taken in.
struct Forgetful<'a>(&'a World);

impl WatchObject for Forgetful<'_> {
    fn send<'a>(
        &'a self,
        message: &'a str,
    ) -> LocalFuture<'a, Result<String, crate::port::PortError>> {
        Box::pin(async move {
            self.0.watch.send(message).await?;
            Err(crate::port::PortError::new("lost on the way"))
        })
    }
}

#[test]
fn one_call_waits_for_the_others_and_tells_all() {
    let service = Service::with(&[ON]);
    let begun = |service: &Service| {
        let (target, headers) =
            service.sign(&credentials(), "localhost", "ListKeys", &[], &service.nonce(), 0);
        let headers = borrowed(&headers);
        let request = RawRequest { method: "POST", target: &target, headers: &headers, body: b"" };
        let served = block_on(service.server.answer(request, &service.ports()));
        served.chores.contains(&Chore::TellWatch)
    };
    assert!(begun(&service) && !begun(&service));
    let before = service.world.clock.0.get();
    block_on(service.server.carry_out_chore(Chore::TellWatch, &service.ports()));
    assert_eq!(service.world.clock.0.get() - before, i64::from(GATHER_MILLIS));
    assert!(begun(&service), "the next count");
    assert!(!begun(&Service::new()), "nothing is counted where nobody can read it");
}

#[test]
fn the_metrics_are_for_whoever_shows_the_token() {
    let service = Service::with(&[ON]);
    let scrape = |service: &Service, authorization: Option<&str>| {
        block_on(service.server.scrape(authorization, &service.ports()))
    };
    for shown in [None, Some("Bearer 0123456789abcdeg"), Some("Basic 0123456789abcdef")] {
        let document = scrape(&service, shown);
        assert_eq!(document.status, 401, "{shown:?}");
        assert!(document.headers.iter().any(|(name, _)| *name == "www-authenticate"));
        assert!(!document.body.contains("edgekms_calls") && !document.body.contains(TOKEN));
    }
    let document = service.scrape();
    assert_eq!(
        (document.status, document.content_type),
        (200, crate::watch::exposition::CONTENT_TYPE)
    );
    assert_eq!(scrape(&Service::new(), Some("Bearer 0123456789abcdef")).status, 404);
}

#[test]
fn views_are_told_by_where_they_were_found() {
    let mut service = Service::with(&[ON]);
    let key = service.new_key();
    service.call("CreateAlias", &[("KeyId", &key), ("AliasName", "alias/a")]);
    service.work();
    service.new_isolate();
    for _ in 0..3 {
        service.call("GenerateDataKey", &[("KeyId", "alias/a")]);
    }
    service.refused("GenerateDataKey", &[("KeyId", "alias/none")]);
    service.world.kv.broken.set(true);
    service.new_isolate();
    service.call("GenerateDataKey", &[("KeyId", &key)]);
    let fetches = service.samples("edgekms_view_fetches_total");
    let fetch = |kind: &str, source: &str, number: u32| {
        format!(r#"edgekms_view_fetches_total{{kind="{kind}",source="{source}"}} {number}"#)
    };
    // The isolate before was not asked to tell.
    assert_eq!(fetches, [fetch("key", "object", 1), fetch("version", "object", 1)]);
    assert_eq!(
        service.samples("edgekms_kv_errors"),
        [r#"edgekms_kv_errors_total{operation="read"} 2"#]
    );
}

#[test]
fn reads_of_what_is_held_are_told_too() {
    let service = Service::with(&[ON]);
    let key = service.new_key();
    for _ in 0..3 {
        service.call("GenerateDataKey", &[("KeyId", &key)]);
    }
    let reads = service.samples("edgekms_view_reads_total");
    let read =
        |kind: &str, number: u32| format!(r#"edgekms_view_reads_total{{kind="{kind}"}} {number}"#);
    // The first call looks for the key once more, after the version that it did not hold.
    assert_eq!(reads, [read("key", 4), read("version", 3)]);
}

#[test]
fn what_waits_is_told_although_nobody_calls() {
    let service = Service::with(&[ON]);
    service.world.kv.broken.set(true);
    service.new_key();
    for _ in 0..90 {
        service.work();
        service.world.pass(1_000);
    }
    let gauge = |name: &str| service.samples(&format!("{name}{{region=\"cn-hangzhou\"}}"));
    let [lag] = &gauge("edgekms_publish_lag_seconds")[..] else { panic!() };
    let lag: f64 = lag.rsplit_once(' ').unwrap().1.parse().unwrap();
    assert!((60.0..=91.0).contains(&lag), "{lag}");
    assert_eq!(gauge("edgekms_publish_waiting_views").len(), 1);
    let failing = gauge("edgekms_failing_jobs");
    assert!(failing[0].ends_with(" 2"), "key and version: {failing:?}");
    let undelivered = gauge("edgekms_audit_undelivered_events");
    assert!(undelivered[0].ends_with(" 0"), "{undelivered:?}");
    let errors = service.samples(r#"edgekms_kv_errors_total{operation="write"}"#);
    assert_eq!(errors.len(), 1, "{errors:?}");

    service.world.kv.broken.set(false);
    service.world.pass(60_000);
    service.work();
    service.world.pass(60_000);
    let [lag] = &gauge("edgekms_publish_lag_seconds")[..] else { panic!() };
    assert!(lag.ends_with(" 0.000"), "{lag}");

    service.world.keyrings_broken.set(true);
    service.world.pass(120_000);
    assert!(gauge("edgekms_publish_lag_seconds").is_empty(), "nobody knows");
    let failed = service.samples("edgekms_object_errors_total");
    assert_eq!(failed.len(), 2, "keyring and account: {failed:?}");
}

#[test]
fn throttled_calls_and_lost_events_are_told() {
    let service = Service::with(&[ON, ("THROTTLE", "on"), ("AUDIT_FAILURE", "open")]);
    let key = service.new_key();
    let throttled = (0..20).filter(|_| service.signed("ListKeys", &[], &service.nonce()).0 == 429);
    let throttled = throttled.count();
    assert!(throttled > 0);
    let told = [format!(r#"edgekms_throttled_calls_total{{group="reads"}} {throttled}"#)];
    assert_eq!(service.samples("edgekms_throttled_calls_total"), told);
    service.world.audit.broken.set(true);
    service.call("GenerateDataKey", &[("KeyId", &key)]);
    assert_eq!(service.samples("edgekms_audit_lost"), ["edgekms_audit_lost_events_total 1"]);
}

#[test]
fn a_point_of_each_call_holds_nothing_of_its_own() {
    let service = Service::new();
    let key = service.new_key();
    service.refused("Encrypt", &[("KeyId", &key), ("Plaintext", "not base64!")]);
    service.send("/?Action=ListKeys", &[], b"");
    let service_of_ram = service.user("alice");
    let points = service.world.points.0.borrow();
    assert_eq!(
        points[..3],
        [
            "CreateKey OK root create-key cn-hangzhou 0 200",
            "Encrypt InvalidParameter root symmetric cn-hangzhou 0 400",
            "unknown MissingParameter unauthenticated   0 400",
        ]
    );
    assert_eq!(points[3], "CreateUser OK root writes global 0 200");
    let all = points.join("\n");
    assert!(![&*key, &service_of_ram.id, ACCOUNT, "base64"].iter().any(|part| all.contains(part)));
}

#[test]
fn stages_are_told_of_calls_that_were_carried_out_if_it_is_asked() {
    let service = Service::new();
    let key = service.new_key();
    let told = |action: &str, params: &[(&str, &str)], asks: bool| {
        let (target, mut headers) =
            service.sign(&credentials(), "localhost", action, params, &service.nonce(), 0);
        if asks {
            headers.push((ASKED_BY.to_owned(), "1".to_owned()));
        }
        let headers = borrowed(&headers);
        let request = RawRequest { method: "POST", target: &target, headers: &headers, body: b"" };
        let (response, _) = service.answer(request);
        let told = response.headers.into_iter().find(|(name, _)| *name == TOLD_IN);
        told.map(|(_, value)| value)
    };
    let all = "identity;dur=0, authorise;dur=0, resolve;dur=0, do;dur=0, record;dur=0";
    assert_eq!(told("GenerateDataKey", &[("KeyId", &key)], true).as_deref(), Some(all));
    assert_eq!(
        told("ListKeys", &[], true).as_deref(),
        Some("identity;dur=0, authorise;dur=0, do;dur=0, record;dur=0")
    );
    assert_eq!(told("GenerateDataKey", &[("KeyId", &key)], false), None);
    // A refusal tells nothing, whoever asks: neither whether there is such a key, nor how far it came.
    assert_eq!(told("GenerateDataKey", &[("KeyId", "no-such-key")], true), None);
    let unsigned = [("host", "localhost"), (ASKED_BY, "1")];
    let request =
        RawRequest { method: "POST", target: "/?Action=ListKeys", headers: &unsigned, body: b"" };
    assert!(!service.answer(request).0.headers.iter().any(|(name, _)| *name == TOLD_IN));
}

#[test]
fn it_is_ready_if_all_that_calls_need_is_there() {
    let service = Service::new();
    let (status, told) = service.ready();
    assert_eq!((status, &told["status"]), (200, &"ok".into()), "{told}");
    let names: Vec<_> = told["checks"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["audit", "keyring", "kv", "root-keys", "settings"]);

    let failed = |service: &Service, name: &str| {
        let check = service.check(name);
        assert_eq!(check["status"], "failed", "{name}: {check}");
        assert_eq!(service.ready().0, 503);
        check["reason"].as_str().unwrap().to_owned()
    };
    service.world.keyrings_broken.set(true);
    assert_eq!(failed(&service, "keyring"), "cn-hangzhou: the keyring cannot be reached");
    service.world.keyrings_broken.set(false);
    service.world.kv.broken.set(true);
    assert_eq!(failed(&service, "kv"), "KV cannot be read");
    service.world.kv.hangs.set(true);
    assert_eq!(failed(&service, "kv"), "KV did not answer in time");
    service.world.kv.hangs.set(false);
    service.new_key();
    for _ in 0..12 {
        service.world.pass(60_000);
        service.work();
    }
    *service.world.kv.hangs_for.borrow_mut() = Some("key/".to_owned());
    service.world.kv.broken.set(false);
    let reason = failed(&service, "kv");
    assert!(reason.starts_with("cn-hangzhou: views have waited for "), "{reason}");
    *service.world.kv.hangs_for.borrow_mut() = None;
    service.world.pass(60_000);
    service.work();
    service.world.trail.broken.set(true);
    assert_eq!(failed(&service, "audit"), "an audit object cannot be reached");
    service.world.trail.broken.set(false);
    service.world.pass(6_000);
    let (status, told) = service.ready();
    assert_eq!(status, 200, "{told}");
}

#[test]
fn root_keys_that_records_name_must_be_listed() {
    let mut service = Service::new();
    service.new_key();
    let other = r#"{"current":"2","keys":{"2":"ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="}}"#;
    assert_ne!(other, ROOT_KEYS);
    service.variables = vec![("ROOT_KEYS".to_owned(), other.to_owned())];
    service.new_isolate();
    let reason = service.check("root-keys")["reason"].as_str().unwrap().to_owned();
    assert_eq!(reason, "cn-hangzhou: ROOT_KEYS does not list version \"1\", which records name");
    // Another key under the same name.
    let other = other.replace("\"2\"", "\"1\"");
    service.variables = vec![("ROOT_KEYS".to_owned(), other)];
    service.new_isolate();
    let reason = service.check("root-keys")["reason"].as_str().unwrap().to_owned();
    assert!(
        reason.starts_with("cn-hangzhou: ROOT_KEYS holds, under the name of a version"),
        "{reason}"
    );
    assert!(!reason.contains("ICEi"));
}

#[test]
fn asking_often_costs_the_objects_nothing() {
    let service = Service::new();
    service.ready();
    let (asked, read) = (service.world.asked("changes"), service.world.kv.loads.get());
    for _ in 0..100 {
        service.ready();
    }
    assert_eq!((service.world.asked("changes"), service.world.kv.loads.get()), (asked, read));
    service.world.pass(5_000);
    service.ready();
    assert_eq!(service.world.asked("changes"), asked + 1);
}
