// SPDX-License-Identifier: Apache-2.0
//! One call on its way: a signed request, the isolate that answers it, and whoever waits or hangs up.

use std::{
    cell::{Cell, RefCell},
    future::{Future, poll_fn},
    pin::pin,
    rc::Rc,
    task::{Poll, Waker},
};

use edgekms_api::dialect::request::RawRequest;
use serde_json::Value;

use crate::{executor::Executor, isolate::Isolate};

/// One signed request, as it goes over the wire.
#[derive(Clone)]
pub(crate) struct Signed {
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
}

/// Answers one request in an isolate, as the worker does.
pub(crate) async fn answer(isolate: Rc<Isolate>, signed: Signed, slot: Rc<Slot>) {
    let Signed { target, headers } = signed;
    let headers: Vec<_> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let request = RawRequest { method: "POST", target: &target, headers: &headers, body: b"" };
    let served = isolate.server.answer(request, &isolate.ports()).await;
    isolate.begin(served.chores);
    let (id, status) = (served.request_id.to_string(), served.response.status);
    let body: Value = serde_json::from_str(&served.response.body).unwrap_or(Value::Null);
    let done = isolate.done_at(&id);
    let code = body.get("Code").and_then(Value::as_str).unwrap_or_default();
    isolate.world().events.answered(&id, status, code);
    slot.fill(Told { status, body, done });
}

/// What a caller is told.
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) body: Value,
    /// When it was done: what came after that was waiting for its event.
    pub(crate) done: i64,
}

/// `work`, until `stop` is set.
pub(crate) async fn unless(stop: Rc<Cell<bool>>, work: impl Future<Output = ()>) {
    let mut work = pin!(work);
    poll_fn(|context| if stop.get() { Poll::Ready(()) } else { work.as_mut().poll(context) }).await;
}

/// Where an answer is put for whoever waits for it.
pub(crate) struct Slot {
    value: RefCell<Option<Told>>,
    waker: RefCell<Option<Waker>>,
}

impl Slot {
    pub(crate) fn new() -> Rc<Self> {
        Rc::new(Self { value: RefCell::default(), waker: RefCell::default() })
    }

    fn fill(&self, value: Told) {
        *self.value.borrow_mut() = Some(value);
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }

    pub(crate) async fn wait(&self, executor: &Rc<Executor>, millis: i64) -> Option<Told> {
        let mut patience = pin!(executor.sleep(millis));
        poll_fn(|context| {
            if let Some(value) = self.value.borrow_mut().take() {
                return Poll::Ready(Some(value));
            }
            *self.waker.borrow_mut() = Some(context.waker().clone());
            patience.as_mut().poll(context).map(|()| None)
        })
        .await
    }
}
