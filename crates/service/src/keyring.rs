// SPDX-License-Identifier: Apache-2.0
//! The keyring: the one place that decides changes of a place's keys and aliases.
//!
//! A message comes in, the truth is loaded, a pure function decides, and all its changes are
//! stored at once with the request's nonce. Nothing waits in between, so no two calls meet half
//! way. The host is a Durable Object; the messages below are what crosses to it.

use edgekms_api::{
    error::{ApiError, ErrorCode},
    id::{KeyId, RequestId},
    params::Params,
    request::Format,
};
use serde::{Deserialize, Serialize};

use crate::{
    account::Caller,
    action::{self, AnswerForm, KeyringContext},
    nonce::NonceMark,
    outbox::ViewName,
    place::Place,
    ports::{Clock, Entropy, KeyringStore, PortError},
    record::Change,
    root_keys::RootKeys,
    settings::Limits,
};

/// A message to a keyring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "lowercase")]
pub enum KeyringCall {
    /// Carry out an action for a caller who is authenticated.
    Action(ActionCall),
    /// Tell a view as the truth has it.
    View {
        /// The keyring's place.
        place: Place,
        /// Which view.
        view: ViewName,
    },
}

/// An action to carry out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionCall {
    /// The keyring's place.
    pub place: Place,
    /// The action's name.
    pub action: String,
    /// Its parameters.
    pub params: Vec<(String, String)>,
    /// Who calls.
    pub caller: Caller,
    /// The request's nonce, if the action changes anything.
    pub nonce: Option<NonceMark>,
    /// The request's id, for the answer.
    pub request_id: RequestId,
    /// Whether to answer in XML.
    pub xml: bool,
}

/// What a keyring answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "lowercase")]
pub enum KeyringReply {
    /// The action is done and stored.
    Done(Done),
    /// The action is refused; nothing has changed.
    Refused {
        /// The error's code.
        code: String,
        /// Its text for the caller.
        message: String,
        /// Its text for the log.
        detail: Option<String>,
    },
    /// The view asked for.
    View {
        /// Its text, if there is such a thing.
        text: Option<String>,
    },
}

/// An action done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The answer's body.
    pub body: String,
    /// The key concerned, for the audit record.
    pub key_id: Option<KeyId>,
    /// Views that the action altered, as they are now; no text for what is gone.
    pub views: Vec<(ViewName, Option<String>)>,
}

/// What a keyring works with.
#[derive(Clone, Copy)]
pub struct KeyringHost<'a> {
    /// The truth.
    pub store: &'a dyn KeyringStore,
    /// What time it is.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// The root keys, which wrap new material.
    pub roots: &'a RootKeys,
    /// Bounds.
    pub limits: Limits,
}

/// Answers one message. Runs to its end without waiting.
#[must_use]
pub fn handle(call: &KeyringCall, host: &KeyringHost<'_>) -> KeyringReply {
    match call {
        KeyringCall::View { view, .. } => match host.store.view(view) {
            Ok(text) => KeyringReply::View { text },
            Err(error) => refused(&ApiError::internal(error)),
        },
        KeyringCall::Action(call) => match carry_out(call, host) {
            Ok(done) => KeyringReply::Done(done),
            Err(error) => refused(&error),
        },
    }
}

fn carry_out(call: &ActionCall, host: &KeyringHost<'_>) -> Result<Done, ApiError> {
    let store = host.store;
    if let Some(mark) = &call.nonce
        && store.nonce_used(mark).map_err(stored)?
    {
        return Err(ErrorCode::SignatureNonceUsed.into());
    }
    let nonce = call.nonce.clone().map(Change::NoteNonce);
    let decided = match decide(call, host) {
        Ok(decided) => decided,
        Err(error) => {
            // A refused change has used its nonce too.
            store.commit(nonce.as_slice()).map_err(stored)?;
            return Err(error);
        }
    };
    let mut changes = decided.changes;
    let names: Vec<_> = changes.iter().filter_map(Change::view_name).collect();
    changes.extend(nonce);
    if !changes.is_empty() {
        store.commit(&changes).map_err(stored)?;
    }
    let view = |name: ViewName| Ok((name.clone(), store.view(&name)?));
    let views = names.into_iter().map(view).collect::<Result<_, PortError>>().map_err(stored)?;
    Ok(Done { body: decided.answer.body, key_id: decided.key_id, views })
}

fn decide(call: &ActionCall, host: &KeyringHost<'_>) -> Result<action::Decided, ApiError> {
    let handler = action::keyring_handler(&call.action).ok_or(ErrorCode::InvalidApiNotFound)?;
    let mut params = Params::new();
    for (name, value) in &call.params {
        params.insert(name.as_str(), value.as_str())?;
    }
    let form = AnswerForm {
        format: if call.xml { Format::Xml } else { Format::Json },
        request_id: call.request_id.clone(),
    };
    let context = KeyringContext {
        form: &form,
        host: *host,
        place: &call.place,
        caller: &call.caller,
        action: &call.action,
        now_secs: host.clock.now_millis().div_euclid(1000),
    };
    handler(&params, &context)
}

fn refused(error: &ApiError) -> KeyringReply {
    KeyringReply::Refused {
        code: error.code().as_str().to_owned(),
        message: error.message().to_owned(),
        detail: error.detail().map(str::to_owned),
    }
}

/// A store that fails says so in the log; the caller may try again.
pub(crate) fn stored(error: PortError) -> ApiError {
    ApiError::new(ErrorCode::ServiceUnavailableTemporary).with_detail(error)
}

impl KeyringReply {
    /// The reply to an action.
    ///
    /// # Errors
    /// The refusal as it was decided; `InternalFailure` for a reply that does not fit.
    pub fn into_done(self) -> Result<Done, ApiError> {
        match self {
            Self::Done(done) => Ok(done),
            Self::Refused { code, message, detail } => Err(refusal(&code, message, detail)),
            Self::View { .. } => {
                Err(ApiError::internal("the keyring answered an action by a view"))
            }
        }
    }

    /// The reply to a question for a view.
    ///
    /// # Errors
    /// As [`KeyringReply::into_done`].
    pub fn into_view(self) -> Result<Option<String>, ApiError> {
        match self {
            Self::View { text } => Ok(text),
            Self::Refused { code, message, detail } => Err(refusal(&code, message, detail)),
            Self::Done(_) => {
                Err(ApiError::internal("the keyring answered a question by an action"))
            }
        }
    }
}

fn refusal(code: &str, message: String, detail: Option<String>) -> ApiError {
    let known = ErrorCode::ALL.iter().find(|known| known.as_str() == code);
    let Some(code) = known else {
        return ApiError::internal(format!("the keyring refused with an unknown code {code}"));
    };
    let error = ApiError::with_message(*code, message);
    match detail {
        Some(detail) => error.with_detail(detail),
        None => error,
    }
}
