// SPDX-License-Identifier: Apache-2.0
//! A bucket in memory, for events that their objects forget.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

use crate::port::{Archive, LocalFuture, PortError};

#[derive(Default)]
pub(crate) struct Bucket {
    pub(crate) texts: RefCell<BTreeMap<String, String>>,
    /// Whether it takes nothing and gives nothing.
    pub(crate) broken: Cell<bool>,
    /// How often something was read.
    pub(crate) reads: Cell<u32>,
}

impl Bucket {
    fn check(&self) -> Result<(), PortError> {
        if self.broken.get() { Err(PortError::new("the bucket is away")) } else { Ok(()) }
    }
}

impl Archive for Bucket {
    fn put<'a>(&'a self, path: &'a str, text: String) -> LocalFuture<'a, Result<(), PortError>> {
        Box::pin(async move {
            self.check()?;
            self.texts.borrow_mut().insert(path.to_owned(), text);
            Ok(())
        })
    }

    fn get<'a>(&'a self, path: &'a str) -> LocalFuture<'a, Result<Option<String>, PortError>> {
        Box::pin(async move {
            self.check()?;
            self.reads.set(self.reads.get() + 1);
            Ok(self.texts.borrow().get(path).cloned())
        })
    }

    fn list<'a>(&'a self, path: &'a str) -> LocalFuture<'a, Result<Vec<String>, PortError>> {
        Box::pin(async move {
            self.check()?;
            let texts = self.texts.borrow();
            let below = texts.keys().filter_map(|held| {
                let rest = held.strip_prefix(path)?;
                let name = rest
                    .split_once('/')
                    .map_or_else(|| rest.to_owned(), |(folder, _)| format!("{folder}/"));
                Some(format!("{path}{name}"))
            });
            Ok(below.collect::<BTreeSet<_>>().into_iter().collect())
        })
    }
}
