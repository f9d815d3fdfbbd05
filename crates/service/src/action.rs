// SPDX-License-Identifier: Apache-2.0
//! What each action does: one file an action, in the folder of its family, and the dispatch to it,
//! which the table of actions (`edgekms_api::with_actions`) makes.
//!
//! A rule of the keyring is a pure decision from command and truth to a reply and a list of changes; a
//! cryptographic rule is a pure function of a key that is ready for use; a rule at the edge needs
//! neither. A rule parses nothing and asks no permission for what its command names: both are done. For
//! what an alias leads to, [`KeyringContext`] asks.
//!
//! May be imported: [`crate::authorise`], [`crate::keyring`], [`crate::copies`], [`crate::material`].

mod attach;
mod data_key;
mod new_access_key;
mod session_context;
mod trail_context;

use edgekms_api::{
    action::{Action, Command, Empty, Reply},
    bytes::{CiphertextBlob, SecretBytes},
    context::EncryptionContext,
    error::{ApiError, ErrorCode},
    id::{AliasName, KeyId, Region},
    key::{
        KeyReference, KeySpec, ProtectionLevel, Tag,
        algorithm::{EncryptionAlgorithm, Need},
        kept::Kept,
        reference::Local,
        rotation::RotationInterval,
    },
    place::Place,
    quota::Quota,
};
use zeroize::Zeroizing;

pub use self::{
    session_context::{Roles, SessionContext},
    trail_context::TrailContext,
};

use crate::{
    account::context::{AccountContext, Decision as AccountDecision},
    authorise::{KeyFacts, Permit},
    copies::{
        cache::LoadedVersion,
        resolver::{Keys, Target},
    },
    identity::Caller,
    keyring::{
        KeyringHost, class,
        prepared::{NewIds, Prepared, PreparedVersion, Preparing, Ready},
        record::{AliasRecord, KeyRecord},
        rotation::{Turn, agenda},
        state::{self, Use},
        store::Change,
        stored,
    },
    material::{
        blob::{self, ParsedBlob, blob_refused},
        stores::KeyStores,
    },
    object::decision,
    port::{Entropy, LocalFuture, key_store::StoreError},
    settings::Settings,
};

/// What a rule of the keyring decides with.
pub struct KeyringContext<'a> {
    /// The keyring's own means.
    pub host: KeyringHost<'a>,
    /// Leave to look up what the command names.
    pub permit: Permit<'a>,
    /// Seconds since 1970, by the keyring's clock.
    pub now_secs: i64,
    /// What was prepared for the command.
    pub prepared: Option<Prepared>,
}

/// What a rule of the keyring has decided.
pub type Decision<T> = decision::Decision<T, Change>;

impl<T> Decision<T> {
    /// To change this.
    fn change(reply: T, key_id: KeyId, changes: Vec<Change>) -> Self {
        Self { changes, ..Self::look(reply, Some(key_id)) }
    }

    /// To change a key's state, its rotation or its primary version.
    fn change_key(reply: T, key: KeyRecord) -> Self {
        let (job, key_id) = (agenda(&key), key.key_id.clone());
        Self::change(reply, key_id, vec![Change::PutKey(Box::new(key))]).with_job(job)
    }
}

/// An action that the keyring decides.
trait KeyringRule: Action {
    /// What has to be waited for before it is decided, done wherever the command is: in an isolate.
    async fn prepare(&self, preparing: &Preparing<'_>) -> Result<Option<Prepared>, ApiError> {
        let _ = preparing;
        Ok(None)
    }

    /// From command and truth to reply and changes.
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Self::Reply>, ApiError>;
}

/// An action that the account decides.
trait AccountRule: Action {
    /// What has to be done elsewhere first, by the same caller: in this order, and all of it.
    fn before(&self, regions: &[Region]) -> Vec<(Place, Command)> {
        let _ = regions;
        Vec::new()
    }

    /// From command and truth to reply and changes.
    fn decide(self, context: &AccountContext<'_>)
    -> Result<AccountDecision<Self::Reply>, ApiError>;
}

/// How long a key's store may take for one operation, in milliseconds.
pub const STORE_LIMIT_MILLIS: u32 = 5_000;
/// How long it may take to make a key, in milliseconds. The largest RSA keys take seconds of the
/// runtime's own time.
pub const MAKE_LIMIT_MILLIS: u32 = 30_000;

/// An action that uses a key's material.
trait CryptoRule: Action {
    /// How long it may take with a key that is ready, in milliseconds.
    const LIMIT_MILLIS: u32 = STORE_LIMIT_MILLIS;

    /// Refuses what no key would make good, before any key is looked up. What can be said without
    /// cryptography, [`Action::check`] has said.
    fn check(&self) -> Result<(), ApiError> {
        Ok(())
    }

    /// Which key it needs.
    fn target(&self) -> Target<'_>;
    /// What the key must be able to do.
    fn need(&self) -> Need;
    /// Which key it reads from besides, and what that must be able to do.
    fn source(&self) -> Option<Wanted<'_>> {
        None
    }
    /// Does it. With keys whose material is here it does not wait.
    async fn run(&self, key: &ReadyKey<'_>) -> Result<Self::Reply, ApiError>;
}

/// A key that a command needs.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// Which.
    pub target: Target<'a>,
    /// What it must be able to do.
    pub need: Need,
}

/// An action that needs no key.
trait EdgeRule: Action {
    /// Does it.
    fn run(&self, edge: &Edge<'_>) -> Result<Self::Reply, ApiError>;
}

/// An action that makes a session of a role.
trait SessionRule: Action {
    /// Does it.
    async fn run(&self, context: &SessionContext<'_>) -> Result<Self::Reply, ApiError>;
}

/// An action that reads the events of a place.
trait TrailRule: Action {
    /// Does it.
    async fn run(&self, context: &TrailContext<'_>) -> Result<Self::Reply, ApiError>;
}

/// A cryptographic command, whatever its action.
pub trait CryptoCommand {
    /// How long it may take with keys that are ready, in milliseconds.
    fn limit_millis(&self) -> u32;
    /// Whether there is a key that could make it good.
    ///
    /// # Errors
    /// What the action refuses with.
    fn check(&self) -> Result<(), ApiError>;
    /// Which keys it needs.
    fn wanted(&self) -> Keys<Wanted<'_>>;
    /// Does it, or answers by what the action refuses with.
    fn run<'a>(&'a self, key: &'a ReadyKey<'a>) -> LocalFuture<'a, Result<Reply, ApiError>>;
}

macro_rules! decide_row {
    (kms Change $name:ident $command:ident $context:ident) => {
        KeyringRule::decide($command, $context).map(|decision| decision.map(Reply::$name))
    };
    (kms Read $name:ident $command:ident $context:ident) => {
        decide_row!(kms Change $name $command $context)
    };
    ($product:ident $other:ident $name:ident $command:ident $context:ident) => {{
        let _ = $command;
        Err(ErrorCode::InvalidApiNotFound.into())
    }};
}

macro_rules! decide_account_row {
    (ram Change $name:ident $command:ident $context:ident) => {
        AccountRule::decide($command, $context).map(|decision| decision.map(Reply::$name))
    };
    (ram Read $name:ident $command:ident $context:ident) => {
        decide_account_row!(ram Change $name $command $context)
    };
    (ims $kind:ident $name:ident $command:ident $context:ident) => {
        decide_account_row!(ram Change $name $command $context)
    };
    ($product:ident $other:ident $name:ident $command:ident $context:ident) => {{
        let _ = $command;
        Err(ErrorCode::InvalidApiNotFound.into())
    }};
}

macro_rules! before_row {
    (ram Change $command:ident $regions:ident) => {
        AccountRule::before($command, $regions)
    };
    ($product:ident $other:ident $command:ident $regions:ident) => {{
        let _ = ($command, $regions);
        Vec::new()
    }};
}

macro_rules! prepare_row {
    (kms Change $command:ident $preparing:ident) => {
        Box::pin(KeyringRule::prepare($command, $preparing))
    };
    (kms Read $command:ident $preparing:ident) => {
        prepare_row!(kms Change $command $preparing)
    };
    ($product:ident $other:ident $command:ident $preparing:ident) => {{
        let _ = $command;
        Box::pin(std::future::ready(Ok(None)))
    }};
}

macro_rules! crypto_row {
    (Crypto $name:ident $command:ident) => {
        Some($command)
    };
    ($other:ident $name:ident $command:ident) => {{
        let _ = $command;
        None
    }};
}

macro_rules! crypto_impl {
    (Crypto $name:ident) => {
        impl CryptoCommand for edgekms_api::action::$name {
            fn limit_millis(&self) -> u32 {
                Self::LIMIT_MILLIS
            }

            fn check(&self) -> Result<(), ApiError> {
                CryptoRule::check(self)
            }

            fn wanted(&self) -> Keys<Wanted<'_>> {
                let key = Wanted { target: CryptoRule::target(self), need: CryptoRule::need(self) };
                Keys { key, source: CryptoRule::source(self) }
            }

            fn run<'a>(
                &'a self,
                key: &'a ReadyKey<'a>,
            ) -> LocalFuture<'a, Result<Reply, ApiError>> {
                Box::pin(async move { CryptoRule::run(self, key).await.map(Reply::$name) })
            }
        }
    };
    ($other:ident $name:ident) => {};
}

macro_rules! edge_row {
    (Edge $name:ident $command:ident $edge:ident) => {
        EdgeRule::run($command, $edge).map(Reply::$name)
    };
    ($other:ident $name:ident $command:ident $edge:ident) => {{
        let _ = $command;
        Err(ErrorCode::InvalidApiNotFound.into())
    }};
}

macro_rules! session_row {
    (Session $name:ident $command:ident $context:ident) => {
        Box::pin(async move { SessionRule::run($command, $context).await.map(Reply::$name) })
    };
    ($other:ident $name:ident $command:ident $context:ident) => {{
        let _ = $command;
        Box::pin(std::future::ready(Err(ErrorCode::InvalidApiNotFound.into())))
    }};
}

macro_rules! trail_row {
    (Trail $name:ident $command:ident $context:ident) => {
        Box::pin(async move { TrailRule::run($command, $context).await.map(Reply::$name) })
    };
    ($other:ident $name:ident $command:ident $context:ident) => {{
        let _ = $command;
        Box::pin(std::future::ready(Err(ErrorCode::InvalidApiNotFound.into())))
    }};
}

macro_rules! dispatch {
    ($($product:ident $family:ident { $($name:ident $module:ident
        $kind:ident $scope:ident $key:ident $permission:ident $audited:ident $throttle:ident
        $repeat:ident $clouds:ident;)+ })+) => {
        $(mod $family { $(mod $module;)+ })+

        /// What has to be done elsewhere before a command is, in this order. `regions` are all that are
        /// served.
        #[must_use]
        pub fn before(command: &Command, regions: &[Region]) -> Vec<(Place, Command)> {
            match command {
                $($(Command::$name(command) => before_row!($product $kind command regions),)+)+
            }
        }

        /// Makes ready what a command needs and must be waited for.
        #[must_use]
        pub fn prepare<'a>(
            command: &'a Command,
            preparing: &'a Preparing<'a>,
        ) -> LocalFuture<'a, Result<Option<Prepared>, ApiError>> {
            match command {
                $($(Command::$name(command) => prepare_row!($product $kind command preparing),)+)+
            }
        }

        /// Decides a command of the keyring's.
        ///
        /// # Errors
        /// What the action refuses with; `InvalidApi.NotFound` for one that is no keyring's.
        pub fn decide(
            command: Command,
            context: &KeyringContext<'_>,
        ) -> Result<Decision<Reply>, ApiError> {
            match command {
                $($(Command::$name(command) => decide_row!($product $kind $name command context),)+)+
            }
        }

        /// Decides a command of an account's.
        ///
        /// # Errors
        /// What the action refuses with; `InvalidApi.NotFound` for one that is no account's.
        pub fn decide_account(
            command: Command,
            context: &AccountContext<'_>,
        ) -> Result<AccountDecision<Reply>, ApiError> {
            match command {
                $($(Command::$name(command) => {
                    decide_account_row!($product $kind $name command context)
                })+)+
            }
        }

        /// The command as a cryptographic one, if it is.
        #[must_use]
        pub fn as_crypto(command: &Command) -> Option<&dyn CryptoCommand> {
            match command {
                $($(Command::$name(command) => crypto_row!($kind $name command),)+)+
            }
        }

        /// Carries out a command that needs no key.
        ///
        /// # Errors
        /// What the action refuses with; `InvalidApi.NotFound` for one that needs a key.
        pub fn run_at_edge(command: &Command, edge: &Edge<'_>) -> Result<Reply, ApiError> {
            match command {
                $($(Command::$name(command) => edge_row!($kind $name command edge),)+)+
            }
        }

        /// Makes a session.
        ///
        /// # Errors
        /// What the action refuses with; `InvalidApi.NotFound` for one that makes none.
        pub fn make_session<'a>(
            command: &'a Command,
            context: &'a SessionContext<'a>,
        ) -> LocalFuture<'a, Result<Reply, ApiError>> {
            match command {
                $($(Command::$name(command) => session_row!($kind $name command context),)+)+
            }
        }

        /// Reads a trail.
        ///
        /// # Errors
        /// What the action refuses with; `InvalidApi.NotFound` for one that reads none.
        pub fn read_trail<'a>(
            command: &'a Command,
            context: &'a TrailContext<'a>,
        ) -> LocalFuture<'a, Result<Reply, ApiError>> {
            match command {
                $($(Command::$name(command) => trail_row!($kind $name command context),)+)+
            }
        }

        $($(crypto_impl!($kind $name);)+)+
    };
}

edgekms_api::with_actions!(dispatch);

impl KeyringContext<'_> {
    fn place(&self) -> &Place {
        self.permit.place()
    }

    /// The new version that was prepared, of `spec`.
    fn new_version(&self, spec: KeySpec) -> Result<PreparedVersion, ApiError> {
        let version = self.prepared.as_ref().and_then(Prepared::version);
        let version = version.filter(|version| version.spec == spec);
        version.cloned().ok_or_else(|| ApiError::internal("no such key version was prepared"))
    }

    /// The ids that were prepared for a key whose material comes later.
    fn new_ids(&self) -> Result<NewIds, ApiError> {
        match &self.prepared {
            Some(Prepared { ready: Ready::Ids(ids), .. }) => Ok(ids.clone()),
            _ => Err(ApiError::internal("no ids were prepared")),
        }
    }

    /// Loads the key that a command names, then asks whether its class and its state permit what is meant.
    fn key_for(&self, reference: &KeyReference, what: Use) -> Result<KeyRecord, ApiError> {
        let key_id = self.resolve(reference)?;
        let key = self.leave_for(&key_id)?.ok_or(ErrorCode::KeyNotFound)?;
        class::may_see(&key.kept, self.permit.caller())?;
        key.class().check(what)?;
        state::check(what, key.state)?;
        Ok(key)
    }

    /// The key of this id, if there is one, once the caller has leave.
    fn leave_for(&self, key_id: &KeyId) -> Result<Option<KeyRecord>, ApiError> {
        let key = self.host.store.key(key_id).map_err(stored)?;
        match &key {
            Some(key) => self.permit.found(&key.facts())?,
            // An alias outlives its key.
            None => {
                let kept = Kept::Customer;
                self.permit.found(&KeyFacts { key_id, kept: &kept, tags: &[], policy: None })?;
            }
        }
        Ok(key)
    }

    /// What a new version of a key is decided with.
    fn turn(&self) -> Turn<'_> {
        Turn {
            store: self.host.store,
            roots: self.host.roots,
            place: self.place(),
            quotas: &self.host.quotas,
            now_secs: self.now_secs,
        }
    }

    /// Has a key get new versions by itself at this interval, or no longer.
    fn set_rotation(
        &self,
        named: &KeyReference,
        interval: Option<RotationInterval>,
    ) -> Result<Decision<Empty>, ApiError> {
        let key = self.key_for(named, Use::Cryptography)?;
        key.kind().check_rotates()?;
        let secs = interval.map(RotationInterval::secs);
        Ok(Decision::change_key(Empty {}, key.changed(|key| key.rotation_secs = secs)))
    }

    /// Gives a key these tags.
    fn tag(&self, key: &mut KeyRecord, tags: &[Tag]) -> Result<(), ApiError> {
        for tag in tags {
            match key.tags.iter_mut().find(|held| held.key == tag.key) {
                Some(held) => held.clone_from(tag),
                None => key.tags.push(tag.clone()),
            }
        }
        let held = u64::try_from(key.tags.len()).unwrap_or(u64::MAX);
        self.host.quotas.check(Quota::KeyTags, held, 0)
    }

    /// Changes all of these keys, or none: a key that may not be changed refuses the whole.
    fn annotate_all(
        &self,
        keys: &[KeyId],
        change: impl Fn(&mut KeyRecord) -> Result<(), ApiError>,
    ) -> Result<Decision<Empty>, ApiError> {
        let changed = keys.iter().map(|id| {
            let key = self.key_for(&KeyReference::Id(id.clone()), Use::Annotate)?;
            let mut key = key.changed(|_| ());
            change(&mut key)?;
            Ok(Change::PutKey(Box::new(key)))
        });
        let changes = changed.collect::<Result<_, ApiError>>()?;
        Ok(Decision { changes, ..Decision::look(Empty {}, None) })
    }

    fn alias(&self, name: &AliasName) -> Result<AliasRecord, ApiError> {
        let found = self.host.store.alias(name).map_err(stored)?;
        found.ok_or_else(|| ErrorCode::AliasNotFound.into())
    }

    /// The id behind any way of naming a key of this place.
    fn resolve(&self, reference: &KeyReference) -> Result<KeyId, ApiError> {
        let name = match reference.within(self.place())? {
            Local::Key(id) => return Ok(id.clone()),
            Local::Alias(name) => name,
        };
        Ok(self.alias(name)?.key_id)
    }
}

/// A key that is resolved, permitted and in a state for use.
pub struct ReadyKey<'a> {
    /// The version to use, with its key's id.
    pub version: &'a LoadedVersion,
    /// The version to read from, if the command does.
    pub source: Option<&'a LoadedVersion>,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// Who makes keys and encrypts under those of others.
    pub stores: &'a KeyStores,
}

impl ReadyKey<'_> {
    /// The key to read from, as a key.
    fn source(&self) -> Result<Self, ApiError> {
        let version = self.source.ok_or_else(|| ApiError::internal("no key to read from"))?;
        Ok(Self { version, source: None, ..*self })
    }

    /// Decrypts with the private key.
    async fn decrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        ciphertext: &CiphertextBlob,
    ) -> Result<SecretBytes, ApiError> {
        let opened = self.version.key.decrypt(algorithm, &ciphertext.0).await;
        opened.map(SecretBytes::from).map_err(failed)
    }

    /// Encrypts under the public key. `parameter` is where the plaintext is from.
    async fn encrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        plaintext: &SecretBytes,
        parameter: &str,
    ) -> Result<CiphertextBlob, ApiError> {
        let LoadedVersion { spec, key, .. } = self.version;
        let max = algorithm.plaintext_max_len(*spec);
        let plaintext = plaintext.expose_secret();
        if plaintext.len() > max {
            let remedy = format!(
                "With a key of spec {spec} and {algorithm} it must be at most {max} bytes before \
                 base64."
            );
            return Err(ApiError::invalid_parameter(parameter, remedy));
        }
        key.encrypt(algorithm, plaintext).await.map(CiphertextBlob).map_err(failed)
    }

    async fn seal(
        &self,
        context: &EncryptionContext,
        plaintext: &[u8],
    ) -> Result<CiphertextBlob, ApiError> {
        let LoadedVersion { version_id, key, .. } = self.version;
        let aad = blob::additional_data(version_id, &context.to_canonical_bytes());
        let sealed = key.seal(&aad, plaintext).await.map_err(failed)?;
        Ok(CiphertextBlob(blob::join(version_id, &sealed)))
    }

    async fn open(
        &self,
        context: &EncryptionContext,
        blob: &CiphertextBlob,
    ) -> Result<SecretBytes, ApiError> {
        let parsed = ParsedBlob::parse(&blob.0).map_err(|_| blob_refused())?;
        let aad = blob::additional_data(parsed.version_id(), &context.to_canonical_bytes());
        match self.version.key.open(&aad, parsed.sealed()).await {
            Ok(opened) => Ok(SecretBytes::from(opened)),
            Err(StoreError::Refused) => Err(blob_refused()),
            Err(error) => Err(failed(error)),
        }
    }
}

/// What a store's failure is to a caller.
fn failed(error: StoreError) -> ApiError {
    match error {
        StoreError::Refused => ciphertext_refused(),
        StoreError::Unavailable(error) => stored(error),
        // The key's kind was looked at before.
        StoreError::NotOffered => ApiError::internal(error),
    }
}

/// The one answer to a ciphertext under a public key that does not open, whatever the reason.
fn ciphertext_refused() -> ApiError {
    ApiError::with_message(
        ErrorCode::InvalidCiphertext,
        "The specified parameter \"CiphertextBlob\" is not valid. It must be what was encrypted under \
         this key version's public key with this Algorithm, unchanged.",
    )
}

/// What is there without a key.
pub struct Edge<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// What the operator chose.
    pub settings: &'a Settings,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// What can guard a key in this deployment.
    pub protection_levels: &'static [ProtectionLevel],
}

/// Random bytes, wiped when dropped.
fn random(entropy: &dyn Entropy, len: usize) -> Result<SecretBytes, ApiError> {
    let mut bytes = Zeroizing::new(vec![0; len]);
    entropy.fill(&mut bytes).map_err(ApiError::internal)?;
    Ok(bytes.into())
}
