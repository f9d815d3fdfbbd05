// SPDX-License-Identifier: Apache-2.0
//! KV: late, reordered, lost or silent, and written to by somebody who should not.

use std::{
    collections::{BTreeMap, VecDeque},
    rc::{Rc, Weak},
};

use edgekms_service::port::{LocalFuture, PortError, ViewWriter};

use crate::world::{MINUTE, World, draw};

/// What landed under each name, and when, oldest first.
pub(crate) type Kv = BTreeMap<String, VecDeque<(i64, String)>>;

impl World {
    /// An object's way to KV.
    pub(crate) fn writer(self: &Rc<Self>) -> Rc<dyn ViewWriter> {
        Rc::new(Writer(Rc::downgrade(self)))
    }

    /// What KV holds under `key`, as an isolate sees it that is `late` behind.
    pub(crate) fn read(&self, key: &str, late: i64) -> Option<String> {
        let at = self.executor.now() - late;
        let kv = self.kv.borrow();
        let seen = kv.get(key)?.iter().rev().find(|(landed, _)| *landed <= at);
        seen.map(|(_, text)| text.clone()).filter(|text| !text.is_empty())
    }

    /// What KV holds under `key` now.
    #[must_use]
    pub fn published(&self, key: &str) -> Option<String> {
        self.read(key, 0)
    }

    fn land(&self, key: &str, text: &str) {
        let mut kv = self.kv.borrow_mut();
        let history = kv.entry(key.to_owned()).or_default();
        if history.len() >= 32 {
            history.pop_front();
        }
        history.push_back((self.executor.now(), text.to_owned()));
    }

    /// Somebody who can write to KV does so: an old text back, another name's, somebody's own, or
    /// nothing at all.
    pub fn meddle(&self) {
        let kv = self.kv.borrow();
        let names: Vec<_> = kv.keys().cloned().collect();
        let any = |below: usize| usize::try_from(self.executor.draw(below as u64)).unwrap_or(0);
        let Some(key) = names.get(any(names.len())).cloned() else { return };
        let from = names.get(any(names.len())).unwrap_or(&key);
        let other = |name: &str| {
            let history = kv.get(name)?;
            history.get(any(history.len())).map(|(_, text)| text.clone())
        };
        let (what, text) = match self.executor.draw(8) {
            0..=3 => ("an old text", other(&key).unwrap_or_default()),
            4 | 5 => ("another name's text", other(from).unwrap_or_default()),
            6 => ("somebody's own text", r#"{"v":2,"epoch":"x"}"#.to_owned()),
            _ => ("nothing", String::new()),
        };
        drop(kv);
        self.tell(|| format!("somebody writes {what} under {key}"));
        if what == "nothing" && self.executor.chance(200) {
            names.iter().for_each(|name| self.land(name, ""));
        } else {
            self.land(&key, &text);
        }
    }
}

struct Writer(Weak<World>);

impl ViewWriter for Writer {
    /// A write is refused, or on its way: it lands at once, late or never, whether its writer lives
    /// or not, and is answered then, later or never.
    fn put<'a>(
        &'a self,
        key: &'a str,
        text: &'a str,
        _: u32,
    ) -> LocalFuture<'a, Result<(), PortError>> {
        Box::pin(async move {
            let Some(world) = self.0.upgrade() else { return Ok(()) };
            let executor = world.executor.clone();
            executor.sleep(draw(&executor, 40)).await;
            if world.goes_wrong(60) {
                return Err(PortError::new("429 Too Many Requests"));
            }
            let late = if world.goes_wrong(60) { 15 * MINUTE } else { 100 };
            let (lands, lost) = (draw(&executor, late), world.goes_wrong(20));
            let (landing, timer) = (world.clone(), executor.clone());
            let (key, text) = (key.to_owned(), text.to_owned());
            executor.spawn(None, async move {
                timer.sleep(lands).await;
                if !lost {
                    landing.land(&key, &text);
                }
            });
            if world.goes_wrong(30) {
                std::future::pending::<()>().await;
            }
            executor.sleep(draw(&executor, 60)).await;
            Ok(())
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> LocalFuture<'a, Result<(), PortError>> {
        self.put(key, "", 0)
    }
}
