// SPDX-License-Identifier: Apache-2.0
//! An isolate's way to its keyring: what is asked, in a version that the keyring reads, and for no
//! longer than a bounded time.
//!
//! An isolate begins with the version before the newest, and asks in it for a key that cannot exist;
//! the reply says what the keyring reads. So isolates of a new release work with keyrings of the
//! last one while a release rolls out, and the other way round.

use std::cell::Cell;

use edgekms_api::error::{ApiError, ErrorCode};

use super::tally::add;
use crate::object::name::ViewName;
use crate::object::since::Since;
use crate::{
    keyring::{
        message::{Answer, AnswerMessage, Ask, Message, ViewAnswer, ViewQuestion},
        message_v3,
        prepared::Reserve,
        stored,
    },
    object::message::{NEWEST, OLDEST, told_by},
    port::{LocalFuture, Objects, PortError, Timers, key_store::Handle, timer::within},
};
use edgekms_api::place::Place;

/// How long a keyring's reply is waited for. After that nobody knows whether the call was carried
/// out, and the caller is told so.
pub const REPLY_LIMIT_MILLIS: u32 = 10_000;

/// An id that is no key's: it is asked about to learn what a keyring reads.
const NO_KEY: &str = "edgekms-what-do-you-read";

/// In which version to speak to one keyring.
#[derive(Debug, Default)]
pub struct Speech {
    told: Cell<Option<u32>>,
    meters: Cell<bool>,
    /// Messages that failed, or were not answered in time, since this was last taken.
    pub failures: Cell<u32>,
}

/// One keyring, to be asked.
#[derive(Clone, Copy)]
pub struct Talk<'a> {
    /// Which one.
    pub place: &'a Place,
    /// In which version.
    pub speech: &'a Speech,
    /// The way there.
    pub objects: &'a dyn Objects,
    /// Timers.
    pub timers: &'a dyn Timers,
}

impl Talk<'_> {
    /// Asks, and waits for the answer, which may be a refusal. Not tried again: an action may have
    /// been carried out although its answer was lost.
    ///
    /// # Errors
    /// `ServiceUnavailableTemporary` if the keyring cannot be reached.
    pub async fn ask(&self, ask: Ask) -> Result<Answer, ApiError> {
        self.exchange(ask).await.map_err(stored)
    }

    /// As [`Talk::ask`], with a refusal as an error.
    ///
    /// # Errors
    /// What the keyring refuses with; `ServiceUnavailableTemporary` if it cannot be reached.
    pub async fn question(&self, ask: Ask) -> Result<Answer, ApiError> {
        match self.ask(ask).await? {
            Answer::Refused(refused) => Err(refused.into_error()),
            answer => Ok(answer),
        }
    }

    /// What the truth has under a name now, and which state of the keyring that is.
    ///
    /// # Errors
    /// As [`Talk::question`].
    pub async fn view(&self, name: ViewName) -> Result<(Option<String>, Since), ApiError> {
        let question = ViewQuestion { name, missed: false };
        match self.question(Ask::View(question)).await? {
            Answer::View(ViewAnswer { epoch, revision, body }) => {
                Ok((body, Since { epoch, revision }))
            }
            _ => Err(misplaced()),
        }
    }

    /// Whether the object reads what isolates tell of their calls.
    ///
    /// # Errors
    /// [`PortError`] if it cannot be reached.
    pub async fn meters(&self) -> Result<bool, PortError> {
        self.version().await?;
        Ok(self.speech.meters.get())
    }

    async fn version(&self) -> Result<u32, PortError> {
        if let Some(version) = self.speech.told.get()
            && version == NEWEST
        {
            return Ok(version);
        }
        let key = NO_KEY.parse().map_err(|_| PortError::new("the probe's id is not one"))?;
        let question = ViewQuestion { name: ViewName::Key(key), missed: false };
        self.exchange_in(OLDEST, Ask::View(question)).await?;
        Ok(self.speech.told.get().unwrap_or(OLDEST))
    }

    async fn exchange(&self, ask: Ask) -> Result<Answer, PortError> {
        let version = self.version().await?;
        self.exchange_in(version, ask).await
    }

    async fn exchange_in(&self, version: u32, ask: Ask) -> Result<Answer, PortError> {
        let message = Message::new(self.place.clone(), ask);
        let message = if version == NEWEST {
            message
        } else {
            message_v3::of(message).ok_or_else(|| {
                PortError::new("the keyring is of a release that cannot be asked for this")
            })?
        };
        let text = serde_json::to_string(&message).map_err(|error| PortError(error.to_string()))?;
        let sent = self.objects.send(self.place, &text);
        let reply = within(self.timers, REPLY_LIMIT_MILLIS, sent).await;
        let late =
            || PortError(format!("the keyring did not reply within {REPLY_LIMIT_MILLIS} ms"));
        let reply = reply.ok_or_else(late).flatten();
        let reply = reply.inspect_err(|_| add(&self.speech.failures, 1))?;
        let told = told_by(&reply);
        self.speech.told.set(Some(told.reads));
        self.speech.meters.set(told.meters && told.reads == NEWEST);
        // The reply's text can hold what a command gets, which is for its caller alone.
        serde_json::from_str(&reply)
            .map(|reply: AnswerMessage| reply.answer)
            .map_err(|_| PortError::new("the keyring's reply does not parse"))
    }
}

impl Reserve for Talk<'_> {
    fn reserve(&self, handle: Handle) -> LocalFuture<'_, Result<(), ApiError>> {
        Box::pin(async move {
            match self.question(Ask::Reserve(handle)).await? {
                Answer::Reserved => Ok(()),
                _ => Err(misplaced()),
            }
        })
    }
}

/// An answer of another kind than was asked for.
pub(crate) fn misplaced() -> ApiError {
    ApiError::new(ErrorCode::InternalFailure).with_detail("the keyring answered something else")
}
