//! Whether the items of a form go together: names, references, cycles, translations.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Loader;
use crate::domain::forms::expr::Expression;
use crate::domain::forms::model::{Comparison, Condition, Expected, Form, Item, Kind, Variable};
use crate::domain::lang::Lang;

/// Field name endings the pages use themselves beside an item's own field.
const RESERVED: [&str; 6] = [".era", ".year", ".month", ".day", ".shown", ".dispute"];
/// Variables every expression can use.
const ALWAYS: [&str; 3] = ["resource", "context", "questionnaire"];

/// The position of every item, as indexes from the top.
pub(super) fn places(items: &[Item]) -> BTreeMap<String, Vec<usize>> {
    let mut found = BTreeMap::new();
    note_places(items, &[], &mut found);
    found
}

fn note_places(items: &[Item], above: &[usize], found: &mut BTreeMap<String, Vec<usize>>) {
    for (index, item) in items.iter().enumerate() {
        let place: Vec<usize> = above.iter().copied().chain([index]).collect();
        note_places(&item.items, &place, found);
        found.entry(item.link_id.clone()).or_insert(place);
    }
}

/// Checks a form as a whole.
pub(super) fn check(loader: &mut Loader<'_>, form: &Form) {
    let mut all = Vec::new();
    flatten(&form.items, "", &mut all);
    steps(loader, form);
    duplicates(loader, &all);
    translations(loader);
    let known = launch_names(form);
    expressions_of_form(loader, form, &known);
    for (path, item) in &all {
        references(loader, form, path, item);
        variables(loader, form, path, item, &known);
    }
    cycles(loader, form, &all);
}

fn flatten<'f>(items: &'f [Item], above: &str, found: &mut Vec<(String, &'f Item)>) {
    for item in items {
        let path = if above.is_empty() { item.link_id.clone() } else { format!("{above}/{}", item.link_id) };
        found.push((path.clone(), item));
        flatten(&item.items, &path, found);
    }
}

fn steps(loader: &mut Loader<'_>, form: &Form) {
    if form.items.is_empty() && loader.problems.is_empty() {
        loader.refuse("", "the form has no items", "give it at least one group");
    }
    for item in &form.items {
        if item.kind != Kind::Group || item.repeats {
            loader.refuse(
                &item.link_id,
                "a top-level item is a step",
                "make it a group that does not repeat",
            );
        }
    }
}

fn duplicates(loader: &mut Loader<'_>, all: &[(String, &Item)]) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (path, item) in all {
        let count = seen.entry(&item.link_id).or_default();
        if *count > 0 {
            let occurrence = *count;
            loader.refuse_occurrence(
                path,
                occurrence,
                "the linkId is used twice",
                "give each item its own linkId",
            );
        }
        *count += 1;
    }
    for (path, item) in all {
        let clash = RESERVED
            .iter()
            .find(|ending| item.link_id.strip_suffix(**ending).is_some_and(|stem| seen.contains_key(stem)));
        if let Some(ending) = clash {
            let message =
                format!("the linkId ends in {ending}, which the page needs beside the item before it");
            loader.refuse(path, message, "choose another linkId");
        }
    }
}

/// A language that was begun must be complete.
fn translations(loader: &mut Loader<'_>) {
    let used: BTreeSet<Lang> =
        loader.texts.iter().flat_map(|(_, text)| text.others.keys().copied()).collect();
    for (path, text) in std::mem::take(&mut loader.texts) {
        for lang in used.iter().filter(|lang| !text.others.contains_key(lang)) {
            let message = format!("「{}」 has no translation to {}", text.ja, lang.code());
            loader.refuse(&path, message, "add the translation extension to it");
        }
    }
}

fn launch_names(form: &Form) -> BTreeSet<String> {
    let extensions =
        form.json.get("extension").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let name = |extension: &Value| {
        let parts = extension.get("extension")?.as_array()?;
        let name = parts.iter().find(|part| part.get("url").and_then(Value::as_str) == Some("name"))?;
        Some(name.get("valueCoding")?.get("code")?.as_str()?.to_owned())
    };
    extensions.iter().filter_map(name).chain(ALWAYS.map(str::to_owned)).collect()
}

fn expressions_of_form(loader: &mut Loader<'_>, form: &Form, launch: &BTreeSet<String>) {
    let mut known = launch.clone();
    declare(loader, "", &form.variables, &mut known);
    for constraint in &form.constraints {
        undeclared(loader, "", &constraint.expression, &known);
        location(loader, form, "", constraint.location.as_deref());
    }
}

/// A variable may use those declared before it.
fn declare(loader: &mut Loader<'_>, path: &str, variables: &[Variable], known: &mut BTreeSet<String>) {
    for variable in variables {
        undeclared(loader, path, &variable.expression, known);
        if !known.insert(variable.name.clone()) {
            let message = format!("the variable %{} is declared twice", variable.name);
            loader.refuse(path, message, "give it another name");
        }
    }
}

fn undeclared(loader: &mut Loader<'_>, path: &str, expression: &Expression, known: &BTreeSet<String>) {
    for name in expression.variables().difference(known) {
        let fix = "declare it as launchContext or as a variable before its use";
        loader.refuse(path, format!("the variable %{name} is not declared"), fix);
    }
}

fn location(loader: &mut Loader<'_>, form: &Form, path: &str, target: Option<&str>) {
    if let Some(target) = target.filter(|target| form.item(target).is_none()) {
        loader.refuse(
            path,
            format!("a rule points to the unknown item \"{target}\""),
            "use an existing linkId",
        );
    }
}

/// Variables and expressions of an item see what its ancestors declared.
fn variables(loader: &mut Loader<'_>, form: &Form, path: &str, item: &Item, launch: &BTreeSet<String>) {
    let mut known = launch.clone();
    known.extend(form.variables.iter().map(|variable| variable.name.clone()));
    for above in form.lineage(&item.link_id).iter().filter(|above| above.link_id != item.link_id) {
        known.extend(above.variables.iter().map(|variable| variable.name.clone()));
        known.extend(above.start.rows.iter().map(|rows| rows.name.clone()));
    }
    declare(loader, path, &item.variables, &mut known);
    for expression in expressions(item) {
        undeclared(loader, path, expression, &known);
    }
    for constraint in &item.constraints {
        location(loader, form, path, constraint.location.as_deref());
    }
}

/// Every expression of an item but its variables.
fn expressions(item: &Item) -> impl Iterator<Item = &Expression> {
    let single = [&item.enabled_by, &item.calculated, &item.start.expression];
    let rows = item.start.rows.iter().map(|rows| &rows.expression);
    let rules = item.constraints.iter().map(|constraint| &constraint.expression);
    single.into_iter().flatten().chain(rows).chain(rules)
}

fn references(loader: &mut Loader<'_>, form: &Form, path: &str, item: &Item) {
    for condition in &item.conditions {
        let problem = match form.item(&condition.question) {
            None => Some("enableWhen looks at an unknown item"),
            Some(question) => mismatch(question, condition),
        };
        if let Some(problem) = problem {
            let message = format!("{problem}: \"{}\"", condition.question);
            loader.refuse(path, message, "use the linkId of a question and its own answer[x]");
        }
    }
    if let Some(name) = item.rendering.furigana_of.as_deref().filter(|name| form.item(name).is_none()) {
        loader.refuse(
            path,
            format!("furigana-of names the unknown item \"{name}\""),
            "use an existing linkId",
        );
    }
    let filled = |prefix: &str| form.places.keys().any(|link_id| link_id.starts_with(prefix));
    if let Some(prefix) =
        item.rendering.lookup.as_deref().filter(|prefix| !item.kind.is_choice() && !filled(prefix))
    {
        loader.refuse(
            path,
            format!("lookup fills no item: \"{prefix}\""),
            "use the prefix of the address fields",
        );
    }
}

fn mismatch(question: &Item, condition: &Condition) -> Option<&'static str> {
    if !question.kind.is_question() {
        return Some("enableWhen looks at something that is no question");
    }
    let fits = match (&condition.expected, question.kind) {
        _ if condition.comparison == Comparison::Exists => true,
        (Expected::Boolean(_), Kind::Boolean)
        | (Expected::Number(_), Kind::Integer | Kind::Decimal)
        | (Expected::Date(_), Kind::Date)
        | (
            Expected::Text(_),
            Kind::String | Kind::Text | Kind::Url | Kind::DateTime | Kind::Time | Kind::OpenChoice,
        ) => true,
        (Expected::Code(_, code), Kind::Choice | Kind::OpenChoice) => {
            question.choices.is_empty() || question.choices.iter().any(|choice| choice.code == *code)
        }
        _ => false,
    };
    (!fits).then_some("enableWhen expects an answer this question cannot have")
}

/// Refuses items whose value or visibility depends on itself.
fn cycles(loader: &mut Loader<'_>, form: &Form, all: &[(String, &Item)]) {
    let edges: BTreeMap<&str, BTreeSet<String>> =
        all.iter().map(|(_, item)| (item.link_id.as_str(), depends_on(form, item))).collect();
    for (path, item) in all {
        if reaches(&edges, &item.link_id) {
            let fix = "break the circle of calculations and conditions";
            loader.refuse(path, "the item depends on itself", fix);
        }
    }
}

fn depends_on(form: &Form, item: &Item) -> BTreeSet<String> {
    let lineage = form.lineage(&item.link_id);
    let parent = lineage.iter().rev().nth(1).map(|parent| parent.link_id.clone());
    let questions = item.conditions.iter().map(|condition| condition.question.clone());
    let mut found: BTreeSet<String> = questions.chain(parent).collect();
    let variables = form.variables.iter().chain(lineage.iter().flat_map(|above| &above.variables));
    let variables: BTreeMap<&str, &Expression> =
        variables.map(|variable| (variable.name.as_str(), &variable.expression)).collect();
    for expression in [&item.enabled_by, &item.calculated].into_iter().flatten() {
        read_by(expression, &variables, &mut BTreeSet::new(), &mut found);
    }
    found
}

fn read_by(
    expression: &Expression,
    variables: &BTreeMap<&str, &Expression>,
    seen: &mut BTreeSet<String>,
    found: &mut BTreeSet<String>,
) {
    found.extend(expression.literals());
    for name in expression.variables() {
        if let Some(inner) = variables.get(name.as_str()).filter(|_| seen.insert(name.clone())) {
            read_by(inner, variables, seen, found);
        }
    }
}

fn reaches(edges: &BTreeMap<&str, BTreeSet<String>>, start: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = edges.get(start).into_iter().flatten().map(String::as_str).collect();
    while let Some(next) = open.pop() {
        if next == start {
            return true;
        }
        if seen.insert(next) {
            open.extend(edges.get(next).into_iter().flatten().map(String::as_str));
        }
    }
    false
}
