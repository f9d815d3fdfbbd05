// SPDX-License-Identifier: Apache-2.0
//! The actions of ActionTrail, one module each (wire reference, section 4.2): who did what. Its permissions
//! begin with `actiontrail`.

macro_rules! of_product {
    (trail $module:ident) => {
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
