// SPDX-License-Identifier: Apache-2.0
//! The names of the worker's settings, for whoever starts one.

use edgekms_service::settings::names::variables;

use crate::File;

const HEAD: &str = "// SPDX-License-Identifier: Apache-2.0\n\
     // Made by `cargo xtask generate` from the worker's settings: change those, not this.\n\n\
     /** A variable that the worker reads. */\n\
     export interface Variable {\n  readonly name: string;\n  \
     /** Whether its value may be shown to nobody. */\n  readonly secret: boolean;\n}\n\n\
     /** Every one, by name; docs/operations.md says what each is. */\n\
     export const VARIABLES: readonly Variable[] = [\n";

pub(crate) fn file() -> File {
    let rows = variables().into_iter();
    let rows = rows.map(|row| format!("  {{ name: \"{}\", secret: {} }},\n", row.name, row.secret));
    let text = format!("{HEAD}{}];\n", rows.collect::<String>());
    File { path: "server/src/generated/settings.ts".to_owned(), text }
}
