// SPDX-License-Identifier: Apache-2.0
//! The npm package's types, methods and table of actions.

mod codes;
mod methods;
mod table;
mod types;
mod words;

use anyhow::Result;
use edgekms_api::product::Product;

use crate::File;
use crate::actions::Clouds;

const HEAD: &str = "// SPDX-License-Identifier: Apache-2.0\n\
     // Made by `cargo xtask generate` from the table of actions: change that, not this.\n";

/// The product whose actions the package has. What an administrator does to accounts has Alibaba's own SDKs.
pub(crate) const PRODUCT: Product = Product::Kms;

pub(crate) fn files() -> Result<Vec<File>> {
    let clouds = &Clouds::read(&[PRODUCT])?;
    let file = |name: &str, text: String| File {
        path: format!("pkg/src/generated/{name}.ts"),
        text: format!("{HEAD}{text}"),
    };
    let mut files = vec![
        file("codes", codes::text()),
        file("methods", methods::text(clouds)?),
        file("names", methods::names()),
        file("no-alias", table::without_alias()),
        file("table", table::text(clouds)?),
        file("words", words::words()),
        file("refusals", words::refusals()),
        file("suites", words::suites()),
    ];
    for cloud in clouds.both() {
        files.push(file(cloud.id, types::text(cloud)?));
    }
    Ok(files)
}
