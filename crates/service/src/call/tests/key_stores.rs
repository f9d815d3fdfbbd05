// SPDX-License-Identifier: Apache-2.0
//! Keys whose material stays in a store elsewhere: what is made and not kept by a key is destroyed, and
//! nothing that a key keeps ever is.

use super::*;
use crate::{
    keyring::store::KeyringStore,
    object::{Job, ObjectStore},
    testing::hardware::{Mood, NAME},
};

const HSM: [(&str, &str); 1] = [("ProtectionLevel", "HSM")];

impl Service {
    fn held(&self) -> usize {
        self.world.hardware.keys.borrow().len()
    }

    fn jobs(&self) -> Vec<Job> {
        let jobs = self.world.store(&place()).jobs(100).unwrap();
        jobs.into_iter().filter(|job| job.name.starts_with("destroy-material:")).collect()
    }

    fn seals_and_opens(&self, key: &str) {
        let data = self.call("GenerateDataKey", &[("KeyId", key)]);
        let opened = self.call("Decrypt", &[("CiphertextBlob", blob(&data))]);
        assert_eq!(opened["Plaintext"], data["Plaintext"]);
    }
}

#[test]
fn a_key_elsewhere_works_like_any_other_and_is_destroyed_with_its_key() {
    let service = Service::new();
    let made = service.call("CreateKey", &HSM);
    assert_eq!(made["KeyMetadata"]["ProtectionLevel"], "HSM");
    let key = made["KeyMetadata"]["KeyId"].as_str().unwrap();
    assert_eq!((service.held(), service.jobs().len()), (1, 0), "kept, and no longer doomed");
    service.seals_and_opens(key);
    service.world.pass(crate::keyring::prepared::RESERVED_MILLIS + 1);
    service.work();
    service.seals_and_opens(key);
    service.call("ScheduleKeyDeletion", &[("KeyId", key), ("PendingWindowInDays", "7")]);
    service.world.pass(7 * 24 * 60 * 60 * 1000 + 1);
    // It is away when its time comes: it is asked again until it has done it.
    service.world.hardware.mood.set(Mood::Fails);
    service.work();
    assert_eq!(service.held(), 1);
    service.world.hardware.mood.set(Mood::Well);
    service.world.pass(60_000);
    service.work();
    assert_eq!((service.held(), service.jobs().len()), (0, 0));
}

#[test]
fn what_a_decision_refuses_is_destroyed_at_once() {
    let service = Service::with(&[("MAX_KEYS", "1")]);
    service.new_key();
    assert_eq!(service.refused("CreateKey", &HSM), "Rejected.LimitExceeded");
    assert_eq!((service.held(), service.jobs().len()), (1, 1));
    service.work();
    assert_eq!((service.held(), service.jobs().len()), (0, 0));
}

#[test]
fn what_was_made_and_never_heard_of_is_destroyed_when_its_time_is_over() {
    let service = Service::new();
    service.world.hardware.mood.set(Mood::Mute);
    assert_eq!(service.refused("CreateKey", &HSM), "ServiceUnavailableTemporary");
    assert_eq!((service.held(), service.jobs().len()), (1, 1));
    service.work();
    assert_eq!(service.held(), 1, "its key may still come");
    service.world.hardware.mood.set(Mood::Well);
    service.world.pass(crate::keyring::prepared::RESERVED_MILLIS);
    service.work();
    assert_eq!((service.held(), service.jobs().len()), (0, 0));
    assert_eq!(service.world.store(&place()).count_keys().unwrap(), 0);
}

#[test]
fn a_store_that_makes_nothing_leaves_nothing() {
    let service = Service::new();
    service.world.hardware.mood.set(Mood::Fails);
    assert_eq!(service.refused("CreateKey", &HSM), "ServiceUnavailableTemporary");
    assert_eq!(service.held(), 0);
    service.world.hardware.mood.set(Mood::Well);
    service.world.pass(crate::keyring::prepared::RESERVED_MILLIS);
    service.work();
    assert_eq!(service.jobs().len(), 0);
    assert_eq!(service.world.hardware.destructions.get(), 1, "who knows what it made");
}

/// The message as that of another request.
fn anew(message: &str, number: usize) -> String {
    let mut message: Value = serde_json::from_str(message).unwrap();
    let call = &mut message["ask"]["command"];
    call["nonce"]["digest"] = format!("{number:032x}").into();
    call["request_id"] = format!("00000000-0000-4000-8000-{number:012x}").into();
    message.to_string()
}

#[test]
fn no_key_is_made_of_material_whose_destruction_has_begun() {
    let service = Service::new();
    service.call("CreateKey", &HSM);
    let message = service.world.messages.borrow().last().unwrap().clone();
    // The same, as it arrives when its material is doomed: no key, and no second one.
    let fresh = anew(&message, 1);
    let parsed: Value = serde_json::from_str(&message).unwrap();
    let prepared = &parsed["ask"]["command"]["prepared"]["version"];
    let (version, key) = (prepared["version_id"].as_str().unwrap(), prepared["key_id"].clone());
    let answer: Value =
        serde_json::from_str(&service.world.keyring(&place()).receive(&message).unwrap()).unwrap();
    assert_eq!(answer["answer"]["refused"]["code"], "SignatureNonceUsed");
    // A replay dooms nothing that is kept.
    service.work();
    assert_eq!(service.held(), 1);
    service.seals_and_opens(key.as_str().unwrap());
    let other = fresh.replace(version, "00000000-0000-4000-8000-00000000abcd");
    let other = other.replace(key.as_str().unwrap(), "00000000-0000-4000-8000-00000000abce");
    let answer: Value =
        serde_json::from_str(&service.world.keyring(&place()).receive(&other).unwrap()).unwrap();
    assert_eq!(answer["answer"]["refused"]["code"], "ServiceUnavailableTemporary", "{answer}");
    assert!(service.jobs()[0].name.starts_with(&format!("destroy-material:{NAME}/")));
}

#[test]
fn what_was_prepared_for_another_state_of_the_keyring_is_refused() {
    let service = Service::new();
    service.new_key();
    let message = service.world.messages.borrow().last().unwrap().clone();
    let send = |since: &str, number: usize| {
        let message =
            anew(&message, number).replace(r#""since":null"#, &format!(r#""since":{since}"#));
        let reply = service.world.keyring(&place()).receive(&message).unwrap();
        serde_json::from_str::<Value>(&reply).unwrap()["answer"].clone()
    };
    let epoch = send("null", 0);
    assert_eq!(epoch["refused"]["code"], "InternalFailure", "its id is another's by now");
    for since in [r#"{"epoch":"another","revision":0}"#, r#"{"epoch":"EPOCH","revision":99}"#] {
        let store = service.world.store(&place());
        let epoch = store.fact("epoch").unwrap().unwrap();
        let refused = send(&since.replace("EPOCH", &epoch), since.len());
        assert_eq!(refused["refused"]["code"], "ServiceUnavailableTemporary", "{since}");
    }
}

#[test]
fn a_store_that_does_not_answer_holds_up_its_own_keys_alone() {
    let service = Service::new();
    let made = service.call("CreateKey", &HSM);
    let elsewhere = made["KeyMetadata"]["KeyId"].as_str().unwrap();
    let here = service.new_key();
    for mood in [Mood::Fails, Mood::Mute] {
        service.world.hardware.mood.set(mood);
        let refused = service.refused("GenerateDataKey", &[("KeyId", elsewhere)]);
        assert_eq!(refused, "ServiceUnavailableTemporary");
        service.seals_and_opens(&here);
    }
    service.world.hardware.mood.set(Mood::Well);
    service.seals_and_opens(elsewhere);
}

#[test]
fn a_call_whose_parts_are_ready_answers_without_waiting() {
    let service = Service::new();
    let key = service.new_key();
    service.seals_and_opens(&key);
    let nonce = service.nonce();
    let params = [("KeyId", &*key)];
    let (target, headers) =
        service.sign(&credentials(), "localhost", "GenerateDataKey", &params, &nonce, 0);
    let headers = borrowed(&headers);
    let request = RawRequest { method: "POST", target: &target, headers: &headers, body: b"" };
    let ports = service.ports();
    let mut answer = std::pin::pin!(service.server.answer(request, &ports));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(answer.as_mut().poll(&mut context).is_ready());
}
