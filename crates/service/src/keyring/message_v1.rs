// SPDX-License-Identifier: Apache-2.0
//! Messages of version 1, those of the first slice: still read by a keyring, and still sent to one
//! that has not said that it reads later ones. To be dropped with the next version.
//!
//! Version 1 has no question for changes and no facts for the event, and its views have no revision.

use edgekms_api::id::{KeyId, RequestId};
use serde::{Deserialize, Serialize};

use super::{
    message::{ActionCall, Answer, Ask, Done, Message, Refused, ViewAnswer, ViewQuestion},
    name::ViewName,
    record::KeyView,
};
use crate::{
    audit::RequestFacts, identity::Caller, nonce::NonceMark, object::message::NEWEST, place::Place,
};

/// A message of version 1.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "lowercase")]
pub enum MessageV1 {
    /// Carry out an action.
    Action(ActionV1),
    /// Tell a view.
    View(ViewV1),
}

/// An action to carry out.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionV1 {
    place: Place,
    action: String,
    params: Vec<(String, String)>,
    caller: Caller,
    nonce: Option<NonceMark>,
    request_id: RequestId,
    xml: bool,
}

/// A view to tell.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewV1 {
    place: Place,
    view: ViewName,
}

/// A reply of version 1, with what the keyring reads, which older isolates pass over.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "lowercase")]
pub enum ReplyV1 {
    /// The action is done.
    Done {
        /// The answer's body.
        body: String,
        /// The key concerned.
        key_id: Option<KeyId>,
        /// Views that were altered.
        views: Vec<(ViewName, Option<String>)>,
        /// The newest version that this keyring reads.
        #[serde(default = "first")]
        reads: u32,
    },
    /// The action is refused.
    Refused {
        /// The error's code.
        code: String,
        /// Its text for the caller.
        message: String,
        /// Its text for the log.
        detail: Option<String>,
        /// The newest version that this keyring reads.
        #[serde(default = "first")]
        reads: u32,
    },
    /// The view asked for.
    View {
        /// Its text.
        text: Option<String>,
        /// The newest version that this keyring reads.
        #[serde(default = "first")]
        reads: u32,
    },
}

const fn first() -> u32 {
    1
}

impl MessageV1 {
    /// The message as one of this release.
    #[must_use]
    pub fn into_message(self) -> Message {
        match self {
            Self::Action(ActionV1 { place, action, params, caller, nonce, request_id, xml }) => {
                let facts = RequestFacts::default();
                let call = ActionCall { action, params, caller, nonce, request_id, xml, facts };
                Message::new(place, Ask::Action(Box::new(call)))
            }
            Self::View(ViewV1 { place, view }) => {
                let question = ViewQuestion { name: view, missed: false };
                Message::new(place, Ask::View(question))
            }
        }
    }

    /// What this release asks, as far as version 1 can ask it.
    #[must_use]
    pub fn of(place: &Place, ask: &Ask) -> Option<Self> {
        let place = place.clone();
        match ask {
            Ask::Action(call) => {
                let ActionCall { action, params, caller, nonce, request_id, xml, .. } =
                    (**call).clone();
                Some(Self::Action(ActionV1 {
                    place,
                    action,
                    params,
                    caller,
                    nonce,
                    request_id,
                    xml,
                }))
            }
            Ask::View(question) => Some(Self::View(ViewV1 { place, view: question.name.clone() })),
            Ask::Changes(_) => None,
        }
    }
}

/// A key's view as version 1 has it.
#[derive(Serialize)]
struct KeyViewV1 {
    #[serde(flatten)]
    view: KeyView,
    revision: u64,
}

impl ReplyV1 {
    /// An answer of this release to what version 1 asked, as far as version 1 can tell it.
    #[must_use]
    pub fn of(answer: Answer, asked: &Ask) -> Self {
        let reads = NEWEST;
        match answer {
            Answer::Done(Done { body, key_id, views, revision, .. }) => {
                let view = |(name, text): (ViewName, Option<String>)| {
                    let text = text.map(|text| text_v1(&name, text, revision));
                    (name, text)
                };
                Self::Done { body, key_id, views: views.into_iter().map(view).collect(), reads }
            }
            Answer::Refused(Refused { code, message, detail, .. }) => {
                Self::Refused { code, message, detail, reads }
            }
            Answer::View(ViewAnswer { body, revision, .. }) => {
                let text = body.map(|text| match asked {
                    Ask::View(question) => text_v1(&question.name, text, revision),
                    _ => text,
                });
                Self::View { text, reads }
            }
            // Never asked in version 1.
            Answer::Changes(_) => Self::View { text: None, reads },
        }
    }

    /// The reply as an answer of this release. Its views come from no known revision, so nobody may
    /// keep them.
    #[must_use]
    pub fn into_answer(self) -> Answer {
        match self {
            Self::Done { body, key_id, reads, .. } => Answer::Done(Done {
                body,
                key_id,
                recorded: reads >= NEWEST,
                epoch: String::new(),
                revision: 0,
                views: Vec::new(),
            }),
            Self::Refused { code, message, detail, reads } => {
                // A keyring that reads later versions records every change, whatever asked for it.
                let recorded = reads >= NEWEST;
                Answer::Refused(Refused { code, message, detail, recorded })
            }
            Self::View { text, .. } => {
                Answer::View(ViewAnswer { epoch: String::new(), revision: 0, body: text })
            }
        }
    }
}

/// Version 1 has a revision inside a key's view; other records are as they were.
fn text_v1(name: &ViewName, text: String, revision: u64) -> String {
    match (name, KeyView::decode(&text)) {
        (ViewName::Key(_), Ok(view)) => {
            serde_json::to_string(&KeyViewV1 { view, revision }).unwrap_or(text)
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::key_record;

    const PLACE: &str = r#"{"account":"1234567890123456","region":"cn-hangzhou"}"#;

    /// The bytes that the first slice sent.
    #[test]
    fn what_the_first_slice_sent_is_read() {
        let view = format!(
            r#"{{"ask":"view","place":{PLACE},"view":{{"kind":"alias","name":"alias/a"}}}}"#
        );
        let message = serde_json::from_str::<MessageV1>(&view).unwrap();
        assert_eq!(serde_json::to_string(&message).unwrap(), view);
        assert!(matches!(
            message.into_message().ask,
            Ask::View(ViewQuestion { missed: false, .. })
        ));
        let action = format!(
            r#"{{"ask":"action","place":{PLACE},"action":"ListKeys","params":[["PageSize","1"]],"caller":{{"account":"1234567890123456","access_key_id":"testid","principal":"root-account"}},"nonce":null,"request_id":"00000000-0000-4000-8000-000000000000","xml":false}}"#
        );
        let message = serde_json::from_str::<MessageV1>(&action).unwrap();
        assert_eq!(serde_json::to_string(&message).unwrap(), action);
        let Message { place, ask, .. } = message.into_message();
        assert_eq!(serde_json::to_string(&MessageV1::of(&place, &ask)).unwrap(), action);
        let more = action.replace("\"xml\"", "\"extra\":1,\"xml\"");
        assert!(serde_json::from_str::<MessageV1>(&more).is_err());
    }

    /// The bytes that the first slice's isolates read, and one field that they pass over.
    #[test]
    fn what_the_first_slice_reads_is_sent() {
        let name = ViewName::Key(key_record().key_id);
        let asked = Ask::View(ViewQuestion { name, missed: false });
        let body = Some(key_record().view().encode());
        let answer = Answer::View(ViewAnswer { epoch: "e".into(), revision: 7, body });
        let text = serde_json::to_string(&ReplyV1::of(answer, &asked)).unwrap();
        assert_eq!(
            text,
            r#"{"reply":"view","text":"{\"v\":1,\"key_id\":\"11111111-1111-4111-8111-111111111111\",\"state\":\"Enabled\",\"spec\":\"Aliyun_AES_256\",\"usage\":\"ENCRYPT/DECRYPT\",\"primary_version\":\"22222222-2222-4222-8222-222222222222\",\"revision\":7}","reads":2}"#
        );
        // What the first slice replied.
        let old =
            r#"{"reply":"refused","code":"Forbidden.KeyNotFound","message":"m","detail":null}"#;
        let Answer::Refused(refused) = serde_json::from_str::<ReplyV1>(old).unwrap().into_answer()
        else {
            panic!("a refusal is one");
        };
        assert!(!refused.recorded);
    }
}
