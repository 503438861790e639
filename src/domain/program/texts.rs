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

/// A file of texts in one language.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The language.
    pub lang: Lang,
    /// The file's name, for problems.
    pub file: &'a str,
    /// Its content.
    pub text: &'a str,
}

impl Catalogue {
    /// Reads TOML files, any number for each language. Keys are whole and in quotes, or tables nest
    /// them with dots, where a quoted name may hold dots itself; a file does one or the other.
    ///
    /// # Errors
    /// Every fault of form, every key that some language lacks, and every text whose slots differ
    /// from those of the Japanese one.
    pub fn load(sources: &[Source<'_>]) -> Result<Catalogue, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut catalogue = Catalogue::default();
        let mut lines: BTreeMap<Lang, Vec<Lines>> = BTreeMap::new();
        for source in sources {
            let own = Lines::of(source.file, source.text);
            let found = catalogue.texts.entry(source.lang).or_default();
            read_file(source, &own, found, &mut problems);
            lines.entry(source.lang).or_default().push(own);
        }
        for (lang, lines) in &lines {
            catalogue.compare(*lang, lines, &mut problems);
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

    fn compare(&self, lang: Lang, files: &[Lines], problems: &mut Vec<Problem>) {
        for key in self.keys() {
            let holder = files.iter().find(|lines| lines.holds(key)).or(files.first());
            let Some(lines) = holder else { return };
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

fn read_file(
    source: &Source<'_>,
    lines: &Lines,
    found: &mut BTreeMap<String, String>,
    problems: &mut Vec<Problem>,
) {
    match source::read::<Table>(source.file, source.text) {
        Ok(table) => {
            problems.extend(headers_among_keys(&table, lines));
            flatten("", &table, lines, found, problems);
        }
        Err(problem) => problems.push(problem),
    }
}

/// A header in a file of whole keys would put its own name before every key below it.
fn headers_among_keys(table: &Table, lines: &Lines) -> Vec<Problem> {
    if !table.values().any(Value::is_str) {
        return Vec::new();
    }
    let headers = table.iter().filter(|(_, value)| value.is_table());
    let told = |(name, _): (&String, &Value)| {
        lines.problem(
            name,
            "this table swallows the whole keys below it",
            "write its keys whole and in quotes, without a header",
        )
    };
    headers.map(told).collect()
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
        Catalogue::load(&[
            Source { lang: Lang::Ja, file: "ja.toml", text: ja },
            Source { lang: Lang::JaSimple, file: "s.toml", text: simple },
            Source { lang: Lang::En, file: "en.toml", text: en },
        ])
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
    fn a_header_in_a_file_of_whole_keys_is_refused_with_its_line() {
        let flat = "\"a.b\" = \"x\"\n";
        let problems = load(&format!("{flat}\n[c]\n\"a.d\" = \"y\"\n"), flat, flat).unwrap_err();
        let told = problems.iter().find(|problem| problem.path == "c").unwrap();
        assert_eq!((told.file.as_str(), told.line), ("ja.toml", Some(3)));
        assert!(told.to_string().contains("swallows"), "{told}");
    }

    #[test]
    fn files_of_a_language_lie_beside_each_other() {
        let file = |file, text| Source { lang: Lang::Ja, file, text };
        let both = [file("one.toml", "[a]\nb = \"x\"\n"), file("two.toml", "[a]\nc = \"y\"\n")];
        let catalogue = Catalogue::load(&both).unwrap();
        assert_eq!((catalogue.raw(Lang::Ja, "a.b"), catalogue.raw(Lang::Ja, "a.c")), (Some("x"), Some("y")));
        let problems = Catalogue::load(&[both[0], file("three.toml", "\n[a]\nb = \"z\"\n")]).unwrap_err();
        assert_eq!((problems[0].file.as_str(), problems[0].line), ("three.toml", Some(3)));
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
