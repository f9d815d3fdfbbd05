// SPDX-License-Identifier: Apache-2.0
//! Replays the seed corpus of the fuzz target `params`: what decodes also encodes back, and no
//! action panics on it.

use std::path::Path;

use edgekms_api::action::{ActionName, Limits};
use edgekms_api::params::Params;

#[test]
fn the_corpus_of_the_parameter_decoder_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/params");
    let mut replayed = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let seed = std::fs::read(entry.unwrap().path()).unwrap();
        replayed += 1;
        let Ok(params) = Params::decode(&seed) else { continue };
        assert_eq!(Params::decode(params.encode().as_bytes()).unwrap(), params);
        for action in ActionName::ALL {
            let _ = action.validate(&params, &Limits::default());
        }
    }
    assert!(replayed >= 20, "{replayed} seeds");
}
