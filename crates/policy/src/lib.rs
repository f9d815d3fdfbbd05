// SPDX-License-Identifier: Apache-2.0
//! Policies: what they say of a request (wire reference, sections 3.1 and 3.3).
//!
//! ```text
//! text --compile, once--> CompiledPolicy --decide, each call--> Decision
//!                                        \--explain-----------> Explanation
//! ```
//!
//! | module | what it knows |
//! |---|---|
//! | `vocabulary` | the names of permissions, from the table of actions, and sets of them |
//! | `pattern` | texts with wildcards, in bounded time |
//! | `principal`, `resource`, `key`, `condition` | who, what, and the rest of a request; whether they are as a statement says |
//! | `request` | all of these together: what is asked |
//! | `compiled` | a policy's statements, and the first that matches |
//! | `lazy` | a policy as it is carried |
//! | `decide` | all policies of a request together |
//! | `explain`, `told` | the same, with where each statement stops; in the words of the API |
//! | `given`, `who` | a question that brings its policies, and whom it is about |
//!
//! Pure: it reads no clock, and knows of keys, users and roles only what a [`Request`] says. What a document
//! must look like is `edgekms_api::policy`'s.
#![forbid(unsafe_code)]

mod compiled;
mod condition;
mod decide;
mod explain;
mod given;
mod key;
mod lazy;
mod pattern;
mod principal;
mod request;
mod resource;
mod told;
mod vocabulary;
mod who;

pub use self::{
    compiled::{CompiledPolicy, Miss, Verdict},
    decide::{Cited, Decision, NamedPolicy, Policies, Reason, Side, decide},
    explain::{ExplainedPolicy, ExplainedStatement, Explanation, explain},
    given::{GivenPolicy, GivenRequest, explain_given},
    key::{Oidc, Values},
    lazy::LazyPolicy,
    principal::Subject,
    request::{Request, Rule},
    resource::Resource,
    told::told,
    vocabulary::{NAMES_MAX, Permission, Vocabulary},
    who::Who,
};
