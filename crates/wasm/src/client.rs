// SPDX-License-Identifier: Apache-2.0
//! Signing of requests to the service: ACS3-HMAC-SHA256 in Alibaba's dialect, Signature Version 4 in
//! AWS's. The secret goes in, headers come out; the fetch is JavaScript's.

use edgekms_api::dialect::alibaba::{FORM_MEDIA_TYPE, acs, params::Params};
use edgekms_api::dialect::aws::sigv4;
use edgekms_api::dialect::signature::{AccessKeySecret, Credentials, SecurityToken};
use edgekms_api::error::ApiError;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::error::{invalid_argument, with_code};
use crate::options::field;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
export interface RequestToSign {
  /** With its port, as the Host header will carry it. */
  host: string;
  action: string;
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
  /** YYYY-MM-DDThh:mm:ssZ; yyyymmddThhmmssZ with `json` */
  date: string;
  nonce: string;
  /** Alibaba's dialect. */
  params?: [string, string][];
  version?: string;
  /** AWS's. */
  json?: string;
  region?: string;
}
export interface SignedRequest {
  headers: [string, string][];
  body: string;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// `RequestToSign`
    #[wasm_bindgen(typescript_type = "RequestToSign")]
    pub type JsRequestToSign;
    /// `SignedRequest`
    #[wasm_bindgen(typescript_type = "SignedRequest")]
    pub type JsSignedRequest;
}

/// Signs a request, with `json` in AWS's dialect, else in Alibaba's. The parameters go into the body,
/// which the signature covers by its hash: no URL is long, and none of them is in a proxy's log.
///
/// # Errors
/// `InvalidArgument` for a missing or unreadable field; `InvalidParameter` for a name given twice.
#[wasm_bindgen(js_name = signRequest)]
pub fn sign_request(request: &JsRequestToSign) -> Result<JsSignedRequest, JsValue> {
    let text = |name: &str| required_text(request, name);
    let credentials = Credentials {
        access_key_id: text("accessKeyId")?,
        access_key_secret: AccessKeySecret::new(text("accessKeySecret")?),
        security_token: optional_text(request, "securityToken")?.map(SecurityToken::new),
    };
    let (host, action, date, nonce) =
        (text("host")?, text("action")?, text("date")?, text("nonce")?);
    let (headers, body) = if let Some(body) = optional_text(request, "json")? {
        let unsigned = sigv4::Unsigned {
            host: &host,
            region: &text("region")?,
            action: &action,
            body: body.as_bytes(),
            date: &date,
            // As Amazon's clients: two calls of one second would otherwise be the same bytes, of which
            // a server takes the second for a replay.
            headers: &[("amz-sdk-invocation-id", &nonce)],
        };
        (sigv4::sign(&unsigned, &credentials), body)
    } else {
        let body = read_params(&field(request, "params"))?.encode();
        let form = [("content-type", FORM_MEDIA_TYPE)];
        let unsigned = acs::Unsigned {
            method: "POST",
            host: &host,
            action: &action,
            version: &text("version")?,
            query: &Params::new(),
            body: body.as_bytes(),
            date: &date,
            nonce: &nonce,
            headers: if body.is_empty() { &[] } else { &form },
        };
        (acs::sign(&unsigned, &credentials), body)
    };
    let headers = headers.map_err(|error| to_js(&error))?;
    let headers: Array =
        headers.iter().map(|(name, value)| Array::of2(&name.into(), &value.into())).collect();

    let signed = Object::new();
    Reflect::set(&signed, &"headers".into(), &headers)?;
    Reflect::set(&signed, &"body".into(), &body.into())?;
    Ok(signed.unchecked_into())
}

fn read_params(value: &JsValue) -> Result<Params, JsValue> {
    let not_pairs = || invalid_argument("params must be an array of [name, value]");
    let pairs: &Array = value.dyn_ref().ok_or_else(not_pairs)?;
    let mut params = Params::new();
    for pair in pairs.iter() {
        let pair: Array = pair.dyn_into().map_err(|_| not_pairs())?;
        let (name, value) = (pair.get(0).as_string(), pair.get(1).as_string());
        let (name, value) = name.zip(value).ok_or_else(not_pairs)?;
        params.insert(name, value).map_err(|error| to_js(&error))?;
    }
    Ok(params)
}

fn required_text(request: &JsValue, name: &str) -> Result<String, JsValue> {
    optional_text(request, name)?
        .filter(|text| !text.is_empty())
        .ok_or_else(|| invalid_argument(&format!("{name} must be a string that is not empty")))
}

fn optional_text(request: &JsValue, name: &str) -> Result<Option<String>, JsValue> {
    let value = field(request, name);
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    value.as_string().map(Some).ok_or_else(|| invalid_argument(&format!("{name} must be a string")))
}

fn to_js(error: &ApiError) -> JsValue {
    with_code(error.code().as_str(), error.message())
}
