// SPDX-License-Identifier: Apache-2.0
//! Every action in AWS's form: what bodies are commands, and what replies are told.

mod answers;
mod reading;

use super::*;
use crate::dialect::aws;
use crate::dialect::aws::error::name_and_status;
use crate::product::Product;

/// Reads a body as a command of the action.
fn read_body(action: ActionName, body: &str) -> Result<Command, ApiError> {
    let Ok(Tree::Object(fields)) = serde_json::from_str(body) else { panic!("{body}") };
    read(action, &fields, &aws::limits(Default::default()))
}

/// The name of the error that a body gets.
fn name(action: ActionName, body: &str) -> &'static str {
    name_and_status(read_body(action, body).unwrap_err().code()).0
}

#[test]
fn no_action_is_both_offered_and_not() {
    for name in OTHER_ACTIONS {
        assert_eq!(ActionName::find(Product::Kms, name), None, "{name}: take it off the list");
    }
}
