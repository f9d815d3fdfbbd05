// SPDX-License-Identifier: Apache-2.0
//! OpenKmsService: the service is open already.

use edgekms_api::{
    action::{Empty, OpenKmsService},
    error::{ApiError, ErrorCode},
};

use super::super::{Edge, EdgeRule};

impl EdgeRule for OpenKmsService {
    fn run(&self, _: &Edge<'_>) -> Result<Empty, ApiError> {
        Err(ErrorCode::ForbiddenOpened.into())
    }
}
