// SPDX-License-Identifier: Apache-2.0
//! The actions as AWS's clients know them, one module each: what they send, what they get, and how
//! that is a command and a reply of ours.

use serde::{Deserialize, de::DeserializeOwned};

use super::super::fields::{self, Field, FieldError, Find, Kind, Tree};
use super::form::Form;
use super::words::encryption_algorithm;
use crate::action::{ActionName, Command, KeyNames, Limits, Reply};
use crate::dialect::asked::{Asks, Wrong, check_names};
use crate::dialect::told::{Fault, Told};
use crate::error::{ApiError, ErrorCode};
use crate::key::KeyReference;
use crate::key::algorithm::EncryptionAlgorithm;
use crate::place::Place;
use crate::product::Product;

/// Actions of AWS KMS that are not offered here; of the others, the table knows.
pub(super) const OTHER_ACTIONS: &[&str] = &[
    "ConnectCustomKeyStore",
    "CreateCustomKeyStore",
    "CreateGrant",
    "Decapsulate",
    "DeleteCustomKeyStore",
    "DeriveSharedSecret",
    "DescribeCustomKeyStores",
    "DisconnectCustomKeyStore",
    "Encapsulate",
    "GetKeyLastUsage",
    "ListGrants",
    "ListRetirableGrants",
    "ReplicateKey",
    "RetireGrant",
    "RevokeGrant",
    "UpdateCustomKeyStore",
    "UpdatePrimaryRegion",
];

/// The codes of fields whose values cannot be; every other has a general one.
const CODES: [(&str, ErrorCode); 9] = [
    ("KeyId", ErrorCode::InvalidArn),
    ("SourceKeyId", ErrorCode::InvalidArn),
    ("DestinationKeyId", ErrorCode::InvalidArn),
    ("TargetKeyId", ErrorCode::InvalidArn),
    ("AliasName", ErrorCode::InvalidAliasName),
    ("Tags", ErrorCode::InvalidTag),
    ("TagKeys", ErrorCode::InvalidTag),
    ("Marker", ErrorCode::InvalidMarker),
    ("Policy", ErrorCode::MalformedPolicy),
];

macro_rules! module {
    (kms Aliyun $module:ident) => {};
    (kms $clouds:ident $module:ident) => {
        pub mod $module;
    };
    ($other:ident $clouds:ident $module:ident) => {};
}

macro_rules! read_row {
    (kms Aliyun $name:ident $body:ident $limits:ident) => {
        Err(ErrorCode::InvalidApiNotFound.into())
    };
    (kms $clouds:ident $name:ident $body:ident $limits:ident) => {
        read_as::<crate::action::$name>($body, $limits).map(Command::$name)
    };
    ($other:ident $clouds:ident $name:ident $body:ident $limits:ident) => {
        Err(ErrorCode::InvalidApiNotFound.into())
    };
}

macro_rules! check_row {
    (kms Aliyun $name:ident) => {
        None
    };
    (kms $clouds:ident $name:ident) => {
        Some(Checked::of::<crate::action::$name>())
    };
    ($other:ident $clouds:ident $name:ident) => {
        None
    };
}

macro_rules! meant_row {
    (kms Aliyun $name:ident $algorithm:ident) => {
        false
    };
    (kms $clouds:ident $name:ident $algorithm:ident) => {
        <crate::action::$name as Form>::is_meant($algorithm)
    };
    ($other:ident $clouds:ident $name:ident $algorithm:ident) => {
        false
    };
}

macro_rules! write_row {
    (kms Aliyun $command:ident $reply:ident $place:ident) => {{
        let _ = ($command, $reply);
        Err(ApiError::internal("an action without this form"))
    }};
    (kms $clouds:ident $command:ident $reply:ident $place:ident) => {
        write($command, $reply, $place)
    };
    ($other:ident $clouds:ident $command:ident $reply:ident $place:ident) => {{
        let _ = ($command, $reply);
        Err(ApiError::internal("another service's action"))
    }};
}

macro_rules! by_name {
    ($($product:ident $family:ident { $($name:ident $module:ident
        $kind:ident $scope:ident $key:ident $permission:ident $audited:ident $throttle:ident
        $repeat:ident $clouds:ident;)+ })+) => {
        $($(module!($product $clouds $module);)+)+

        /// Reads a body's fields as a command of the action. Fields that the action does not have are
        /// passed over.
        pub(super) fn read(
            action: ActionName,
            body: &[(String, Tree)],
            limits: &Limits,
        ) -> Result<Command, ApiError> {
            match meant(action, body) {
                $($(ActionName::$name => read_row!($product $clouds $name body limits),)+)+
            }
        }

        /// How a command is checked.
        const fn checked(action: ActionName) -> Option<Checked> {
            match action {
                $($(ActionName::$name => check_row!($product $clouds $name),)+)+
            }
        }

        fn is_meant(action: ActionName, algorithm: Option<EncryptionAlgorithm>) -> bool {
            match action {
                $($(ActionName::$name => meant_row!($product $clouds $name algorithm),)+)+
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
        ) -> Result<String, ApiError> {
            match (command, reply) {
                $($((Command::$name(command), Reply::$name(reply)) => {
                    write_row!($product $clouds command reply place)
                })+)+
                _ => Err(ApiError::internal("the reply is another action's")),
            }
        }
    };
}

crate::with_actions!(by_name);

/// Of the actions that AWS has one name for, the last one that the body can mean.
fn meant(action: ActionName, body: &[(String, Tree)]) -> ActionName {
    let algorithm = encryption_algorithm(body);
    let mut named = ActionName::of_aws(Product::Kms, action.row().aws_name).rev();
    named.find(|action| is_meant(*action, algorithm)).unwrap_or(action)
}

/// What [`read_as`] needs of an action.
struct Checked {
    read: fn(Find<'_, '_>) -> Result<Box<dyn Asks>, ApiError>,
    not_offered: &'static [&'static str],
    answer: fn(Told<'_>) -> Result<(), Fault>,
}

impl Checked {
    const fn of<A: Form<Answer: DeserializeOwned> + 'static>() -> Self {
        Self {
            read: |find| {
                let request = fields::read(find).map_err(refused)?;
                A::command(request).map(|command| Box::new(command) as Box<dyn Asks>)
            },
            not_offered: <A as Form>::NOT_OFFERED,
            answer: |told| A::Answer::deserialize(told).map(drop),
        }
    }
}

/// Whether the fields are those of a command, in the order of [`read_as`], which has as many copies as there
/// are actions.
pub(crate) fn check(
    action: ActionName,
    body: &[(String, Tree)],
    limits: &Limits,
) -> Result<(), Wrong> {
    let action = meant(action, body);
    let checked = checked(action).ok_or(ErrorCode::InvalidApiNotFound)?;
    let known = fields::names(|find| drop((checked.read)(find)));
    check_names(body.iter().map(|(name, _)| name.as_str()), known, checked.not_offered)?;
    check_offered(body, checked.not_offered)?;
    let command = (checked.read)(&|name| field(body, name))?;
    for key in [command.key(), command.source_key()].into_iter().flatten() {
        check_key(action.row().key, key)?;
    }
    Ok(command.check(limits)?)
}

/// Whether the fields are those of an answer; none if there is no such action.
pub(crate) fn check_answer(
    action: ActionName,
    body: &[(String, Tree)],
) -> Option<Result<(), Fault>> {
    checked(action).map(|checked| (checked.answer)(Told::Object(body)))
}

fn read_as<A: Form>(body: &[(String, Tree)], limits: &Limits) -> Result<A, ApiError> {
    check_offered(body, <A as Form>::NOT_OFFERED)?;
    let request = fields::read(&|name| field(body, name)).map_err(refused)?;
    let command = A::command(request)?;
    for key in [command.key(), command.source_key()].into_iter().flatten() {
        check_key(A::NAME.row().key, key)?;
    }
    command.check(limits)?;
    Ok(command)
}

fn check_offered(body: &[(String, Tree)], not_offered: &[&str]) -> Result<(), ApiError> {
    // Clients leave such fields out, or send them as empty as they are.
    let is_given = |value: &Tree| match value {
        Tree::Null | Tree::Bool(false) => false,
        Tree::Bool(true) | Tree::Whole(_) | Tree::Number(_) => true,
        Tree::Text(text) => !text.is_empty(),
        Tree::List(list) => !list.is_empty(),
        Tree::Object(object) => !object.is_empty(),
    };
    let given = |name: &&&str| body.iter().any(|(held, value)| held == **name && is_given(value));
    if let Some(name) = not_offered.iter().find(given) {
        let message = format!("The field {name} is not supported with this action. Leave it out.");
        return Err(ApiError::with_message(ErrorCode::UnsupportedOperation, message));
    }
    Ok(())
}

/// The value that a body has under a name, if it has one.
pub(crate) fn field<'a>(
    body: &'a [(String, Tree)],
    name: &str,
) -> Result<Option<Field<'a>>, FieldError> {
    let mut found = body.iter().filter(|(held, _)| held == name);
    match (found.next(), found.next()) {
        (None, _) | (Some((_, Tree::Null)), None) => Ok(None),
        (Some((_, value)), None) => Ok(Some(Field::Typed(value))),
        (Some(_), Some(_)) => Err(FieldError::of(name, "Give it once.")),
    }
}

fn refused(error: FieldError) -> ApiError {
    let code = CODES.iter().find(|(name, _)| *name == error.name()).map(|(_, code)| *code);
    let code = match error.kind() {
        Kind::Type => ErrorCode::MalformedBody,
        Kind::Missing | Kind::Value => code.unwrap_or(ErrorCode::InvalidParameter),
    };
    error.into_api_error(code)
}

/// Whether the action takes a key that is named so.
fn check_key(names: KeyNames, key: &KeyReference) -> Result<(), ApiError> {
    match (names, key) {
        (
            KeyNames::Key | KeyNames::First | KeyNames::Arn,
            KeyReference::Alias(_) | KeyReference::AliasArn(_),
        ) => Err(ApiError::with_message(
            ErrorCode::UnsupportedAlias,
            "This action takes a key's id or ARN, and no alias. DescribeKey tells the id.",
        )),
        _ => Ok(()),
    }
}

fn write<A: Form>(command: &A, reply: A::Reply, place: &Place) -> Result<String, ApiError> {
    match serde_json::to_string(&command.answer(reply, place)) {
        // `()`: an answer without a body.
        Ok(text) if text == "null" => Ok(String::new()),
        Ok(text) => Ok(text),
        Err(error) => Err(ApiError::internal(error)),
    }
}

#[cfg(test)]
mod tests;
