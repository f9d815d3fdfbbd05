// SPDX-License-Identifier: Apache-2.0
//! How tests call in AWS's dialect.

use edgekms_api::dialect::aws::{JSON_MEDIA_TYPE, sigv4};

use super::*;

/// A request to be signed, and all that a test may want to spoil of it.
#[derive(Clone)]
pub(super) struct AwsRequest {
    pub(super) credentials: (&'static str, &'static str),
    pub(super) clock_off_secs: i64,
    pub(super) region: &'static str,
    pub(super) action: String,
    pub(super) body: String,
    /// What tells one call from another that asks for the same.
    pub(super) invocation: String,
}

/// What a caller gets.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AwsAnswer {
    pub(super) status: u16,
    /// The error's name, if it is one.
    pub(super) error: Option<String>,
    /// The body; null if there is none.
    pub(super) body: Value,
}

impl AwsAnswer {
    pub(super) fn message(&self) -> &str {
        self.body["message"].as_str().unwrap()
    }
}

impl Service {
    /// A request of the account's root, unlike every one before.
    pub(super) fn aws_request(&self, action: &str, body: &Value) -> AwsRequest {
        AwsRequest {
            credentials: ("testid", SECRET),
            clock_off_secs: 0,
            region: "cn-hangzhou",
            action: action.to_owned(),
            body: body.to_string(),
            invocation: self.nonce(),
        }
    }

    /// Signs a request now.
    pub(super) fn aws_signed(&self, request: &AwsRequest) -> Vec<(String, String)> {
        let now = self.world.clock.0.get() / 1000 + request.clock_off_secs;
        let (id, secret) = request.credentials;
        let credentials = Credentials {
            access_key_id: id.to_owned(),
            access_key_secret: AccessKeySecret::new(secret),
            security_token: None,
        };
        let unsigned = sigv4::Unsigned {
            host: "localhost",
            region: request.region,
            action: &request.action,
            body: request.body.as_bytes(),
            date: &Timestamp::from_unix_secs(now).to_string().replace(['-', ':'], ""),
            headers: &[("amz-sdk-invocation-id", &request.invocation)],
        };
        let mut headers = sigv4::sign(&unsigned, &credentials).unwrap();
        headers.push(("host".to_owned(), "localhost".to_owned()));
        headers
    }

    pub(super) fn aws_send(&self, headers: &[(String, String)], body: &[u8]) -> AwsAnswer {
        let headers = borrowed(headers);
        let request = RawRequest { method: "POST", target: "/", headers: &headers, body };
        let (response, request_id) = self.answer(request);
        let header = |name| response.headers.iter().find(|(held, _)| *held == name);
        assert_eq!(header("x-amzn-requestid").unwrap().1, request_id.as_str());
        assert_eq!(response.content_type, JSON_MEDIA_TYPE);
        let body = match response.body.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap(),
        };
        let error = header("x-amzn-errortype").map(|(_, name)| name.clone());
        assert_eq!(error.as_deref(), body["__type"].as_str());
        assert_eq!(error.is_none(), response.status == 200);
        AwsAnswer { status: response.status, error, body }
    }

    /// Signs a request now and sends it.
    pub(super) fn aws_answer(&self, request: &AwsRequest) -> AwsAnswer {
        self.aws_send(&self.aws_signed(request), request.body.as_bytes())
    }

    /// As [`Service::aws`], with another way to the keyrings, and whatever comes of it.
    pub(super) fn aws_over(&self, objects: &dyn Objects, action: &str, body: &Value) {
        let request = self.aws_request(action, body);
        let headers = self.aws_signed(&request);
        let (headers, body) = (borrowed(&headers), request.body.as_bytes());
        let request = RawRequest { method: "POST", target: "/", headers: &headers, body };
        block_on(self.server.answer(request, &Ports { objects, ..self.ports() }));
    }

    pub(super) fn aws(&self, action: &str, body: &Value) -> AwsAnswer {
        self.aws_answer(&self.aws_request(action, body))
    }

    pub(super) fn aws_call(&self, action: &str, body: &Value) -> Value {
        let answer = self.aws(action, body);
        assert_eq!(answer.error, None, "{action}: {}", answer.body);
        answer.body
    }

    /// The name of the error that refuses it.
    pub(super) fn aws_refused(&self, action: &str, body: &Value) -> String {
        let answer = self.aws(action, body);
        answer.error.unwrap_or_else(|| panic!("{action}: {}", answer.body))
    }

    pub(super) fn new_aws_key(&self) -> String {
        let made = self.aws_call("CreateKey", &serde_json::json!({}));
        made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
    }
}

/// A resource's name in this account and region, in AWS's form.
pub(super) fn arn(resource: &str) -> String {
    format!("arn:aws:kms:cn-hangzhou:1234567890123456:{resource}")
}
