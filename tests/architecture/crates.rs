//! Which crate belongs to which room.

use super::Findings;
use super::source::{Source, words};

/// What the pure floors may use besides the standard library.
const PURE: [&str; 13] = [
    "base64",
    "chrono",
    "chrono_tz",
    "csv",
    "hmac",
    "regex_lite",
    "serde",
    "serde_json",
    "sha2",
    "thiserror",
    "toml",
    "unicode_normalization",
    "unicode_segmentation",
];

/// Crates with one home, each with the beginnings of the paths that may use it.
const HOMES: [(&str, &[&str]); 10] = [
    ("actix_multipart", &["src/web/"]),
    ("diesel", &["src/store/"]),
    ("diesel_migrations", &["src/store/"]),
    ("lettre", &["src/adapters/mail"]),
    ("openidconnect", &["src/adapters/identity"]),
    ("printpdf", &["src/adapters/pdf/"]),
    ("tera", &["src/web/"]),
    ("tokio_cron_scheduler", &["src/jobs/"]),
    // Stored names are never normalised; only the folding of search keys may.
    ("unicode_normalization", &["src/domain/text.rs"]),
    // The sandbox is a world of its own.
    ("actix_web", &["src/web/", "src/app.rs", "src/sandbox/", "src/cli/"]),
];

/// Dependencies by the name they have in a path.
pub fn dependencies(manifest: &str) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().expect("a manifest");
    let table = manifest["dependencies"].as_table().expect("dependencies");
    table.keys().map(|name| name.replace('-', "_")).collect()
}

/// Every use of a crate outside its home, and of an impure one on a pure floor.
pub fn check(sources: &[Source], dependencies: &[String]) -> Findings {
    sources.iter().flat_map(|source| dependencies.iter().filter_map(|name| misplaced(source, name))).collect()
}

fn misplaced(source: &Source, name: &str) -> Option<String> {
    let at = mention(&source.bare, name)?;
    let home = HOMES.iter().find(|(owned, _)| *owned == name);
    let homeless = home.is_some_and(|(_, paths)| !paths.iter().any(|path| source.path.starts_with(path)));
    let impure = is_pure(source) && !is_allowed(source, name);
    (homeless || impure).then(|| source.finding(at, &format!("{name} does not belong here")))
}

fn is_pure(source: &Source) -> bool {
    matches!(source.floor(), "domain" | "programs")
}

/// UUIDs stay inside the typed ids.
fn is_allowed(source: &Source, name: &str) -> bool {
    PURE.contains(&name) && (name != "uuid" || source.path == "src/domain/ids.rs")
}

/// The first path that begins with the crate's name.
fn mention(bare: &str, name: &str) -> Option<usize> {
    words(bare, name).find(|&at| bare[at + name.len()..].starts_with("::") && !bare[..at].ends_with("::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        let names =
            ["diesel", "uuid", "tokio", "unicode_normalization", "chrono", "chrono_tz"].map(str::to_owned);
        check(&[Source::read(path, text)], &names).len()
    }

    #[test]
    fn a_crate_outside_its_home_is_found() {
        assert_eq!(found("src/web/page.rs", "use diesel::prelude::*;"), 1);
        assert_eq!(found("src/domain/case.rs", "fn f() { tokio::spawn(g) }"), 1);
        assert_eq!(found("src/domain/case.rs", "use uuid::Uuid;"), 1);
        assert_eq!(found("src/store/people.rs", "use unicode_normalization::UnicodeNormalization;"), 1);
    }

    #[test]
    fn a_crate_at_home_is_no_finding() {
        assert_eq!(found("src/store/people.rs", "use diesel::prelude::*; use uuid::Uuid;"), 0);
        assert_eq!(found("src/domain/x.rs", "use chrono_tz::Asia; use chrono::NaiveDate;"), 0);
        assert_eq!(found("src/domain/x.rs", "use super::diesel::x; // diesel::y"), 0);
    }

    #[test]
    fn dependencies_are_named_as_in_a_path() {
        assert_eq!(
            dependencies("[dependencies]\nactix-web = \"4\"\ntera = { version = \"2\" }"),
            ["actix_web", "tera"]
        );
    }
}
