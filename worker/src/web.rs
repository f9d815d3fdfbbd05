// SPDX-License-Identifier: Apache-2.0
//! The web, as far as others' documents are fetched from it.

use edgekms_service::port::{Documents, LocalFuture, PortError};
use wasm_bindgen_futures::JsFuture;

use crate::glue;

/// `fetch`, for one request. What URL may be fetched is the service's to say; that no private network can be
/// reached by any, the platform's.
pub(crate) struct Web;

impl Documents for Web {
    fn fetch<'a>(
        &'a self,
        url: &'a str,
        max_len: usize,
    ) -> LocalFuture<'a, Result<String, PortError>> {
        Box::pin(async move {
            let max = u32::try_from(max_len).unwrap_or(u32::MAX);
            match JsFuture::from(glue::fetch_document(url, max)).await {
                Ok(text) => Ok(text.as_string().unwrap_or_default()),
                Err(error) => Err(PortError(glue::describe(&error))),
            }
        })
    }
}
