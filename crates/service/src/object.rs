// SPDX-License-Identifier: Apache-2.0
//! What every deciding object has in common, whatever it decides about: one transaction a change,
//! an agenda of jobs, versioned messages, migrations, and one owner of the alarm.
//!
//! | file | what |
//! |---|---|
//! | [`agenda`] | jobs, and when a failed one is due again |
//! | [`decision`] | what a rule has decided |
//! | [`batch`] | all that one transaction stores |
//! | [`store`] | the port to the object's database |
//! | [`truth`] | what the database of an object has that isolates have copies of |
//! | [`migration`] | from the schema that is found to the one that is needed |
//! | [`name`], [`since`] | what is copied from an object, and how far somebody knows it |
//! | [`message`] | the version of what crosses to an object |
//! | [`shell`] | the object itself, around its [`shell::Rules`] |
//!
//! Nothing here knows what a key is, but by name. May be imported: [`crate::port`], and nothing else of ours.

pub mod agenda;
pub mod batch;
pub mod decision;
pub mod message;
pub mod migration;
pub mod name;
pub mod shell;
pub mod since;
pub mod store;
pub mod truth;

pub use self::{
    agenda::Job,
    batch::Batch,
    shell::{ObjectPorts, Rules, Shell, Transactor},
    store::ObjectStore,
};
