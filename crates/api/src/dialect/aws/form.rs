// SPDX-License-Identifier: Apache-2.0
//! What an action looks like to AWS's clients, whichever of its services it is of.

use serde::{Serialize, de::DeserializeOwned};

use crate::action::Action;
use crate::error::ApiError;
use crate::key::algorithm::EncryptionAlgorithm;
use crate::place::Place;

/// An action in AWS's form.
pub trait Form: Action {
    /// What a client sends.
    type Request: DeserializeOwned;
    /// What a client gets; `()` for no body.
    type Answer: Serialize;
    /// Documented fields of AWS's that nothing made here can have.
    const NOT_OFFERED: &'static [&'static str] = &[];

    /// Whether a request that names this algorithm of a public key, or none, means this action, of
    /// those that AWS has one name for.
    #[must_use]
    fn is_meant(algorithm: Option<EncryptionAlgorithm>) -> bool {
        let _ = algorithm;
        true
    }

    /// The command that a request is.
    ///
    /// # Errors
    /// An error that names the field and says what to send instead.
    fn command(request: Self::Request) -> Result<Self, ApiError>;

    /// What a client gets for the reply to this command, in `place`.
    fn answer(&self, reply: Self::Reply, place: &Place) -> Self::Answer;
}
