// SPDX-License-Identifier: Apache-2.0
//! Look-ups and passwords in a JavaScript engine: Node, or with `WASM_BINDGEN_USE_BROWSER=1` a browser.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use edgekms_wasm_extra::{LookupField, PasswordKeyring};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

fn text(error: &JsValue, name: &str) -> String {
    Reflect::get(error, &name.into()).unwrap().as_string().unwrap()
}

fn keyring(password: &str) -> PasswordKeyring {
    PasswordKeyring::new(password.into(), "", 7168, 5, 1, 262_144, 1_048_576).unwrap()
}

fn wrapped(keyring: &PasswordKeyring, context: &[&str]) -> Vec<Uint8Array> {
    let context = context.iter().map(ToString::to_string).collect();
    let pair = keyring.wrap(vec![9; 32], context).unwrap();
    pair.iter().map(|bytes| bytes.dyn_into().unwrap()).collect()
}

#[wasm_bindgen_test]
fn a_field_encrypts_to_the_known_answer_and_decrypts() {
    let mut field = LookupField::new((0..64).collect(), "", "email").unwrap();
    let ciphertext = field.encrypt(b"ada@example.org".to_vec()).unwrap();
    assert_eq!(ciphertext[..4], [0x48, 0x89, 0x64, 0x53]);
    assert_eq!(field.decrypt(&ciphertext).unwrap().to_vec(), b"ada@example.org");
    let error = field.decrypt(&ciphertext[1..]).unwrap_err();
    assert_eq!(text(&error, "code"), "ValueNotAuthentic");
    for (key, name) in [(vec![0; 63], "email"), (vec![0; 64], "")] {
        let error = LookupField::new(key, "", name).err().unwrap();
        assert_eq!(text(&error, "code"), "InvalidArgument");
    }
}

#[wasm_bindgen_test]
fn a_password_unwraps_what_it_wrapped_and_another_says_what_to_do() {
    let context = ["row", "42"];
    let keys = wrapped(&keyring("p"), &context);
    let unwrap = |password: &str, context: &[&str], key_length| {
        let context = context.iter().map(ToString::to_string).collect();
        keyring(password).unwrap(keys.clone(), context, key_length)
    };
    assert_eq!(unwrap("p", &context, 32).unwrap().to_vec(), [9; 32]);
    for error in
        [unwrap("q", &context, 32), unwrap("p", &["row", "43"], 32), unwrap("p", &context, 16)]
    {
        assert_eq!(text(&error.unwrap_err(), "code"), "NoDataKey");
    }
    let error = unwrap("q", &context, 32).unwrap_err();
    assert!(text(&error, "message").contains("type it again"));
}

#[wasm_bindgen_test]
fn a_keyring_that_could_not_open_what_it_seals_is_refused() {
    let make = |password: &str, memory, max_memory| {
        PasswordKeyring::new(password.into(), "", memory, 5, 1, max_memory, 1_048_576)
            .err()
            .unwrap()
    };
    for error in [make("", 7168, 262_144), make("p", 7167, 262_144), make("p", 8192, 8191)] {
        assert_eq!(text(&error, "code"), "InvalidArgument");
    }
}
