// SPDX-License-Identifier: Apache-2.0
//! CORS: which page may read an answer. The rules are `edgekms_service::cors`.

use edgekms_service::cors::{ALLOWED_METHODS, AllowedOrigins, MAX_AGE_SECS, allowed_headers};
use wasm_bindgen::JsValue;

use crate::{Head, glue};

/// The answer to a preflight, if the page may call.
pub(crate) fn preflight(origins: &AllowedOrigins, head: &Head<'_>) -> Option<JsValue> {
    let origin = head.header("origin").filter(|origin| origins.allows(origin))?;
    let requested = head.header("access-control-request-headers").unwrap_or_default();
    let headers = allowed_headers(requested);
    Some(glue::make_preflight(origin, ALLOWED_METHODS, &headers, MAX_AGE_SECS))
}

/// The page that may read the answer: `None` if CORS plays no part, empty if it may not.
pub(crate) fn readable_by<'a>(origins: &AllowedOrigins, head: &Head<'a>) -> Option<&'a str> {
    let origin = head.header("origin")?;
    Some(if origins.allows(origin) { origin } else { "" })
}
