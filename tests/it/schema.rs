//! The policy's JSON Schema, and the examples that name it.

use std::fs;

use debtlint::config;
use debtlint::report::past::json;

use crate::policies::load_file;
use crate::policies::load_floor;
use crate::policies::policies_in;
use crate::policies::render;
use crate::support::Room;

#[test]
fn the_committed_schema_is_the_one_that_reads() {
    let schemas = [
        ("policy", config::policy_schema()),
        ("trend", json::trend_schema()),
        ("simulation", json::simulation_schema()),
    ];
    for (name, schema) in schemas {
        let path = format!("schema/{name}.schema.json");
        let mut schema = serde_json::to_string_pretty(&schema).unwrap();
        schema.push('\n');
        if std::env::vars().any(|(name, value)| name == "UPDATE_SCHEMA" && value == "1") {
            fs::create_dir_all("schema").unwrap();
            fs::write(&path, &schema).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == schema,
            "{path} is out of date: run `UPDATE_SCHEMA=1 cargo test --test it schema` and look at the difference"
        );
    }
}

/// Each has the name of the command that prints what it describes.
#[test]
fn schemas_are_asked_for_by_command() {
    let room = Room::new();
    for command in ["markers", "simulate", "trend", "doctor"] {
        let told = room.debtlint(["schema", command]);
        assert_eq!(told.status, Some(0), "{told}");
    }
    let of = |name: &str| room.debtlint(["schema", name]).stdout;
    assert_eq!(of("simulate"), of("simulation"), "by its old name, too");
}

#[test]
fn what_is_valid_fits_the_schema() {
    let schema = jsonschema::validator_for(&config::policy_schema()).unwrap();
    for path in ["tests/policies/valid", "rules", "examples", "examples/field"].into_iter().flat_map(policies_in) {
        if path.ends_with("languages.yml") || path.ends_with("suppressions.yml") {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let mut value: serde_json::Value = serde_yaml::from_slice(&bytes).unwrap();
        // An editor sees a number where only digits stand; the program sees the text.
        if path.ends_with("everything.yml") {
            value["labels"][7]["commit"] = "0123456789012345678901234567890123456789".into();
        }
        let errors: Vec<_> =
            schema.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
    }
}

#[test]
fn the_schema_knows_what_is_wrong() {
    let schema = jsonschema::validator_for(&config::policy_schema()).unwrap();
    for file in ["keys", "values", "windows", "teams", "rules", "types"] {
        let text = fs::read_to_string(format!("tests/policies/invalid/{file}.yml")).unwrap();
        let Ok(value) = serde_yaml::from_str::<serde_json::Value>(&text) else { continue };
        assert!(!schema.is_valid(&value), "{file}");
    }
}

#[test]
fn examples_are_valid_and_tell_editors_so() {
    let mut count = 0;
    for path in policies_in("examples").into_iter().chain(policies_in("examples/field")) {
        let text = fs::read_to_string(&path).unwrap();
        let modeline = text.lines().next().unwrap().strip_prefix("# yaml-language-server: $schema=");
        assert!(path.parent().unwrap().join(modeline.unwrap()).exists(), "{}", path.display());
        let loaded = match path.ends_with("org-policy.yml") {
            true => load_floor(&path),
            false => load_file(&path),
        };
        let loaded = loaded.unwrap_or_else(|error| panic!("{}", render(&error)));
        assert_eq!(loaded.warnings, [], "{}", path.display());
        count += 1;
    }
    assert!(count >= 4);
}
