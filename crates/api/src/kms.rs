// SPDX-License-Identifier: Apache-2.0
//! The actions' contracts, one module each: the command, which is the type that has the action's
//! name, and its reply. They know no transport.
//!
//! Names and texts are those of the Alibaba Cloud KMS OpenAPI, in which a command is read field by
//! field and a reply is written as it stands. A field in lower case is no parameter: it holds a
//! meaning in which clouds differ, and Alibaba's is its default.

macro_rules! declare {
    ($($family:ident { $($name:ident $module:ident
        $kind:ident $scope:ident $key:ident $permission:ident $audited:ident $throttle:ident
        $repeat:ident $clouds:ident;)+ })+) => { $($(pub mod $module;)+)+ };
}

crate::with_actions!(declare);
