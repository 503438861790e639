//! Which licences the dependencies come under, and that `docs/licences.md` lists them all.
//!
//! `MADOGUCHI_WRITE_LICENCES=1 cargo test --test licences` writes the list anew; that one needs
//! the sources of the packages for other systems too, so it may reach for the registry.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

/// Licences that may be combined with AGPL-3.0-or-later.
const ALLOWED: [&str; 11] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "PostgreSQL",
    "Unicode-3.0",
    "Zlib",
];
/// Packages with another licence, each looked at by itself.
const EXCEPTIONS: [(&str, &str); 1] = [
    // Only the browser tests use it; it is no part of the program.
    ("webdriver", "MPL-2.0"),
];

const LIST: &str = "docs/licences.md";
const OWN: &str = env!("CARGO_PKG_NAME");

/// Name and version.
type Package = (String, String);

/// Whether a package may be used. In an expression every part joined by AND must be allowed, and
/// one alternative of each part.
fn is_allowed(name: &str, licence: &str) -> bool {
    EXCEPTIONS.contains(&(name, licence)) || licence.split(" AND ").all(has_allowed_alternative)
}

fn has_allowed_alternative(part: &str) -> bool {
    let alternatives = part.split(" OR ").flat_map(|alternative| alternative.split('/'));
    alternatives.map(|id| id.trim_matches(['(', ')', ' '])).any(|id| ALLOWED.contains(&id))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What cargo knows of the packages, by the arguments given.
fn metadata(arguments: &[&str]) -> BTreeMap<Package, String> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--locked", "--format-version", "1"]).args(arguments).current_dir(root());
    let output = command.output().expect("cargo starts");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages").iter();
    packages.map(licence_of).filter(|((name, _), _)| name != OWN).collect()
}

fn licence_of(package: &Value) -> (Package, String) {
    let text = |field: &str| package[field].as_str().unwrap_or("none").to_owned();
    ((text("name"), text("version")), text("license"))
}

/// The packages that this system builds; they are all at hand once the tests are built.
fn built_here() -> BTreeMap<Package, String> {
    let rustc = Command::new("rustc").arg("-vV").output().expect("rustc starts");
    let said = String::from_utf8(rustc.stdout).expect("UTF-8");
    let host = said.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    metadata(&["--offline", "--filter-platform", host])
}

/// Every package of the lock file, for whatever system.
fn locked() -> Vec<Package> {
    let text = std::fs::read_to_string(root().join("Cargo.lock")).expect("a lock file");
    let lock: toml::Table = text.parse().expect("TOML");
    let packages = lock["package"].as_array().expect("packages").iter();
    let field = |package: &toml::Value, name: &str| package[name].as_str().expect("a text").to_owned();
    packages
        .map(|package| (field(package, "name"), field(package, "version")))
        .filter(|(name, _)| name != OWN)
        .collect()
}

fn written(packages: &BTreeMap<Package, String>) -> String {
    let rows =
        packages.iter().map(|((name, version), licence)| format!("| {name} | {version} | {licence} |\n"));
    let head = "# Licences of all packages\n\n\
        Every package of `Cargo.lock`, also those that only other systems need. `tests/licences.rs` writes\n\
        this list, keeps it complete and says which licences are allowed.\n\n\
        | package | version | licence |\n| --- | --- | --- |\n";
    head.to_owned() + &rows.collect::<String>()
}

fn listed() -> BTreeMap<Package, String> {
    let text = std::fs::read_to_string(root().join(LIST)).expect("docs/licences.md");
    rows(&text)
}

fn rows(text: &str) -> BTreeMap<Package, String> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let cells = rows.map(|row| row.split(" | ").collect::<Vec<_>>());
    cells
        .filter(|cells| cells.len() == 3 && cells[0] != "package" && cells[0] != "---")
        .map(|cells| ((cells[0].to_owned(), cells[1].to_owned()), cells[2].to_owned()))
        .collect()
}

#[test]
fn the_list_is_complete_and_every_licence_allowed() {
    if std::env::var_os("MADOGUCHI_WRITE_LICENCES").is_some() {
        std::fs::write(root().join(LIST), written(&metadata(&[]))).expect("the list is written");
    }
    let listed = listed();
    let missing: Vec<_> = locked().into_iter().filter(|package| !listed.contains_key(package)).collect();
    assert!(missing.is_empty(), "not in {LIST}; see the head of tests/licences.rs: {missing:?}");
    assert_eq!(listed.len(), locked().len(), "{LIST} names packages that are not in Cargo.lock");
    let wrong: Vec<_> =
        built_here().into_iter().filter(|(package, licence)| listed[package] != *licence).collect();
    assert!(wrong.is_empty(), "{LIST} tells another licence: {wrong:?}");
    let refused: Vec<_> = listed.iter().filter(|((name, _), licence)| !is_allowed(name, licence)).collect();
    assert!(refused.is_empty(), "look at these licences before using the packages: {refused:?}");
}

#[test]
fn every_direct_dependency_is_explained() {
    let read = |file: &str| std::fs::read_to_string(root().join(file)).expect("a file of the project");
    let manifest: toml::Table = read("Cargo.toml").parse().expect("a manifest");
    let page = read("docs/dependencies.md");
    let tables = ["dependencies", "dev-dependencies"].map(|name| manifest[name].as_table().expect("a table"));
    let unexplained: Vec<_> =
        tables.into_iter().flat_map(toml::Table::keys).filter(|name| !explains(&page, name)).collect();
    assert!(unexplained.is_empty(), "say in docs/dependencies.md what these are for: {unexplained:?}");
}

/// Whether a row of a table begins with the crate.
fn explains(page: &str, name: &str) -> bool {
    let heads = page.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    heads.flat_map(|head| head.split(", ")).any(|word| word == format!("`{name}`"))
}

#[test]
fn a_crate_is_explained_by_a_row_of_its_own() {
    let page = "Text about `b`.\n| `a`, `c` | what for `d` | why |";
    assert!(explains(page, "a") && explains(page, "c"));
    assert!(!explains(page, "b") && !explains(page, "d"));
}

#[test]
fn an_expression_is_allowed_when_some_choice_of_it_is() {
    for licence in ["MIT", "MIT/Apache-2.0", "GPL-2.0 OR MIT", "(MIT OR Apache-2.0) AND Unicode-3.0"] {
        assert!(is_allowed("x", licence), "{licence}");
    }
    for licence in ["GPL-3.0-or-later", "MPL-2.0", "MIT AND GPL-2.0", "none"] {
        assert!(!is_allowed("x", licence), "{licence}");
    }
    assert!(is_allowed("webdriver", "MPL-2.0"));
}

#[test]
fn a_written_list_reads_back_the_same() {
    let packages = BTreeMap::from([(("a".to_owned(), "1.0.0".to_owned()), "MIT OR Apache-2.0".to_owned())]);
    assert_eq!(rows(&written(&packages)), packages);
}
