// SPDX-License-Identifier: Apache-2.0
//! Which copies are believed, for how long, and what each costs.

use super::*;
use crate::object::name::ViewName;
use crate::{
    copies::view::{LIVES_MILLIS, MAX_SKEW_MILLIS},
    port::{LocalFuture, PortError},
};

const BOUND: i64 = 60_000;
const STRICT_BOUND: i64 = 5_000;

fn generate(service: &Service, key: &str) -> (u16, Value) {
    service.signed("GenerateDataKey", &[("KeyId", key)], &service.nonce())
}

/// Disables a key in an isolate of its own.
fn disable_elsewhere(service: &mut Service, key: &str) {
    let here = service.new_isolate();
    service.call("DisableKey", &[("KeyId", key)]);
    service.server = here;
}

#[test]
fn another_isolate_refuses_within_the_bound_whatever_kv_says() {
    for (consistency, bound) in [("eventual", BOUND), ("strict", STRICT_BOUND)] {
        let mut service = Service::with(&[("STATE_CONSISTENCY", consistency)]);
        let key = service.new_key();
        service.work();
        service.call("GenerateDataKey", &[("KeyId", &key)]);
        disable_elsewhere(&mut service, &key);
        // KV keeps what it had: nothing is carried out that would publish.
        service.call("GenerateDataKey", &[("KeyId", &key)]);
        service.world.pass(bound);
        assert_eq!(service.refused("GenerateDataKey", &[("KeyId", &key)]), "Rejected.Disabled");
    }
}

#[test]
fn an_isolate_in_use_asks_beside_its_calls_and_hears_sooner() {
    let mut service = Service::new();
    let key = service.new_key();
    service.call("GenerateDataKey", &[("KeyId", &key)]);
    disable_elsewhere(&mut service, &key);
    service.world.pass(40_000);
    service.call("GenerateDataKey", &[("KeyId", &key)]);
    // The chore of that call has asked.
    assert_eq!(service.refused("GenerateDataKey", &[("KeyId", &key)]), "Rejected.Disabled");
}

#[test]
fn past_the_bound_without_the_keyring_calls_fail_closed() {
    let service = Service::new();
    let key = service.new_key();
    service.call("GenerateDataKey", &[("KeyId", &key)]);
    service.world.keyrings_broken.set(true);
    service.world.pass(BOUND - 1);
    assert_eq!(generate(&service, &key).0, 200);
    service.world.pass(1);
    assert_eq!(code(&generate(&service, &key).1), "ServiceUnavailableTemporary");
    service.world.keyrings_broken.set(false);
    assert_eq!(generate(&service, &key).0, 200);
}

/// A keyring whose replies are long on the way.
struct Slow<'a>(&'a World);

impl Objects for Slow<'_> {
    fn send<'a>(
        &'a self,
        place: &'a Place,
        message: &'a str,
    ) -> LocalFuture<'a, Result<String, PortError>> {
        Box::pin(async move {
            let reply = self.0.send(place, message).await;
            self.0.pass(STRICT_BOUND + 1_000);
            reply
        })
    }
}

/// The simulation's seed 34 found this: the answer was taken for fresh when it came.
#[test]
fn an_answer_that_was_long_on_the_way_is_stale_when_it_comes() {
    let service = Service::with(&[("STATE_CONSISTENCY", "strict")]);
    let key = service.new_key();
    let query = [("KeyId", key.as_str())];
    let (status, answer) = service.signed_over(&Slow(&service.world), "GenerateDataKey", &query);
    assert_eq!(status, 503, "{answer}");
}

#[test]
fn a_keyring_that_fails_is_not_asked_by_every_call() {
    let service = Service::new();
    let key = service.new_key();
    service.call("GenerateDataKey", &[("KeyId", &key)]);
    service.world.keyrings_broken.set(true);
    service.world.pass(40_000);
    for _ in 0..50 {
        service.call("GenerateDataKey", &[("KeyId", &key)]);
    }
    let told = || service.world.faults.lines.borrow().len();
    assert_eq!(told(), 1, "asked once, beside the calls");
    service.world.pass(5_000);
    service.call("GenerateDataKey", &[("KeyId", &key)]);
    assert_eq!(told(), 2, "and again after a pause");
}

#[test]
fn a_warm_call_asks_neither_kv_nor_the_keyring() {
    let mut service = Service::new();
    let key = service.new_key();
    service.call("CreateAlias", &[("KeyId", &key), ("AliasName", "alias/a")]);
    service.work();
    service.new_isolate();
    let data = service.call("GenerateDataKey", &[("KeyId", "alias/a")]);
    assert_eq!(service.world.kv.loads.get(), 3, "alias, key and version");
    assert_eq!(service.world.asked("view"), 0, "KV had them all");
    let messages = service.world.messages.borrow().len();
    for _ in 0..10 {
        service.world.pass(2_000);
        service.call("GenerateDataKey", &[("KeyId", "alias/a")]);
        service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8=")]);
        service.call("Decrypt", &[("CiphertextBlob", blob(&data))]);
    }
    assert_eq!(service.world.kv.loads.get(), 3);
    assert_eq!(service.world.messages.borrow().len(), messages);
}

#[test]
fn without_kv_the_keyring_answers() {
    let mut service = Service::new();
    let key = service.new_key();
    service.work();
    for hangs in [false, true] {
        service.world.kv.broken.set(!hangs);
        service.world.kv.hangs.set(hangs);
        service.new_isolate();
        service.call("GenerateDataKey", &[("KeyId", &key)]);
    }
    service.new_isolate();
    service.world.keyrings_broken.set(true);
    assert_eq!(code(&generate(&service, &key).1), "ServiceUnavailableTemporary");
}

/// Everything in KV is replaced by what `spoil` makes of it.
fn spoil(service: &Service, spoil: impl Fn(&str) -> String) {
    service.world.kv.texts.borrow_mut().values_mut().for_each(|text| *text = spoil(text));
}

#[test]
fn what_is_not_a_view_of_that_name_counts_as_absent_and_is_published_again() {
    type Spoil = fn(&str) -> String;
    let texts: [(Spoil, usize); 4] = [
        (|text| text.replace("\"v\":2", "\"v\":9"), 2),
        (|text| text.replace("Enabled", "Disabled"), 1),
        (|_| "somebody else's text".to_owned(), 2),
        (|text| text[..text.len() / 2].to_owned(), 2),
    ];
    for (text, spoilt) in texts {
        let mut service = Service::new();
        let key = service.new_key();
        service.work();
        let good = service.world.kv.texts.borrow().clone();
        spoil(&service, text);
        service.new_isolate();
        service.call("GenerateDataKey", &[("KeyId", &key)]);
        assert_eq!(service.world.asked("view"), spoilt, "key and version");
        service.work();
        let mended = service.world.kv.texts.borrow().clone();
        assert_eq!(mended.keys().collect::<std::collections::BTreeSet<_>>(), good.keys().collect());
        assert!(mended.values().all(|text| text.contains("\"mac\"")), "{mended:?}");
        service.new_isolate();
        service.call("GenerateDataKey", &[("KeyId", &key)]);
        assert_eq!(service.world.asked("view"), spoilt, "KV is as it was");
    }
}

#[test]
fn another_keys_view_under_a_keys_name_is_not_used() {
    let mut service = Service::new();
    let (one, other) = (service.new_key(), service.new_key());
    service.work();
    let name = |key: &str| ViewName::Key(key.parse().unwrap()).published_key(&place());
    let text = service.world.kv.texts.borrow()[&name(&other)].clone();
    service.world.kv.texts.borrow_mut().insert(name(&one), text);
    service.new_isolate();
    let data = service.call("GenerateDataKey", &[("KeyId", &one)]);
    assert_eq!(data["KeyId"], one.as_str());
}

#[test]
fn an_old_view_put_back_enables_nothing_however_late() {
    let mut service = Service::new();
    let key = service.new_key();
    service.work();
    let old = service.world.kv.texts.borrow().clone();
    service.call("DisableKey", &[("KeyId", &key)]);
    service.work();
    for later in [0, BOUND, LIVES_MILLIS / 2, LIVES_MILLIS, 3 * LIVES_MILLIS] {
        service.world.pass(later);
        service.work();
        service.world.kv.texts.borrow_mut().extend(old.clone());
        service.new_isolate();
        assert_eq!(service.refused("GenerateDataKey", &[("KeyId", &key)]), "Rejected.Disabled");
    }
}

#[test]
fn a_write_that_lands_late_is_overwritten_once_it_is_seen() {
    let mut service = Service::new();
    let key = service.new_key();
    service.work();
    let late = service.world.kv.texts.borrow().clone();
    service.call("DisableKey", &[("KeyId", &key)]);
    service.work();
    let newest = service.world.kv.texts.borrow().clone();
    service.world.kv.texts.borrow_mut().extend(late.clone());
    service.new_isolate();
    assert_eq!(service.refused("GenerateDataKey", &[("KeyId", &key)]), "Rejected.Disabled");
    // An old view is seen to be one, and mended.
    service.work();
    let name = ViewName::Key(key.parse().unwrap()).published_key(&place());
    let state =
        |texts: &std::collections::HashMap<String, String>| texts[&name].contains("Disabled");
    assert!(state(&service.world.kv.texts.borrow()) && state(&newest) && !state(&late));
}

#[test]
fn kv_that_was_emptied_is_filled_by_a_miss_and_by_the_sweep() {
    let mut service = Service::new();
    let (used, unused) = (service.new_key(), service.new_key());
    service.work();
    let published = |service: &Service, key: &str| {
        let name = ViewName::Key(key.parse().unwrap()).published_key(&place());
        service.world.kv.texts.borrow().contains_key(&name)
    };
    service.world.kv.texts.borrow_mut().clear();
    service.new_isolate();
    service.call("GenerateDataKey", &[("KeyId", &used)]);
    service.work();
    assert!(published(&service, &used) && !published(&service, &unused));
    service.world.kv.texts.borrow_mut().clear();
    for _ in 0..3 {
        service.world.pass(LIVES_MILLIS);
        service.work();
    }
    assert!(published(&service, &used) && published(&service, &unused));
}

#[test]
fn one_name_that_hangs_or_is_refused_holds_up_no_other() {
    let service = Service::new();
    let keys: Vec<_> = (0..40).map(|_| service.new_key()).collect();
    // Forty names are refused, one after the other and again.
    service.world.kv.broken.set(true);
    for _ in 0..5 {
        service.work();
        service.world.pass(1_000);
    }
    service.world.kv.broken.set(false);
    *service.world.kv.hangs_for.borrow_mut() = Some(keys[0].clone());
    let late = service.new_key();
    service.work();
    let name = |key: &str| ViewName::Key(key.parse().unwrap()).published_key(&place());
    assert!(service.world.kv.texts.borrow().contains_key(&name(&late)), "at once");
    service.world.pass(60_000);
    service.work();
    let texts = service.world.kv.texts.borrow();
    assert!(keys[1..].iter().all(|key| texts.contains_key(&name(key))));
    assert!(!texts.contains_key(&name(&keys[0])));
    let faults = service.world.faults.lines.borrow();
    assert!(faults.iter().any(|line| line.contains("did not come to an end")), "it is told");
}

#[test]
fn an_alias_made_again_or_moved_elsewhere_is_never_hidden() {
    let mut service = Service::new();
    let (one, other) = (service.new_key(), service.new_key());
    let alias = |key: &str| [("KeyId".to_owned(), key.to_owned())];
    let make = |service: &Service, action: &str, key: &str| {
        let [(name, id)] = alias(key);
        service.call(action, &[(name.as_str(), id.as_str()), ("AliasName", "alias/a")]);
    };
    make(&service, "CreateAlias", &one);
    service.call("GenerateDataKey", &[("KeyId", "alias/a")]);
    service.call("DeleteAlias", &[("AliasName", "alias/a")]);
    assert_eq!(
        service.refused("GenerateDataKey", &[("KeyId", "alias/a")]),
        "Forbidden.AliasNotFound"
    );
    let here = service.new_isolate();
    make(&service, "CreateAlias", &other);
    service.server = here;
    // No tombstone, its own or KV's, hides what exists.
    let data = service.call("GenerateDataKey", &[("KeyId", "alias/a")]);
    assert_eq!(data["KeyId"], other.as_str());
    let here = service.new_isolate();
    make(&service, "UpdateAlias", &one);
    service.server = here;
    assert_eq!(generate(&service, "alias/a").0, 200, "at no moment is it absent");
    service.world.pass(BOUND);
    let data = service.call("GenerateDataKey", &[("KeyId", "alias/a")]);
    assert_eq!(data["KeyId"], one.as_str());
}

#[test]
fn a_clock_an_hour_off_costs_nothing_and_more_costs_questions_and_no_truth() {
    let mut service = Service::new();
    let key = service.new_key();
    service.work();
    for (skew, asked) in [(-MAX_SKEW_MILLIS, 0), (-MAX_SKEW_MILLIS - 1, 2)] {
        service.new_isolate();
        let before = service.world.asked("view");
        service.world.pass(skew);
        let nonce = service.nonce();
        assert_eq!(service.signed("GenerateDataKey", &[("KeyId", &key)], &nonce).0, 200);
        service.world.pass(-skew);
        assert_eq!(service.world.asked("view") - before, asked);
    }
}

#[test]
fn a_keyring_that_begins_anew_is_another() {
    let service = Service::new();
    let key = service.new_key();
    service.call("GenerateDataKey", &[("KeyId", &key)]);
    service.work();
    // Its database is gone; KV still has what it published.
    service.world.stores.borrow_mut().clear();
    service.world.end_keyrings();
    service.world.pass(BOUND);
    assert_eq!(service.refused("GenerateDataKey", &[("KeyId", &key)]), "Forbidden.KeyNotFound");
}

#[test]
fn material_is_wiped_although_nobody_calls() {
    let service = Service::new();
    let key = service.new_key();
    let query = [("KeyId", key.as_str())];
    service.call("GenerateDataKey", &query);
    let held = service.server.copies(&place());
    let version = {
        let mut cache = held.cache.borrow_mut();
        let view = cache.key(&key.parse().unwrap()).unwrap();
        let now = service.world.clock.0.get();
        std::rc::Rc::downgrade(&cache.loaded(&view.primary_version, now).unwrap())
    };
    assert_eq!(version.strong_count(), 1);
    block_on(service.server.carry_out_chore(Chore::WatchMaterial, &service.world.ports()));
    assert_eq!(version.strong_count(), 0);
    // A watch that has ended is none to rely on: the next use begins another.
    for _ in ["one", "another"] {
        let nonce = service.nonce();
        let (target, headers) =
            service.sign(&credentials(), "localhost", "GenerateDataKey", &query, &nonce, 0);
        let headers = borrowed(&headers);
        let request = RawRequest { method: "POST", target: &target, headers: &headers, body: b"" };
        let outcome = block_on(service.server.answer(request, &service.world.ports()));
        assert_eq!(outcome.chores, [Chore::WatchMaterial]);
        block_on(service.server.carry_out_chore(Chore::WatchMaterial, &service.world.ports()));
    }
}

#[test]
fn another_root_key_under_the_same_name_refuses_every_call_with_a_sentence() {
    let mut service = Service::new();
    let key = service.new_key();
    let data = service.call("GenerateDataKey", &[("KeyId", &key)]);
    let wrong = r#"{"current":"1","keys":{"1":"//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA="}}"#;
    let with_wrong = || settings(&[("ROOT_KEYS", wrong)]);
    // The isolate and the keyring have it, or one of them alone.
    for (isolate, keyring) in [(true, true), (true, false), (false, true)] {
        let new = || if isolate { with_wrong() } else { settings(&[]) };
        service.server = Server::new(new(), service.world.stores());
        let for_keyring = if keyring { with_wrong() } else { settings(&[]) };
        *service.world.settings.borrow_mut() = std::rc::Rc::new(for_keyring);
        service.world.end_keyrings();
        let calls: [(&str, &[(&str, &str)]); 2] = [
            ("GenerateDataKey", &[("KeyId", &key)]),
            ("Decrypt", &[("CiphertextBlob", blob(&data))]),
        ];
        for (action, params) in calls {
            let (status, answer) = service.signed(action, params, &service.nonce());
            assert_eq!((status, code(&answer).as_str()), (500, "InternalFailure"));
            let message = answer["Message"].as_str().unwrap();
            assert!(message.contains("ROOT_KEYS") && message.contains("\"1\""), "{message}");
        }
        if keyring {
            assert_eq!(service.refused("CreateKey", &[]), "InternalFailure");
        }
    }
    *service.world.settings.borrow_mut() = std::rc::Rc::new(settings(&[]));
    service.world.end_keyrings();
    service.server = Server::new(settings(&[]), service.world.stores());
    service.call("Decrypt", &[("CiphertextBlob", blob(&data))]);
}
