// SPDX-License-Identifier: Apache-2.0
//! Signing of requests to the service, by ACS3-HMAC-SHA256. The secret goes in, headers come out;
//! the fetch is JavaScript's.

use edgekms_api::dialect::alibaba::{FORM_MEDIA_TYPE, acs, params::Params};
use edgekms_api::dialect::signature::{AccessKeySecret, Credentials, SecurityToken};
use edgekms_api::error::ApiError;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::error::{invalid_argument, with_code};
use crate::options::field;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
export interface RequestToSign {
  method: "POST";
  /** With its port, as the Host header will carry it. */
  host: string;
  action: string;
  version: string;
  params: [string, string][];
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
  /** YYYY-MM-DDThh:mm:ssZ */
  date: string;
  nonce: string;
}
export interface SignedRequest {
  path: string;
  headers: [string, string][];
  body?: string;
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

/// Signs a request. The parameters go into a form body, which the signature covers by its hash:
/// no URL is long, and none of them is in a proxy's log.
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
    let body = read_params(&field(request, "params"))?.encode();
    let form = [("content-type", FORM_MEDIA_TYPE)];
    let unsigned = acs::Unsigned {
        method: &text("method")?,
        host: &text("host")?,
        action: &text("action")?,
        version: &text("version")?,
        query: &Params::new(),
        body: body.as_bytes(),
        date: &text("date")?,
        nonce: &text("nonce")?,
        headers: if body.is_empty() { &[] } else { &form },
    };
    let headers = acs::sign(&unsigned, &credentials).map_err(|error| to_js(&error))?;
    let headers: Array =
        headers.iter().map(|(name, value)| Array::of2(&name.into(), &value.into())).collect();

    let signed = Object::new();
    Reflect::set(&signed, &"path".into(), &"/".into())?;
    Reflect::set(&signed, &"headers".into(), &headers)?;
    if !body.is_empty() {
        Reflect::set(&signed, &"body".into(), &body.into())?;
    }
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
