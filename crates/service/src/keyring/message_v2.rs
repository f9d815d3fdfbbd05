// SPDX-License-Identifier: Apache-2.0
//! Messages of version 2: still read by a keyring, and still sent to one that has not said that it
//! reads later ones. To be dropped with the next version.
//!
//! Version 2 carries an action's parameters and the text of its answer in Alibaba's form, where later
//! ones carry commands and replies. Questions for views and changes are as they are now.

use edgekms_api::{
    action::{ActionName, Reply},
    dialect::alibaba::{self, command, reply, request::Format},
    error::{ApiError, ErrorCode},
    id::{AccountId, KeyId, RequestId},
    place::Place,
};
use serde::{Deserialize, Serialize};

use super::{
    message::{
        Answer, Ask, ChangesAnswer, ChangesQuestion, CommandCall, Done, Message, Refused,
        ViewAnswer, ViewQuestion,
    },
    name::ViewName,
};
use crate::{
    audit::RequestFacts,
    identity::{Caller, Principal},
    nonce::NonceMark,
    object::message::NEWEST,
    settings::Limits,
};

const VERSION: u32 = 2;

/// A message of version 2.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageV2 {
    v: u32,
    place: Place,
    ask: AskV2,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum AskV2 {
    Action(Box<ActionV2>),
    View(ViewQuestion),
    Changes(ChangesQuestion),
}

/// An action to carry out.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionV2 {
    action: String,
    params: Vec<(String, String)>,
    caller: CallerV2,
    nonce: Option<NonceMark>,
    request_id: RequestId,
    xml: bool,
    facts: RequestFacts,
}

/// A caller before it had a name and permissions of its own: the root, always.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CallerV2 {
    account: AccountId,
    access_key_id: String,
    principal: Principal,
}

/// A reply of version 2, with what the keyring reads.
#[derive(Debug, Serialize, Deserialize)]
pub struct AnswerMessageV2 {
    v: u32,
    reads: u32,
    answer: AnswerV2,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum AnswerV2 {
    Done(DoneV2),
    Refused(Refused),
    View(ViewAnswer),
    Changes(ChangesAnswer),
}

#[derive(Debug, Serialize, Deserialize)]
struct DoneV2 {
    body: String,
    key_id: Option<KeyId>,
    recorded: bool,
    epoch: String,
    revision: u64,
    views: Vec<(ViewName, Option<String>)>,
}

/// How the answer to a message of version 2 is to be written.
#[derive(Debug, Clone)]
pub struct FormV2 {
    request_id: RequestId,
    xml: bool,
}

impl MessageV2 {
    /// The message as one of this release, and how to answer it if it asks for an action.
    ///
    /// # Errors
    /// What is wrong with an action's parameters.
    pub fn into_message(self, limits: Limits) -> Result<(Message, Option<FormV2>), ApiError> {
        let Self { place, ask, .. } = self;
        let action = match ask {
            AskV2::Action(action) => *action,
            AskV2::View(question) => return Ok((Message::new(place, Ask::View(question)), None)),
            AskV2::Changes(question) => {
                return Ok((Message::new(place, Ask::Changes(question)), None));
            }
        };
        let ActionV2 { action, params, caller, nonce, request_id, xml, facts } = action;
        let name = ActionName::find(&action).ok_or(ErrorCode::InvalidApiNotFound)?;
        let mut given = alibaba::params::Params::new();
        for (name, value) in params {
            given.insert(name, value)?;
        }
        let limits = alibaba::limits(limits.plaintext_bytes);
        let command = command::read(name, &given, &limits)?;
        let caller = Caller::root(caller.account, caller.access_key_id);
        let form = FormV2 { request_id: request_id.clone(), xml };
        let call = CommandCall { command, caller, nonce, request_id, facts };
        Ok((Message::new(place, Ask::Command(Box::new(call))), Some(form)))
    }

    /// What this release asks, as far as version 2 can ask it.
    #[must_use]
    pub fn of(place: &Place, ask: &Ask) -> Option<Self> {
        let ask = match ask {
            Ask::Command(call) => {
                let CommandCall { command, caller, nonce, request_id, facts } = (**call).clone();
                let Caller { account, access_key_id, principal, .. } = caller;
                AskV2::Action(Box::new(ActionV2 {
                    action: command.action().as_str().to_owned(),
                    params: command::parameters(&command)?,
                    caller: CallerV2 { account, access_key_id, principal },
                    nonce,
                    request_id,
                    xml: false,
                    facts,
                }))
            }
            Ask::View(question) => AskV2::View(question.clone()),
            Ask::Changes(question) => AskV2::Changes(question.clone()),
        };
        Some(Self { v: VERSION, place: place.clone(), ask })
    }
}

impl AnswerMessageV2 {
    /// An answer of this release to a message of version 2.
    #[must_use]
    pub fn of(answer: Answer, form: Option<&FormV2>) -> Self {
        let answer = match answer {
            Answer::Done(done) => match written(&done.reply, form) {
                Ok(body) => {
                    let Done { key_id, recorded, epoch, revision, views, .. } = *done;
                    AnswerV2::Done(DoneV2 { body, key_id, recorded, epoch, revision, views })
                }
                Err(error) => AnswerV2::Refused(Refused::new(&error, done.recorded).on_the_wire()),
            },
            Answer::Refused(refused) => AnswerV2::Refused(refused.on_the_wire()),
            Answer::View(view) => AnswerV2::View(view),
            Answer::Changes(changes) => AnswerV2::Changes(changes),
        };
        Self { v: VERSION, reads: NEWEST, answer }
    }

    /// The reply to what this release asked, as an answer of it.
    ///
    /// # Errors
    /// `InternalFailure` for the text of an answer that is no reply of the action's.
    pub fn into_answer(self, asked: &Ask) -> Result<Answer, ApiError> {
        Ok(match self.answer {
            AnswerV2::Done(DoneV2 { body, key_id, recorded, epoch, revision, views }) => {
                let Ask::Command(call) = asked else {
                    return Err(ApiError::internal("a question was answered as an action"));
                };
                let reply = reply::read(call.command.action(), &body)?;
                Answer::Done(Box::new(Done { reply, key_id, recorded, epoch, revision, views }))
            }
            AnswerV2::Refused(refused) => Answer::Refused(refused),
            AnswerV2::View(view) => Answer::View(view),
            AnswerV2::Changes(changes) => Answer::Changes(changes),
        })
    }
}

fn written(reply: &Reply, form: Option<&FormV2>) -> Result<String, ApiError> {
    let form = form.ok_or_else(|| ApiError::internal("a question was answered as an action"))?;
    let format = if form.xml { Format::Xml } else { Format::Json };
    reply::success(format, &form.request_id, reply)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::place;

    /// The bytes that the release before sent.
    const ACTION: &str = r#"{"v":2,"place":{"account":"1234567890123456","region":"cn-hangzhou"},"ask":{"action":{"action":"DisableKey","params":[["KeyId","k"]],"caller":{"account":"1234567890123456","access_key_id":"testid","principal":"root-account"},"nonce":{"digest":"abababababababababababababababab","until_millis":901000},"request_id":"00000000-0000-4000-8000-000000000000","xml":false,"facts":{}}}}"#;

    fn read(text: &str) -> (Message, Option<FormV2>) {
        let message: MessageV2 = serde_json::from_str(text).unwrap();
        message.into_message(Limits::default()).unwrap()
    }

    #[test]
    fn what_the_release_before_sent_is_read_and_can_be_said_again() {
        let (message, form) = read(ACTION);
        let Ask::Command(call) = &message.ask else { panic!() };
        assert_eq!(call.command.action(), ActionName::DisableKey);
        assert_eq!(call.caller.arn, "acs:ram::1234567890123456:root");
        assert!(form.is_some());
        let again = MessageV2::of(&place(), &message.ask).unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), ACTION);
        for ask in [
            r#"{"view":{"name":{"kind":"alias","name":"alias/a"},"missed":true}}"#,
            r#"{"changes":{"since":{"epoch":"e","revision":7}}}"#,
        ] {
            let text = format!(
                r#"{{"v":2,"place":{{"account":"1234567890123456","region":"cn-hangzhou"}},"ask":{ask}}}"#
            );
            let (message, _) = read(&text);
            let again = MessageV2::of(&place(), &message.ask).unwrap();
            assert_eq!(serde_json::to_string(&again).unwrap(), text);
        }
    }

    #[test]
    fn a_parameter_that_cannot_be_is_refused_and_another_field_is_no_message() {
        let bad = ACTION.replace(r#""KeyId","k""#, r#""KeyId","a b""#);
        let message: MessageV2 = serde_json::from_str(&bad).unwrap();
        let error = message.into_message(Limits::default()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidParameter);
        let extra = ACTION.replace(r#""xml":false"#, r#""xml":false,"extra":1"#);
        assert!(serde_json::from_str::<MessageV2>(&extra).is_err());
    }

    #[test]
    fn answers_are_texts_of_alibaba_s() {
        let (message, form) = read(ACTION);
        let done = Answer::Done(Box::new(Done {
            reply: Reply::DisableKey(edgekms_api::action::Empty {}),
            key_id: None,
            recorded: true,
            epoch: "e".into(),
            revision: 7,
            views: Vec::new(),
        }));
        let text =
            serde_json::to_string(&AnswerMessageV2::of(done.clone(), form.as_ref())).unwrap();
        assert_eq!(
            text,
            r#"{"v":2,"reads":3,"answer":{"done":{"body":"{\"RequestId\":\"00000000-0000-4000-8000-000000000000\"}","key_id":null,"recorded":true,"epoch":"e","revision":7,"views":[]}}}"#
        );
        let reply: AnswerMessageV2 = serde_json::from_str(&text).unwrap();
        assert_eq!(reply.into_answer(&message.ask).unwrap(), done);

        let refused = Refused::new(&ErrorCode::KeyNotFound.into(), true);
        let text =
            serde_json::to_string(&AnswerMessageV2::of(Answer::Refused(refused), None)).unwrap();
        assert!(text.contains(r#""code":"Forbidden.KeyNotFound""#), "{text}");
        let reply: AnswerMessageV2 = serde_json::from_str(&text).unwrap();
        let Answer::Refused(refused) = reply.into_answer(&message.ask).unwrap() else { panic!() };
        assert_eq!(refused.into_error().code(), ErrorCode::KeyNotFound);
    }
}
