// SPDX-License-Identifier: Apache-2.0
//! The actions of Identity Management Service that are about identity providers, one module each, as
//! [`crate::ram`] has those of users and roles. What they are about is in [`crate::account`].

macro_rules! of_product {
    (ims $module:ident) => {
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
