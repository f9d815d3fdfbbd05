// SPDX-License-Identifier: Apache-2.0
//! Names, and what people say of what they name.

use std::fmt;

use super::OidcProviderName;
use crate::key::description::has_xml_form;
use crate::text::checked_text;

checked_text!(
    /// A user's name: 1 to 64 letters, digits or `.@_-`.
    UserName, is_user_name, "It must be 1 to 64 letters, digits, '.', '@', '_' or '-'."
);

checked_text!(
    /// By what a user, group or role is known whatever it is called: 1 to 32 letters, digits or `-`.
    EntityId, is_entity_id, "It must be 1 to 32 letters, digits or '-'."
);

checked_text!(
    /// A group's name: 1 to 64 letters, digits or `-`.
    GroupName, is_group_name, "It must be 1 to 64 letters, digits or '-'."
);

checked_text!(
    /// A role's name: 1 to 64 letters, digits or `._-`.
    RoleName, is_role_name, "It must be 1 to 64 letters, digits, '.', '_' or '-'."
);

checked_text!(
    /// A policy's name: 1 to 128 letters, digits or `-`.
    PolicyName, is_policy_name, "It must be 1 to 128 letters, digits or '-'."
);

checked_text!(
    /// What people call a user: 1 to 128 characters.
    DisplayName, is_short_text, "It must be 1 to 128 characters, none of them a control character."
);

checked_text!(
    /// What people say of a user or a group: 1 to 128 characters.
    Comments, is_short_text, "It must be 1 to 128 characters, none of them a control character."
);

checked_text!(
    /// What people say of a policy or a role: at most 1,024 characters.
    RamDescription, is_description,
    "It must be at most 1024 characters, none of them a control character."
);

checked_text!(
    /// An email address: 3 to 128 characters with one `@` between others.
    Email, is_email, "It must be an email address of at most 128 characters."
);

checked_text!(
    /// A mobile phone: the country's code, a dash and the number.
    MobilePhone, is_mobile_phone, "It must be a country's code, '-' and the number: 86-18600008888."
);

/// Something that an account holds, as a command names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity<'a> {
    /// Whoever calls, itself.
    Caller,
    /// All users.
    Users,
    /// One user.
    User(&'a UserName),
    /// All groups.
    Groups,
    /// One group.
    Group(&'a GroupName),
    /// All policies.
    Policies,
    /// One policy.
    Policy(&'a PolicyName),
    /// All roles.
    Roles,
    /// One role.
    Role(&'a RoleName),
    /// All identity providers.
    OidcProviders,
    /// One identity provider.
    OidcProvider(&'a OidcProviderName),
}

/// The relative name, as the end of an ARN (`acs:ram:*:<account>:user/alice`).
impl fmt::Display for Entity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Caller => f.write_str("*"),
            Self::Users => f.write_str("user/*"),
            Self::User(name) => write!(f, "user/{name}"),
            Self::Groups => f.write_str("group/*"),
            Self::Group(name) => write!(f, "group/{name}"),
            Self::Policies => f.write_str("policy/*"),
            Self::Policy(name) => write!(f, "policy/{name}"),
            Self::Roles => f.write_str("role/*"),
            Self::Role(name) => write!(f, "role/{name}"),
            Self::OidcProviders => f.write_str("oidc-provider/*"),
            Self::OidcProvider(name) => write!(f, "oidc-provider/{name}"),
        }
    }
}

fn is_word(text: &str, max: usize, more: &[u8]) -> bool {
    (1..=max).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
}

fn is_entity_id(text: &str) -> bool {
    is_word(text, 32, b"-")
}

fn is_user_name(text: &str) -> bool {
    is_word(text, 64, b".@_-")
}

fn is_group_name(text: &str) -> bool {
    is_word(text, 64, b"-")
}

fn is_role_name(text: &str) -> bool {
    is_word(text, 64, b"._-")
}

fn is_policy_name(text: &str) -> bool {
    is_word(text, 128, b"-")
}

fn is_short_text(text: &str) -> bool {
    (1..=128).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

fn is_description(text: &str) -> bool {
    text.chars().count() <= 1_024 && text.chars().all(has_xml_form)
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    text.len() <= 128
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && parts
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
}

fn is_mobile_phone(text: &str) -> bool {
    let is_number = |text: &str, max| {
        (1..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    text.split_once('-').is_some_and(|(code, number)| is_number(code, 4) && is_number(number, 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_to_their_alphabets_and_lengths() {
        let long = "x".repeat(65);
        for (good, bad) in [("a.b@c_d-e", "a b"), ("0", ""), (&long[..64], &long), ("a", "a/b")] {
            assert!(good.parse::<UserName>().is_ok(), "{good}");
            assert!(bad.parse::<UserName>().is_err(), "{bad}");
        }
        assert!("a.b".parse::<GroupName>().is_err());
        assert!("a@b".parse::<RoleName>().is_err());
        assert!("x".repeat(128).parse::<PolicyName>().is_ok());
        assert!("x".repeat(129).parse::<PolicyName>().is_err());
    }

    #[test]
    fn what_people_say_holds_no_control_characters() {
        assert!("Zoë 🔑".parse::<DisplayName>().is_ok());
        assert!("a\nb".parse::<DisplayName>().is_err());
        assert!("".parse::<RamDescription>().is_ok());
        for bad in ["a", "@a", "a@", "a@b@c", "a b@c"] {
            assert!(bad.parse::<Email>().is_err(), "{bad}");
        }
        assert!("86-18600008888".parse::<MobilePhone>().is_ok());
        assert!("18600008888".parse::<MobilePhone>().is_err());
    }
}
