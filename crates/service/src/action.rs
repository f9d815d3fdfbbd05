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
mod keyring_context;
mod new_access_key;
mod ready_key;
mod session_context;
mod trail_context;

use edgekms_api::{
    action::{Action, Command, Reply},
    bytes::SecretBytes,
    error::{ApiError, ErrorCode},
    id::Region,
    key::{ProtectionLevel, algorithm::Need},
    place::Place,
};
use zeroize::Zeroizing;

use self::ready_key::failed;
pub use self::{
    keyring_context::{Decision, KeyringContext},
    ready_key::ReadyKey,
    session_context::{Roles, SessionContext},
    trail_context::TrailContext,
};

use crate::{
    account::context::{AccountContext, Decision as AccountDecision},
    copies::resolver::{Keys, Target},
    identity::Caller,
    keyring::prepared::{Prepared, Preparing},
    port::{Entropy, LocalFuture},
    settings::Settings,
};

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

edgekms_api::with_actions!(dispatch);
