// SPDX-License-Identifier: Apache-2.0
//! Writes the vectors that the JavaScript tests read: `dump-vectors FOLDER`.

use std::{env, error::Error, fs, path::PathBuf};

use edgekms_tests::vectors;

fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = env::args_os().nth(1).ok_or("usage: dump-vectors FOLDER")?.into();
    fs::create_dir_all(&folder)?;
    for (name, set) in
        [("aes-gcm.json", vectors::aes_gcm()?), ("rsa-oaep.json", vectors::rsa_oaep()?)]
    {
        fs::write(folder.join(name), serde_json::to_vec(&set)?)?;
    }
    Ok(())
}
