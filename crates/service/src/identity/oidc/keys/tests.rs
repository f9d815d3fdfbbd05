// SPDX-License-Identifier: Apache-2.0
//! When an issuer is asked for its keys, and by whom.

use std::{future::poll_fn, pin::pin, task::Poll};

use edgekms_api::error::ErrorCode;
use futures::{executor::block_on, future::join_all, poll};
use serde_json::json;

use super::*;
use crate::{
    port::LocalFuture,
    testing::{NOW_SECS, StandingClock, Web},
};

const ISSUER: &str = "https://login.example.com";

/// Moves the clock, and lets others go on.
struct YieldingTimers(Rc<StandingClock>);

impl Timers for YieldingTimers {
    fn sleep(&self, millis: u32) -> LocalFuture<'static, ()> {
        let clock = self.0.clone();
        Box::pin(async move {
            let until = clock.0.get() + i64::from(millis);
            // Whoever waits for a whole fetch is not to be the one who moves the clock.
            let step = if millis == LOOK_MILLIS { i64::from(millis) } else { 0 };
            clock.0.set(clock.0.get() + step);
            poll_fn(|context| {
                if clock.0.get() >= until {
                    return Poll::Ready(());
                }
                context.waker().wake_by_ref();
                Poll::Pending
            })
            .await;
            let mut yielded = false;
            poll_fn(|context| {
                context.waker().wake_by_ref();
                if std::mem::replace(&mut yielded, true) { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
        })
    }
}

struct Isolate {
    clock: Rc<StandingClock>,
    timers: YieldingTimers,
    shared: IssuerKeys,
    web: SlowWeb,
}

/// The web, after a while.
struct SlowWeb {
    web: Web,
    polls: Cell<u32>,
}

impl Documents for SlowWeb {
    fn fetch<'a>(
        &'a self,
        url: &'a str,
        max_len: usize,
    ) -> LocalFuture<'a, Result<String, PortError>> {
        Box::pin(async move {
            let fetched = self.web.fetch(url, max_len);
            let mut left = self.polls.get();
            poll_fn(|context| {
                context.waker().wake_by_ref();
                left = left.saturating_sub(1);
                if left == 0 { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
            fetched.await
        })
    }
}

impl Isolate {
    fn new() -> Self {
        let clock = Rc::new(StandingClock(Cell::new(NOW_SECS * 1000)));
        let isolate = Self {
            timers: YieldingTimers(clock.clone()),
            clock,
            shared: IssuerKeys::default(),
            web: SlowWeb { web: Web::default(), polls: Cell::new(1) },
        };
        let document = json!({ "issuer": ISSUER, "jwks_uri": format!("{ISSUER}/keys") });
        isolate.publish("/.well-known/openid-configuration", &document.to_string());
        isolate.has_keys(&["a"]);
        isolate
    }

    fn publish(&self, path: &str, text: &str) {
        self.web.web.documents.borrow_mut().insert(format!("{ISSUER}{path}"), text.to_owned());
    }

    fn has_keys(&self, kids: &[&str]) {
        let keys: Vec<_> = kids.iter().map(|kid| json!({ "kty": "oct", "kid": kid })).collect();
        self.publish("/keys", &json!({ "keys": keys }).to_string());
    }

    fn source(&self) -> KeySource<'_> {
        KeySource {
            shared: &self.shared,
            clock: &self.clock,
            timers: &self.timers,
            documents: &self.web,
            loopback: false,
        }
    }

    /// Whether there is a key of this name, or why there is none at all.
    fn has(&self, kid: &str) -> Result<bool, ErrorCode> {
        let keys = block_on(self.source().of(&ISSUER.parse().unwrap(), kid));
        keys.map(|keys| keys.has(kid)).map_err(|error| error.code())
    }

    fn pass(&self, millis: i64) {
        self.clock.0.set(self.clock.0.get() + millis);
    }

    /// How often the issuer was asked for its keys.
    fn asked(&self) -> usize {
        let asked = self.web.web.asked.borrow();
        asked.iter().filter(|url| url.ends_with("/keys")).count()
    }
}

#[test]
fn keys_are_fetched_once_an_hour() {
    let isolate = Isolate::new();
    for _ in 0..3 {
        assert_eq!(isolate.has("a"), Ok(true));
    }
    assert_eq!(isolate.asked(), 1);
    isolate.has_keys(&["b"]);
    isolate.pass(LIVES_MILLIS - 1);
    assert_eq!((isolate.has("a"), isolate.asked()), (Ok(true), 1));
    isolate.pass(1);
    assert_eq!((isolate.has("a"), isolate.asked()), (Ok(false), 2), "it is no more");
}

#[test]
fn a_name_that_is_not_there_makes_the_issuer_be_asked_at_most_once_a_minute() {
    let isolate = Isolate::new();
    assert_eq!(isolate.has("a"), Ok(true));
    for at in 0..100 {
        assert_eq!(isolate.has(&format!("made-up-{at}")), Ok(false));
    }
    assert_eq!(isolate.asked(), 1);
    isolate.has_keys(&["a", "b"]);
    isolate.pass(UNKNOWN_MILLIS);
    assert_eq!((isolate.has("b"), isolate.asked()), (Ok(true), 2), "a new key");
    assert_eq!((isolate.has("c"), isolate.asked()), (Ok(false), 2));
}

#[test]
fn an_issuer_that_is_away_is_not_asked_by_every_call() {
    let isolate = Isolate::new();
    isolate.web.web.documents.borrow_mut().clear();
    let unavailable = Err(ErrorCode::ServiceUnavailableTemporary);
    for _ in 0..3 {
        assert_eq!(isolate.has("a"), unavailable);
    }
    assert_eq!(isolate.web.web.asked.borrow().len(), 1);
    isolate.pass(FAILED_MILLIS);
    assert_eq!(isolate.has("a"), unavailable);
    assert_eq!(isolate.web.web.asked.borrow().len(), 2);
    // Of keys that are still good nobody asks.
    let isolate = Isolate::new();
    assert_eq!(isolate.has("a"), Ok(true));
    isolate.web.web.documents.borrow_mut().clear();
    assert_eq!(isolate.has("a"), Ok(true));
}

#[test]
fn documents_that_are_too_long_or_another_s_are_none() {
    for (path, text) in [
        ("/keys", "x".repeat(DOCUMENT_MAX_LEN + 1)),
        ("/keys", "{}".to_owned()),
        ("/.well-known/openid-configuration", "{}".to_owned()),
        (
            "/.well-known/openid-configuration",
            json!({ "issuer": "https://evil.example.com", "jwks_uri": format!("{ISSUER}/keys") })
                .to_string(),
        ),
    ] {
        let isolate = Isolate::new();
        isolate.publish(path, &text);
        assert_eq!(isolate.has("a"), Err(ErrorCode::ServiceUnavailableTemporary), "{path}");
    }
}

#[test]
fn issuers_on_the_machine_itself_are_not_asked_unless_that_is_allowed() {
    let isolate = Isolate::new();
    let own: IssuerUrl = "http://127.0.0.1:1".parse().unwrap();
    let error = block_on(isolate.source().of(&own, "a")).unwrap_err();
    assert_eq!(error.code(), ErrorCode::OidcTokenInvalid);
    assert!(isolate.web.web.asked.borrow().is_empty());
    let allowed = KeySource { loopback: true, ..isolate.source() };
    assert!(block_on(allowed.of(&own, "a")).is_err());
    assert_eq!(isolate.web.web.asked.borrow().len(), 1);
}

#[test]
fn all_that_wait_share_one_fetch() {
    let isolate = Isolate::new();
    isolate.web.polls.set(10);
    let issuer: IssuerUrl = ISSUER.parse().unwrap();
    let sources: Vec<_> = (0..8).map(|_| isolate.source()).collect();
    let all = join_all(sources.iter().map(|source| source.of(&issuer, "a")));
    assert!(block_on(all).iter().all(Result::is_ok));
    assert_eq!(isolate.asked(), 1);
    // A failure is everybody's too.
    isolate.pass(LIVES_MILLIS);
    isolate.web.web.documents.borrow_mut().clear();
    let all = join_all(sources.iter().map(|source| source.of(&issuer, "a")));
    assert!(block_on(all).iter().all(Result::is_err));
    assert_eq!(isolate.web.web.asked.borrow().len(), 3);
}

#[test]
fn a_request_that_ends_while_it_fetches_takes_nobody_along() {
    let isolate = Isolate::new();
    isolate.web.web.hangs.set(true);
    let issuer: IssuerUrl = ISSUER.parse().unwrap();
    block_on(async {
        let source = isolate.source();
        let mut gone = pin!(source.of(&issuer, "a"));
        assert!(poll!(gone.as_mut()).is_pending());
    });
    isolate.web.web.hangs.set(false);
    let came = isolate.clock.0.get();
    assert_eq!(isolate.has("a"), Ok(true));
    let waited = isolate.clock.0.get() - came;
    assert!((FETCHES_MILLIS..JOIN_LIMIT_MILLIS).contains(&waited), "{waited}");
    assert_eq!(isolate.asked(), 1);
}
