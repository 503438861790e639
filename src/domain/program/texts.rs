//! The text catalogue: every sentence for users, by key, in every language.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use super::source::{self, Lines};
use crate::domain::lang::Lang;
use crate::domain::problem::Problem;

/// Texts by language and key. Slots are names in braces: `{institution}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    texts: BTreeMap<Lang, BTreeMap<String, String>>,
}

impl Catalogue {
    /// Reads one TOML file for each language, given as file name and content. Tables nest keys
    /// with dots; a quoted key may hold dots itself.
    ///
    /// # Errors
    /// Every fault of form, every key that some language lacks, and every text whose slots differ
    /// from those of the Japanese one.
    pub fn load(sources: &BTreeMap<Lang, (&str, &str)>) -> Result<Catalogue, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut texts = BTreeMap::new();
        for (lang, (file, text)) in sources {
            texts.insert(*lang, read_language(file, text, &mut problems));
        }
        let catalogue = Catalogue { texts };
        for (lang, (file, text)) in sources {
            catalogue.compare(*lang, &Lines::of(file, text), &mut problems);
        }
        if problems.is_empty() { Ok(catalogue) } else { Err(problems) }
    }

    /// The text of a key with its slots filled; slots without a value stay as they are.
    ///
    /// Loading has proved that every key a program names is there in every language, so an
    /// unknown key can only come from outside the folder; it is shown as it is.
    pub fn text(&self, lang: Lang, key: &str, args: &BTreeMap<String, String>) -> String {
        match self.raw(lang, key) {
            Some(text) => fill(text, args),
            None => key.to_owned(),
        }
    }

    /// The text of a key as written.
    pub fn raw(&self, lang: Lang, key: &str) -> Option<&str> {
        self.texts.get(&lang)?.get(key).map(String::as_str)
    }

    /// Whether the key is there in every language.
    pub fn has(&self, key: &str) -> bool {
        Lang::ALL.into_iter().all(|lang| self.raw(lang, key).is_some())
    }

    /// Every key.
    pub fn keys(&self) -> BTreeSet<&str> {
        self.texts.values().flat_map(|texts| texts.keys().map(String::as_str)).collect()
    }

    /// Every text of a language, by key.
    pub fn of(&self, lang: Lang) -> impl Iterator<Item = (&str, &str)> {
        self.texts.get(&lang).into_iter().flatten().map(|(key, text)| (key.as_str(), text.as_str()))
    }

    fn compare(&self, lang: Lang, lines: &Lines, problems: &mut Vec<Problem>) {
        for key in self.keys() {
            let Some(text) = self.raw(lang, key) else {
                let message = format!("the text is missing in {}", lang.code());
                problems.push(lines.problem(key, message, "translate it"));
                continue;
            };
            let model = self.raw(Lang::Ja, key).unwrap_or(text);
            if slots(text) != slots(model) {
                problems.push(lines.problem(
                    key,
                    "its slots differ from the Japanese text",
                    "use the same slots",
                ));
            }
        }
    }
}

/// Fills the slots of a text; a slot without a value stays as it is.
pub fn fill(text: &str, args: &BTreeMap<String, String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, name, after)) = next_slot(rest) {
        filled.push_str(before);
        match args.get(name) {
            Some(value) => filled.push_str(value),
            None => filled.push_str(&format!("{{{name}}}")),
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// The names of the slots in a text.
pub fn slots(text: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut rest = text;
    while let Some((_, name, after)) = next_slot(rest) {
        names.insert(name);
        rest = after;
    }
    names
}

fn next_slot(text: &str) -> Option<(&str, &str, &str)> {
    let (before, inside) = text.split_once('{')?;
    let (name, after) = inside.split_once('}')?;
    Some((before, name, after))
}

fn read_language(file: &str, text: &str, problems: &mut Vec<Problem>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    match source::read::<Table>(file, text) {
        Ok(table) => flatten("", &table, &Lines::of(file, text), &mut found, problems),
        Err(problem) => problems.push(problem),
    }
    found
}

fn flatten(
    prefix: &str,
    table: &Table,
    lines: &Lines,
    found: &mut BTreeMap<String, String>,
    problems: &mut Vec<Problem>,
) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            Value::Table(inner) => flatten(&key, inner, lines, found, problems),
            Value::String(text) => {
                problems.extend(fault(text).map(|message| lines.problem(&key, message, "write it anew")));
                if found.insert(key.clone(), text.clone()).is_some() {
                    problems.push(lines.problem(&key, "the key is written twice", "keep one"));
                }
            }
            _ => problems.push(lines.problem(&key, "a text is a string", "put it in quotes")),
        }
    }
}

fn fault(text: &str) -> Option<&'static str> {
    if text.trim().is_empty() {
        return Some("the text is empty");
    }
    let balanced = text.matches('{').count() == text.matches('}').count();
    let named = slots(text).into_iter().all(is_name);
    (!balanced || !named).then_some("a slot is not a name in braces")
}

fn is_name(slot: &str) -> bool {
    !slot.is_empty() && slot.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(ja: &str, simple: &str, en: &str) -> Result<Catalogue, Vec<Problem>> {
        let sources =
            [(Lang::Ja, ("ja.toml", ja)), (Lang::JaSimple, ("s.toml", simple)), (Lang::En, ("en.toml", en))];
        Catalogue::load(&sources.into_iter().collect())
    }

    #[test]
    fn a_text_is_found_by_its_dotted_key_and_filled() {
        let text = "[stage]\nwait = \"{who}を待っています\"\n\"wait.next\" = \"次\"\n";
        let catalogue = load(text, text, text).unwrap();
        let args = [("who".to_owned(), "病院".to_owned())].into_iter().collect();
        assert_eq!(catalogue.text(Lang::Ja, "stage.wait", &args), "病院を待っています");
        assert!(catalogue.has("stage.wait.next"));
        assert_eq!(catalogue.text(Lang::Ja, "stage.other", &args), "stage.other");
    }

    #[test]
    fn a_value_that_looks_like_a_slot_is_not_filled_again() {
        let args =
            [("a".to_owned(), "{b}".to_owned()), ("b".to_owned(), "x".to_owned())].into_iter().collect();
        assert_eq!(fill("{a}-{b}-{c}", &args), "{b}-x-{c}");
    }

    #[test]
    fn a_missing_translation_is_told() {
        let problems = load("a = \"x\"\nb = \"y\"\n", "a = \"x\"\nb = \"y\"\n", "a = \"x\"\n").unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!((problems[0].file.as_str(), problems[0].path.as_str()), ("en.toml", "b"));
    }

    #[test]
    fn a_slot_that_a_translation_lost_is_told_with_its_line() {
        let problems = load("a = \"{n}件\"", "a = \"{n}件\"", "\na = \"some\"").unwrap_err();
        assert_eq!((problems.len(), problems[0].line), (1, Some(2)));
    }

    #[test]
    fn empty_texts_stray_braces_and_numbers_are_refused() {
        for wrong in ["a = \"\"", "a = \"x { y\"", "a = \"{two words}\"", "a = 3"] {
            assert!(load(wrong, wrong, wrong).is_err(), "{wrong}");
        }
    }
}
