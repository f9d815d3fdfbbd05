// SPDX-License-Identifier: Apache-2.0
//! What a caller gets: a reply or an error in its dialect.

use super::alibaba::{self, request::Format};
use super::aws;
use super::request::RawRequest;
use super::steps::Dialect;
use crate::action::{Command, Reply};
use crate::error::ApiError;
use crate::id::RequestId;
use crate::place::Place;

/// An HTTP response. It has no `Debug`: its body holds plaintext.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// Further headers, names in lowercase.
    pub headers: Vec<(&'static str, String)>,
    /// The body, UTF-8.
    pub body: String,
}

/// How a request is to be answered, whether it is understood or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseForm {
    dialect: Dialect,
    format: Format,
    /// The request's id.
    pub request_id: RequestId,
}

impl ResponseForm {
    /// How to answer this request.
    #[must_use]
    pub fn of(raw: &RawRequest<'_>, request_id: RequestId) -> Self {
        let dialect = Dialect::of(raw);
        let format = match dialect {
            Dialect::Alibaba => alibaba::request::format(raw),
            Dialect::Aws => Format::Json,
        };
        Self { dialect, format, request_id }
    }

    /// The response that tells the reply to a command in `place`.
    ///
    /// # Errors
    /// `InternalFailure` if it cannot be written.
    pub fn success(
        &self,
        command: &Command,
        reply: Reply,
        place: &Place,
    ) -> Result<Response, ApiError> {
        let request_id = self.request_id.to_string();
        Ok(match self.dialect {
            Dialect::Alibaba => Response {
                status: 200,
                content_type: self.format.content_type(),
                headers: vec![("x-acs-request-id", request_id)],
                body: alibaba::reply::success(self.format, &self.request_id, &reply)?,
            },
            Dialect::Aws => Response {
                status: 200,
                content_type: aws::JSON_MEDIA_TYPE,
                headers: vec![("x-amzn-requestid", request_id)],
                body: aws::kms::success(command, reply, place)?,
            },
        })
    }

    /// The response that tells an error. `host` is the host that was called.
    #[must_use]
    pub fn failure(&self, host: &str, error: &ApiError) -> Response {
        let request_id = self.request_id.to_string();
        match self.dialect {
            Dialect::Alibaba => Response {
                status: error.status(),
                content_type: self.format.content_type(),
                headers: vec![("x-acs-request-id", request_id)],
                body: alibaba::reply::failure(self.format, &self.request_id, host, error),
            },
            Dialect::Aws => {
                let (status, name, body) = aws::reply::failure(error);
                Response {
                    status,
                    content_type: aws::JSON_MEDIA_TYPE,
                    headers: vec![
                        ("x-amzn-requestid", request_id),
                        ("x-amzn-errortype", name.to_owned()),
                    ],
                    body,
                }
            }
        }
    }
}
