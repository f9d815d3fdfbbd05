// SPDX-License-Identifier: Apache-2.0
//! Markers: where a list goes on, as a text that means nothing to whoever holds it.

use crate::error::{ApiError, ErrorCode};
use crate::page::{Cursor, of_token, token};

/// Where to go on, from a request's `Marker` and `Limit`.
pub(super) fn cursor(marker: Option<&str>, limit: u32) -> Result<Cursor, ApiError> {
    let after = marker.map(|marker| {
        of_token(marker).ok_or_else(|| {
            ApiError::with_message(
                ErrorCode::InvalidMarker,
                "The specified parameter \"Marker\" is not valid. It must be the NextMarker of the page before.",
            )
        })
    });
    Ok(Cursor { after: after.transpose()?, limit })
}

/// What to give as `NextMarker`.
pub(super) fn next(after: Option<String>) -> Option<String> {
    after.map(|after| token(&after))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    #[test]
    fn a_marker_says_again_where_a_list_goes_on() {
        for after in ["a", "alias/a b", "é", &"x".repeat(700)] {
            let marker = next(Some(after.to_owned())).unwrap();
            assert!(marker.bytes().all(|byte| byte.is_ascii_graphic()), "{marker}");
            let expected = Cursor { after: Some(after.to_owned()), limit: 7 };
            assert_eq!(cursor(Some(&marker), 7).unwrap(), expected);
        }
        assert_eq!(next(None), None);
        assert_eq!(cursor(None, 7).unwrap(), Cursor { after: None, limit: 7 });
    }

    #[test]
    fn a_spoilt_marker_is_refused_and_not_repeated() {
        let long = URL_SAFE_NO_PAD.encode("s3cret".repeat(200));
        for bad in ["", "s3cret!", "YQ==", "YR", "Y", "_w", "a b", "\u{e9}", &long] {
            let error = cursor(Some(bad), 7).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidMarker, "{bad}");
            assert!(error.message().contains("\"Marker\"") && !error.message().contains("s3cret"));
        }
    }
}
