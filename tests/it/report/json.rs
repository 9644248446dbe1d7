//! The document for programs.

use debtlint::report::Report;
use debtlint::report::json;
use debtlint::report::json::Items;
use debtlint::report::json::Units;

use super::fixtures;
use super::fixtures::BILLING;
use super::fixtures::PAYMENTS;
use super::fixtures::SEARCH;

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/report.schema.json");

fn written(report: &Report, items: Items) -> String {
    let mut bytes = Vec::new();
    json::write(report, items, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_report_without_items() {
    insta::assert_snapshot!(written(&fixtures::report(&[PAYMENTS, BILLING], 12), Items::Omitted));
}

#[test]
fn a_report_with_items() {
    let text = written(&fixtures::with_items(), Items::Listed);
    let (_, items) = text.split_once("\n  \"items\": ").unwrap();
    insta::assert_snapshot!(items);
}

#[test]
fn every_report_fits_the_schema() {
    let validator = jsonschema::validator_for(&json::schema()).unwrap();
    for report in
        [fixtures::report(&[PAYMENTS, SEARCH, BILLING], 12), fixtures::report(&[], 0), fixtures::with_items(), {
            let mut unborn = fixtures::report(&[BILLING], 0);
            unborn.subject.revision = None;
            unborn.subject.trusted = None;
            unborn.subject.as_of = None;
            unborn.verdicts.clear();
            unborn
        }]
    {
        for items in [Items::Omitted, Items::Listed] {
            let value = serde_json::from_str(&written(&report, items)).unwrap();
            let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:?}");
        }
    }
}

#[test]
fn the_committed_schema_is_the_one_that_is_printed() {
    let printed = format!("{:#}\n", json::schema());
    if std::fs::read_to_string(SCHEMA).unwrap_or_default() != printed {
        std::fs::write(SCHEMA, printed).unwrap();
        panic!("schema/report.schema.json was out of date and has been written anew: review it");
    }
}

#[test]
fn counts_are_exact_for_every_reader() {
    for (units, text) in [
        (0, "0"),
        (9_007_199_254_740_991, "9007199254740991"),
        (9_007_199_254_740_992, "\"9007199254740992\""),
        (u64::MAX, "\"18446744073709551615\""),
    ] {
        assert_eq!(serde_json::to_string(&Units(units)).unwrap(), text);
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = fixtures::with_items();
    assert_eq!(written(&report, Items::Listed), written(&report.clone(), Items::Listed));
}
