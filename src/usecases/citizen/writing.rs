//! Posted fields into the working answers of a case, inside a command's transaction.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::case::Case;
use crate::domain::case::command::Command;
use crate::domain::case::decide::writable;
use crate::domain::forms::{
    Answer, Answers, Origin, Posted, Secret, enabled_steps, give_again, read_step, step_view, take_back,
};
use crate::domain::lang::Lang;
use crate::domain::program::Program;
use crate::domain::program::vocabulary::State;
use crate::store::secrets;
use crate::usecases::carry_out::Stage;
use crate::usecases::error::Error;

use super::lookup::{self, Offer};
use super::sheet::{Sheet, question_path};

/// What writing a page brought up.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    /// The first step that is asked now and was not before.
    pub opened: Option<String>,
    /// The places of a postcode that was looked up.
    pub places: Option<Offer>,
    /// The fields that stood on the page which was sent.
    pub seen: BTreeSet<String>,
}

/// Reads what was posted for a step into the working answers and stores them.
pub(super) fn write(
    stage: &mut Stage,
    lang: Lang,
    step: &str,
    posted: &mut Posted,
) -> Result<(Written, Command), Error> {
    let mut sheet = Sheet::open(stage.house, stage.conn, stage.opened, lang)?;
    keep_open(stage.case(), posted);
    let before = sheet.answers.clone();
    let (places, seen) = {
        let view = step_view(sheet.form, step, &before, &[], &sheet.around.env());
        lookup::take_picked(&view, posted);
        let asked = posted.get("lookup").and_then(|values| values.first()).cloned();
        let places = asked.map(|path| lookup::look_up(&view, &path, posted));
        // Saving per field may have brought up questions that the sent page did not show.
        let named = posted.get("seen").map(|paths| paths.iter().cloned().collect());
        (places, named.unwrap_or_else(|| view.fields.into_iter().map(|field| field.path).collect()))
    };
    let moving = posted.contains_key("remove");
    if moving {
        recall_secrets(stage, &mut sheet.answers)?;
    }
    let steps = steps(&sheet);
    read_step(sheet.form, step, posted, &mut sheet.answers, &sheet.around.env());
    if stage.case().state == State::Draft {
        follow_person(&stage.opened.program, &mut sheet, &before);
    }
    let opened = self::steps(&sheet).into_iter().find(|step| !steps.contains(step));
    let command =
        Command::SaveAnswers { form: sheet.name.to_owned(), changed: changed(&before, &sheet.answers) };
    if moving {
        forget_secrets(stage, &sheet.answers)?;
    }
    stage.save_answers(sheet.name, sheet.answers)?;
    Ok((Written { opened, places, seen }, command))
}

/// The sign-in tells of the applicant, and stands in the form only while it is about them.
fn follow_person(program: &Program, sheet: &mut Sheet<'_>, before: &Answers) {
    let Some(themself) = &program.definition.subject.themself else { return };
    let env = sheet.around.env();
    match (themself.denied_by(before), themself.denied_by(&sheet.answers)) {
        (false, true) => take_back(sheet.form, &mut sheet.answers, &env),
        (true, false) => give_again(sheet.form, &mut sheet.answers, &env),
        _ => {}
    }
}

fn steps(sheet: &Sheet<'_>) -> Vec<String> {
    let steps = enabled_steps(sheet.form, &sheet.answers, &sheet.around.env());
    steps.iter().map(|step| step.link_id.clone()).collect()
}

/// After filing, fields that are not open are not even read.
fn keep_open(case: &Case, posted: &mut Posted) {
    const BUTTONS: [&str; 7] = ["action", "from", "upload", "remove-file", "answer", "lookup", "seen"];
    if case.state == State::Draft {
        return;
    }
    posted.retain(|name, values| {
        let target =
            if name == "add" || name == "remove" { values.first().map_or("", String::as_str) } else { name };
        BUTTONS.contains(&name.as_str()) || writable(case, target).is_ok()
    });
}

/// Rows move up when one is removed, and with them the secrets, which are kept apart by path.
fn recall_secrets(stage: &mut Stage, answers: &mut Answers) -> Result<(), Error> {
    let opened = stage.opened;
    for path in secret_paths(answers) {
        let value = secrets::find(stage.conn, &opened.granted, &opened.stored, &path)?;
        let origin = answers.origin(&path).cloned().unwrap_or_default();
        if let Some(value) = value {
            answers.set_from(&path, Answer::Secret(Secret::new(value)), origin);
        }
    }
    Ok(())
}

/// Deletes the secrets of a case that its answers no longer have.
pub(super) fn forget_secrets(stage: &mut Stage, answers: &Answers) -> Result<(), Error> {
    let case_id = stage.case().id.clone();
    Ok(secrets::retain(stage.conn, &case_id, &secret_paths(answers))?)
}

fn secret_paths(answers: &Answers) -> Vec<String> {
    let secret = answers.iter().filter(|(_, answer)| matches!(answer, Answer::Secret(_)));
    secret.map(|(path, _)| path.to_owned()).collect()
}

/// The questions answered or disputed otherwise than before, calculated ones left out.
pub(super) fn changed(before: &Answers, after: &Answers) -> Vec<String> {
    let (old, new) = (entries(before), entries(after));
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differs = paths.into_iter().filter(|path| old.get(*path) != new.get(*path));
    let questions: BTreeSet<&str> = differs.map(|path| question_path(path)).collect();
    questions.into_iter().map(str::to_owned).collect()
}

fn entries(answers: &Answers) -> BTreeMap<String, (Answer, Option<String>)> {
    let entered = answers.iter().filter(|(path, _)| answers.origin(path) != Some(&Origin::Calculated));
    let entry = |(path, answer): (&str, &Answer)| {
        (path.to_owned(), (answer.clone(), answers.dispute(path).map(str::to_owned)))
    };
    entered.map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_names_its_question_once_and_leaves_calculations_out() {
        let (mut before, mut after) = (Answers::new(), Answers::new());
        before.set("tel[0]", Answer::Text("1".to_owned()));
        after.set("tel[0]", Answer::Text("2".to_owned()));
        after.set("tel[1]", Answer::Text("3".to_owned()));
        after.set_from("minor", Answer::Boolean(true), Origin::Calculated);
        assert_eq!(changed(&before, &after), ["tel"]);
        assert!(changed(&after, &after).is_empty());
    }
}
