// SPDX-License-Identifier: Apache-2.0
//! The URLs that the service may be made to fetch: an issuer's, and that of its keys.
//!
//! Somebody else says them, so they are read strictly, and nothing that could mean the inside of a network is
//! one: a host must have a public name. Addresses are refused in every spelling, also the ones that URL
//! parsers make addresses of (`0x7f.1`, `2130706433`): all of them end in a label that begins with a digit.

/// How a document is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebScheme {
    /// By `https://` from a public host.
    Https,
    /// By `http://` from the machine itself: in development, where that is allowed.
    HttpLoopback,
}

/// A URL that may be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WebUrl<'a> {
    /// How.
    pub scheme: WebScheme,
    /// Host and port.
    pub authority: &'a str,
    /// The query, if there is one.
    pub query: Option<&'a str>,
}

/// The machine itself, as it may be called in development.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// Top labels of names that are nobody's in public (RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`).
const NOT_PUBLIC: [&str; 6] = ["localhost", "local", "internal", "arpa", "invalid", "test"];

impl<'a> WebUrl<'a> {
    /// Reads a URL of at most 2,048 characters.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"#<>@\\^`{|}".contains(&byte);
        if text.len() > 2_048 || !text.bytes().all(is_plain) {
            return None;
        }
        let (scheme, rest) = match text.strip_prefix("https://") {
            Some(rest) => (WebScheme::Https, rest),
            None => (WebScheme::HttpLoopback, text.strip_prefix("http://")?),
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let is_good = match scheme {
            WebScheme::Https => is_public(without_port(authority)?),
            WebScheme::HttpLoopback => LOOPBACK.contains(&without_port(authority)?),
        };
        let query = path.split_once('?').map(|(_, query)| query);
        is_good.then_some(Self { scheme, authority, query })
    }
}

/// The host, if what follows is a port or nothing.
fn without_port(authority: &str) -> Option<&str> {
    let end = if authority.starts_with('[') { authority.find(']')? + 1 } else { 0 };
    let Some(colon) = authority.get(end..)?.find(':').map(|at| at + end) else {
        return Some(authority);
    };
    let (host, port) = authority.split_at_checked(colon)?;
    let port = port.strip_prefix(':')?;
    let is_port = (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
    is_port.then_some(host)
}

fn is_public(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some((_, top)) = host.rsplit_once('.') else { return false };
    host.len() <= 253
        && host.split('.').all(is_label)
        && top.starts_with(|first: char| first.is_ascii_alphabetic())
        && !NOT_PUBLIC.iter().any(|name| top.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_hosts_by_https_may_be_fetched() {
        for good in [
            "https://accounts.google.com",
            "https://login.example.com:8443/tenant/v2.0",
            "https://token.actions.githubusercontent.com/.well-known/jwks?p=1",
            "https://1.2.3.4.example.com/",
        ] {
            assert_eq!(WebUrl::parse(good).unwrap().scheme, WebScheme::Https, "{good}");
        }
        assert_eq!(WebUrl::parse("https://a.example.com?p").unwrap().query, Some("p"));
    }

    #[test]
    fn nothing_that_could_be_the_inside_of_a_network_is_one() {
        for bad in [
            "",
            "https://",
            "https:///a",
            "ftp://example.com",
            "HTTPS://example.com",
            "http://example.com",
            "https://localhost",
            "https://metadata",
            "https://metadata.google.internal",
            "https://printer.local",
            "https://a.LOCALHOST",
            "https://127.0.0.1",
            "https://10.0.0.1/",
            "https://169.254.169.254/latest",
            "https://2130706433",
            "https://0x7f.1",
            "https://0x7f000001",
            "https://127.1",
            "https://example.0x7f",
            "https://[::1]",
            "https://[fd00::1]/",
            "https://example.com.",
            "https://example.com:",
            "https://example.com:0x50",
            "https://example.com:443443",
            "https://user@example.com",
            "https://example.com@10.0.0.1",
            "https://example.com\\@10.0.0.1",
            "https://example.com#a",
            "https://exa mple.com",
            "https://exämple.com",
            "https://-a.com",
            "https://a..com",
            "http://127.0.0.1.example.com",
            "http://127.0.0.2",
            "http://[::1",
            "http://localhost@example.com",
        ] {
            assert_eq!(WebUrl::parse(bad), None, "{bad}");
        }
        assert_eq!(WebUrl::parse(&format!("https://example.com/{}", "a".repeat(2_048))), None);
    }

    #[test]
    fn the_machine_itself_is_told_apart() {
        for own in ["http://127.0.0.1:8080/a", "http://localhost", "http://[::1]:1/"] {
            assert_eq!(WebUrl::parse(own).unwrap().scheme, WebScheme::HttpLoopback, "{own}");
        }
    }
}
