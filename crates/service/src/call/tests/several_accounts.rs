// SPDX-License-Identifier: Apache-2.0
//! Accounts that the operator makes and deletes, and what one has of another: nothing.

use edgekms_api::product::Product;

use super::{
    accounts::Signer,
    root_keys::{BOTH, SECOND},
    *,
};
use crate::testing::OPERATOR;

impl Service {
    fn arranges(&self, product: Product, action: &str, params: &[(&str, &str)]) -> (u16, Value) {
        let operator = Signer::permanent(OPERATOR, SECRET);
        self.asked(product, &operator, action, params)
    }

    pub(super) fn arranged(&self, action: &str, params: &[(&str, &str)]) -> Value {
        let (status, value) = self.arranges(Product::Ram, action, params);
        assert_eq!(status, 200, "{action}: {value}");
        value
    }

    /// A new account with one access key of its root.
    pub(super) fn new_account(&self, name: &str) -> (String, Signer) {
        let made = self.arranged("CreateAccount", &[("DisplayName", name)]);
        let id = made["Account"]["AccountId"].as_str().unwrap().to_owned();
        let key = self.arranged("CreateAccountAccessKey", &[("AccountId", &id)]);
        (id, Signer::of(&key["AccessKey"]))
    }

    fn delete_account(&self, id: &str) -> String {
        let (status, value) = self.arranges(Product::Ram, "DeleteAccount", &[("AccountId", id)]);
        if status == 200 { "OK".to_owned() } else { code(&value) }
    }

    fn accounts(&self) -> Vec<String> {
        let listed = self.arranged("ListAccounts", &[]);
        let rows = listed["Accounts"]["Account"].as_array().unwrap();
        rows.iter().map(|row| row["AccountId"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn an_account_has_keys_and_users_of_its_own_and_no_other_has_anything_of_them() {
    let service = Service::new();
    let own = service.new_key();
    let (id, root) = service.new_account("tenant");
    assert_eq!(id.len(), 16);
    assert_eq!(service.accounts(), std::slice::from_ref(&id));
    let (status, made) = service.asked(Product::Kms, &root, "CreateKey", &[]);
    assert_eq!(status, 200, "{made}");
    let metadata = &made["KeyMetadata"];
    let (key, arn) = (metadata["KeyId"].as_str().unwrap(), metadata["Arn"].as_str().unwrap());
    assert!(arn.contains(&id), "{arn}");
    assert_eq!(service.outcome(&root, "DescribeKey", &[("KeyId", key)]), "OK");
    // Another's key, by its id and by its ARN; then the other way round.
    assert_eq!(service.outcome(&root, "DescribeKey", &[("KeyId", &own)]), "Forbidden.KeyNotFound");
    assert_eq!(service.refused("DescribeKey", &[("KeyId", key)]), "Forbidden.KeyNotFound");
    assert_eq!(service.refused("DescribeKey", &[("KeyId", arn)]), "Forbidden.NoPermission");
    // Users have their names to themselves.
    service.user("alice");
    let (status, _) = service.asked(Product::Ram, &root, "CreateUser", &[("UserName", "alice")]);
    assert_eq!(status, 200);
    let (_, who) = service.asked(Product::Sts, &root, "GetCallerIdentity", &[]);
    assert_eq!(who["AccountId"], id.as_str());
}

#[test]
fn accounts_are_the_operator_s_to_make() {
    let service = Service::new();
    let (id, root) = service.new_account("tenant");
    for (action, params) in [
        ("CreateAccount", vec![]),
        ("ListAccounts", vec![]),
        ("CreateAccountAccessKey", vec![("AccountId", id.as_str())]),
        ("CloseAccount", vec![("AccountId", id.as_str())]),
        ("DeleteAccount", vec![("AccountId", id.as_str())]),
    ] {
        for signer in [&root, &Signer::root()] {
            let (_, refused) = service.asked(Product::Ram, signer, action, &params);
            assert_eq!(code(&refused), "NoPermission", "{action}");
        }
    }
    // The operator has nobody's keys.
    let (_, refused) = service.arranges(Product::Kms, "ListKeys", &[]);
    assert_eq!(code(&refused), "Forbidden.NoPermission");
}

#[test]
fn nothing_comes_into_being_for_an_account_that_is_not_there() {
    let service = Service::new();
    let broker = service.user("broker");
    service.new_policy(
        "may-assume",
        r#"{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"acs:ram::*:role/x"}"#,
    );
    service.attach("may-assume", "User", "broker");
    service.world.pass(60_000);
    let nobody = "9999999999999999";
    let before = service.world.object_names();
    let (_, refused) =
        service.arranges(Product::Ram, "CreateAccountAccessKey", &[("AccountId", nobody)]);
    assert_eq!(code(&refused), "EntityNotExist.Account");
    assert_eq!(service.delete_account(nobody), "EntityNotExist.Account");
    let role = format!("acs:ram::{nobody}:role/x");
    let params = [("RoleArn", role.as_str()), ("RoleSessionName", "session")];
    let (_, refused) = service.asked(Product::Sts, &broker, "AssumeRole", &params);
    assert_eq!(code(&refused), "NoPermission");
    assert_eq!(service.world.object_names(), before);
}

#[test]
fn an_account_with_keys_is_not_deleted_and_one_without_is_gone_with_all_that_calls_for_it() {
    let service = Service::new();
    let (id, root) = service.new_account("tenant");
    let (_, made) = service.asked(Product::Kms, &root, "CreateKey", &[]);
    let key = made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
    let (_, user) = service.asked(Product::Ram, &root, "CreateUser", &[("UserName", "alice")]);
    assert_eq!(user["User"]["UserName"], "alice");
    let (_, alice) =
        service.asked(Product::Ram, &root, "CreateAccessKey", &[("UserName", "alice")]);
    let alice = Signer::of(&alice["AccessKey"]);

    assert_eq!(service.delete_account(&id), "DeleteConflict.Account.Key");
    assert_eq!(service.outcome(&root, "DescribeKey", &[("KeyId", &key)]), "OK", "all is as it was");
    let schedule = [("KeyId", key.as_str()), ("PendingWindowInDays", "7")];
    assert_eq!(service.outcome(&root, "ScheduleKeyDeletion", &schedule), "OK");
    assert_eq!(service.delete_account(&id), "DeleteConflict.Account.Key", "it waits to be deleted");
    let place = Place { account: id.parse().unwrap(), ..place() };
    service.world.pass(7 * 86_400_000);
    service.world.work(&place);

    assert_eq!(service.delete_account(&id), "OK");
    assert_eq!(service.accounts(), [""; 0]);
    service.world.pass(60_000);
    for signer in [&root, &alice] {
        assert_eq!(service.outcome(signer, "CreateKey", &[]), "InvalidAccessKeyId.NotFound");
    }
    assert_eq!(service.delete_account(&id), "EntityNotExist.Account");
    let (_, refused) = service.arranges(Product::Ram, "CloseAccount", &[("AccountId", &id)]);
    assert_eq!(code(&refused), "EntityNotExist.Account");
}

/// An isolate that has not heard that the account is gone may still send CreateKey for it.
#[test]
fn no_key_is_made_while_its_account_is_deleted() {
    let service = Service::new();
    let (id, root) = service.new_account("tenant");
    let (status, refused) = service.arranges(Product::Kms, "CloseKeyring", &[("AccountId", &id)]);
    assert_eq!(status, 200, "{refused}");
    let create = || service.outcome(&root, "CreateKey", &[]);
    assert_eq!(create(), "EntityTemporarilyUnmodifiable.Account");
    service.world.pass(600_000);
    assert_eq!(create(), "OK", "it was not deleted after all");
}

#[test]
fn the_deployment_s_own_account_is_not_closed_and_its_root_gets_another_key() {
    let service = Service::new();
    let own = place().account.to_string();
    let (_, refused) = service.arranges(Product::Ram, "CloseAccount", &[("AccountId", &own)]);
    assert_eq!(code(&refused), "UnsupportedOperation");
    let key = service.arranged("CreateAccountAccessKey", &[("AccountId", &own)]);
    assert_eq!(service.outcome(&Signer::of(&key["AccessKey"]), "ListKeys", &[]), "OK");
}

#[test]
fn secrets_are_wrapped_anew_and_stay_the_same() {
    let mut service = Service::new();
    let (id, root) = service.new_account("tenant");
    let account = [("AccountId", id.as_str())];
    let rewrap = |service: &Service| {
        let reply = service.arranged("RewrapAccount", &account);
        (reply["Rewrapped"].as_u64().unwrap(), reply["Left"].as_u64().unwrap())
    };
    assert_eq!(rewrap(&service), (0, 0), "all is under the current one");
    service.deploy(BOTH);
    assert_eq!(rewrap(&service), (1, 0));
    assert_eq!(rewrap(&service), (0, 0));
    assert_eq!(service.outcome(&root, "ListKeys", &[]), "OK");
    // Its id still has the check value of the first.
    service.world.pass(86_400_000);
    service.deploy(SECOND);
    assert_eq!(service.outcome(&root, "ListKeys", &[]), "OK", "without the first");
}
