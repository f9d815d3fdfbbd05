// SPDX-License-Identifier: Apache-2.0
//! Workers Analytics Engine, where a dataset is bound: a point for each call.

use edgekms_service::port::{Point, Points};
use wasm_bindgen::JsValue;

use crate::{glue, host::Host};

/// The name of the binding.
const BINDING: &str = "METRICS";

/// Whether a dataset is bound.
pub(crate) fn is_bound(env: &JsValue) -> bool {
    glue::is_dataset(env, BINDING)
}

/// The dataset, for one request.
pub(crate) struct Dataset<'a>(pub(crate) &'a Host);

impl Points for Dataset<'_> {
    fn write(&self, point: &Point<'_>) {
        let Point { action, code, caller, group, region, version, millis, status } = point;
        // One text is one crossing; none of them holds a line break.
        let texts = [*action, code, caller, group, region, version].join("\n");
        glue::write_point(self.0.env().as_ref(), BINDING, &texts, *millis, *status);
    }
}
