// SPDX-License-Identifier: Apache-2.0
//! Parameters to commands.

use serde::Deserialize;

use super::params::Params;
use crate::action::{Action, ActionName, Command, KeyNames, Limits};
use crate::dialect::asked::{Asks, Wrong, check_names};
use crate::dialect::fields::{self, Field, FieldError, Find, Tree};
use crate::dialect::told::{Fault, Told};
use crate::error::{ApiError, ErrorCode};
use crate::key::{KeyReference, kept::Kept};

macro_rules! check_row {
    (kms Aws $name:ident) => {
        None
    };
    (kms $clouds:ident $name:ident) => {
        Some(Checked::of::<crate::action::$name>())
    };
    ($other:ident $clouds:ident $name:ident) => {
        None
    };
}

macro_rules! by_name {
    ($($product:ident $family:ident { $($name:ident $module:ident
        $kind:ident $scope:ident $key:ident $permission:ident $audited:ident $throttle:ident
        $repeat:ident $clouds:ident;)+ })+) => {
        /// Reads the parameters as a command of the action. Parameters that the action does not have
        /// are passed over, as SDKs send common ones with every call.
        ///
        /// # Errors
        /// An error that names the parameter and says what to send instead.
        pub fn read(
            action: ActionName,
            params: &Params,
            limits: &Limits,
        ) -> Result<Command, ApiError> {
            match action {
                $($(ActionName::$name => {
                    read_as::<crate::action::$name>(params, limits).map(Command::$name)
                })+)+
            }
        }

        /// How a command on keys is checked. Apart from [`read`], so that whoever only checks has no code for
        /// other products.
        const fn checked(action: ActionName) -> Option<Checked> {
            match action {
                $($(ActionName::$name => check_row!($product $clouds $name),)+)+
            }
        }
    };
}

crate::with_actions!(by_name);

/// What [`read_as`] needs of an action.
struct Checked {
    read: fn(Find<'_, '_>) -> Result<Box<dyn Asks>, FieldError>,
    not_offered: &'static [&'static str],
    key: &'static str,
    reply: fn(Told<'_>) -> Result<(), Fault>,
}

impl Checked {
    const fn of<A: Action + 'static>() -> Self {
        Self {
            read: |find| fields::read::<A>(find).map(|command| Box::new(command) as Box<dyn Asks>),
            not_offered: A::NOT_OFFERED,
            key: A::KEY,
            reply: |told| A::Reply::deserialize(told).map(drop),
        }
    }
}

/// Whether the parameters are those of a command on keys, in the order of [`read_as`], which has as many
/// copies as there are actions.
pub(crate) fn check(action: ActionName, params: &Params, limits: &Limits) -> Result<(), Wrong> {
    let checked = checked(action).ok_or(ErrorCode::InvalidApiNotFound)?;
    let known = fields::names(|find| drop((checked.read)(find)));
    let given = params.iter().map(|(name, _)| name.split('.').next().unwrap_or(name));
    check_names(given, known, checked.not_offered)?;
    checked.not_offered.iter().try_for_each(|name| not_offered(params, name))?;
    let command = (checked.read)(&|name| field(params, name))
        .map_err(|error| error.into_api_error(ErrorCode::InvalidParameter))?;
    for (name, key) in [(checked.key, command.key()), ("SourceKeyId", command.source_key())] {
        key.map_or(Ok(()), |key| check_key(action.row().key, name, key))?;
    }
    Ok(command.check(limits)?)
}

/// Whether the fields are those of a reply; none if there is no such action.
pub(crate) fn check_reply(
    action: ActionName,
    fields: &[(String, Tree)],
) -> Option<Result<(), Fault>> {
    checked(action).map(|checked| (checked.reply)(Told::Object(fields)))
}

fn read_as<A: Action>(params: &Params, limits: &Limits) -> Result<A, ApiError> {
    A::NOT_OFFERED.iter().try_for_each(|name| not_offered(params, name))?;
    let command: A = fields::read(&|name| field(params, name))
        .map_err(|error| error.into_api_error(ErrorCode::InvalidParameter))?;
    for (name, key) in [(A::KEY, command.key()), ("SourceKeyId", command.source_key())] {
        key.map_or(Ok(()), |key| check_key(A::NAME.row().key, name, key))?;
    }
    command.check(limits)?;
    Ok(command)
}

/// The parameter `name`, or those that begin with it and a dot: an object, one parameter a pair
/// (`EncryptionContext.Purpose=test`; the key is all after the first dot), or a list, one parameter an
/// entry (`ResourceId.1=..`, `Tag.1.Key=..`). What the command has there says which.
fn field<'a>(params: &'a Params, name: &str) -> Result<Option<Field<'a>>, FieldError> {
    let dotted: Vec<_> = params.dotted(name).collect();
    match (params.value(name), dotted.is_empty()) {
        (value, true) => Ok(value.map(Field::Text)),
        (None | Some(""), false) => Ok(Some(Field::Pairs(dotted))),
        (Some(_), false) => Err(FieldError::of(
            name,
            "Give it as one JSON value or as one parameter an entry, not both.",
        )),
    }
}

/// Refuses a parameter that is documented and not offered here, unless it is empty: SDKs send an empty list
/// that nobody has given them.
fn not_offered(params: &Params, name: &str) -> Result<(), ApiError> {
    match params.optional(name) {
        None | Some("[]" | "{}") => Ok(()),
        Some(_) => Err(ApiError::with_message(
            ErrorCode::UnsupportedOperation,
            format!("This action is not supported with the parameter \"{name}\". Leave it out."),
        )),
    }
}

/// Whether the action takes a key that its parameter `name` names so.
fn check_key(names: KeyNames, name: &str, key: &KeyReference) -> Result<(), ApiError> {
    use KeyNames::{Any, Arn, First, Key, None};
    let invalid = |remedy| Err(ApiError::invalid_parameter(name, remedy));
    match (names, key) {
        (_, KeyReference::Id(_))
        | (Any, KeyReference::Alias(_) | KeyReference::Arn(_))
        | (Arn, KeyReference::Arn(_)) => Ok(()),
        (First, KeyReference::Alias(alias))
            if Kept::DefaultMaster.alias().as_ref() == Some(alias) =>
        {
            Ok(())
        }
        (Key | First | Arn | None, KeyReference::Alias(_)) => Err(ApiError::with_message(
            ErrorCode::UnsupportedAlias,
            "Alias is not valid for this api. Give the key's id; DescribeKey tells it.",
        )),
        (Any, KeyReference::AliasArn(_)) => {
            invalid("It must be a key id, an alias (alias/<name>) or a key ARN.")
        }
        (Arn, KeyReference::AliasArn(_)) => invalid("It must be a key id or a key ARN."),
        (Key | First | None, KeyReference::Arn(_) | KeyReference::AliasArn(_)) => {
            invalid("Give the key's id alone, not an ARN.")
        }
    }
}

#[cfg(test)]
mod tests;
