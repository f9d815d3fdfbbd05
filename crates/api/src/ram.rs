// SPDX-License-Identifier: Apache-2.0
//! The actions of Resource Access Management, one module each, as [`crate::kms`] has those of keys:
//! users, groups, roles, and the policies that say what they may. What they are about is in
//! [`crate::account`].

macro_rules! of_product {
    (ram $module:ident) => {
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
