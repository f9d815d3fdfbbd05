// SPDX-License-Identifier: Apache-2.0
//! AWS STS: a form in, XML out. The actions as AWS's clients know them, one module each.

mod error;
mod reply;
mod session;
mod words;

pub(crate) use self::reply::failure;

use super::form::Form;
use crate::action::{Command, Limits, Reply};
use crate::dialect::fields::{self, Field, FieldError};
use crate::dialect::params::Params;
use crate::error::{ApiError, ErrorCode};
use crate::id::RequestId;
use crate::place::Place;

/// The version of the API.
pub const VERSION: &str = "2011-06-15";

/// The media type of answers.
pub const XML_MEDIA_TYPE: &str = "text/xml";

/// Actions of AWS STS that are not offered here; of the others, the table knows. Some are names of
/// permissions alone, which policies have.
pub(super) const OTHER_ACTIONS: &[&str] = &[
    "AssumeRoleWithSAML",
    "AssumeRoot",
    "DecodeAuthorizationMessage",
    "GetAccessKeyInfo",
    "GetDelegatedAccessToken",
    "GetFederationToken",
    "GetServiceBearerToken",
    "GetSessionToken",
    "GetWebIdentityToken",
    "SetContext",
    "SetSourceIdentity",
    "TagGetWebIdentityToken",
    "TagSession",
];

macro_rules! module {
    (sts Aliyun $module:ident) => {};
    (sts $clouds:ident $module:ident) => {
        pub mod $module;
    };
    ($other:ident $clouds:ident $module:ident) => {};
}

macro_rules! read_row {
    (sts Aliyun $name:ident $body:ident $limits:ident) => {
        Err(ErrorCode::InvalidApiNotFound.into())
    };
    (sts $clouds:ident $name:ident $body:ident $limits:ident) => {
        read_as::<crate::action::$name>($body, $limits).map(Command::$name)
    };
    ($other:ident $clouds:ident $name:ident $body:ident $limits:ident) => {
        Err(ErrorCode::InvalidApiNotFound.into())
    };
}

/// The name of the element that holds an answer.
macro_rules! result {
    (Both $name:ident) => {
        concat!(stringify!($name), "Result")
    };
    (Aws $name:ident) => {
        concat!(stringify!($name), "Result")
    };
    ($aws:ident $name:ident) => {
        concat!(stringify!($aws), "Result")
    };
}

macro_rules! write_row {
    (sts Aliyun $name:ident $command:ident $reply:ident $place:ident $id:ident) => {{
        let _ = ($command, $reply);
        Err(ApiError::internal("an action without this form"))
    }};
    (sts $clouds:ident $name:ident $command:ident $reply:ident $place:ident $id:ident) => {
        reply::success($command, result!($clouds $name), $reply, $place, $id)
    };
    ($other:ident $clouds:ident $name:ident $command:ident $reply:ident $place:ident $id:ident) => {{
        let _ = ($command, $reply);
        Err(ApiError::internal("another service's action"))
    }};
}

macro_rules! by_name {
    ($($product:ident $family:ident { $($name:ident $module:ident
        $kind:ident $scope:ident $key:ident $permission:ident $audited:ident $throttle:ident
        $repeat:ident $clouds:ident;)+ })+) => {
        $($(module!($product $clouds $module);)+)+

        /// Reads a form as a command of the action. Parameters that the action does not have are
        /// passed over.
        pub(super) fn read(
            action: crate::action::ActionName,
            body: &Params,
            limits: &Limits,
        ) -> Result<Command, ApiError> {
            match action {
                $($(crate::action::ActionName::$name => {
                    read_row!($product $clouds $name body limits)
                })+)+
            }
        }

        /// The body that tells the reply to a command in `place`.
        ///
        /// # Errors
        /// `InternalFailure` if it cannot be written, or is another action's.
        pub(crate) fn success(
            command: &Command,
            reply: Reply,
            place: &Place,
            request_id: &RequestId,
        ) -> Result<String, ApiError> {
            match (command, reply) {
                $($((Command::$name(command), Reply::$name(reply)) => {
                    write_row!($product $clouds $name command reply place request_id)
                })+)+
                _ => Err(ApiError::internal("the reply is another action's")),
            }
        }
    };
}

crate::with_actions!(by_name);

fn read_as<A: Form>(body: &Params, limits: &Limits) -> Result<A, ApiError> {
    let is_given =
        |name: &&&str| body.optional(name).is_some() || body.dotted(name).next().is_some();
    if let Some(name) = <A as Form>::NOT_OFFERED.iter().find(is_given) {
        return Err(ApiError::invalid_parameter(name, "It is not supported here. Leave it out."));
    }
    let request = fields::read(&|name| Ok::<_, FieldError>(body.optional(name).map(Field::Text)))
        .map_err(|error| error.into_api_error(ErrorCode::InvalidParameter))?;
    let command = A::command(request)?;
    command.check(limits)?;
    Ok(command)
}
