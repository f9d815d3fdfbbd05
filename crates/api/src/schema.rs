// SPDX-License-Identifier: Apache-2.0
//! Schemas that cannot be derived, since the type writes its wire form by hand.

/// The schema of a type, written out wherever the type is used instead of being given a name of its
/// own there.
macro_rules! inline_schema {
    ($name:ident, $schema:tt) => {
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}

pub(crate) use inline_schema;
