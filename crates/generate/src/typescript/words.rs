// SPDX-License-Identifier: Apache-2.0
//! What the core refuses, in words, by the numbers that WebAssembly gives; and the suites' names. The texts are
//! those of the Rust error, with places for what is told of one case.

use edgekms_core::{Error, Reason, commitment::CommitmentPolicy, suite::SUITES};

/// Values that no text has by itself, and the places that stand for them.
const SUITE: u16 = 0xabcd;
const FIRST: u16 = 41_234;
const SECOND: u16 = 51_234;
const PLACES: [(&str, &str); 3] = [("0xabcd", "{hex:0}"), ("41234", "{n:0}"), ("51234", "{n:1}")];

/// Every error of the core but those of ports, which do not come from it.
fn errors() -> Vec<Error> {
    let (reason, policy) = (Reason::Misused, CommitmentPolicy::default());
    vec![
        Error::CommitmentPolicyViolation { suite: SUITE, policy },
        Error::ContextMismatch,
        Error::FrameNotAuthentic,
        Error::FrameOutOfOrder { expected: SECOND.into(), got: FIRST.into() },
        Error::HeaderNotAuthentic,
        Error::InvalidArgument { reason },
        Error::InvalidContext { reason },
        Error::MalformedFrame { reason },
        Error::MalformedHeader { reason },
        Error::MessageTooLong,
        Error::MissingRequiredContext,
        Error::NoDataKey { causes: Vec::new() },
        Error::OutOfMemory,
        Error::RandomnessUnavailable,
        Error::SignatureNotValid,
        Error::SignedMessage { reason },
        Error::TooManyEncryptedDataKeys { limit: SECOND, got: FIRST.into() },
        Error::TrailingBytes,
        Error::TruncatedMessage,
        Error::UnsupportedSuite { id: SUITE },
    ]
}

fn template(error: &Error) -> String {
    let text = error.to_string().replace(Reason::Misused.text(), "{reason:0}");
    let text = text.replace(CommitmentPolicy::default().name(), "{policy:1}");
    PLACES.iter().fold(text, |text, (value, place)| text.replace(value, place))
}

pub(super) fn words() -> String {
    let errors: String = errors()
        .iter()
        .map(|error| format!("  [\"{}\", {}],\n", error.code(), quoted(&template(error))))
        .collect();
    let policies = CommitmentPolicy::ALL.iter().map(|policy| policy.name());
    let reasons = Reason::ALL.iter().map(|reason| reason.text());
    format!(
        "/** What the core refuses, by number: code, and text with places for the details. */\n\
         export const ERRORS: readonly (readonly [code: string, text: string])[] = [\n{errors}];\n\n\
         /** Reasons, by number. */\n\
         export const REASONS: readonly string[] = [\n{}];\n\n\
         /** Commitment policies, by number. */\n\
         export const POLICIES: readonly string[] = [\n{}];\n",
        lines(reasons),
        lines(policies),
    )
}

/// What TypeScript refuses by itself, in the core's words.
pub(super) fn refusals() -> String {
    let own = [
        ("FRAME_NOT_AUTHENTIC", Error::FrameNotAuthentic),
        ("NO_DATA_KEY", Error::NoDataKey { causes: Vec::new() }),
        ("TRAILING_BYTES", Error::TrailingBytes),
        ("TRUNCATED_MESSAGE", Error::TruncatedMessage),
    ];
    let rows =
        own.iter().map(|(name, error)| format!("export const {name} = {};\n", error.number()));
    format!(
        "/** Numbers of what TypeScript refuses by itself, in the core's words. */\n{}",
        rows.collect::<String>()
    )
}

pub(super) fn suites() -> String {
    let rows: String = SUITES
        .iter()
        .map(|suite| {
            format!("  {:#06x}: [\"{}\", {}],\n", suite.id, suite.name, suite.signature.is_some())
        })
        .collect();
    format!(
        "/** The algorithm suites of the specification, by number: name, and whether messages are signed. */\n\
         export const SUITES: Readonly<Record<number, readonly [name: string, signed: boolean]>> = {{\n{rows}}};\n"
    )
}

fn lines<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.map(|text| format!("  {},\n", quoted(text))).collect()
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use edgekms_core::error::CODES;

    use super::*;

    #[test]
    fn every_error_stands_where_its_number_says() {
        let errors = errors();
        assert_eq!(errors.len(), CODES.len());
        for (at, error) in errors.iter().enumerate() {
            assert_eq!(usize::from(error.number()), at, "{}", error.code());
        }
    }

    #[test]
    fn texts_have_a_place_for_each_detail() {
        for error in errors() {
            let template = template(&error);
            let places = template.matches('{').count();
            let details = error.details().iter().filter(|detail| **detail != 0).count();
            // Reason and policy are told by a number that is 0 here.
            let zeros = template.matches("{reason").count() + template.matches("{policy").count();
            assert_eq!(places, details + zeros, "{template}");
        }
    }
}
