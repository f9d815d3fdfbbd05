// SPDX-License-Identifier: Apache-2.0
//! The codes that a server's errors have, as unions, so that editors know them.

use std::collections::BTreeSet;

use edgekms_api::dialect::aws::error_name;
use edgekms_api::error::ErrorCode;

pub(super) fn text() -> String {
    let alibaba = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    let aws = ErrorCode::ALL.iter().map(|code| error_name(*code)).collect();
    format!(
        "/** The codes of errors that a server answers with, by dialect. */\n\n{}\n{}",
        union(
            "AliyunErrorCode",
            "What a server's errors are called by Alibaba's protocol.",
            &alibaba
        ),
        union("AwsErrorCode", "What a server's errors are called by AWS's protocol.", &aws),
    )
}

fn union(name: &str, about: &str, codes: &BTreeSet<&str>) -> String {
    let lines: String = codes.iter().map(|code| format!("\n  | \"{code}\"")).collect();
    format!("/** {about} */\nexport type {name} ={lines};\n")
}
