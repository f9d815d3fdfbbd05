// SPDX-License-Identifier: Apache-2.0
//! How many calls were made, as whoever owns the keys is told.

use super::*;

const HALF_A_MINUTE: i64 = 30_000;

impl Service {
    fn usage(&self, params: &[(&str, &str)]) -> Vec<(String, String, u64, u64, bool)> {
        let told = self.call("ListKeyUsage", params);
        let rows = told["KeyUsages"]["KeyUsage"].as_array().unwrap().clone();
        let row = |row: &Value| {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            let number = |name: &str| row[name].as_u64().unwrap();
            (
                text("KeyId"),
                text("Action"),
                number("Calls"),
                number("Throttled"),
                row["Free"] == true,
            )
        };
        rows.iter().map(row).collect()
    }
}

#[test]
fn calls_are_counted_by_day_key_and_action() {
    let service = Service::new();
    let key = service.new_key();
    for _ in 0..3 {
        service.call("GenerateDataKey", &[("KeyId", &key)]);
    }
    service.refused("GenerateDataKey", &[("KeyId", "no-such-key")]);
    service.call("ListKeys", &[]);
    assert_eq!(service.usage(&[]), [], "told with a question, beside the calls");
    service.world.pass(HALF_A_MINUTE);
    service.call("ListKeys", &[]);
    let row = |key: &str, action: &str, calls| (key.to_owned(), action.to_owned(), calls, 0, false);
    let told = service.usage(&[]);
    assert_eq!(
        told,
        [
            row("", "ListKeyUsage", 1),
            row("", "ListKeys", 2),
            row(&key, "CreateKey", 1),
            row(&key, "GenerateDataKey", 3),
        ]
    );
    let date = service.call("ListKeyUsage", &[])["KeyUsages"]["KeyUsage"][0]["Date"].clone();
    assert_eq!(date, "2023-11-14");
    assert_eq!(service.usage(&[("EndDate", "2023-11-13")]), []);
    let refused =
        service.refused("ListKeyUsage", &[("StartDate", "2023-11-14"), ("EndDate", "2023-11-13")]);
    assert_eq!(refused, "InvalidParameter");
    assert_eq!(service.refused("ListKeyUsage", &[("StartDate", "14.11.2023")]), "InvalidParameter");
}

#[test]
fn an_isolate_that_falls_idle_tells_what_it_counted() {
    let service = Service::new();
    let key = service.new_key();
    service.call("GenerateDataKey", &[("KeyId", &key)]);
    block_on(service.server.carry_out_chore(Chore::WatchMaterial, &service.ports()));
    assert!(service.usage(&[]).iter().any(|row| row.1 == "GenerateDataKey"));
}

#[test]
fn a_report_whose_answer_is_lost_counts_once() {
    let service = Service::new();
    service.call("ListKeys", &[]);
    for _ in 0..3 {
        service.world.pass(HALF_A_MINUTE);
        let nonce = service.nonce();
        let (target, headers) =
            service.sign(&credentials(), "localhost", "ListKeys", &[], &nonce, 0);
        let headers = borrowed(&headers);
        let request = RawRequest { method: "POST", target: &target, headers: &headers, body: b"" };
        let ports = Ports { objects: &Forgetful(&service.world), ..service.ports() };
        let served = block_on(service.server.answer(request, &ports));
        for chore in served.chores {
            block_on(service.server.carry_out_chore(chore, &ports));
        }
    }
    service.world.pass(HALF_A_MINUTE);
    service.call("ListKeys", &[]);
    service.world.pass(HALF_A_MINUTE);
    service.call("ListKeys", &[]);
    let told = service.usage(&[]);
    assert_eq!((&*told[0].1, told[0].2), ("ListKeys", 6), "{told:?}");
}

/// Answers to what isolates tell of their calls are lost, once they were taken in.
struct Forgetful<'a>(&'a World);

impl Objects for Forgetful<'_> {
    fn send<'a>(
        &'a self,
        place: &'a Place,
        message: &'a str,
    ) -> crate::port::LocalFuture<'a, Result<String, crate::port::PortError>> {
        Box::pin(async move {
            let reply = self.0.send(place, message).await?;
            if message.contains("\"meter\"") {
                return Err(crate::port::PortError::new("lost on the way"));
            }
            Ok(reply)
        })
    }
}

#[test]
fn counts_are_kept_for_400_days_and_may_be_switched_off() {
    let service = Service::new();
    service.call("ListKeys", &[]);
    service.world.pass(HALF_A_MINUTE);
    service.call("ListKeys", &[]);
    let since = [("StartDate", "2023-01-01")];
    assert!(!service.usage(&since).is_empty());
    service.world.pass(399 * 24 * 60 * 60 * 1_000);
    service.work();
    assert!(!service.usage(&since).is_empty());
    service.world.pass(3 * 24 * 60 * 60 * 1_000);
    service.work();
    let first = service.call("ListKeyUsage", &since)["KeyUsages"]["KeyUsage"][0]["Date"].clone();
    assert_ne!(first, "2023-11-14");

    let service = Service::with(&[("USAGE", "off")]);
    service.call("ListKeys", &[]);
    service.world.pass(HALF_A_MINUTE);
    service.call("ListKeys", &[]);
    assert_eq!(service.usage(&[]), []);
    assert_eq!(service.world.asked("changes"), 0);
}

#[test]
fn throttled_calls_are_counted_without_a_key_and_those_of_products_keys_are_free() {
    let service = Service::with(&[("THROTTLE", "on")]);
    let key = service.new_key();
    for _ in 0..20 {
        service.signed("DescribeKey", &[("KeyId", &key)], &service.nonce());
    }
    service.world.pass(HALF_A_MINUTE);
    service.call("ListAliases", &[]);
    let told = service.usage(&[]);
    let of = |key: &str| told.iter().find(|row| row.1 == "DescribeKey" && row.0 == key).unwrap();
    assert_eq!((of(&key).2, of(&key).3), (5, 0));
    assert_eq!((of("").2, of("").3), (0, 15));
}
