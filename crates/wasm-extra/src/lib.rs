// SPDX-License-Identifier: Apache-2.0
//! What a page rarely needs, in a module of its own that is loaded at the first use of any of it: ECDSA over a
//! running hash, for streams of signing suites (`WebCrypto` signs a whole message at once); the data-key cache;
//! look-ups; passwords; messages of the Alibaba Encryption SDK.
#![deny(unsafe_code)]

pub mod aliyun_message;
mod cache;
mod error;
mod lookup;
mod password;
mod range;
mod rewrap;

pub use cache::DataKeyCache;
pub use lookup::LookupField;
pub use password::PasswordKeyring;
pub use range::{JsRangeOpener, footer_lengths, plaintext_size, sealed_size};
pub use rewrap::rewrite_header;

use edgekms_core::{
    Reason,
    error::Error,
    format::footer::{self, FooterRead},
    signing::{Ecdsa, MessageSigner, MessageVerifier, SignatureScheme},
    suite::Curve,
};
use getrandom::SysRng;
use wasm_bindgen::prelude::*;

use error::to_js;

/// Signs one message of suite 0x0578 with a new P-384 key.
#[wasm_bindgen]
pub struct Signer(Option<Box<dyn MessageSigner>>);

#[wasm_bindgen]
impl Signer {
    /// A signer with a new key pair.
    ///
    /// # Errors
    /// `RandomnessUnavailable`.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Result<Self, JsValue> {
        let signer = Ecdsa.signer(Curve::P384, &mut SysRng).map_err(|error| to_js(&error))?;
        Ok(Self(Some(signer)))
    }

    /// The public key as a compressed point, for the message's context.
    ///
    /// # Errors
    /// `InvalidArgument` after `finish`.
    #[wasm_bindgen(getter, js_name = verificationKey)]
    pub fn verification_key(&self) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.as_ref().ok_or_else(finished)?.verification_key())
    }

    /// Takes the next bytes of header or body.
    ///
    /// # Errors
    /// `InvalidArgument` after `finish`.
    pub fn update(&mut self, bytes: &[u8]) -> Result<(), JsValue> {
        self.0.as_mut().ok_or_else(finished)?.update(bytes);
        Ok(())
    }

    /// The whole footer: length and signature in DER. Nothing can be signed afterwards.
    ///
    /// # Errors
    /// `InvalidArgument` after `finish`.
    pub fn finish(&mut self) -> Result<Vec<u8>, JsValue> {
        let signer = self.0.take().ok_or_else(finished)?;
        signer
            .finish()
            .and_then(|signature| footer::write(&signature))
            .map_err(|error| to_js(&error))
    }

    /// A signer of another message with the same key.
    ///
    /// # Errors
    /// `InvalidArgument` after `finish`.
    pub fn again(&self) -> Result<Self, JsValue> {
        Ok(Self(Some(self.0.as_ref().ok_or_else(finished)?.again())))
    }
}

/// Verifies one message.
#[wasm_bindgen]
pub struct Verifier {
    curve: Curve,
    verifier: Option<Box<dyn MessageVerifier>>,
}

#[wasm_bindgen]
impl Verifier {
    /// A verifier for a curve (`P-256` or `P-384`) and a compressed point.
    ///
    /// # Errors
    /// `InvalidArgument` for another curve, `MalformedHeader` if the key is not a point of it.
    #[wasm_bindgen(constructor)]
    pub fn new(curve: &str, verification_key: &[u8]) -> Result<Self, JsValue> {
        let curve = Curve::from_name(curve).map_err(|error| to_js(&error))?;
        let verifier = Ecdsa.verifier(curve, verification_key).map_err(|error| to_js(&error))?;
        Ok(Self { curve, verifier: Some(verifier) })
    }

    /// Takes the next bytes of header or body.
    ///
    /// # Errors
    /// `InvalidArgument` after `verify`.
    pub fn update(&mut self, bytes: &[u8]) -> Result<(), JsValue> {
        self.verifier.as_mut().ok_or_else(finished)?.update(bytes);
        Ok(())
    }

    /// Checks a whole footer. Nothing can be verified afterwards.
    ///
    /// # Errors
    /// `SignatureNotValid`; `InvalidArgument` after `verify`.
    pub fn verify(&mut self, footer: &[u8]) -> Result<(), JsValue> {
        let verifier = self.verifier.take().ok_or_else(finished)?;
        match footer::read(footer, self.curve).map_err(|error| to_js(&error))? {
            FooterRead::Footer(signature, len) if len == footer.len() => {
                verifier.verify(signature).map_err(|error| to_js(&error))
            }
            _ => Err(to_js(&Error::SignatureNotValid)),
        }
    }
}

fn finished() -> JsValue {
    to_js(&Error::InvalidArgument { reason: Reason::MessageFinished })
}
