// SPDX-License-Identifier: Apache-2.0
//! What a caller gets: a reply or an error in its dialect.

use super::alibaba::{self, request::Format};
use super::aws::{self, service::Service};
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
    wire: Wire,
    /// The request's id.
    pub request_id: RequestId,
}

/// Whose protocol an answer is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wire {
    Alibaba(Format),
    Aws(Service),
}

impl ResponseForm {
    /// How to answer this request.
    #[must_use]
    pub fn of(raw: &RawRequest<'_>, request_id: RequestId) -> Self {
        let wire = match Dialect::of(raw) {
            Dialect::Alibaba => Wire::Alibaba(alibaba::request::format(raw)),
            Dialect::Aws => Wire::Aws(Service::of(raw)),
        };
        Self { wire, request_id }
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
        Ok(match self.wire {
            Wire::Alibaba(format) => Response {
                status: 200,
                content_type: format.content_type(),
                headers: vec![("x-acs-request-id", request_id)],
                body: alibaba::reply::success(format, &self.request_id, &reply)?,
            },
            Wire::Aws(service) => Response {
                status: 200,
                content_type: service.row().answered,
                headers: vec![("x-amzn-requestid", request_id)],
                body: match service {
                    Service::Kms => aws::kms::success(command, reply, place)?,
                    Service::Sts => aws::sts::success(command, reply, place, &self.request_id)?,
                },
            },
        })
    }

    /// The response that tells an error. `host` is the host that was called.
    #[must_use]
    pub fn failure(&self, host: &str, error: &ApiError) -> Response {
        let request_id = self.request_id.to_string();
        match self.wire {
            Wire::Alibaba(format) => Response {
                status: error.status(),
                content_type: format.content_type(),
                headers: vec![("x-acs-request-id", request_id)],
                body: alibaba::reply::failure(format, &self.request_id, host, error),
            },
            Wire::Aws(service) => {
                let (status, name, body) = match service {
                    Service::Kms => aws::reply::failure(error),
                    Service::Sts => aws::sts::failure(error, &self.request_id),
                };
                Response {
                    status,
                    content_type: service.row().answered,
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
