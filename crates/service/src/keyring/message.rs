// SPDX-License-Identifier: Apache-2.0
//! What crosses to a keyring and back, version 4: JSON, pinned by the tests below. A field that a
//! message does not have is refused. Version 3 is in [`super::message_v3`].

use edgekms_api::{
    action::{Command, Reply},
    error::{ApiError, ErrorCode},
    id::{KeyId, RequestId},
    place::Place,
};
use serde::{Deserialize, Serialize};

use super::{
    meter::{MeterReport, Metered},
    prepared::Prepared,
    roots::Checks,
};
use crate::object::name::ViewName;
use crate::object::since::Since;
use crate::{
    audit::{
        RequestFacts,
        export::Part,
        lookup::{Page, Query},
    },
    identity::Caller,
    nonce::NonceMark,
    object::message::NEWEST,
    port::key_store::Handle,
};

/// A message to a keyring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    v: u32,
    /// The keyring's place. A message that went astray is refused.
    pub place: Place,
    /// What is asked.
    pub ask: Ask,
}

/// What is asked of a keyring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ask {
    /// Carry out a command for a caller who is authenticated.
    Command(Box<CommandCall>),
    /// Tell a view as the truth has it.
    View(ViewQuestion),
    /// Tell what has changed.
    Changes(ChangesQuestion),
    /// Note that material is about to be made elsewhere: it is destroyed unless a key of it is decided.
    Reserve(Handle),
    /// Which events there are.
    LookUp(Query),
    /// A part of an export of the events, after this one.
    Export(u64),
}

/// A command to carry out. It has been read and checked; what may have changed since is decided again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandCall {
    /// What is to be done.
    pub command: Command,
    /// Who calls.
    pub caller: Caller,
    /// The request's nonce, if the command changes anything.
    pub nonce: Option<NonceMark>,
    /// The request's id, for the event.
    pub request_id: RequestId,
    /// What the event tells of the request.
    pub facts: RequestFacts,
    /// What had to be waited for, if the command needs any such thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prepared: Option<Prepared>,
}

/// A question for one view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewQuestion {
    /// Which view.
    pub name: ViewName,
    /// Whether KV should have had it and did not: it is then published anew.
    pub missed: bool,
}

/// A question for changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangesQuestion {
    /// What the asker knows already.
    pub since: Option<Since>,
    /// What it tells of its calls; only to an object that has said that it reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meter: Option<MeterReport>,
}

/// What a keyring replies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerMessage {
    v: u32,
    /// The newest version of message that this keyring reads.
    pub reads: u32,
    /// Whether it reads what isolates tell of their calls, which came after version 4.
    #[serde(default)]
    pub meters: bool,
    /// The answer.
    pub answer: Answer,
}

/// The answer of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// The command is carried out and stored.
    Done(Box<Done>),
    /// What was asked is refused; of a command, nothing but its nonce and event is stored.
    Refused(Refused),
    /// The view asked for.
    View(ViewAnswer),
    /// What has changed.
    Changes(ChangesAnswer),
    /// It is noted.
    Reserved,
    /// Events that were looked up.
    Found(Page),
    /// A part of an export.
    Exported(Part),
}

/// A command carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// What the caller gets.
    pub reply: Reply,
    /// The key concerned, for the audit record.
    pub key_id: Option<KeyId>,
    /// Whether the keyring has stored the event.
    pub recorded: bool,
    /// Which life of the keyring.
    pub epoch: String,
    /// The keyring's revision after it.
    pub revision: u64,
    /// Views that the command altered, as they are now; no text for what is gone.
    pub views: Vec<(ViewName, Option<String>)>,
}

/// A command, or a question, refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The error's name ([`ErrorCode::name`]).
    pub code: String,
    /// Its text for the caller.
    pub message: String,
    /// Its text for the log.
    pub detail: Option<String>,
    /// Whether the keyring has stored the event.
    pub recorded: bool,
}

/// A view as the truth has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewAnswer {
    /// Which life of the keyring.
    pub epoch: String,
    /// As of which revision.
    pub revision: u64,
    /// Its text, if there is such a thing.
    pub body: Option<String>,
}

/// What has changed, and what every isolate must know besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangesAnswer {
    /// Which life of the keyring.
    pub epoch: String,
    /// The keyring's revision.
    pub revision: u64,
    /// Since which revision the list of names is whole.
    pub complete_since: u64,
    /// The names altered since, each with the revision that altered it last.
    pub altered: Vec<(ViewName, u64)>,
    /// By what the root keys are known again.
    pub roots: Checks,
    /// What the asker may do next, if it told of its calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metered: Option<Metered>,
    /// What waits in the keyring.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backlog: Option<Backlog>,
}

/// What waits in an object, for whoever watches the deployment. Nothing here decides anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Backlog {
    /// For how long the view that waits longest has waited to be published, at least.
    pub publish_lag_millis: u64,
    /// Views that wait, counted up to a bound.
    pub publish_waiting: u64,
    /// Jobs that failed and are tried again, counted up to a bound.
    pub failing_jobs: u64,
    /// Stored events that were not handed on to the log yet.
    pub undelivered_events: u64,
    /// Writes to KV that failed since this was last told, whoever was told.
    pub kv_write_errors: u32,
}

impl Message {
    /// A message of this version.
    #[must_use]
    pub const fn new(place: Place, ask: Ask) -> Self {
        Self { v: NEWEST, place, ask }
    }

    /// The same under another version's number.
    #[must_use]
    pub(super) fn in_version(self, v: u32) -> Self {
        Self { v, ..self }
    }
}

impl AnswerMessage {
    /// A reply of this version.
    #[must_use]
    pub const fn new(answer: Answer) -> Self {
        Self { v: NEWEST, reads: NEWEST, meters: true, answer }
    }

    /// The same under another version's number.
    #[must_use]
    pub(super) fn in_version(self, v: u32) -> Self {
        Self { v, ..self }
    }
}

impl Refused {
    /// A refusal by `error`.
    #[must_use]
    pub fn new(error: &ApiError, recorded: bool) -> Self {
        Self {
            code: error.code().name().to_owned(),
            message: error.message().to_owned(),
            detail: error.detail().map(str::to_owned),
            recorded,
        }
    }

    /// The refusal as an error.
    #[must_use]
    pub fn into_error(self) -> ApiError {
        let Self { code, message, detail, .. } = self;
        let known = ErrorCode::ALL.iter().copied().find(|known| known.name() == code);
        let Some(known) = known else {
            return ApiError::internal(format!("the keyring refused with an unknown code {code}"));
        };
        let error = ApiError::with_message(known, message);
        match detail {
            Some(detail) => error.with_detail(detail),
            None => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use edgekms_api::{action::DisableKey, trail::lookup_events::AttributeKey};

    use super::*;
    use crate::{
        audit::lookup::Attribute,
        keyring::prepared::{ImportParameters, NewIds, PreparedImport, PreparedVersion, Ready},
        testing::{caller, place, version_record},
        throttle::report::Demand,
        usage::report::UsageReport,
    };

    fn call() -> CommandCall {
        CommandCall {
            command: Command::DisableKey(DisableKey { key: "k".parse().unwrap() }),
            caller: caller(),
            nonce: Some(NonceMark::new([0xab; 16], 901_000)),
            request_id: RequestId::from_random_bytes([0; 16]),
            facts: RequestFacts::default(),
            prepared: None,
        }
    }

    fn prepared() -> Prepared {
        let record = version_record();
        let version = PreparedVersion {
            key_id: record.key_id,
            version_id: record.version_id,
            spec: record.spec,
            material: record.material,
            public_key: None,
        };
        let since = Since { epoch: "e".into(), revision: 7 };
        Prepared { since: Some(since), ready: Ready::Version(version) }
    }

    fn ids() -> Prepared {
        let record = version_record();
        let (key_id, version_id) = (record.key_id, record.version_id);
        Prepared { since: None, ready: Ready::Ids(NewIds { key_id, version_id }) }
    }

    /// What is prepared for an import.
    #[test]
    fn prepared_imports_are_pinned_and_one_thing_is_prepared() {
        let Ready::Version(version) = prepared().ready else { panic!() };
        let key_id = version.key_id.clone();
        let import = PreparedImport { version, check: "ab".to_owned(), genuine: true };
        let parameters = ImportParameters {
            key_id,
            token: edgekms_api::bytes::Octets(vec![1]),
            public_key: edgekms_api::bytes::Octets(vec![2]),
            expires: 9,
        };
        let ready = |ready| Prepared { since: None, ready };
        let pinned = [
            (
                ready(Ready::Parameters(parameters)),
                r#"{"since":null,"parameters":{"key_id":"11111111-1111-4111-8111-111111111111","token":"AQ==","public_key":"Ag==","expires":9}}"#,
            ),
            (
                ready(Ready::Import(import)),
                r#"{"since":null,"import":{"version":{"key_id":"11111111-1111-4111-8111-111111111111","version_id":"22222222-2222-4222-8222-222222222222","spec":"Aliyun_AES_256","material":{"wrapped":{"root":"1","sealed":"AAAA"}}},"check":"ab","genuine":true}}"#,
            ),
        ];
        for (prepared, text) in &pinned {
            assert_eq!(serde_json::to_string(prepared).unwrap(), *text);
            assert_eq!(serde_json::from_str::<Prepared>(text).unwrap(), *prepared);
        }
        let [(_, parameters), (_, import)] = pinned;
        let both = format!(
            "{},{}",
            &parameters[..parameters.len() - 1],
            &import["{\"since\":null,".len()..]
        );
        for bad in [r#"{"since":null}"#, r#"{"since":null,"extra":1}"#, &both] {
            assert!(serde_json::from_str::<Prepared>(bad).is_err(), "{bad}");
        }
    }

    /// What one release sends, the next one reads.
    #[test]
    fn messages_are_pinned() {
        let pinned = [
            (
                Ask::Command(Box::new(call())),
                r#"{"v":4,"place":{"account":"1234567890123456","region":"cn-hangzhou"},"ask":{"command":{"command":{"DisableKey":{"KeyId":"k"}},"caller":{"account":"1234567890123456","access_key_id":"testid","principal":"root-account","arn":"acs:ram::1234567890123456:root","permissions":"owner"},"nonce":{"digest":"abababababababababababababababab","until_millis":901000},"request_id":"00000000-0000-4000-8000-000000000000","facts":{}}}}"#,
            ),
            (
                Ask::Command(Box::new(CommandCall { prepared: Some(prepared()), ..call() })),
                r#"{"v":4,"place":{"account":"1234567890123456","region":"cn-hangzhou"},"ask":{"command":{"command":{"DisableKey":{"KeyId":"k"}},"caller":{"account":"1234567890123456","access_key_id":"testid","principal":"root-account","arn":"acs:ram::1234567890123456:root","permissions":"owner"},"nonce":{"digest":"abababababababababababababababab","until_millis":901000},"request_id":"00000000-0000-4000-8000-000000000000","facts":{},"prepared":{"since":{"epoch":"e","revision":7},"version":{"key_id":"11111111-1111-4111-8111-111111111111","version_id":"22222222-2222-4222-8222-222222222222","spec":"Aliyun_AES_256","material":{"wrapped":{"root":"1","sealed":"AAAA"}}}}}}}"#,
            ),
            (
                Ask::Command(Box::new(CommandCall { prepared: Some(ids()), ..call() })),
                r#"{"v":4,"place":{"account":"1234567890123456","region":"cn-hangzhou"},"ask":{"command":{"command":{"DisableKey":{"KeyId":"k"}},"caller":{"account":"1234567890123456","access_key_id":"testid","principal":"root-account","arn":"acs:ram::1234567890123456:root","permissions":"owner"},"nonce":{"digest":"abababababababababababababababab","until_millis":901000},"request_id":"00000000-0000-4000-8000-000000000000","facts":{},"prepared":{"since":null,"ids":{"key_id":"11111111-1111-4111-8111-111111111111","version_id":"22222222-2222-4222-8222-222222222222"}}}}}"#,
            ),
            (
                Ask::Reserve(Handle {
                    store: "hsm".to_owned(),
                    version_id: version_record().version_id,
                }),
                r#"{"v":4,"place":{"account":"1234567890123456","region":"cn-hangzhou"},"ask":{"reserve":{"store":"hsm","version_id":"22222222-2222-4222-8222-222222222222"}}}"#,
            ),
            (
                Ask::View(ViewQuestion {
                    name: ViewName::Alias("alias/a".parse().unwrap()),
                    missed: true,
                }),
                r#"{"v":4,"place":{"account":"1234567890123456","region":"cn-hangzhou"},"ask":{"view":{"name":{"kind":"alias","name":"alias/a"},"missed":true}}}"#,
            ),
            (
                Ask::Changes(ChangesQuestion {
                    since: Some(Since { epoch: "e".into(), revision: 7 }),
                    meter: None,
                }),
                r#"{"v":4,"place":{"account":"1234567890123456","region":"cn-hangzhou"},"ask":{"changes":{"since":{"epoch":"e","revision":7}}}}"#,
            ),
            (
                Ask::Changes(ChangesQuestion {
                    since: None,
                    meter: Some(MeterReport {
                        isolate: "ab".to_owned(),
                        demand: Some(Demand::default()),
                        usage: Some(UsageReport { number: 1, again: false, rows: Vec::new() }),
                    }),
                }),
                r#"{"v":4,"place":{"account":"1234567890123456","region":"cn-hangzhou"},"ask":{"changes":{"since":null,"meter":{"isolate":"ab","demand":{"over_millis":0,"calls":{}},"usage":{"number":1,"again":false,"rows":[]}}}}}"#,
            ),
            (
                Ask::LookUp(Query {
                    from_millis: 1,
                    until_millis: 2,
                    attribute: Some(Attribute { key: AttributeKey::EventRW, value: "Read".into() }),
                    backward: true,
                    after: Some(7),
                    limit: 20,
                }),
                r#"{"v":4,"place":{"account":"1234567890123456","region":"cn-hangzhou"},"ask":{"lookup":{"from_millis":1,"until_millis":2,"attribute":{"key":"EventRW","value":"Read"},"backward":true,"after":7,"limit":20}}}"#,
            ),
            (
                Ask::Export(7),
                r#"{"v":4,"place":{"account":"1234567890123456","region":"cn-hangzhou"},"ask":{"export":7}}"#,
            ),
        ];
        for (ask, text) in pinned {
            let message = Message::new(place(), ask);
            assert_eq!(serde_json::to_string(&message).unwrap(), text);
            assert_eq!(serde_json::from_str::<Message>(text).unwrap(), message);
        }
    }

    #[test]
    fn a_refusal_keeps_its_code_though_the_wire_has_one_for_several() {
        for &code in ErrorCode::ALL {
            let refused = Refused::new(&code.into(), false);
            assert_eq!(refused.into_error().code(), code);
        }
    }

    #[test]
    fn a_field_that_a_message_does_not_have_is_refused_wherever_it_stands() {
        let message = Message::new(place(), Ask::Command(Box::new(call())));
        let text = serde_json::to_string(&message).unwrap();
        for (at, with) in [
            (r#"{"v":4"#, r#"{"v":4,"extra":1"#),
            (r#""KeyId":"k""#, r#""KeyId":"k","extra":1"#),
            (r#""facts":{}"#, r#""facts":{"extra":"1"}"#),
            (r#""until_millis":901000"#, r#""until_millis":901000,"extra":1"#),
            (r#""access_key_id":"#, r#""extra":1,"access_key_id":"#),
            (r#""region":"#, r#""extra":1,"region":"#),
        ] {
            let spoilt = text.replacen(at, with, 1);
            assert_ne!(spoilt, text, "{at}");
            assert!(serde_json::from_str::<Message>(&spoilt).is_err(), "{spoilt}");
        }
    }
}
