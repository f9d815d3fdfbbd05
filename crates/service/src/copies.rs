// SPDX-License-Identifier: Apache-2.0
//! Copies of what the keyring knows, and how far they are believed.
//!
//! ```text
//! keyring --publishes--> KV --load--> isolate's cache --> a cryptographic call
//!    ^                                     ^
//!    +--- what changed since revision r? --+
//! ```
//!
//! A copy saves loading and is trusted for nothing. Two things decide whether one is used: its
//! [`view`] seal (this keyring made it, under this name, as of this revision), and the isolate's
//! [`knowledge`] (nothing has changed that name since that revision, as of a moment ago). So a copy
//! that is late, put back, another's or spoilt is a copy that is not there, and the truth is asked.
//!
//! | file | what |
//! |---|---|
//! | [`view`] | a view with its seal |
//! | [`knowledge`] | what an isolate knows of changes, and how old that is |
//! | [`cache`] | views and unwrapped material in an isolate's memory |
//! | [`talk`] | an isolate's way to its keyring, in the version that the keyring reads |
//! | [`source`] | the ways to a view that is not in the cache |
//! | [`resolver`] | from a name to a key that is ready for use |
//! | [`share`] | from a blob of another account's to the place that has its key |
//! | [`tally`] | how often a view was found where |
//! | [`meter`] | what an isolate tells of its calls, and how fast it may go on |
//! | `freshen` | asking what has changed, once for all who wait |
//!
//! May be imported: [`crate::keyring`], [`crate::material`], [`crate::throttle`], [`crate::usage`],
//! [`crate::port`].

pub mod cache;
mod freshen;
pub mod knowledge;
pub mod meter;
pub mod resolver;
pub mod share;
pub mod source;
pub mod talk;
pub mod tally;
pub mod view;

use std::cell::{Cell, RefCell};

use edgekms_api::error::ApiError;

use self::{cache::ViewCache, knowledge::Knowledge, meter::Meter, talk::Speech, tally::Tally};
use crate::keyring::message::Backlog;
use edgekms_api::place::Place;

/// One isolate's copies of one keyring.
pub struct Copies {
    /// Which keyring.
    pub place: Place,
    /// What is known of changes.
    pub knowledge: RefCell<Knowledge>,
    /// Views and material.
    pub cache: RefCell<ViewCache>,
    /// The place's calls.
    pub meter: RefCell<Meter>,
    /// How to speak to the keyring.
    pub speech: Speech,
    /// Since when a question for changes is under way, in milliseconds since 1970.
    pub asking: Cell<Option<i64>>,
    /// What is told of the place in metrics.
    pub tally: Tally,
    /// What the object has told of itself with its last answer, and when it was asked.
    pub told: RefCell<Option<Told>>,
    /// The last question for changes, if it failed.
    pub failure: RefCell<Option<Failure>>,
}

/// What an object tells of itself.
#[derive(Debug)]
pub struct Told {
    /// When it was asked, in milliseconds since 1970.
    pub asked_millis: i64,
    /// What waits in it; none from an object of the release before.
    pub backlog: Option<Backlog>,
    /// The root key versions that its records name.
    pub roots: Vec<String>,
}

/// A question that failed.
pub struct Failure {
    /// When, in milliseconds since 1970.
    pub at_millis: i64,
    /// How.
    pub error: ApiError,
}

impl Copies {
    /// No copies yet.
    #[must_use]
    pub fn new(place: Place) -> Self {
        Self {
            place,
            knowledge: RefCell::default(),
            cache: RefCell::new(ViewCache::new(cache::CAPACITY)),
            meter: RefCell::default(),
            speech: Speech::default(),
            asking: Cell::new(None),
            tally: Tally::default(),
            told: RefCell::default(),
            failure: RefCell::default(),
        }
    }
}
