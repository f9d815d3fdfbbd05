// SPDX-License-Identifier: Apache-2.0
//! The names of those whom statements are about.

fn is_digits(text: &str, lengths: &[usize]) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A name with what clouds allow in the names of users and roles; AWS's may have a path in front.
fn is_name(text: &str, more: &[u8]) -> bool {
    (1..=512).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
}

pub(super) fn is_ram_principal(text: &str) -> bool {
    let parts = text.strip_prefix("acs:ram::").and_then(|rest| rest.split_once(':'));
    parts.is_some_and(|(account, who)| {
        let name = who.strip_prefix("user/").or_else(|| who.strip_prefix("role/"));
        is_digits(account, &[16])
            && (["root", "*"].contains(&who) || name.is_some_and(|name| is_name(name, b".@_-")))
    })
}

pub(super) fn is_aws_principal(text: &str) -> bool {
    // Accounts have 16 digits here, and 12 with AWS.
    const ACCOUNT: &[usize] = &[12, 16];
    let is_arn = |text: &str| {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next().unwrap_or_default();
        let (scheme, partition, service, region) = (next(), next(), next(), next());
        let (account, who) = (next(), next());
        let roots: &[&str] = match service {
            "iam" => &["user/", "role/"],
            "sts" => &["assumed-role/", "federated-user/"],
            _ => return false,
        };
        let name = roots.iter().find_map(|root| who.strip_prefix(root));
        scheme == "arn"
            && partition.starts_with("aws")
            && is_name(partition, b"-")
            && region.is_empty()
            && is_digits(account, ACCOUNT)
            && ((service, who) == ("iam", "root")
                || name.is_some_and(|name| is_name(name, b"+=,.@_-/")))
    };
    text == "*" || is_digits(text, ACCOUNT) || is_arn(text)
}

pub(super) fn is_service(text: &str) -> bool {
    text.contains('.') && is_name(text, b".-") && !text.starts_with('.') && !text.ends_with('.')
}

/// An identity provider that signs tokens by OpenID Connect, as a name of RAM.
pub(super) fn is_oidc_provider(text: &str) -> bool {
    let parts = text.strip_prefix("acs:ram::").and_then(|rest| rest.split_once(":oidc-provider/"));
    parts.is_some_and(|(account, name)| is_digits(account, &[16]) && is_name(name, b".@_-"))
}
