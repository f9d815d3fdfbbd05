// SPDX-License-Identifier: Apache-2.0
//! A Rust worker that does nothing, the floor of the server benchmark.
//!
//! It reads the whole body (as any action must) and answers a JSON document of the size of a
//! `GenerateDataKey` answer. What a real action costs beyond this is ours; what this costs is the
//! price of a Rust worker in this runtime, and no key management in it can be cheaper.

use worker::{Context, Env, Headers, Request, Response, Result, event};

/// As long as a `GenerateDataKey` answer (about 400 bytes), so that both write the same amount.
const ANSWER: &str = concat!(
    r#"{"KeyId":"00000000-0000-0000-0000-000000000000","#,
    r#""KeyVersionId":"00000000-0000-0000-0000-000000000000","#,
    r#""Plaintext":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","#,
    r#""CiphertextBlob":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"#,
    r#"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","#,
    r#""RequestId":"00000000-0000-0000-0000-000000000000"}"#,
);

/// Reads the request and answers [`ANSWER`].
#[event(fetch)]
async fn fetch(mut request: Request, _env: Env, _context: Context) -> Result<Response> {
    request.bytes().await?;
    let headers = Headers::new();
    headers.set("content-type", "application/json;charset=utf-8")?;
    Ok(Response::ok(ANSWER)?.with_headers(headers))
}
