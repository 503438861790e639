//! The documents are about this project: what they point to is there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

/// Folders of the project that a document may name.
const FOLDERS: [&str; 8] =
    ["src/", "tests/", "forms/", "templates/", "docs/", "migrations/", "static/", "benches/"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every document for people: path from the root, and text.
fn documents() -> Vec<(String, String)> {
    let mut names = vec!["README.md".to_owned(), "README.ja.md".to_owned(), "CONTRIBUTING.md".to_owned()];
    for entry in std::fs::read_dir(root().join("docs")).unwrap().flatten() {
        let name = format!("docs/{}", entry.file_name().to_str().unwrap());
        names.extend(name.ends_with(".md").then_some(name));
    }
    let read = |name: String| (name.clone(), std::fs::read_to_string(root().join(name)).unwrap());
    names.into_iter().map(read).collect()
}

/// Relative links of a text, without their anchors.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
    let relative = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    relative.map(|target| target.split('#').next().unwrap_or_default()).collect()
}

/// Paths of the project that stand in code spans.
fn paths(text: &str) -> Vec<&str> {
    let outside_blocks = text.split("```").step_by(2);
    let spans = outside_blocks.flat_map(|part| part.split('`').skip(1).step_by(2));
    let whole = |span: &&str| {
        FOLDERS.iter().any(|folder| span.starts_with(folder)) && !span.contains(['<', '{', '*', ' '])
    };
    spans.filter(whole).collect()
}

#[test]
fn links_lead_somewhere() {
    for (name, text) in documents() {
        let folder = root().join(Path::new(&name).parent().unwrap());
        for target in links(&text) {
            assert!(folder.join(target).exists(), "{name} links to {target}");
        }
    }
}

#[test]
fn named_files_exist() {
    for (name, text) in documents() {
        for path in paths(&text) {
            assert!(root().join(path).exists(), "{name} names {path}");
        }
    }
}

#[test]
fn named_settings_exist() {
    let config = std::fs::read_to_string(root().join("src/config.rs")).unwrap();
    for (name, text) in documents() {
        let rows = text.split("\n| setting |").skip(1).chain(text.split("\n| 設定 |").skip(1));
        let rows = rows.flat_map(|table| table.lines().skip(2).take_while(|line| line.starts_with('|')));
        let settings =
            rows.filter_map(|row| row.split('|').nth(1)).flat_map(|cell| cell.split('`').skip(1).step_by(2));
        for setting in settings.filter(|setting| !setting.contains('*')) {
            assert!(config.contains(&format!("\"{setting}\"")), "{name} names the setting {setting}");
        }
    }
}

#[test]
fn what_is_missing_would_be_found() {
    assert_eq!(links("[a](b.md#c) ![d](e.png) [f](#g) [h](https://i.example/j)"), ["b.md", "e.png"]);
    assert_eq!(paths("`src/a.rs` `src/<b>/c` `x`\n```\n`src/d.rs`\n```\n`tests/e`"), ["src/a.rs", "tests/e"]);
}
