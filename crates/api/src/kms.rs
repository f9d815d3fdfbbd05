// SPDX-License-Identifier: Apache-2.0
//! The actions' contracts, one module each: the command, which is the type that has the action's
//! name, and its reply. They know no transport.
//!
//! Names and texts are those of the Alibaba Cloud KMS OpenAPI, in which a command is read field by
//! field and a reply is written as it stands. A field in lower case is no parameter: it holds a
//! meaning in which clouds differ, and Alibaba's is its default.

macro_rules! of_product {
    (kms $module:ident) => {
        pub mod $module;
    };
    ($other:ident $module:ident) => {};
}

macro_rules! declare {
    ($($product:ident $family:ident { $($name:ident $module:ident
        $kind:ident $scope:ident $key:ident $permission:ident $audited:ident $throttle:ident
        $repeat:ident $clouds:ident;)+ })+) => { $($(of_product!($product $module);)+)+ };
}

crate::with_actions!(declare);
