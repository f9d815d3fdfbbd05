// SPDX-License-Identifier: Apache-2.0
//! Names of the wire as JavaScript writes them. `pkg/src/kms/fields.ts` does the same with the names of
//! answers, at run time.

/// `KeyId` is `keyId`; `AWSAccountId`, which begins with an acronym, is `awsAccountId`.
pub(crate) fn camel(wire: &str) -> String {
    let capitals = wire.bytes().take_while(u8::is_ascii_uppercase).count();
    // The last capital of several begins the next word, if one follows.
    let begins_a_word = wire.as_bytes().get(capitals).is_some_and(u8::is_ascii_lowercase);
    let small = if capitals > 1 && begins_a_word { capitals - 1 } else { capitals };
    let (start, rest) = wire.split_at(small);
    start.to_ascii_lowercase() + rest
}

/// The name of the wire that JavaScript's is taken for if nothing else is said.
pub(crate) fn capitalized(name: &str) -> String {
    let (first, rest) = name.split_at(name.len().min(1));
    first.to_ascii_uppercase() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acronym_counts_as_one_word() {
        for (wire, name) in [
            ("KeyId", "keyId"),
            ("AWSAccountId", "awsAccountId"),
            ("DKMSInstanceId", "dkmsInstanceId"),
            ("Arn", "arn"),
            ("ARN", "arn"),
            ("EC2Host", "ec2Host"),
            ("A", "a"),
            ("", ""),
        ] {
            assert_eq!(camel(wire), name);
        }
        assert_eq!(capitalized("keyId"), "KeyId");
        assert_eq!(capitalized(""), "");
    }
}
