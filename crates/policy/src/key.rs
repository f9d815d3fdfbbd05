// SPDX-License-Identifier: Apache-2.0
//! The keys of conditions: what of a request they see.

use std::cell::OnceCell;
use std::net::IpAddr;

use edgekms_api::context::EncryptionContext;
use edgekms_api::key::tag::Tag;
use edgekms_api::time::Timestamp;

/// What a request has besides caller, action and resource. Nothing but lengths is
/// looked at unless a condition asks.
#[derive(Clone, Copy, Debug)]
pub struct Values<'a> {
    /// `acs:CurrentTime`
    pub now: Timestamp,
    /// `acs:SourceIp`: as the request's transport tells it.
    pub source_ip: Option<&'a str>,
    /// `acs:SecureTransport`
    pub secure_transport: bool,
    /// `acs:MFAPresent`: false for whoever signs with an access key.
    pub mfa_present: bool,
    /// `kms:tag/<key>`: the key's tags.
    pub tags: &'a [Tag],
    /// `kms:EncryptionContext:<key>`
    pub encryption_context: Option<&'a EncryptionContext>,
    /// `kms:EncryptionAlgorithm`
    pub encryption_algorithm: Option<&'a str>,
    /// What an identity provider's token says.
    pub oidc: Option<Oidc<'a>>,
    /// `sts:ExternalId`
    pub external_id: Option<&'a str>,
}

/// The claims of an OpenID Connect token that policies can ask for.
#[derive(Clone, Copy, Debug)]
pub struct Oidc<'a> {
    /// `oidc:iss`
    pub issuer: &'a str,
    /// `oidc:aud`: one or several.
    pub audience: &'a [&'a str],
    /// `oidc:sub`
    pub subject: &'a str,
}

/// The longest value that is compared, in bytes: of an encryption context, which has at most 8,192
/// characters.
const VALUE_MAX_LEN: usize = 4 * edgekms_api::context::CONTEXT_MAX_CHARS;

impl Values<'_> {
    /// A request that has nothing to say but when it came, without TLS.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self {
            now,
            source_ip: None,
            secure_transport: false,
            mfa_present: false,
            tags: &[],
            encryption_context: None,
            encryption_algorithm: None,
            oidc: None,
            external_id: None,
        }
    }

    /// Whether each value is short enough to be compared in bounded time. Tags are, by their type.
    pub(super) fn are_bounded(&self) -> bool {
        let texts = [self.source_ip, self.encryption_algorithm, self.external_id];
        let claims = self
            .oidc
            .iter()
            .flat_map(|oidc| oidc.audience.iter().copied().chain([oidc.issuer, oidc.subject]));
        let context = self.encryption_context.iter().flat_map(|context| context.iter());
        let context = context.map(|(_, value)| value);
        let mut all = texts.into_iter().flatten().chain(claims).chain(context);
        all.all(|text| text.len() <= VALUE_MAX_LEN)
    }
}

/// A key of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    CurrentTime,
    SourceIp,
    SecureTransport,
    MfaPresent,
    Tag(Box<str>),
    EncryptionContext(Box<str>),
    EncryptionAlgorithm,
    OidcIssuer,
    OidcAudience,
    OidcSubject,
    ExternalId,
    /// One that no request has.
    Unknown,
}

const KEYS: [(&str, Key); 9] = [
    ("acs:CurrentTime", Key::CurrentTime),
    ("acs:SourceIp", Key::SourceIp),
    ("acs:SecureTransport", Key::SecureTransport),
    ("acs:MFAPresent", Key::MfaPresent),
    ("kms:EncryptionAlgorithm", Key::EncryptionAlgorithm),
    ("oidc:iss", Key::OidcIssuer),
    ("oidc:aud", Key::OidcAudience),
    ("oidc:sub", Key::OidcSubject),
    ("sts:ExternalId", Key::ExternalId),
];

type OfName = fn(Box<str>) -> Key;

/// Keys that go on with a name of the user's own.
const FAMILIES: [(&str, OfName); 2] =
    [("kms:tag/", Key::Tag), ("kms:EncryptionContext:", Key::EncryptionContext)];

/// What a key sees of a request.
pub(super) enum Seen<'a> {
    Nothing,
    Text(&'a str),
    Texts(&'a [&'a str]),
    Moment(Timestamp),
    Flag(bool),
    Address(&'a str, Option<IpAddr>),
}

impl Key {
    /// Reads a key. Our names are the same in any case, the user's are not.
    pub(super) fn new(text: &str) -> Self {
        let known = KEYS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
        known.map(|(_, key)| key.clone()).or_else(|| of_family(text)).unwrap_or(Self::Unknown)
    }

    pub(super) fn see<'a>(
        &self,
        values: &Values<'a>,
        address: &OnceCell<Option<IpAddr>>,
    ) -> Seen<'a> {
        let text = |text: Option<&'a str>| text.map_or(Seen::Nothing, Seen::Text);
        let oidc = values.oidc;
        match self {
            Self::CurrentTime => Seen::Moment(values.now),
            Self::SourceIp => values.source_ip.map_or(Seen::Nothing, |text| {
                Seen::Address(text, *address.get_or_init(|| text.parse().ok()))
            }),
            Self::SecureTransport => Seen::Flag(values.secure_transport),
            Self::MfaPresent => Seen::Flag(values.mfa_present),
            Self::Tag(name) => {
                let tag = values.tags.iter().find(|tag| tag.key.as_str() == &**name);
                text(tag.map(|tag| tag.value.as_str()))
            }
            Self::EncryptionContext(name) => {
                text(values.encryption_context.and_then(|context| context.get(name)))
            }
            Self::EncryptionAlgorithm => text(values.encryption_algorithm),
            Self::OidcIssuer => text(oidc.map(|oidc| oidc.issuer)),
            Self::OidcAudience => oidc.map_or(Seen::Nothing, |oidc| Seen::Texts(oidc.audience)),
            Self::OidcSubject => text(oidc.map(|oidc| oidc.subject)),
            Self::ExternalId => text(values.external_id),
            Self::Unknown => Seen::Nothing,
        }
    }
}

fn of_family(text: &str) -> Option<Key> {
    FAMILIES.iter().find_map(|(start, key)| {
        let (head, name) = text.split_at_checked(start.len())?;
        (head.eq_ignore_ascii_case(start) && !name.is_empty()).then(|| key(name.into()))
    })
}
