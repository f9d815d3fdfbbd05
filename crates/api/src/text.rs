// SPDX-License-Identifier: Apache-2.0
//! Two kinds of text on the wire, each declared once: closed lists of words, and checked ids.

/// The text is not of the form its type asks for. Says what the form is, never what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{expected}")]
pub struct TextError {
    /// A sentence that says what to send instead.
    pub expected: &'static str,
}

/// Declares an enum whose variants are words of the wire.
#[cfg(feature = "server")]
macro_rules! words {
    (
        $(#[$meta:meta])*
        $name:ident, $expected:literal;
        $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)+
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_meta])* $variant,)+ }

        impl $name {
            /// Every word of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as it stands on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::TextError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::text::TextError { expected: $expected }),
                }
            }
        }

        $crate::text::text_impls!($name);

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": [$($text),+] })
            }
        }
    };
}

/// Declares a newtype over text that a predicate has accepted.
macro_rules! checked_text {
    ($(#[$meta:meta])* $name:ident, $check:path, $expected:literal) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Box<str>);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::TextError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if $check(text) {
                    Ok(Self(text.into()))
                } else {
                    Err($crate::text::TextError { expected: $expected })
                }
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        $crate::text::text_impls!($name);

        #[cfg(feature = "schema")]
        $crate::schema::inline_schema!($name, { "type": "string" });
    };
}

/// What both kinds share: their text is what is printed, stored and sent.
macro_rules! text_impls {
    ($name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        $crate::text::parsed_text!($name);
    };
}

/// Text forms of what prints and parses by hand.
macro_rules! printed_text {
    ($($name:ident),+) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        $crate::text::parsed_text!($name);

        #[cfg(feature = "schema")]
        $crate::schema::inline_schema!($name, { "type": "string" });
    )+};
}

/// Reads a text by its `FromStr`, without a copy where the input can lend it.
macro_rules! parsed_text {
    ($name:ident) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text =
                    <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

#[cfg(feature = "server")]
pub(crate) use words;
pub(crate) use {checked_text, parsed_text, printed_text, text_impls};
