// SPDX-License-Identifier: Apache-2.0
//! What callers may by what they are, whatever policies say: accounts, the operator, products.

use edgekms_api::{
    action::ActionName,
    key::{Origin, kept::Kept},
};

use super::{Access, Resource, Verdict};
use crate::identity::Permissions;

/// How the names of the operator's permissions begin.
const OPERATORS: &str = "edgekms:";

/// Decides; `None` for a caller whose policies say it.
pub(super) fn decide(access: &Access<'_>) -> Option<Verdict> {
    let caller = access.caller;
    let is_operators = access.permission.starts_with(OPERATORS);
    Some(match (&caller.permissions, access.resource) {
        (Permissions::Operator, _) if is_operators => Verdict::Allow,
        _ if is_operators => Verdict::ImplicitDeny,
        // Such a key comes with the first call of a product that needs it, or the default master key
        // before that, when its account imports the material; and in no other way.
        (Permissions::Owner | Permissions::Policies(_), Resource::NewKept(kept, origin))
            if *kept != Kept::DefaultMaster || origin != Origin::External =>
        {
            Verdict::ImplicitDeny
        }
        (Permissions::Policies(_), _) => return None,
        _ if caller.account != *access.owner => Verdict::ImplicitDeny,
        (Permissions::Owner, _) => Verdict::Allow,
        (Permissions::Product, Resource::NewKept(kept, Origin::AliyunKms)) => match kept {
            Kept::DefaultMaster => Verdict::Allow,
            Kept::Service(product) if caller.product.as_ref() == Some(product) => Verdict::Allow,
            Kept::Service(_) | Kept::Customer | Kept::CarriedOver => Verdict::ImplicitDeny,
        },
        (Permissions::Product, Resource::Key(_) | Resource::Alias(_) | Resource::Service)
            if is_of_products(access.permission) =>
        {
            Verdict::Allow
        }
        #[cfg(test)]
        (Permissions::Only(allowed), resource) => {
            let resource = match resource {
                Resource::Key(key_id) => key_id.as_str(),
                Resource::Alias(name) => name.as_str(),
                Resource::Keys
                | Resource::Aliases
                | Resource::Service
                | Resource::Entity(_)
                | Resource::NewKept(..) => "",
            };
            let is_it = |(permission, name): &&(&str, String)| {
                *permission == access.permission && name == resource
            };
            allowed.iter().find(is_it).map_or(Verdict::ImplicitDeny, |_| Verdict::Allow)
        }
        (Permissions::Product | Permissions::Operator | Permissions::None, _) => {
            Verdict::ImplicitDeny
        }
    })
}

/// What products do: envelope encryption of what they keep. With which keys, their classes say
/// ([`crate::keyring::class`]).
const OF_PRODUCTS: [ActionName; 5] = [
    ActionName::DescribeKey,
    ActionName::Encrypt,
    ActionName::Decrypt,
    ActionName::GenerateDataKey,
    ActionName::GenerateDataKeyWithoutPlaintext,
];

fn is_of_products(permission: &str) -> bool {
    OF_PRODUCTS.iter().any(|action| action.row().permission == Some(permission))
}
