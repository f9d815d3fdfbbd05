// SPDX-License-Identifier: Apache-2.0
//! What the rules need from outside, each as a trait that the worker, the tests and the simulation
//! implement. These are leaves: nothing here knows a key, an action or a message.

pub mod archive;
pub mod bell;
pub mod clock;
pub mod documents;
pub mod entropy;
pub mod error;
pub mod key_store;
pub mod log;
pub mod message;
pub mod objects;
pub mod rsa;
pub mod timer;
pub mod views;
pub mod watch;

pub use self::{
    archive::Archive,
    bell::Bells,
    clock::Clock,
    documents::Documents,
    entropy::{Entropy, EntropyError},
    error::PortError,
    log::{Fault, FaultLog},
    objects::{AuditObjects, Objects},
    timer::Timers,
    views::{PublishedViews, ViewWriter},
    watch::{Point, Points, WatchObject},
};

use std::{future::Future, pin::Pin};

/// A future on the one thread of an isolate.
pub type LocalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;
