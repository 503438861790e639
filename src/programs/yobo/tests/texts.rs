use std::collections::BTreeSet;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/forms/yobo/texts");

/// The keys that the rules name.
fn named() -> BTreeSet<String> {
    let sources = [
        include_str!("../findings.rs"),
        include_str!("../immunization.rs"),
        include_str!("../working.rs"),
        include_str!("../propose/mod.rs"),
        include_str!("../propose/said.rs"),
        include_str!("../propose/told.rs"),
        include_str!("../propose/wanted.rs"),
        include_str!("../propose/request.rs"),
        include_str!("../propose/claim.rs"),
        include_str!("../propose/records.rs"),
        include_str!("../propose/relief.rs"),
    ]
    .concat();
    let literals = sources.split('"').skip(1).step_by(2);
    let keys = literals.filter(|it| it.starts_with("finding.") || it.starts_with("working."));
    keys.map(str::to_owned).collect()
}

#[test]
fn every_sentence_that_the_rules_name_is_there_in_every_language_and_no_other() {
    assert!(named().len() > 60);
    for lang in ["ja", "ja-simple", "en"] {
        let text = std::fs::read_to_string(format!("{FOLDER}/{lang}.toml")).unwrap();
        let texts: toml::Table = text.parse().unwrap();
        let said = texts.iter().filter(|(group, _)| ["finding", "working"].contains(&group.as_str()));
        let keys = said
            .flat_map(|(group, it)| it.as_table().unwrap().keys().map(move |key| format!("{group}.{key}")));
        assert_eq!(keys.collect::<BTreeSet<_>>(), named(), "{lang}");
    }
}
