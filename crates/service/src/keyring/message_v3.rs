// SPDX-License-Identifier: Apache-2.0
//! Messages of version 3: still read by a keyring, and still sent to one that has not said that it
//! reads later ones. To be dropped with the next version.
//!
//! Version 3 knows nothing prepared: a keyring of its time makes the material of a new key itself, which
//! is an AES key's always. And it knows version 1 of key versions' records alone.

use edgekms_api::error::{ApiError, ErrorCode};

use super::{
    message::{Answer, AnswerMessage, Ask, Message},
    prepared::Prepared,
    record::VersionRecord,
};
use crate::material::stores::StoredMaterial;
use crate::object::name::ViewName;

const VERSION: u32 = 3;

/// What this release asks, as far as version 3 can ask it.
#[must_use]
pub fn of(mut message: Message) -> Option<Message> {
    match &mut message.ask {
        Ask::Command(call) => {
            if !call.prepared.take().is_none_or(|prepared| is_implied(&prepared)) {
                return None;
            }
        }
        Ask::Reserve(_) | Ask::LookUp(_) | Ask::Export(_) => return None,
        // What it does not read is told to a later one.
        Ask::Changes(question) => question.meter = None,
        Ask::View(_) => {}
    }
    Some(message.in_version(VERSION))
}

/// Whether a keyring of version 3 makes the same by itself.
fn is_implied(prepared: &Prepared) -> bool {
    prepared.version().is_some_and(|version| {
        matches!(version.material, StoredMaterial::Wrapped(_)) && version.public_key.is_none()
    })
}

/// Whether a message of version 3 holds nothing that came later.
///
/// # Errors
/// `InvalidApi.NotFound` for one that does.
pub fn check(message: &Message) -> Result<(), ApiError> {
    match &message.ask {
        Ask::Command(call) if call.prepared.is_none() => Ok(()),
        Ask::Changes(question) if question.meter.is_none() => Ok(()),
        Ask::View(_) => Ok(()),
        Ask::Command(_) | Ask::Reserve(_) | Ask::Changes(_) | Ask::LookUp(_) | Ask::Export(_) => {
            Err(ErrorCode::InvalidApiNotFound.into())
        }
    }
}

/// An answer of this release to a message of version 3.
#[must_use]
pub fn answer(mut answer: Answer, asked: &Ask) -> AnswerMessage {
    let old = |name: &ViewName, body: &mut Option<String>| {
        if matches!(name, ViewName::Version(_)) {
            // What version 1 cannot say stays as it is: its reader refuses it, and guesses nothing.
            let text = body.as_deref().and_then(|text| VersionRecord::decode(text).ok());
            let text = text.and_then(|record| record.encode_v1());
            *body = text.or_else(|| body.take());
        }
    };
    match (&mut answer, asked) {
        (Answer::Done(done), _) => {
            done.views.iter_mut().for_each(|(name, body)| old(name, body));
        }
        (Answer::View(view), Ask::View(question)) => old(&question.name, &mut view.body),
        _ => {}
    }
    AnswerMessage::new(answer).in_version(VERSION)
}

#[cfg(test)]
mod tests {
    use edgekms_api::action::{Command, CreateKey, DisableKey};

    use super::*;
    use crate::{
        keyring::message::{CommandCall, ViewAnswer, ViewQuestion},
        keyring::prepared::Ready,
        testing::{caller, place, version_record},
    };

    /// The bytes that the release before sent.
    const COMMAND: &str = r#"{"v":3,"place":{"account":"1234567890123456","region":"cn-hangzhou"},"ask":{"command":{"command":{"DisableKey":{"KeyId":"k"}},"caller":{"account":"1234567890123456","access_key_id":"testid","principal":"root-account","arn":"acs:ram::1234567890123456:root","permissions":"owner"},"nonce":null,"request_id":"00000000-0000-4000-8000-000000000000","facts":{}}}}"#;

    fn command(command: Command, prepared: Option<Prepared>) -> Message {
        let request_id = edgekms_api::id::RequestId::from_random_bytes([0; 16]);
        let facts = Default::default();
        let call =
            CommandCall { command, caller: caller(), nonce: None, request_id, facts, prepared };
        Message::new(place(), Ask::Command(Box::new(call)))
    }

    fn prepared(public_key: Option<edgekms_api::bytes::Octets<8_192>>) -> Prepared {
        let record = version_record();
        let version = super::super::prepared::PreparedVersion {
            key_id: record.key_id,
            version_id: record.version_id,
            spec: record.spec,
            material: record.material,
            public_key,
        };
        Prepared { since: None, ready: Ready::Version(version) }
    }

    #[test]
    fn what_the_release_before_sent_is_read_and_can_be_said_again() {
        let message: Message = serde_json::from_str(COMMAND).unwrap();
        assert!(check(&message).is_ok());
        let command = command(Command::DisableKey(DisableKey { key: "k".parse().unwrap() }), None);
        assert_eq!(serde_json::to_string(&of(command).unwrap()).unwrap(), COMMAND);
    }

    #[test]
    fn what_that_release_makes_itself_is_left_to_it_and_nothing_else_is_asked_of_it() {
        let create = || Command::CreateKey(CreateKey::default());
        let asked = of(command(create(), Some(prepared(None)))).unwrap();
        assert!(check(&asked).is_ok());
        let public_key = Some(edgekms_api::bytes::Octets(vec![1]));
        assert_eq!(of(command(create(), Some(prepared(public_key)))), None);
        assert!(check(&command(create(), Some(prepared(None)))).is_err());
    }

    #[test]
    fn it_is_told_records_in_the_version_that_it_reads() {
        let record = version_record();
        let name = ViewName::Version(record.version_id.clone());
        let asked = Ask::View(ViewQuestion { name, missed: false });
        let view = |record: &VersionRecord| {
            let body = Some(record.encode());
            let view = ViewAnswer { epoch: "e".into(), revision: 1, body };
            let AnswerMessage { answer, .. } = answer(Answer::View(view), &asked);
            let Answer::View(view) = answer else { panic!() };
            view.body
        };
        assert_eq!(view(&record), record.encode_v1());
        let mut newer = record;
        newer.public_key = Some(edgekms_api::bytes::Octets(vec![1]));
        assert_eq!(view(&newer), Some(newer.encode()), "not to be read at all");
    }
}
