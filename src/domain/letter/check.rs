//! What a template asks for, and whether its program can give it.

use std::collections::{BTreeMap, BTreeSet};

use super::template::{Body, LetterTemplate};
use super::text::Text;
use crate::domain::problem::Problem;

/// Everything a template asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Slot paths, without those of rows and phrases.
    pub slots: BTreeSet<String>,
    /// Keys asked of the rows, by list path.
    pub lists: BTreeMap<String, BTreeSet<String>>,
    /// Phrase codes.
    pub phrases: BTreeSet<String>,
    /// Slots or lists that decide whether a block is shown.
    pub conditions: BTreeSet<String>,
    /// `{item.*}` slots in a block that goes through no list.
    pub stray_items: BTreeSet<String>,
}

/// What a program can give.
pub struct Known<'a> {
    /// Whether a slot path can have a value.
    pub slot: &'a dyn Fn(&str) -> bool,
    /// The keys of a list's rows; `None` for a path that can have no rows.
    pub list: &'a dyn Fn(&str) -> Option<&'a [&'a str]>,
    /// The phrases by code.
    pub phrases: &'a BTreeMap<String, String>,
}

/// Collects what a template asks for.
pub fn uses(template: &LetterTemplate) -> Uses {
    let mut uses = Uses::default();
    for text in head_texts(template) {
        uses.add(text, None);
    }
    for block in &template.blocks {
        uses.conditions.extend(block.when.clone());
        uses.add_block(&block.body);
    }
    uses
}

/// Finds everything a template asks for that its program cannot give; an adverse letter must
/// also say how to appeal, by a phrase whose code begins with `appeal`.
pub fn check(template: &LetterTemplate, file: &str, known: &Known) -> Vec<Problem> {
    let uses = uses(template);
    let mut problems = check_slots(&uses, file, known);
    problems.extend(check_lists(&uses, file, known));
    problems.extend(check_conditions(&uses, file, known));
    problems.extend(check_phrases(&uses, file, known));
    if template.adverse && !uses.phrases.iter().any(|code| code.starts_with("appeal")) {
        let fix = "add a block with {phrase.appeal…}";
        problems.push(Problem::new(file, "adverse", "an adverse letter without 教示", fix));
    }
    problems
}

impl Uses {
    fn add_block(&mut self, body: &Body) {
        if let Some(list) = body.repeat() {
            self.lists.entry(list.to_owned()).or_default();
        }
        for text in body.texts() {
            self.add(text, body.repeat());
        }
    }

    fn add(&mut self, text: &Text, list: Option<&str>) {
        for name in text.slots() {
            if let Some(code) = name.strip_prefix("phrase.") {
                self.phrases.insert(code.to_owned());
            } else if let Some(key) = name.strip_prefix("item.") {
                self.add_item(key, list);
            } else {
                self.slots.insert(name.to_owned());
            }
        }
    }

    fn add_item(&mut self, key: &str, list: Option<&str>) {
        match list {
            Some(_) if key == "no" => {}
            Some(list) => {
                self.lists.entry(list.to_owned()).or_default().insert(key.to_owned());
            }
            None => {
                self.stray_items.insert(key.to_owned());
            }
        }
    }
}

fn head_texts(template: &LetterTemplate) -> Vec<&Text> {
    let head = &template.head;
    let mut texts = vec![&template.title, &head.reference, &head.date];
    texts.extend(head.from.iter().chain(&head.seal).chain(&head.code));
    if let Some(to) = &head.to {
        texts.extend([&to.postcode, &to.name].into_iter().chain(&to.address));
    }
    texts
}

fn check_slots(uses: &Uses, file: &str, known: &Known) -> Vec<Problem> {
    let unknown = uses.slots.iter().filter(|name| !(known.slot)(name));
    let unknown = unknown.map(|name| unknown_slot(file, name));
    let stray = uses.stray_items.iter().map(|key| {
        let path = format!("item.{key}");
        Problem::new(file, &path, "a row is addressed outside a list", "add `repeat` to the block")
    });
    unknown.chain(stray).collect()
}

fn check_lists(uses: &Uses, file: &str, known: &Known) -> Vec<Problem> {
    let unknown = uses.lists.iter().flat_map(|(list, keys)| match (known.list)(list) {
        None => vec![list.clone()],
        Some(given) => {
            let absent = keys.iter().filter(|key| !given.contains(&key.as_str()));
            absent.map(|key| format!("{list}.{key}")).collect()
        }
    });
    unknown.map(|path| unknown_slot(file, &path)).collect()
}

/// A misspelt condition would hide its block for ever, and nobody would miss it.
fn check_conditions(uses: &Uses, file: &str, known: &Known) -> Vec<Problem> {
    let unknown = uses.conditions.iter().filter(|name| !(known.slot)(name) && (known.list)(name).is_none());
    unknown.map(|name| unknown_slot(file, &format!("when {name}"))).collect()
}

fn check_phrases(uses: &Uses, file: &str, known: &Known) -> Vec<Problem> {
    uses.phrases.iter().flat_map(|code| check_phrase(code, file, known)).collect()
}

fn check_phrase(code: &str, file: &str, known: &Known) -> Vec<Problem> {
    let path = format!("phrase.{code}");
    let Some(source) = known.phrases.get(code) else {
        return vec![Problem::new(file, &path, "the program has no such phrase", "add it under phrases/")];
    };
    match Text::parse(source) {
        Err(error) => vec![Problem::new(file, &path, error.to_string(), "mend the phrase")],
        Ok(text) => {
            let unknown = text.slots().filter(|name| !(known.slot)(name));
            unknown.map(|name| unknown_slot(file, &format!("{path}: {name}"))).collect()
        }
    }
}

fn unknown_slot(file: &str, path: &str) -> Problem {
    Problem::new(file, path, "no such value", "use a slot of the program, or correct the spelling")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str = r#"
kind = "k"
title = "{title}"
adverse = true
[head]
reference = "{case.reference}"
date = "{letter.issued_on}"
[[block]]
type = "table"
when = "reasons"
repeat = "reasons"
columns = [{ title = "基準", value = "{item.criterion}" }, { title = "番", value = "{item.no}" }]
[[block]]
type = "paragraph"
text = "{phrase.appeal.general} {item.lost}"
"#;

    fn phrases(text: &str) -> BTreeMap<String, String> {
        BTreeMap::from([("appeal.general".to_owned(), text.to_owned())])
    }

    fn paths(letter: &str, phrases: &BTreeMap<String, String>) -> Vec<String> {
        let template = LetterTemplate::load(letter, "letters/k.toml").unwrap();
        let slot = |name: &str| ["title", "case.reference", "letter.issued_on"].contains(&name);
        let keys: &[&str] = &["criterion"];
        let list = |list: &str| (list == "reasons").then_some(keys);
        let known = Known { slot: &slot, list: &list, phrases };
        check(&template, "letters/k.toml", &known).into_iter().map(|problem| problem.path).collect()
    }

    #[test]
    fn uses_are_sorted_by_where_their_values_come_from() {
        let uses = uses(&LetterTemplate::load(LETTER, "k").unwrap());
        assert_eq!(Vec::from_iter(&uses.slots), ["case.reference", "letter.issued_on", "title"]);
        assert_eq!(Vec::from_iter(&uses.lists["reasons"]), ["criterion"]);
        assert_eq!(Vec::from_iter(&uses.phrases), ["appeal.general"]);
        assert_eq!(Vec::from_iter(&uses.conditions), ["reasons"]);
    }

    #[test]
    fn a_row_outside_a_list_is_found() {
        assert_eq!(paths(LETTER, &phrases("三か月")), ["item.lost"]);
    }

    #[test]
    fn unknown_slots_rows_and_phrases_are_found() {
        let letter = LETTER.replace("{title}", "{titel}").replace("criterion", "criteria");
        let found = paths(&letter, &BTreeMap::new());
        assert_eq!(found, ["titel", "item.lost", "reasons.criteria", "phrase.appeal.general"]);
    }

    #[test]
    fn an_unknown_list_or_condition_is_found() {
        let letter = LETTER.replace("repeat = \"reasons\"", "repeat = \"grounds\"");
        assert_eq!(paths(&letter, &phrases("三か月")), ["item.lost", "grounds"]);
        let letter = LETTER.replace("when = \"reasons\"", "when = \"reason\"");
        assert_eq!(paths(&letter, &phrases("三か月")), ["item.lost", "when reason"]);
    }

    #[test]
    fn the_slots_of_a_phrase_are_checked_too() {
        assert!(paths(LETTER, &phrases("{nobody}")).contains(&"phrase.appeal.general: nobody".to_owned()));
        assert!(paths(LETTER, &phrases("{open")).contains(&"phrase.appeal.general".to_owned()));
    }

    #[test]
    fn an_adverse_letter_must_tell_how_to_appeal() {
        let silent = LETTER.replace("{phrase.appeal.general} {item.lost}", "以上");
        assert_eq!(paths(&silent, &phrases("三か月")), ["adverse"]);
    }
}
