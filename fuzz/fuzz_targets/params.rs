// SPDX-License-Identifier: Apache-2.0
//! The parameter decoder and every typed request behind it.
#![no_main]

use edgekms_api::action::{ActionName, Limits};
use edgekms_api::params::Params;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(params) = Params::decode(bytes) else { return };
    assert_eq!(Params::decode(params.encode().as_bytes()).ok().as_ref(), Some(&params));
    for action in ActionName::ALL {
        let _ = action.validate(&params, &Limits::default());
    }
});
