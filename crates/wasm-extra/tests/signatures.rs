// SPDX-License-Identifier: Apache-2.0
//! Signer and verifier in a JavaScript engine: Node, or with `WASM_BINDGEN_USE_BROWSER=1` a
//! browser.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use edgekms_wasm_extra::{Signer, Verifier};
use js_sys::Reflect;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

fn code(error: &JsValue) -> String {
    Reflect::get(error, &"code".into()).unwrap().as_string().unwrap()
}

fn signed() -> (Vec<u8>, Vec<u8>) {
    let mut signer = Signer::new().unwrap();
    let key = signer.verification_key().unwrap();
    signer.update(b"header").unwrap();
    signer.update(b"body").unwrap();
    let footer = signer.finish().unwrap();
    assert_eq!(code(&signer.finish().unwrap_err()), "InvalidArgument");
    (key, footer)
}

fn verify(key: &[u8], message: &[u8], footer: &[u8]) -> Result<(), JsValue> {
    let mut verifier = Verifier::new("P-384", key)?;
    verifier.update(message)?;
    verifier.verify(footer)
}

#[wasm_bindgen_test]
fn a_footer_verifies_over_the_same_bytes_however_they_were_cut() {
    let (key, footer) = signed();
    assert_eq!(key.len(), 49);
    verify(&key, b"headerbody", &footer).unwrap();
}

#[wasm_bindgen_test]
fn other_bytes_another_key_and_a_changed_footer_do_not_verify() {
    let (key, footer) = signed();
    let (other, _) = signed();
    let longer = [footer.as_slice(), &[0]].concat();
    for result in [
        verify(&key, b"headerbodx", &footer),
        verify(&other, b"headerbody", &footer),
        verify(&key, b"headerbody", &footer[..footer.len() - 1]),
        verify(&key, b"headerbody", &longer),
        verify(&key, b"headerbody", &[0xff, 0xff]),
    ] {
        assert_eq!(code(&result.unwrap_err()), "SignatureNotValid");
    }
}

#[wasm_bindgen_test]
fn a_key_that_is_no_compressed_point_is_refused() {
    assert_eq!(code(&Verifier::new("P-384", &[4; 97]).err().unwrap()), "MalformedHeader");
    assert_eq!(code(&Verifier::new("P-256", &[2; 49]).err().unwrap()), "MalformedHeader");
    assert_eq!(code(&Verifier::new("P-521", &[2; 67]).err().unwrap()), "InvalidArgument");
}
