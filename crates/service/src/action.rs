// SPDX-License-Identifier: Apache-2.0
//! What each action does: one file an action, and one table from name to function.
//!
//! To add an action: its file here, and its row in [`handler`]. An action on the keyring is a pure
//! decision from the truth to a list of changes; a cryptographic action is a pure function of a
//! key that is ready for use.

mod cancel_key_deletion;
mod create_alias;
mod create_key;
mod decrypt;
mod delete_alias;
mod describe_key;
mod disable_key;
mod enable_key;
mod encrypt;
mod generate_data_key;
mod generate_data_key_without_plaintext;
mod list_aliases;
mod list_keys;
mod schedule_key_deletion;
mod update_alias;
mod update_key_description;

use edgekms_api::{
    action::{
        self as api, Action, ActionName, CancelKeyDeletion, CreateAlias, CreateKey, Decrypt,
        DeleteAlias, DescribeKey, DescribeRegions, DisableKey, EnableKey, Encrypt, GenerateDataKey,
        GenerateDataKeyWithoutPlaintext, ListAliases, ListKeys, Request, ScheduleKeyDeletion,
        UpdateAlias, UpdateKeyDescription, fields::CiphertextBlob,
    },
    answer::Answer,
    context::EncryptionContext,
    error::{ApiError, ErrorCode},
    id::{AliasName, KeyId, RequestId},
    key::KeyReference,
    params::Params,
    request::Format,
};
use zeroize::Zeroizing;

use crate::{
    authorise::{Access, Resource, require},
    copies::{cache::LoadedVersion, resolver::Target},
    identity::Caller,
    keyring::{
        KeyringHost,
        record::{AliasRecord, KeyRecord},
        state::{self, Use},
        store::Change,
        stored,
    },
    material::blob::{ParsedBlob, blob_refused},
    object::agenda::JobChange,
    place::Place,
    port::Entropy,
    settings::{Limits, Settings},
};

/// How an action is carried out.
pub enum Handler {
    /// By the keyring, from the truth.
    Keyring(KeyringHandler),
    /// Anywhere, with a key's view.
    Crypto(CryptoParser),
    /// Anywhere, from the settings alone.
    Standalone(fn(&Settings, &AnswerForm) -> Result<Answer, ApiError>),
}

/// Decides a keyring action.
pub type KeyringHandler = fn(&Params, &KeyringContext<'_>) -> Result<Decided, ApiError>;
/// Reads a cryptographic action's parameters.
pub type CryptoParser = fn(&Params, Limits) -> Result<Box<dyn CryptoCall>, ApiError>;

/// The table.
#[must_use]
pub fn handler(action: ActionName) -> Handler {
    match action {
        ActionName::CreateKey => Handler::Keyring(keyring::<CreateKey>),
        ActionName::DescribeKey => Handler::Keyring(keyring::<DescribeKey>),
        ActionName::ListKeys => Handler::Keyring(keyring::<ListKeys>),
        ActionName::UpdateKeyDescription => Handler::Keyring(keyring::<UpdateKeyDescription>),
        ActionName::EnableKey => Handler::Keyring(keyring::<EnableKey>),
        ActionName::DisableKey => Handler::Keyring(keyring::<DisableKey>),
        ActionName::ScheduleKeyDeletion => Handler::Keyring(keyring::<ScheduleKeyDeletion>),
        ActionName::CancelKeyDeletion => Handler::Keyring(keyring::<CancelKeyDeletion>),
        ActionName::CreateAlias => Handler::Keyring(keyring::<CreateAlias>),
        ActionName::UpdateAlias => Handler::Keyring(keyring::<UpdateAlias>),
        ActionName::DeleteAlias => Handler::Keyring(keyring::<DeleteAlias>),
        ActionName::ListAliases => Handler::Keyring(keyring::<ListAliases>),
        ActionName::Encrypt => Handler::Crypto(crypto::<Encrypt>),
        ActionName::Decrypt => Handler::Crypto(crypto::<Decrypt>),
        ActionName::GenerateDataKey => Handler::Crypto(crypto::<GenerateDataKey>),
        ActionName::GenerateDataKeyWithoutPlaintext => {
            Handler::Crypto(crypto::<GenerateDataKeyWithoutPlaintext>)
        }
        ActionName::DescribeRegions => Handler::Standalone(describe_regions),
    }
}

/// The keyring's function for an action named in a message.
#[must_use]
pub fn keyring_handler(name: &str) -> Option<KeyringHandler> {
    match handler(ActionName::find(name, api::VERSION).ok()?) {
        Handler::Keyring(handler) => Some(handler),
        Handler::Crypto(_) | Handler::Standalone(_) => None,
    }
}

/// What a keyring action decides with.
pub struct KeyringContext<'a> {
    /// The keyring's own means.
    pub host: KeyringHost<'a>,
    /// Its place.
    pub place: &'a Place,
    /// Who calls.
    pub caller: &'a Caller,
    /// The action.
    pub action: &'a str,
    /// Seconds since 1970.
    pub now_secs: i64,
    /// How to answer.
    pub form: &'a AnswerForm,
}

/// A decision of a keyring action, before it is stored.
pub struct Decided {
    /// The answer.
    pub answer: Answer,
    /// The key concerned.
    pub key_id: Option<KeyId>,
    /// What to store, whole or not at all.
    pub changes: Vec<Change>,
    /// What this leaves to be done later, stored with the changes.
    pub jobs: Vec<JobChange>,
}

/// A typed decision.
pub(crate) struct Decision<T> {
    response: T,
    key_id: Option<KeyId>,
    changes: Vec<Change>,
    jobs: Vec<JobChange>,
}

impl<T> Decision<T> {
    /// To answer, and change nothing.
    fn look(response: T, key_id: Option<KeyId>) -> Self {
        Self { response, key_id, changes: Vec::new(), jobs: Vec::new() }
    }

    /// To change this.
    fn change(response: T, key_id: KeyId, changes: Vec<Change>) -> Self {
        Self { response, key_id: Some(key_id), changes, jobs: Vec::new() }
    }

    /// And to do this later.
    fn with_job(mut self, job: JobChange) -> Self {
        self.jobs.push(job);
        self
    }
}

/// An action that the keyring decides.
pub(crate) trait KeyringAction: Action {
    /// From request and truth to response and changes.
    fn decide(
        request: Self::Request,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<Self::Response>, ApiError>;
}

fn keyring<A: KeyringAction>(
    params: &Params,
    context: &KeyringContext<'_>,
) -> Result<Decided, ApiError> {
    let request = A::Request::from_params(params, &context.host.limits.of_requests())?;
    let decision = A::decide(request, context)?;
    let answer = context.form.success::<A>(&decision.response)?;
    let Decision { key_id, changes, jobs, .. } = decision;
    Ok(Decided { answer, key_id, changes, jobs })
}

impl KeyringContext<'_> {
    fn authorise(&self, resources: &[Resource<'_>]) -> Result<(), ApiError> {
        let Self { caller, place, action, .. } = self;
        require(&Access { caller, place, action, resources })
    }

    /// Loads a key, then asks whether the caller may touch it, then whether its state permits.
    fn key_for(&self, key_id: &KeyId, what: Use) -> Result<KeyRecord, ApiError> {
        self.key_and_for(key_id, &[], what)
    }

    /// As [`Self::key_for`], where the action touches `others` as well.
    fn key_and_for(
        &self,
        key_id: &KeyId,
        others: &[Resource<'_>],
        what: Use,
    ) -> Result<KeyRecord, ApiError> {
        self.authorise(&[&[Resource::Key(key_id)], others].concat())?;
        let found = self.host.store.key(key_id).map_err(stored)?;
        let key = found.ok_or(ErrorCode::KeyNotFound)?;
        state::check(what, key.state)?;
        Ok(key)
    }

    fn alias(&self, name: &AliasName) -> Result<AliasRecord, ApiError> {
        let found = self.host.store.alias(name).map_err(stored)?;
        found.ok_or_else(|| ErrorCode::AliasNotFound.into())
    }

    /// The id behind any way of naming a key of this place.
    fn resolve(&self, reference: &KeyReference) -> Result<KeyId, ApiError> {
        match reference {
            KeyReference::Id(id) => Ok(id.clone()),
            KeyReference::Alias(name) => Ok(self.alias(name)?.key_id),
            KeyReference::Arn(arn) if *arn == self.place.key_arn(&arn.key_id) => {
                Ok(arn.key_id.clone())
            }
            KeyReference::Arn(_) => Err(ErrorCode::KeyNotFound.into()),
        }
    }
}

/// A key that is resolved, permitted and in a state for use.
pub struct ReadyKey<'a> {
    /// The version to use, with its key's id.
    pub version: &'a LoadedVersion,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
}

impl ReadyKey<'_> {
    fn seal(
        &self,
        context: &EncryptionContext,
        plaintext: &[u8],
    ) -> Result<CiphertextBlob, ApiError> {
        let LoadedVersion { version_id, blob_key, .. } = self.version;
        let context = context.to_canonical_bytes();
        let blob = blob_key.seal(version_id, &context, plaintext, self.entropy);
        blob.map(CiphertextBlob).map_err(ApiError::internal)
    }

    fn open(
        &self,
        context: &EncryptionContext,
        blob: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, ApiError> {
        let parsed = ParsedBlob::parse(blob).map_err(|_| blob_refused())?;
        let opened = self.version.blob_key.open(&parsed, &context.to_canonical_bytes());
        opened.map_err(|_| blob_refused())
    }

    fn random(&self, len: usize) -> Result<Zeroizing<Vec<u8>>, ApiError> {
        let mut bytes = Zeroizing::new(vec![0; len]);
        self.entropy.fill(&mut bytes).map_err(ApiError::internal)?;
        Ok(bytes)
    }
}

/// A cryptographic action.
pub(crate) trait CryptoAction: Action {
    /// Which key it needs.
    fn target(request: &Self::Request) -> Target<'_>;
    /// Whether the caller wants only to know if it would be done.
    fn dry_run(request: &Self::Request) -> bool;
    /// Does it.
    fn run(request: &Self::Request, key: &ReadyKey<'_>) -> Result<Self::Response, ApiError>;
}

/// A cryptographic call whose parameters have been read.
pub trait CryptoCall {
    /// Which key it needs.
    fn target(&self) -> Target<'_>;
    /// Does it.
    ///
    /// # Errors
    /// What the action refuses with.
    fn run(&self, key: &ReadyKey<'_>, form: &AnswerForm) -> Result<Answer, ApiError>;
}

struct Parsed<A: CryptoAction>(A::Request);

fn crypto<A: CryptoAction + 'static>(
    params: &Params,
    limits: Limits,
) -> Result<Box<dyn CryptoCall>, ApiError> {
    let request = A::Request::from_params(params, &limits.of_requests())?;
    Ok(Box::new(Parsed::<A>(request)))
}

impl<A: CryptoAction> CryptoCall for Parsed<A> {
    fn target(&self) -> Target<'_> {
        A::target(&self.0)
    }

    fn run(&self, key: &ReadyKey<'_>, form: &AnswerForm) -> Result<Answer, ApiError> {
        let response = A::run(&self.0, key)?;
        if A::dry_run(&self.0) {
            return Err(ErrorCode::DryRunOperationError.into());
        }
        form.success::<A>(&response)
    }
}

/// How a call is to be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerForm {
    /// JSON or XML.
    pub format: Format,
    /// The request's id.
    pub request_id: RequestId,
}

impl AnswerForm {
    /// The answer of an action that succeeded.
    ///
    /// # Errors
    /// `InternalFailure` if the response has no such form.
    pub fn success<A: Action>(&self, response: &A::Response) -> Result<Answer, ApiError> {
        Answer::success::<A>(self.format, &self.request_id, response)
    }
}

fn describe_regions(settings: &Settings, form: &AnswerForm) -> Result<Answer, ApiError> {
    form.success::<DescribeRegions>(&settings.regions.iter().cloned().collect())
}

#[cfg(test)]
mod tests {
    use edgekms_api::action::ActionKind;

    use super::*;

    #[test]
    fn every_action_runs_where_the_contract_says() {
        for &action in ActionName::ALL {
            let fits = match action.spec().kind {
                ActionKind::KeyringChange | ActionKind::KeyringRead => {
                    matches!(handler(action), Handler::Keyring(_))
                }
                ActionKind::Crypto => matches!(handler(action), Handler::Crypto(_)),
                ActionKind::Standalone => matches!(handler(action), Handler::Standalone(_)),
            };
            assert!(fits, "{action:?}");
        }
    }
}
