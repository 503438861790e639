//! Sentences of the pages: each key in each language, and no page with a key that is nowhere.

use std::collections::BTreeSet;

use super::Findings;
use super::source::Source;

/// The Japanese catalogue comes first: the others are compared with it.
pub const LANGUAGES: [&str; 3] = ["ja", "ja-simple", "en"];

/// The keys of one catalogue, nested tables joined by dots.
pub struct Catalogue {
    lang: &'static str,
    keys: BTreeSet<String>,
}

/// Reads the catalogue of a language out of its files, `ja.toml` and `refusals.ja.toml` alike.
pub fn read(lang: &'static str, files: &[(String, String)]) -> Catalogue {
    let mut keys = BTreeSet::new();
    let ending = format!("{lang}.toml");
    let ours = |path: &str| matches!(path.strip_suffix(&ending), Some(rest) if rest.ends_with(['/', '.']));
    for (path, text) in files.iter().filter(|(path, _)| ours(path)) {
        let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
        flatten("", &table, &mut keys);
    }
    Catalogue { lang, keys }
}

fn flatten(prefix: &str, table: &toml::Table, keys: &mut BTreeSet<String>) {
    for (name, value) in table {
        match value {
            toml::Value::Table(inner) => flatten(&format!("{prefix}{name}."), inner, keys),
            _ => {
                keys.insert(format!("{prefix}{name}"));
            }
        }
    }
}

/// Keys that one language has and another lacks.
pub fn compare(catalogues: &[Catalogue]) -> Findings {
    let all: BTreeSet<&String> = catalogues.iter().flat_map(|catalogue| &catalogue.keys).collect();
    let missing = |catalogue: &Catalogue| -> Findings {
        let missing = all.iter().filter(|key| !catalogue.keys.contains(**key));
        missing.map(|key| format!("{key} is missing in {}.toml", catalogue.lang)).collect()
    };
    catalogues.iter().flat_map(missing).collect()
}

/// Keys that a page asks for and the catalogue lacks. A key that is put together, such as
/// `"status." ~ state`, must at least begin like one.
pub fn check_pages(pages: &[(String, String)], catalogue: &Catalogue) -> Findings {
    let asked =
        pages.iter().flat_map(|(path, text)| literals(text, "t(key=\"").map(move |found| (path, found)));
    asked
        .filter(|(_, (key, rest))| !catalogue.answers(key, rest.trim_start().starts_with('~')))
        .map(|(path, (key, _))| format!("{path} asks for {key}"))
        .collect()
}

/// Keys of refusals in Rust that the catalogue lacks.
pub fn check_refusals(sources: &[Source], catalogue: &Catalogue) -> Findings {
    let asked = sources.iter().flat_map(|source| {
        literals(&source.code, "Refusal::new(\"").map(move |(key, _)| (&source.path, key))
    });
    let unknown: BTreeSet<_> = asked.filter(|(_, key)| !catalogue.answers(key, false)).collect();
    unknown.into_iter().map(|(path, key)| format!("{path} refuses with {key}")).collect()
}

impl Catalogue {
    fn answers(&self, key: &str, beginning: bool) -> bool {
        if beginning { self.keys.iter().any(|known| known.starts_with(key)) } else { self.keys.contains(key) }
    }
}

/// The string literals behind `before`, each with what follows it.
fn literals<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    text.match_indices(before).filter_map(move |(at, _)| text[at + before.len()..].split_once('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lang: &'static str, text: &str) -> Catalogue {
        read(lang, &[(format!("texts/{lang}.toml"), text.to_owned())])
    }

    fn page(text: &str) -> Vec<(String, String)> {
        vec![("a.html".to_owned(), text.to_owned())]
    }

    #[test]
    fn a_missing_translation_is_found() {
        let (ja, en) = (texts("ja", "[a]\nb = \"x\"\nc = \"y\""), texts("en", "[a]\nb = \"x\""));
        assert_eq!(compare(&[ja, en]), ["a.c is missing in en.toml"]);
    }

    #[test]
    fn an_unknown_key_is_found() {
        let ja = texts("ja", "a.b = \"x\"");
        assert!(check_pages(&page("{{ t(key=\"a.b\") }}{{ t(key=\"a.\" ~ kind) }}"), &ja).is_empty());
        assert_eq!(check_pages(&page("{{ t(key=\"a.c\") }}{{ t(key=\"b.\" ~ kind) }}"), &ja).len(), 2);
        let refusal = Source::read("src/x.rs", "Refusal::new(\"a.b\"); Refusal::new(\"a.z\")");
        assert_eq!(check_refusals(&[refusal], &ja).len(), 1);
    }
}
