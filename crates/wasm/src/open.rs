// SPDX-License-Identifier: Apache-2.0
//! Opening: the header without a key, then with one, then frames by the host's AES or by this
//! module's.

use edgekms_core::{
    engine::AesGcmCipher,
    error::Error,
    format::header::{ContentType, HeaderLimits},
    header::{AuthenticatedHeader, HeaderRead, ParsedHeader},
    open::{FrameOpener, FrameRead, FrameToOpen},
};
use js_sys::{Array, JsString, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::{
    context::to_js_pairs,
    error::{invalid_argument, to_js},
    keyring::Keyring,
    options::{self, JsOpenOptions, JsPairs},
    plan::FramePlan,
};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
export interface HeaderInfo {
  version: 1 | 2;
  suite: number;
  suiteName: string;
  committing: boolean;
  signed: boolean;
  messageId: string;
  encryptionContext: Pairs;
  encryptedDataKeys: { providerId: string; providerInfo: string; ciphertextLength: number }[];
  framed: boolean;
  frameLength: number;
  headerLength: number;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// `HeaderInfo`
    #[wasm_bindgen(typescript_type = "HeaderInfo")]
    pub type JsHeaderInfo;
}

/// Reads the header at the start of `bytes`; `undefined` if it is not at its end yet.
///
/// # Errors
/// `MalformedHeader`, `UnsupportedSuite`, `TooManyEncryptedDataKeys`.
#[wasm_bindgen(js_name = readHeader)]
#[allow(clippy::needless_pass_by_value, reason = "an optional number comes by value")]
pub fn read_header(
    bytes: &[u8],
    max_encrypted_data_keys: Option<f64>,
) -> Result<Option<Header>, JsValue> {
    let cap = max_encrypted_data_keys.map_or(JsValue::UNDEFINED, JsValue::from_f64);
    let limits = HeaderLimits::max_encrypted_data_keys(options::cap(&cap)?);
    match ParsedHeader::read(bytes, limits).map_err(|error| to_js(&error))? {
        HeaderRead::Header(header) => Ok(Some(Header(*header))),
        HeaderRead::NeedMore(_) => Ok(None),
    }
}

/// A well-formed header; nothing in it is authentic yet.
#[wasm_bindgen]
pub struct Header(ParsedHeader);

#[wasm_bindgen]
impl Header {
    /// Bytes of the header with its authentication.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn length(&self) -> usize {
        self.0.bytes().len()
    }

    /// The fields, for inspection.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn info(&self) -> JsHeaderInfo {
        info(&self.0).unchecked_into()
    }

    /// Unwraps the data key and checks the header with it.
    ///
    /// # Errors
    /// `CommitmentPolicyViolation`, `ContextMismatch`, `NoDataKey`, `HeaderNotAuthentic`.
    pub async fn authenticate(
        &self,
        keyring: &Keyring,
        options: JsOpenOptions,
    ) -> Result<Opener, JsValue> {
        let options = options::open(&options)?;
        let header = self.0.clone().authenticate(&*keyring.0, &options).await;
        let header = header.map_err(|error| to_js(&error))?;
        let opener = header.opener();
        Ok(Opener { header, opener, cipher: None, planned: None })
    }
}

fn info(header: &ParsedHeader) -> Object {
    let body = header.body();
    let (framed, frame_length) = match body.content {
        ContentType::Framed(length) => (true, length.get()),
        ContentType::NonFramed => (false, 0),
    };
    let keys: Array = body
        .encrypted_data_keys
        .iter()
        .map(|key| {
            object(&[
                ("providerId", key.provider_id.as_str().into()),
                ("providerInfo", printable(&key.provider_info).into()),
                ("ciphertextLength", key.ciphertext.len().into()),
            ])
        })
        .collect();
    object(&[
        ("version", body.suite.version.byte().into()),
        ("suite", body.suite.id.into()),
        ("suiteName", body.suite.name.into()),
        ("committing", body.suite.commits().into()),
        ("signed", body.suite.signature.is_some().into()),
        ("messageId", hex::encode(&body.message_id).into()),
        ("encryptionContext", to_js_pairs(&body.context.to_context()).into()),
        ("encryptedDataKeys", keys.into()),
        ("framed", framed.into()),
        ("frameLength", frame_length.into()),
        ("headerLength", header.bytes().len().into()),
    ])
}

fn object(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // A fresh object is extensible; setting cannot fail.
        let _ = Reflect::set(&object, &JsString::from(*name), value);
    }
    object
}

/// Text as it is, other bytes as `hex:...`.
fn printable(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains(char::is_control) => text.to_owned(),
        _ => format!("hex:{}", hex::encode(bytes)),
    }
}

/// Opens the frames of a message whose header is authentic.
#[wasm_bindgen]
pub struct Opener {
    header: AuthenticatedHeader,
    opener: FrameOpener,
    /// Made when the first frame is opened here: a host's engine needs none.
    cipher: Option<AesGcmCipher>,
    planned: Option<FrameToOpen>,
}

#[wasm_bindgen]
impl Opener {
    /// The whole context, with the format's own pairs and those that the caller reproduced.
    #[wasm_bindgen(getter, js_name = encryptionContext)]
    #[must_use]
    pub fn encryption_context(&self) -> JsPairs {
        to_js_pairs(self.header.context()).unchecked_into()
    }

    /// The signer's compressed point, if the message is signed.
    #[wasm_bindgen(getter, js_name = verificationKey)]
    #[must_use]
    pub fn verification_key(&self) -> Option<Vec<u8>> {
        self.header.verification_key().map(<[u8]>::to_vec)
    }

    /// The curve of the signature, if the message is signed.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn curve(&self) -> Option<String> {
        self.header.body().suite.signature.map(|curve| curve.name().to_owned())
    }

    /// A copy of the frames' key, for the host's engine; the caller wipes it. It is made in
    /// JavaScript at once: a `Vec` would leave another one in WebAssembly memory.
    #[wasm_bindgen(js_name = payloadKey)]
    #[must_use]
    pub fn payload_key(&self) -> Uint8Array {
        self.header.payload_key().expose_secret().into()
    }

    /// Plans the frame that starts at `bytes`; `undefined` if more are needed to know.
    ///
    /// # Errors
    /// `FrameOutOfOrder`, `MalformedFrame`, `TrailingBytes`, `MessageTooLong`.
    #[wasm_bindgen(js_name = next)]
    pub fn next_frame(&mut self, bytes: &[u8]) -> Result<Option<FramePlan>, JsValue> {
        let read = self.opener.read(bytes).map_err(|error| to_js(&error))?;
        let FrameRead::Frame(plan) = read else { return Ok(None) };
        let shown = FramePlan::to_open(&plan, bytes);
        self.planned = Some(plan);
        Ok(Some(shown))
    }

    /// The host opens the frame that was planned last: move on to the next.
    ///
    /// # Errors
    /// `InvalidArgument` if none was planned.
    pub fn opened(&mut self) -> Result<(), JsValue> {
        let plan = self.planned.take().ok_or_else(|| invalid_argument("no frame was planned"))?;
        self.opener.opened(&plan).map_err(|error| to_js(&error))
    }

    /// Opens a whole frame here, and moves on to the next.
    ///
    /// # Errors
    /// `FrameNotAuthentic`, and as `next`.
    #[wasm_bindgen(js_name = openFrame)]
    pub fn open_frame(&mut self, frame: &[u8]) -> Result<Vec<u8>, JsValue> {
        self.planned = None;
        self.open(frame).map_err(|error| to_js(&error))
    }

    /// Whether the last frame was opened.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn done(&self) -> bool {
        self.opener.is_done()
    }

    fn open(&mut self, frame: &[u8]) -> Result<Vec<u8>, Error> {
        let FrameRead::Frame(plan) = self.opener.read(frame)? else {
            return Err(Error::TruncatedMessage);
        };
        let cipher = match &mut self.cipher {
            Some(cipher) => cipher,
            none => none.insert(AesGcmCipher::new(self.header.payload_key().expose_secret())?),
        };
        let mut plaintext = Vec::with_capacity(frame.len());
        plan.open(cipher, frame, &mut plaintext)?;
        self.opener.opened(&plan)?;
        Ok(plaintext)
    }
}
