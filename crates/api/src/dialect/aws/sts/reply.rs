// SPDX-License-Identifier: Apache-2.0
//! Answers of the query protocol, as botocore's parser of it reads them:
//!
//! ```text
//! <AssumeRoleResponse xmlns=".."><AssumeRoleResult>..</AssumeRoleResult>
//!   <ResponseMetadata><RequestId>..</RequestId></ResponseMetadata></AssumeRoleResponse>
//! <ErrorResponse xmlns=".."><Error><Type>Sender</Type><Code>..</Code><Message>..</Message></Error>
//!   <RequestId>..</RequestId></ErrorResponse>
//! ```

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::error::name_and_status;
use crate::action::Action;
use crate::dialect::aws::form::Form;
use crate::error::ApiError;
use crate::id::RequestId;
use crate::place::Place;

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// What stands in front of every answer that can have a body.
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

struct Success<'a, T> {
    /// The name of the element that holds the answer: the action's.
    result: &'static str,
    answer: T,
    request_id: &'a RequestId,
}

/// By hand, because the name of an element depends on the action.
impl<T: Serialize> Serialize for Success<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Response", 3)?;
        fields.serialize_field("@xmlns", NAMESPACE)?;
        fields.serialize_field(self.result, &self.answer)?;
        let metadata = ResponseMetadata { request_id: self.request_id };
        fields.serialize_field("ResponseMetadata", &metadata)?;
        fields.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ResponseMetadata<'a> {
    request_id: &'a RequestId,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Failure<'a> {
    #[serde(rename = "@xmlns")]
    namespace: &'static str,
    error: Fault<'a>,
    request_id: &'a RequestId,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Fault<'a> {
    r#type: &'static str,
    code: &'static str,
    message: &'a str,
}

fn write(root: &str, value: &impl Serialize) -> Result<String, ApiError> {
    let xml = quick_xml::se::to_string_with_root(root, value).map_err(ApiError::internal)?;
    Ok(format!("{HEAD}{xml}"))
}

/// The body that tells the reply to a command in `place`.
pub(super) fn success<A: Form>(
    command: &A,
    result: &'static str,
    reply: A::Reply,
    place: &Place,
    request_id: &RequestId,
) -> Result<String, ApiError> {
    let answer = command.answer(reply, place);
    let root = format!("{}Response", <A as Action>::NAME.row().aws_name);
    write(&root, &Success { result, answer, request_id })
}

/// An error's status, its name, and the body that tells it.
pub(crate) fn failure(error: &ApiError, request_id: &RequestId) -> (u16, &'static str, String) {
    let (code, status) = name_and_status(error.code());
    let r#type = if status < 500 { "Sender" } else { "Receiver" };
    let fault = Fault { r#type, code, message: error.message() };
    let failure = Failure { namespace: NAMESPACE, error: fault, request_id };
    // Texts always serialize.
    (status, code, write("ErrorResponse", &failure).unwrap_or_default())
}
