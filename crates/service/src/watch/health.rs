// SPDX-License-Identifier: Apache-2.0
//! That the worker lives, and which one it is.

use serde::Serialize;

/// The release.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The commit that it was built from, if whoever built it has set the variable `EDGEKMS_COMMIT`; else empty.
pub const COMMIT: &str = match option_env!("EDGEKMS_COMMIT") {
    Some(commit) => commit,
    None => "",
};

#[derive(Serialize)]
struct Health {
    status: &'static str,
    version: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    commit: &'static str,
}

/// What is told of it, in JSON.
#[must_use]
pub fn text() -> String {
    let health = Health { status: "ok", version: VERSION, commit: COMMIT };
    // Texts; serde_json cannot refuse them.
    serde_json::to_string(&health).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_tells_its_version() {
        let told: serde_json::Value = serde_json::from_str(&text()).unwrap();
        assert_eq!((&told["status"], &told["version"]), (&"ok".into(), &VERSION.into()));
        assert_eq!(told.get("commit").is_some(), !COMMIT.is_empty());
    }
}
