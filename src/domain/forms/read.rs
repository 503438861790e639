//! Posted fields to answers.

use std::collections::BTreeMap;

use super::answers::{Answer, Answers};
use super::check::check_step;
use super::instance::{self, Instance};
use super::model::{Form, Item, Kind, MAX_OCCURS};
use super::populate::fill_row;
use super::typed_date::Boxes;
use super::{Env, FieldError, settle, typed};

/// Posted fields by name, each with its values in the order sent.
pub type Posted = BTreeMap<String, Vec<String>>;

/// Most characters of a posted value that are kept; every limit of an item lies far below.
const KEPT: usize = 120_000;

/// Reads the posted fields of one step into the answers and returns what is to be mended in it.
///
/// Only items of the step are read, whatever else was posted; read-only, hidden and calculated
/// items and attachments are not. A field that was not posted keeps its answer, so a single field
/// can be sent alone; a group of boxes that was shown posts `<path>.shown` to tell "none ticked"
/// from "not sent". What cannot be understood is kept as [`Answer::Raw`].
///
/// `add=<path>` adds a row or box, `remove=<path>[i]` removes one, `remove=<path>` removes a
/// single answer; then nothing is checked, since the applicant is not done with the page.
pub fn read_step(
    form: &Form,
    step: &str,
    posted: &Posted,
    answers: &mut Answers,
    env: &Env<'_>,
) -> Vec<FieldError> {
    let instances = instance::of_step(form, step, answers);
    if instances.is_empty() {
        return Vec::new();
    }
    answers.visit(step);
    for found in instances.iter().filter(|found| found.is_open() && found.item.kind != Kind::Attachment) {
        read_field(found, posted, answers, env);
    }
    let pressed = press(form, &instances, posted, answers, env);
    *answers = settle::settle(form, answers, env).answers;
    if pressed { Vec::new() } else { check_step(form, step, answers, env) }
}

fn read_field(found: &Instance<'_>, posted: &Posted, answers: &mut Answers, env: &Env<'_>) {
    let (item, path) = (found.item, found.path.as_str());
    if item.rendering.disputable && answers.is_recorded(path) {
        if let Some(text) = first(posted, &format!("{path}.dispute")) {
            answers.set_dispute(path, kept(text).trim());
        }
    } else if item.repeats {
        read_list(found, posted, answers, env);
    } else if let Some(typed) = typed_text(item, path, posted) {
        read_one(item, path, &typed, answers, env);
    }
}

fn first<'p>(posted: &'p Posted, name: &str) -> Option<&'p str> {
    posted.get(name)?.first().map(String::as_str)
}

fn kept(text: &str) -> &str {
    text.char_indices().nth(KEPT).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// What was typed into a single field; `None` when the field was not sent.
fn typed_text(item: &Item, path: &str, posted: &Posted) -> Option<String> {
    let part = |name: &str| first(posted, &format!("{path}.{name}")).map(kept);
    if item.kind == Kind::Date {
        let boxes = [part("era"), part("year"), part("month"), part("day")];
        if boxes.iter().any(Option::is_some) {
            let [era, year, month, day] = boxes.map(|typed| typed.unwrap_or_default().to_owned());
            let boxes = Boxes { era, year, month, day }.with_era_name();
            return Some(if boxes.is_blank() { String::new() } else { boxes.join() });
        }
    }
    let shown = posted.contains_key(&format!("{path}.shown"));
    first(posted, path).map(|typed| kept(typed).to_owned()).or(shown.then(String::new))
}

fn read_one(item: &Item, path: &str, typed: &str, answers: &mut Answers, env: &Env<'_>) {
    if typed.trim().is_empty() {
        // The page never shows a secret again, so an empty box leaves a good one as it was.
        if !matches!(answers.get(path), Some(Answer::Secret(_))) {
            answers.remove(path);
        }
        return;
    }
    let answer = understood(item, typed, env);
    if !answers.get(path).is_some_and(|before| same(before, &answer)) {
        answers.set(path, answer);
    }
}

fn understood(item: &Item, typed: &str, env: &Env<'_>) -> Answer {
    // A wrong secret is not kept: it may be another person's number.
    let lost = if item.secret { "" } else { typed };
    typed::parse(item, typed, env).unwrap_or_else(|_| Answer::Raw(lost.to_owned()))
}

/// The same answer, however its date was typed.
fn same(before: &Answer, after: &Answer) -> bool {
    match (before, after) {
        (Answer::Date(before), Answer::Date(after)) => before.date == after.date,
        _ => before == after,
    }
}

fn read_list(found: &Instance<'_>, posted: &Posted, answers: &mut Answers, env: &Env<'_>) {
    let shown = posted.contains_key(&format!("{}.shown", found.path));
    let values = posted.get(&found.path).map(Vec::as_slice).or(shown.then_some(&[]));
    let typed =
        values.unwrap_or_default().iter().map(|typed| kept(typed)).filter(|typed| !typed.trim().is_empty());
    let mut read: Vec<Answer> = Vec::new();
    for answer in typed.take(MAX_OCCURS).map(|typed| understood(found.item, typed, env)) {
        if !read.contains(&answer) {
            read.push(answer);
        }
    }
    if values.is_some() {
        answers.set_rows(&found.path, read.len());
        answers.set_list(&found.path, read);
    }
}

/// Carries out the buttons for rows; tells whether one was pressed.
fn press(
    form: &Form,
    instances: &[Instance<'_>],
    posted: &Posted,
    answers: &mut Answers,
    env: &Env<'_>,
) -> bool {
    let target = |path: &str| instances.iter().find(|found| found.path == path && !found.hidden);
    if let Some(found) = first(posted, "add").and_then(target).filter(|found| found.item.repeats) {
        add(form, found, answers, env);
    }
    if let Some(path) = first(posted, "remove") {
        let row = path.strip_suffix(']').and_then(|path| path.rsplit_once('['));
        let row = row.and_then(|(path, index)| Some((target(path)?, index.parse().ok()?)));
        match row {
            Some((found, index)) => remove_row(found, index, answers),
            None => remove_answer(target(path), answers),
        }
    }
    posted.contains_key("add") || posted.contains_key("remove")
}

fn add(form: &Form, found: &Instance<'_>, answers: &mut Answers, env: &Env<'_>) {
    let most = found.item.limits.max_occurs.unwrap_or(MAX_OCCURS);
    // A question without answers shows one empty box already.
    let shown = answers.rows(found.item, &found.path).max(usize::from(found.item.kind != Kind::Group));
    if shown < most {
        answers.set_rows(&found.path, shown + 1);
        fill_row(form, found.item, &format!("{}[{shown}]", found.path), answers, env);
    }
}

fn remove_row(found: &Instance<'_>, index: usize, answers: &mut Answers) {
    let editable = found.item.kind == Kind::Group && !found.item.read_only || found.item.is_open();
    let shown = answers.rows(found.item, &found.path).max(answers.at(found.item, &found.path).len());
    if found.item.repeats && editable && index < shown {
        answers.remove_row(&found.path, index);
    }
}

fn remove_answer(found: Option<&Instance<'_>>, answers: &mut Answers) {
    if let Some(found) = found.filter(|found| found.item.is_open()) {
        answers.remove(&found.path);
    }
}
