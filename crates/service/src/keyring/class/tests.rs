// SPDX-License-Identifier: Apache-2.0
//! The comparison table, cell by cell, and what follows from it.

use edgekms_api::key::algorithm::SigningAlgorithm;

use edgekms_api::quota::Quota;

use super::*;
use crate::quota::{GATEWAYS, Quotas};
use crate::testing::{caller, key_record, place};

const CLASSES: [Class; 6] = [
    Class::DefaultMaster,
    Class::Service,
    Class::Software,
    Class::Hardware,
    Class::External,
    Class::CarriedOver,
];

/// As the issue writes the cells, a row a class.
const WORDS: [[&str; 12]; 6] = [
    [
        "no",
        "yes",
        "setting",
        "yes",
        "yes",
        "only at first enable",
        "no",
        "no",
        "yes",
        "yes",
        "1000 fixed",
        "-",
    ],
    ["no", "yes", "setting", "no", "no", "no", "no", "no", "yes", "no", "1000 fixed", "-"],
    [
        "yes, and sign",
        "yes",
        "symmetric only",
        "yes",
        "yes",
        "yes",
        "yes",
        "yes",
        "yes",
        "yes",
        "1000 fixed",
        "1000, 2000 or 4000",
    ],
    [
        "yes, and sign",
        "yes",
        "symmetric, in the HSM",
        "yes",
        "yes",
        "yes",
        "no",
        "yes",
        "yes",
        "yes",
        "1000 fixed",
        "2000, 4000 or 6000",
    ],
    ["yes, no sign", "yes", "no", "yes", "yes", "no", "no", "yes", "yes", "yes", "1000 fixed", "-"],
    ["no", "no", "no", "no", "no", "no", "no", "no", "no", "no", "-", "-"],
];

fn word(cell: Cell) -> String {
    match cell {
        No => "no".into(),
        Yes => "yes".into(),
        AndSign => "yes, and sign".into(),
        NoSign => "yes, no sign".into(),
        BySetting => "setting".into(),
        Symmetric => "symmetric only".into(),
        SymmetricInModule => "symmetric, in the HSM".into(),
        FirstEnable => "only at first enable".into(),
        Fixed(rate) => format!("{rate} fixed"),
        OneOf([one, two, three]) => format!("{one}, {two} or {three}"),
        OneOf(_) => panic!("not in the table"),
        Nothing => "-".into(),
    }
}

#[test]
fn every_cell_is_the_comparison_table_s() {
    for (class, words) in CLASSES.into_iter().zip(WORDS) {
        for (column, expected) in COLUMNS.into_iter().zip(words) {
            assert_eq!(word(class.cell(column)), expected, "{class:?} {column:?}");
        }
    }
}

#[test]
fn a_key_s_class_follows_from_for_whom_it_is_kept_and_what_guards_it() {
    use ProtectionLevel::{Hsm, Software};
    let service = Kept::Service("oss".parse().unwrap());
    for (kept, level, class) in [
        (&Kept::Customer, Software, Class::Software),
        (&Kept::Customer, Hsm, Class::Hardware),
        (&Kept::DefaultMaster, Software, Class::DefaultMaster),
        (&service, Software, Class::Service),
        (&service, Hsm, Class::Service),
        (&Kept::CarriedOver, Software, Class::CarriedOver),
    ] {
        assert_eq!(Class::of(kept, level), class, "{kept:?} {level:?}");
        let record = key_record().changed(|key| {
            key.kept = kept.clone();
            key.protection_level = level;
        });
        assert_eq!(record.class(), class);
        assert_eq!(record.view().class(), class, "an isolate knows it too");
    }
}

#[test]
fn what_a_class_does_not_allow_is_refused_by_name() {
    let refused = |class: Class| {
        let all = [
            Use::Cryptography,
            Use::Switch,
            Use::CreateAlias,
            Use::Annotate,
            Use::Edit,
            Use::Protect,
            Use::ScheduleDeletion,
            Use::CancelDeletion,
            Use::Import,
            Use::ManageImport,
            Use::Look,
        ];
        let all = all.into_iter().filter(|what| {
            class.check(*what).is_err_and(|error| {
                assert_eq!(error.code(), ErrorCode::UnsupportedOperation);
                assert!(error.message().contains(class.noun()), "{}", error.message());
                true
            })
        });
        all.collect::<Vec<_>>()
    };
    assert_eq!(
        refused(Class::DefaultMaster),
        [Use::Cryptography],
        "its origin says whether to import"
    );
    assert_eq!(
        refused(Class::Service),
        [
            Use::Cryptography,
            Use::Switch,
            Use::Edit,
            Use::Protect,
            Use::ScheduleDeletion,
            Use::CancelDeletion,
            Use::Import,
            Use::ManageImport
        ]
    );
    assert_eq!(refused(Class::Software), []);
    assert_eq!(refused(Class::Hardware), []);
    assert_eq!(refused(Class::External), [Use::Cryptography, Use::Import, Use::ManageImport]);
    assert_eq!(refused(Class::CarriedOver).len(), 10, "all but looking");
}

#[test]
fn material_is_used_by_users_or_by_products_as_the_table_says() {
    let oss = Caller::product(place().account, "oss".parse().unwrap(), "id".to_owned());
    let rds = Caller::product(place().account, "rds".parse().unwrap(), "id".to_owned());
    let own = Kept::Service("oss".parse().unwrap());
    let sign = Need::Signing(SigningAlgorithm::RsaPssSha256);
    let may = |class, kept: &Kept, caller: &Caller, need| {
        may_use(class, kept, caller, need).map_err(|error| error.code())
    };
    let no = Err(ErrorCode::ForbiddenNoPermission);
    for (class, kept, user, signs, product) in [
        (Class::DefaultMaster, &Kept::DefaultMaster, no, no, Ok(())),
        (Class::Service, &own, no, no, Ok(())),
        (Class::Software, &Kept::Customer, Ok(()), Ok(()), Ok(())),
        (Class::Hardware, &Kept::Customer, Ok(()), Ok(()), Ok(())),
        (Class::External, &Kept::Customer, Ok(()), no, Ok(())),
        (Class::CarriedOver, &Kept::CarriedOver, no, no, no),
    ] {
        assert_eq!(may(class, kept, &caller(), Need::Symmetric), user, "{class:?}");
        assert_eq!(may(class, kept, &caller(), sign), signs, "{class:?}");
        assert_eq!(may(class, kept, &oss, Need::Symmetric), product, "{class:?}");
    }
    assert_eq!(may(Class::Service, &own, &rds, Need::Symmetric), no, "another product's");
    assert!(may_see(&own, &rds).is_err() && may_see(&own, &oss).is_ok());
    assert!(may_see(&own, &caller()).is_ok(), "users look at it");
}

#[test]
fn rates_are_those_of_the_quotas() {
    for (class, _) in TABLE {
        match class.cell(C::SharedGateway) {
            Fixed(rate) => assert_eq!(Quotas::default().get(Quota::SymmetricRate), u64::from(rate)),
            cell => assert_eq!(cell, Nothing),
        }
        let quota = class.gateway().and_then(Group::quota);
        let paid = GATEWAYS.iter().find(|(held, _)| Some(*held) == quota).map(|(_, rates)| *rates);
        match class.cell(C::DedicatedGateway) {
            OneOf(rates) => assert_eq!(paid, Some(rates), "{class:?}"),
            _ => assert_eq!(paid, None, "{class:?}"),
        }
    }
}
