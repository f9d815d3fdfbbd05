// SPDX-License-Identifier: Apache-2.0
//! The actions of the Security Token Service, one module each (wire reference, section 3.4): credentials
//! that expire.

macro_rules! of_product {
    (sts $module:ident) => {
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
